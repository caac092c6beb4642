import type { PersonalCounts } from './personal-counts.ts';

/** What the user's own counts weigh at a place: alone, after one word and after two. */
interface Weighing {
  /** The count at which a context takes half of its most. */
  readonly half: readonly [number, number, number];
  /** The most that a context takes. */
  readonly most: number;
}

/**
 * By letters typed: none, one, two, more. Found on dev text replayed document by document (topicalchat, ewt, changelog, masc), where they raise KS@5
 * most, and before a letter top-1 too.
 */
const WEIGHINGS: readonly Weighing[] = [
  { half: [100, 0.25, 0.25], most: 0.1 },
  { half: [75, 14, 7], most: 1 },
  { half: [7, 7, 4], most: 1 },
  { half: [1.5, 3, 3], most: 1 },
];

/**
 * How the user's counts make one distribution, and what it weighs: each longer context takes λ = most · C / (C + half) of the whole, C
 * the count of all words found there, so that it weighs the more, the more is known (Witten & Bell 1991).
 */
export class Blend {
  readonly #counts: PersonalCounts;
  /** By context: what a count is worth. */
  readonly #worth: readonly [number, number, number];
  /** What all of this weighs against everyone's models together: 0 where nothing is known. */
  readonly odds: number;

  constructor(counts: PersonalCounts, letters: number) {
    this.#counts = counts;
    const { half, most } = WEIGHINGS[Math.min(letters, WEIGHINGS.length - 1)]!;
    const shares = [0, 0, 0];
    let rest = 1;
    for (let k = 2; k >= 0; k--) {
      const total = counts.totals[k]!;
      const taken = (most * total) / (total + half[k]!);
      shares[k] = rest * taken;
      rest *= 1 - taken;
    }
    this.odds = (1 - rest) / rest;
    const worth = (k: number): number =>
      shares[k]! > 0 ? (shares[k]! * counts.share) / ((1 - rest) * counts.totals[k]!) : 0;
    this.#worth = [worth(0), worth(1), worth(2)];
  }

  /** P of the word at a place of the counts' answer. */
  probability(place: number): number {
    const [alone, afterOne, afterTwo] = this.#counts.counts;
    const [worthAlone, worthAfterOne, worthAfterTwo] = this.#worth;
    const sum =
      worthAlone * alone.list[place]! + worthAfterOne * afterOne.list[place]! + worthAfterTwo * afterTwo.list[place]!;
    return Math.min(1, sum);
  }
}
