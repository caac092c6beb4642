/**
 * An n-gram model at full precision, in memory: what the trainer and the ARPA reader make and what the
 * writers of n-gram files and ARPA files take. A trie in arrays, one level per order, parents and children sorted.
 */
export interface NgramTable {
  /** Longest n-gram, 1–6. */
  readonly order: number;
  /** Word ids are indices here: 0 `<unk>`, 1 `<s>`, 2 `</s>`, then all others in ascending order of their UTF-8 bytes. */
  readonly words: readonly string[];
  /** `levels[k - 1]` holds the k-grams. */
  readonly levels: readonly NgramLevel[];
  /** Occurrences of each word in the training text (weighted), or undefined when unknown (ARPA). Length `words.length`. */
  readonly frequencies?: Float64Array;
}

/** The n-grams of one order, sorted by their word ids. */
export interface NgramLevel {
  /** Last word of each n-gram; for unigrams entry i is i. Ascending among the children of one parent. */
  readonly lastWords: Uint32Array;
  /** ln P(last word | the words before it), interpolated. -Infinity for `<s>` as a unigram. */
  readonly logProbs: Float32Array;
  /** ln back-off weight of the n-gram as a context; 0 where it has no children. Absent at the highest order. */
  readonly logBackoffs?: Float32Array;
  /** Children of entry i are `firstChild[i] … firstChild[i + 1] - 1` of the next level. Length n + 1. Absent at the highest order. */
  readonly firstChild?: Uint32Array;
}
