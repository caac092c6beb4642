import type { Discounts } from './discounts.ts';
import type { TextMode } from './tokeniser.ts';

/** Everything that decides what a training run makes: recipe and command line together, defaults filled in, paths resolved. */
export interface TrainingPlan {
  /** Name of the pack. */
  readonly name: string;
  /** BCP 47 tag of the texts' language. */
  readonly language: string;
  /** Licence of the pack, an SPDX expression or words; empty when unknown. */
  readonly licence: string;
  readonly sources: readonly SourcePlan[];
  readonly mode: TextMode;
  /** Longest n-gram, 1–6. */
  readonly order: number;
  /** Most words, `<unk>`, `<s>` and `</s>` included; undefined: all. */
  readonly vocabularySize: number | undefined;
  /** What a word must match as a whole to be a word of the model; undefined: anything. */
  readonly wordPattern: RegExp | undefined;
  /** File of the words of the vocabulary and their frequencies, parted by a tab; undefined: the texts' words. */
  readonly wordList: string | undefined;
  /** Words that occur less often in all texts together are unknown words. */
  readonly leastOccurrences: number;
  /** See `EstimationOptions.pruneCounts`; one per order. */
  readonly pruneCounts: readonly number[];
  /** N-grams whose loss costs less than this, in nats per word of text, are left out; 0: none. */
  readonly threshold: number;
  /** What the written model may take after brotli, in bytes; undefined: no limit. Overrides `threshold`. */
  readonly sizeBytes: number | undefined;
  /** Used where a source is too small to estimate discounts; undefined: that is an error. */
  readonly fallbackDiscounts: Discounts | undefined;
  /** Texts to tune the sources' weights on; none: the weights stay as they are. */
  readonly tuning: readonly TuningPlan[];
  /** File of words, one a line, that are never suggested. */
  readonly neverSuggest: string | undefined;
  readonly memoryBytes: number;
  /** Folder in which texts and counts are kept for later runs; undefined: a temporary one, removed at the end. */
  readonly workFolder: string | undefined;
  /** Folder of the pack to write. */
  readonly out: string | undefined;
  /** Whether the pack keeps probabilities at full precision instead of one-byte codes. */
  readonly isExact: boolean;
  /** ARPA file to write. */
  readonly arpa: string | undefined;
}

/** Texts that belong together: counted as one, with discounts of their own. */
export interface SourcePlan {
  readonly name: string;
  readonly licence: string;
  /** Paths of the texts. */
  readonly files: readonly string[];
  /** How much one occurrence counts, > 0. */
  readonly weight: number;
}

/** A text to tune on. */
export interface TuningPlan {
  readonly file: string;
  /** Its share in the objective, > 0; only ratios matter. */
  readonly weight: number;
}
