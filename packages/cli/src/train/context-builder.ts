// Hot: every n-gram above the unigrams is looked up once in the order below.
import { searchAscending } from './ascending-search.ts';
import type { GrowingLevel } from './growing-level.ts';
import type { WeightedNgram } from './weighted-ngram.ts';

/** Fills the last of the levels it is given, from n-grams in ascending order: a context is finished when the next begins. */
export class ContextBuilder {
  readonly #levels: readonly GrowingLevel[];
  readonly #level: GrowingLevel;
  readonly #contexts: GrowingLevel;
  readonly #order: number;
  /** The current context's words, and the node of each of its beginnings: `#path[j]` is w1 … wj+1 in `#levels[j]`. */
  readonly #words: Uint32Array;
  readonly #path: Uint32Array;
  /** How many nodes of `#path` are the current context's: all, unless a beginning of it was left out by its count. */
  #found = 0;
  /** The context's first n-gram in the level. */
  #start = 0;
  /** Σ λ·c over the context. */
  #count = 0;
  /** What the context leaves to the order below: Σ λ·D(c), and all of Σ λ·c of n-grams left out. */
  #leftOver = 0;
  /** Contexts below this have their `firstChild`. */
  #linked = 0;

  constructor(levels: readonly GrowingLevel[]) {
    this.#levels = levels;
    this.#order = levels.length;
    this.#level = levels[this.#order - 1]!;
    this.#contexts = levels[this.#order - 2]!;
    this.#words = new Uint32Array(this.#order - 1).fill(NO_WORD);
    this.#path = new Uint32Array(this.#order - 1);
  }

  /** Takes in the next n-gram; one that `isLeftOut` only counts for its context. */
  add(words: Uint32Array, ngram: WeightedNgram, isLeftOut: boolean): void {
    if (!this.#isSameContext(words)) {
      this.#close();
      this.#open(words);
    }
    this.#count += ngram.count;
    this.#leftOver += isLeftOut ? ngram.count : ngram.discount;
    if (isLeftOut) return;
    if (!this.#isKept) throw new Error('An n-gram was kept whose context was not: count thresholds must not descend.');
    const level = this.#level;
    const index = level.size++;
    level.lastWords[index] = words[this.#order - 1]!;
    level.logProbs[index] = ngram.count - ngram.discount;
    if (!level.isHighest) level.occurrences[index] = ngram.occurrences;
  }

  finish(): void {
    this.#close();
    const { firstChild, size } = this.#contexts;
    firstChild.fill(this.#level.size, this.#linked, size + 1);
  }

  #isSameContext(words: Uint32Array): boolean {
    for (let j = this.#order - 2; j >= 0; j--) {
      if (this.#words[j] !== words[j]) return false;
    }
    return true;
  }

  /** Finds the context's node, from the first word in which it differs from the context before. */
  #open(words: Uint32Array): void {
    const length = this.#order - 1;
    let found = 0;
    while (found < this.#found && this.#words[found] === words[found]) found++;
    for (let j = 0; j < length; j++) this.#words[j] = words[j]!;
    while (found < length && this.#locate(found)) found++;
    this.#found = found;
    this.#start = this.#level.size;
    this.#count = 0;
    this.#leftOver = 0;
    if (!this.#isKept) return;
    const node = this.#path[length - 1]!;
    this.#contexts.firstChild.fill(this.#start, this.#linked, node + 1);
    this.#linked = node + 1;
  }

  /** Finds the node of the context's first j + 1 words beneath that of its first j. */
  #locate(j: number): boolean {
    const word = this.#words[j]!;
    if (j === 0) {
      this.#path[0] = word;
      return true;
    }
    const parent = this.#path[j - 1]!;
    const { firstChild } = this.#levels[j - 1]!;
    const { lastWords } = this.#levels[j]!;
    const end = firstChild[parent + 1]!;
    const node = searchAscending(lastWords, word, firstChild[parent]!, end);
    this.#path[j] = node;
    return node < end && lastWords[node] === word;
  }

  /** False for a context that was itself left out by its count: then all its n-grams were. */
  get #isKept(): boolean {
    return this.#found === this.#order - 1;
  }

  /** Turns the context's discounted counts into probabilities. */
  #close(): void {
    const level = this.#level;
    const contexts = this.#contexts;
    const node = this.#path[this.#order - 2]!;
    const size = level.size;
    if (size === this.#start) return;
    const gamma = Math.max(this.#leftOver / this.#count, LEAST_BACKOFF);
    contexts.logBackoffs[node] = Math.log(gamma);
    const lower = contexts;
    let position = 0;
    let end = lower.size;
    if (this.#order > 2) {
      const parent = contexts.suffixes[node]!;
      const { firstChild } = this.#levels[this.#order - 3]!;
      position = firstChild[parent]!;
      end = firstChild[parent + 1]!;
    }
    for (let index = this.#start; index < size; index++) {
      const word = level.lastWords[index]!;
      position = searchAscending(lower.lastWords, word, position, end);
      if (position === end || lower.lastWords[position] !== word)
        throw new Error('An n-gram lacks its suffix in the order below.');
      const probability = level.logProbs[index]! / this.#count + gamma * Math.exp(lower.logProbs[position]!);
      level.logProbs[index] = Math.min(0, Math.log(probability));
      if (!level.isHighest) level.suffixes[index] = position;
    }
  }
}

const NO_WORD = 2 ** 32 - 1;

/** Back-off weights must have a logarithm, even where a text makes all discounts of a context 0. */
const LEAST_BACKOFF = 1e-12;
