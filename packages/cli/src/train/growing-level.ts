// Hot: every n-gram of a model passes through here.
import type { NgramLevel } from '@foreword/core';
import { BEGIN_SENTENCE } from './vocabulary-selection.ts';
import type { WeightedNgram } from './weighted-ngram.ts';

/** One order of a model under construction. */
export class GrowingLevel {
  /** Longest n-grams, which are no contexts: the arrays that contexts need are empty. */
  readonly isHighest: boolean;
  /** N-grams so far. */
  size = 0;
  readonly lastWords: Uint32Array;
  /** Σ λ·(c − D) until the n-gram's context is complete, then ln P. */
  readonly logProbs: Float32Array;
  readonly logBackoffs: Float32Array;
  readonly firstChild: Uint32Array;
  /** Weighted occurrences. */
  readonly occurrences: Float32Array;
  /** Index of each n-gram's suffix (all but its first word) in the level below. Empty for unigrams. */
  readonly suffixes: Uint32Array;

  /** Has room for `most` n-grams; memory that is never written to is never taken from the system. */
  constructor(order: number, most: number, isHighest: boolean) {
    this.isHighest = isHighest;
    this.lastWords = new Uint32Array(most);
    this.logProbs = new Float32Array(most);
    this.logBackoffs = new Float32Array(isHighest ? 0 : most);
    this.firstChild = new Uint32Array(isHighest ? 0 : most + 1);
    this.occurrences = new Float32Array(isHighest && order > 1 ? 0 : most);
    this.suffixes = new Uint32Array(isHighest || order === 1 ? 0 : most);
  }

  /** The level as it stands in an `NgramTable`: views, no copies. */
  finished(): NgramLevel {
    const { size } = this;
    return {
      lastWords: this.lastWords.subarray(0, size),
      logProbs: this.logProbs.subarray(0, size),
      ...(!this.isHighest && {
        logBackoffs: this.logBackoffs.subarray(0, size),
        firstChild: this.firstChild.subarray(0, size + 1),
      }),
    };
  }
}

/** Fills the level of unigrams, given in any order; words that never occur are estimated too. */
export class UnigramBuilder {
  readonly #level: GrowingLevel;
  readonly #frequencies: Float64Array | undefined;
  #count = 0;
  #discount = 0;

  /** `frequencies`: see `EstimationOptions`. */
  constructor(level: GrowingLevel, frequencies?: Float64Array) {
    this.#level = level;
    this.#frequencies = frequencies;
    level.size = level.lastWords.length;
  }

  add(words: Uint32Array, ngram: WeightedNgram): void {
    const word = words[0]!;
    const level = this.#level;
    level.occurrences[word] = ngram.occurrences;
    if (word === BEGIN_SENTENCE) return;
    level.logProbs[word] = ngram.count - ngram.discount;
    this.#count += ngram.count;
    this.#discount += ngram.discount;
  }

  finish(): void {
    const { logProbs, lastWords, size } = this.#level;
    // What the discounts leave is shared out over all words but <s>: evenly, or by their frequencies.
    const rest = this.#discount / this.#count;
    const frequencies = this.#frequencies;
    const known = frequencies?.reduce((sum, frequency) => sum + frequency, 0) ?? 0;
    for (let word = 0; word < size; word++) {
      const share = frequencies === undefined ? 1 / (size - 1) : frequencies[word]! / known;
      lastWords[word] = word;
      logProbs[word] =
        word === BEGIN_SENTENCE ? Number.NEGATIVE_INFINITY : Math.log(logProbs[word]! / this.#count + rest * share);
    }
  }
}
