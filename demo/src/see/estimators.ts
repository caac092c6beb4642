import { type Counts, type Followers, followersOf } from './counting.ts';

/** P(word | context) by one way of turning counts into probabilities. Null where it is not defined: behind a context never seen. */
export type Estimator = (counts: Counts, context: readonly string[], word: string) => number | null;

/** Maximum likelihood: c(context word) / c(context). What was not seen is impossible. */
export const maximumLikelihood: Estimator = (counts, context, word) => {
  const followers = seen(counts, context);
  return followers === undefined ? null : (followers.words.get(word) ?? 0) / followers.total;
};

/** Add-one (Laplace): (c(context word) + 1) / (c(context) + V). */
export const addOne: Estimator = (counts, context, word) => {
  const followers = seen(counts, context);
  return ((followers?.words.get(word) ?? 0) + 1) / ((followers?.total ?? 0) + counts.vocabulary.size);
};

/**
 * Absolute discounting, interpolated (Ney, Essen & Kneser 1994): each count gives up D = n1 / (n1 + 2 n2), and what was given up
 * goes to the shorter context's estimate; below no context at all stands 1 / V.
 */
export const absoluteDiscounting: Estimator = (counts, context, word) => {
  if (context.length === 0)
    return interpolate(seen(counts, []), oneDiscount(counts.counts[0]), word, 1 / counts.vocabulary.size);
  const shorter = absoluteDiscounting(counts, context.slice(1), word)!;
  return interpolate(seen(counts, context), oneDiscount(counts.counts[context.length]), word, shorter);
};

/**
 * Interpolated modified Kneser–Ney (Chen & Goodman 1999, eqs. 26–28): three discounts, for counts of one, two and more, and shorter
 * contexts that count in how many surroundings a word was seen, not how often.
 */
export const modifiedKneserNey: Estimator = (counts, context, word) => {
  const isLongest = context.length === counts.order - 1;
  const table = isLongest ? counts.counts[context.length] : counts.continuations[context.length];
  const shorter =
    context.length === 0 ? 1 / counts.vocabulary.size : modifiedKneserNey(counts, context.slice(1), word)!;
  return interpolate(followersOf(table, context), modifiedDiscounts(table), word, shorter);
};

type Table = ReadonlyMap<string, Followers>;

/** By a count of 1, 2 and more: what it gives up. */
export type Discounts = readonly [number, number, number];

/** D1, D2, D3+ of a table (Chen & Goodman 1999, eq. 26); the one discount D for all where a text is too short for three. */
export function modifiedDiscounts(table: Table | undefined): Discounts {
  return discountsOf(table).modified;
}

function oneDiscount(table: Table | undefined): Discounts {
  return discountsOf(table).one;
}

// A long text's table is asked for every word of its vocabulary.
const knownDiscounts = new WeakMap<Table, { readonly one: Discounts; readonly modified: Discounts }>();
const knownMasses = new WeakMap<Followers, Map<Discounts, number>>();

function discountsOf(table: Table = new Map()): { readonly one: Discounts; readonly modified: Discounts } {
  let known = knownDiscounts.get(table);
  if (known === undefined) {
    const [n1, n2, n3, n4] = countsOfCounts(table);
    const y = n1 === 0 ? 0.5 : n1 / (n1 + 2 * n2);
    const one: Discounts = [y, y, y];
    const three: Discounts = [1 - (2 * y * n2) / n1, 2 - (3 * y * n3) / n2, 3 - (4 * y * n4) / n3];
    // Not a number where one of the counts is 0.
    const isUsable = three.every((discount, index) => discount >= 0 && discount <= index + 1);
    known = { one, modified: isUsable ? three : one };
    knownDiscounts.set(table, known);
  }
  return known;
}

/** How many n-grams were counted once, twice, three and four times. */
function countsOfCounts(table: Table): [number, number, number, number] {
  const found: [number, number, number, number] = [0, 0, 0, 0];
  for (const { words } of table.values()) {
    for (const count of words.values()) if (count <= 4) found[count - 1]!++;
  }
  return found;
}

/** (c - D) / total of the word, and what all words gave up times the shorter context's estimate. */
function interpolate(followers: Followers | undefined, discounts: Discounts, word: string, shorter: number): number {
  if (followers === undefined) return shorter;
  const count = followers.words.get(word) ?? 0;
  return (count - given(count, discounts) + givenByAll(followers, discounts) * shorter) / followers.total;
}

function given(count: number, discounts: Discounts): number {
  return count === 0 ? 0 : Math.min(count, discounts[Math.min(count, 3) - 1]!);
}

function givenByAll(followers: Followers, discounts: Discounts): number {
  const masses = knownMasses.get(followers) ?? new Map<Discounts, number>();
  knownMasses.set(followers, masses);
  let mass = masses.get(discounts);
  if (mass === undefined) {
    mass = 0;
    for (const count of followers.words.values()) mass += given(count, discounts);
    masses.set(discounts, mass);
  }
  return mass;
}

function seen(counts: Counts, context: readonly string[]): Followers | undefined {
  return followersOf(counts.counts[context.length], context);
}
