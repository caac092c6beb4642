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
type CountsOfCounts = readonly [number, number, number, number];

// A table of a long text is asked for every word of its vocabulary.
const knownCountsOfCounts = new WeakMap<Table, CountsOfCounts>();

/** By a count of 1, 2 and more: what it gives up. */
export type Discounts = readonly [number, number, number];

/** D1, D2, D3+ of a table (Chen & Goodman 1999, eq. 26); the one discount D for all where a text is too short for three. */
export function modifiedDiscounts(table: Table | undefined): Discounts {
  const [n1, n2, n3, n4] = countsOfCounts(table);
  if (n1 === 0 || n2 === 0 || n3 === 0) return oneDiscount(table);
  const y = n1 / (n1 + 2 * n2);
  const found = [1 - (2 * y * n2) / n1, 2 - (3 * y * n3) / n2, 3 - (4 * y * n4) / n3] as const;
  return found.every((discount, index) => discount >= 0 && discount <= index + 1) ? found : oneDiscount(table);
}

function oneDiscount(table: Table | undefined): Discounts {
  const [n1, n2] = countsOfCounts(table);
  const discount = n1 === 0 ? 0.5 : n1 / (n1 + 2 * n2);
  return [discount, discount, discount];
}

/** How many n-grams were counted once, twice, three and four times. */
function countsOfCounts(table: Table | undefined): CountsOfCounts {
  const known = table && knownCountsOfCounts.get(table);
  if (known !== undefined) return known;
  const found: [number, number, number, number] = [0, 0, 0, 0];
  for (const { words } of table?.values() ?? []) {
    for (const count of words.values()) if (count <= 4) found[count - 1]!++;
  }
  if (table !== undefined) knownCountsOfCounts.set(table, found);
  return found;
}

/** (c - D) / total of the word, and what all words gave up times the shorter context's estimate. */
function interpolate(followers: Followers | undefined, discounts: Discounts, word: string, shorter: number): number {
  if (followers === undefined) return shorter;
  const given = (count: number): number => Math.min(count, count === 0 ? 0 : discounts[Math.min(count, 3) - 1]!);
  let total = 0;
  for (const count of followers.words.values()) total += given(count);
  const count = followers.words.get(word) ?? 0;
  return (count - given(count) + total * shorter) / followers.total;
}

function seen(counts: Counts, context: readonly string[]): Followers | undefined {
  return followersOf(counts.counts[context.length], context);
}
