// Hot: reads every n-gram of every source.
import type { CountReader } from './count-file.ts';
import type { CountMerge } from './count-merge.ts';
import { type Discounts, discountOf } from './discounts.ts';

/** What weighting an n-gram's counts takes from each source, in the order of the merge's readers. */
export interface CountWeighting {
  readonly discounts: readonly Discounts[];
  readonly weights: readonly number[];
}

/** The counts of the current n-gram, weighted over the sources. */
export class WeightedNgram {
  /** Σ λ·c */
  count = 0;
  /** Σ λ·D(c) */
  discount = 0;
  /** Weighted occurrences. */
  occurrences = 0;
  /** Occurrences, unweighted. */
  total = 0;
  readonly #order: number;
  readonly #weights: readonly number[];
  readonly #discounts: readonly Discounts[];

  /** For n-grams of `order`, whose sources weigh and discount as these say, order by order. */
  constructor(order: number, sources: readonly CountWeighting[]) {
    this.#order = order;
    this.#weights = sources.map(({ weights }) => weights[order - 1]!);
    this.#discounts = sources.map(({ discounts }) => discounts[order - 1]!);
  }

  /** Takes in the n-gram that a merge of the sources' counts stands on. */
  read(merge: CountMerge): void {
    this.count = 0;
    this.discount = 0;
    this.occurrences = 0;
    this.total = 0;
    for (let i = 0; i < merge.matchCount; i++) {
      const source = merge.matches[i]!;
      const reader: CountReader = merge.readers[source]!;
      const count = reader.block[reader.at + this.#order]!;
      const occurrences = reader.block[reader.at + this.#order + 1]!;
      const weight = this.#weights[source]!;
      this.count += weight * count;
      this.discount += weight * discountOf(this.#discounts[source]!, count);
      this.occurrences += weight * occurrences;
      this.total += occurrences;
    }
  }
}
