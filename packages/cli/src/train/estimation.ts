// Hot: every n-gram of every source goes through here.
import type { NgramTable } from '@foreword/core';
import { ContextBuilder } from './context-builder.ts';
import { CountMerge } from './count-merge.ts';
import type { Discounts } from './discounts.ts';
import { GrowingLevel, UnigramBuilder } from './growing-level.ts';
import { openCounts, type SourceCounts } from './source-counts.ts';
import { BEGIN_SENTENCE } from './vocabulary-selection.ts';
import { WeightedNgram } from './weighted-ngram.ts';

/** One source of counts as estimation sees it. */
export interface EstimationSource {
  readonly counts: SourceCounts;
  /** `discounts[k - 1]` of its k-grams. */
  readonly discounts: readonly Discounts[];
  /** `weights[k - 1]`: how much its k-grams count, > 0. Only the ratios between sources matter. */
  readonly weights: readonly number[];
}

/** What shapes the estimate. */
export interface EstimationOptions {
  readonly order: number;
  /** The vocabulary, as in `NgramTable.words`. */
  readonly words: readonly string[];
  /** `pruneCounts[k - 1]`: k-grams that occur so often or less, in all sources together, are left out. Non-descending, the first 0. */
  readonly pruneCounts: readonly number[];
  /**
   * By word: how frequent the words are known to be. What the unigrams' discounts leave is then shared out by these instead of
   * evenly, and they stand in the table as its frequencies.
   */
  readonly frequencies?: Float64Array;
  /** Awaited now and then: lets Ctrl-C in. */
  readonly pace: () => Promise<void> | undefined;
  readonly onProgress?: (share: number) => void;
}

/** A model with what pruning must know of the text. */
export interface EstimatedModel {
  readonly table: NgramTable;
  /** `occurrences[k - 1][i]`: weighted occurrences of k-gram i in the texts. Kneser–Ney's own lower orders cannot tell. */
  readonly occurrences: readonly Float32Array[];
  /** `suffixes[k - 1][i]`: index of k-gram i's suffix, all but its first word, in the level below. Only below the highest order, from 2 on. */
  readonly suffixes: readonly Uint32Array[];
}

/**
 * Interpolated modified Kneser–Ney over weighted sources. Every source brings its own adjusted counts c and discounts D;
 * with Σ over the sources s and their weights λ, and h′ the context h without its first word,
 *
 *     P(w|h) = Σ λ·max(0, c(hw) − D(c(hw))) / Σ λ·c(h•)  +  γ(h)·P(w|h′)
 *     γ(h)   = Σ λ·Σ_w D(c(hw)) / Σ λ·c(h•)
 *
 * which for one source is Chen & Goodman 1999, eq. 21–24, as KenLM has it: unigrams interpolate with 1 / (V − 1), and an
 * n-gram left out by its count leaves all its mass to the order below.
 */
export async function estimate(
  sources: readonly EstimationSource[],
  options: EstimationOptions,
): Promise<EstimatedModel> {
  const levels: GrowingLevel[] = [];
  for (let k = 1; k <= options.order; k++) {
    const most =
      k === 1 ? options.words.length : sources.reduce((sum, { counts }) => sum + counts.orders[k - 1]!.ngrams, 0);
    levels.push(new GrowingLevel(k, most, k === options.order));
    await estimateLevel(levels, sources, options);
    options.onProgress?.(k / options.order);
  }
  const table: NgramTable = {
    order: options.order,
    words: options.words,
    levels: levels.map((level) => level.finished()),
    frequencies:
      options.frequencies ??
      Float64Array.from(levels[0]!.occurrences, (count, id) => (id === BEGIN_SENTENCE ? 0 : count)),
  };
  return {
    table,
    occurrences: levels.map((level) => level.occurrences.subarray(0, level.size)),
    suffixes: levels.map((level) => level.suffixes.subarray(0, level.size)),
  };
}

async function estimateLevel(
  levels: readonly GrowingLevel[],
  sources: readonly EstimationSource[],
  options: EstimationOptions,
): Promise<void> {
  const order = levels.length;
  const merge = new CountMerge(
    openCounts(
      sources.map(({ counts }) => counts),
      order,
    ),
    order,
  );
  const ngram = new WeightedNgram(order, sources);
  const builder = order === 1 ? new UnigramBuilder(levels[0]!, options.frequencies) : new ContextBuilder(levels);
  const threshold = options.pruneCounts[order - 1] ?? 0;
  try {
    for (let seen = 1; merge.next(); seen++) {
      if ((seen & 0xffff) === 0) await options.pace();
      ngram.read(merge);
      builder.add(merge.words, ngram, order > 1 && ngram.total <= threshold);
    }
    builder.finish();
  } finally {
    merge.close();
  }
}
