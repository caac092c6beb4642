import type { Discounts } from './discounts.ts';
import type { TextMode } from './tokeniser.ts';

/** Everything that decides what a training run makes: recipe and command line together, with all defaults filled in. */
export interface TrainingPlan {
  /** Name of the pack. */
  readonly name: string;
  /** BCP 47 tag of the texts' language. */
  readonly language: string;
  /** Licence of the pack, as SPDX or in words; empty when unknown. */
  readonly licence: string;
  readonly sources: readonly SourcePlan[];
  readonly mode: TextMode;
  /** Longest n-gram, 1–6. */
  readonly order: number;
  /** Most words, `<unk>`, `<s>` and `</s>` included; undefined: all. */
  readonly vocabularySize: number | undefined;
  /** Words that occur less often in all texts together are unknown words. */
  readonly leastOccurrences: number;
  /** See `EstimationOptions.pruneCounts`; one per order. */
  readonly pruneCounts: readonly number[];
  /** Used where a source is too small to estimate discounts; undefined: that is an error. */
  readonly fallbackDiscounts: Discounts | undefined;
  /** What the written model may take after brotli, in bytes; undefined: no limit. */
  readonly sizeBytes: number | undefined;
  /** N-grams whose loss costs less than this, in nats per word of text, are left out. */
  readonly threshold: number;
  readonly memoryBytes: number;
  /** Folder in which texts and counts are kept for later runs; undefined: a temporary one, removed at the end. */
  readonly workFolder: string | undefined;
  /** Folder of the pack to write. */
  readonly out: string | undefined;
  /** ARPA file to write. */
  readonly arpa: string | undefined;
  /** File of words, one a line, that are never suggested. */
  readonly neverSuggest: string | undefined;
}

/** Texts that belong together: counted as one, with discounts of their own. */
export interface SourcePlan {
  readonly name: string;
  /** Paths of the texts. */
  readonly files: readonly string[];
  /** How much its counts weigh, > 0. */
  readonly weight: number;
  readonly licence: string;
}
