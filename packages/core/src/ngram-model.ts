// Hot: `next` runs on every keystroke. No objects, closures or strings per look-up except the answer's.

import { BestWords } from './best-words.ts';
import { malformed, openNgramFile } from './ngram-format.ts';
import { checkChildren, TrieLevel } from './ngram-trie.ts';
import type { Distribution, LanguageModel, Query } from './types.ts';
import { FIRST_WORD, SENTENCE_START, UNKNOWN, Vocabulary } from './vocabulary.ts';
import { normalizeWord } from './words.ts';

/**
 * Opens an n-gram file. The model reads the bytes in place: they must not change any more.
 * Costs a few milliseconds for 6 MB; all checks are made here, so that asking later cannot fail.
 * Throws `PredictionError` `file-malformed` or `pack-too-new`.
 */
export function openNgram(bytes: Uint8Array): NgramModel {
  const file = openNgramFile(bytes);
  const vocabulary = new Vocabulary(file);
  const levels = Array.from({ length: file.order }, (_, index) => new TrieLevel(file, index + 1));
  for (let k = 1; k < levels.length; k++) checkChildren(levels[k - 1]!, levels[k]!, vocabulary.size);
  if (levels[0]!.length !== vocabulary.size) throw malformed('its unigrams are not its words');
  return new NgramModel(vocabulary, levels, file.sizeBytes);
}

/** A back-off n-gram model over an opened file. Answers synchronously and exactly. Made by `openNgram`. */
export class NgramModel implements LanguageModel {
  readonly name: string = 'ngram';
  /** Longest n-gram. */
  readonly order: number;
  readonly vocabulary: Vocabulary;
  /** Size of the file. */
  readonly sizeBytes: number;
  /** Number of n-grams of order 1, 2, … */
  readonly ngramCounts: readonly number[];
  readonly #levels: readonly TrieLevel[];
  /** Greatest log-probability code (or value) of each block of unigrams. */
  readonly #blockBest: Float32Array;
  readonly #context: Uint32Array;
  /** The children of the last k words of the context: entries childLow[k] … childHigh[k] - 1 of level k. */
  readonly #childLow: Uint32Array;
  readonly #childHigh: Uint32Array;
  /** ln of the back-off from the whole context down to its last k words. */
  readonly #logBackoff: Float64Array;
  readonly #best: BestWords = new BestWords();

  constructor(vocabulary: Vocabulary, levels: readonly TrieLevel[], sizeBytes: number) {
    this.order = levels.length;
    this.vocabulary = vocabulary;
    this.sizeBytes = sizeBytes;
    this.ngramCounts = levels.map((level) => level.length);
    this.#levels = levels;
    this.#context = new Uint32Array(this.order);
    this.#childLow = new Uint32Array(this.order);
    this.#childHigh = new Uint32Array(this.order);
    this.#logBackoff = new Float64Array(this.order);
    this.#blockBest = blockMaxima(levels[0]!);
  }

  /**
   * The exact `limit` likeliest words that complete the prefix, then those of `also`. Left out are words that are never
   * suggested and `<unk>`, `<s>`, `</s>`; a word of `also` outside the vocabulary has log-probability -Infinity.
   * Where fewer than `order - 1` words are known the sentence's start stands before them. Equal words stand in id order.
   * Throws `RangeError` unless `limit` is an integer ≥ 0.
   */
  next(query: Query): Distribution {
    const { context, limit, also } = query;
    if (!(Number.isInteger(limit) && limit >= 0)) throw new RangeError(`limit must be an integer ≥ 0, not ${limit}`);
    this.#readContext(context.words, context.words.length < this.order - 1);
    const best = this.#best;
    best.clear(Math.min(limit, this.vocabulary.size));
    if (limit > 0) {
      const [lo, hi] = this.vocabulary.prefixRange(normalizeWord(context.prefix));
      for (let k = this.order - 1; k >= 1; k--) this.#offerChildren(k, lo, hi);
      this.#offerUnigrams(lo, hi);
    }
    return this.#answer(also ?? []);
  }

  /**
   * ln P(word | context) for normalised words, oldest first; the sentence's start, where the context reaches back to it,
   * is its first word `<s>`. `word` may be `</s>`; words outside the vocabulary count as `<unk>`.
   */
  logProb(context: readonly string[], word: string): number {
    this.#readContext(context, false);
    return this.#logProb(this.vocabulary.id(word));
  }

  /** Length of the longest n-gram that ends in `word` and is in the model: 1 to `order`. Arguments as for `logProb`. */
  matchedOrder(context: readonly string[], word: string): number {
    this.#readContext(context, false);
    const wordId = this.vocabulary.id(word);
    for (let k = this.order - 1; k >= 1; k--) {
      if (this.#levels[k]!.find(this.#childLow[k]!, this.#childHigh[k]!, wordId) >= 0) return k + 1;
    }
    return 1;
  }

  /** Finds the children and the back-off of every suffix of the context. */
  #readContext(words: readonly string[], afterStart: boolean): void {
    const ids = this.#context;
    let length = 0;
    if (afterStart) ids[length++] = SENTENCE_START;
    for (let i = Math.max(0, words.length - (this.order - 1)); i < words.length; i++) {
      ids[length++] = this.vocabulary.id(words[i]!);
    }
    let logBackoff = 0;
    for (let k = this.order - 1; k >= 0; k--) {
      this.#childLow[k] = 0;
      this.#childHigh[k] = 0;
      this.#logBackoff[k] = logBackoff;
      if (k === 0 || k > length) continue;
      const entry = this.#findContext(length - k, k);
      if (entry < 0) continue;
      const level = this.#levels[k - 1]!;
      this.#childLow[k] = level.firstChild(entry);
      this.#childHigh[k] = this.#childLow[k]! + level.childCount(entry);
      logBackoff += level.logBackoff(entry);
    }
  }

  /** The entry of level k - 1 for the context's words from `start` to its end, or -1. */
  #findContext(start: number, k: number): number {
    let entry = this.#context[start]!;
    for (let depth = 1; depth < k; depth++) {
      const parents = this.#levels[depth - 1]!;
      const low = parents.firstChild(entry);
      entry = this.#levels[depth]!.find(low, low + parents.childCount(entry), this.#context[start + depth]!);
      if (entry < 0) return -1;
    }
    return entry;
  }

  #logProb(wordId: number): number {
    for (let k = this.order - 1; k >= 1; k--) {
      const level = this.#levels[k]!;
      const entry = level.find(this.#childLow[k]!, this.#childHigh[k]!, wordId);
      if (entry >= 0) return this.#logBackoff[k]! + level.logProb(entry);
    }
    return this.#logBackoff[0]! + this.#levels[0]!.logProb(wordId);
  }

  /** Offers the words lo … hi - 1 that follow the last k words of the context, as far as they can be among the best. */
  #offerChildren(k: number, lo: number, hi: number): void {
    const level = this.#levels[k]!;
    const first = level.lowerBound(this.#childLow[k]!, this.#childHigh[k]!, lo);
    const end = level.lowerBound(first, this.#childHigh[k]!, hi);
    this.#offerEntries(level, first, end);
  }

  /** Skips every block of unigrams whose best cannot be among the best. */
  #offerUnigrams(lo: number, hi: number): void {
    const level = this.#levels[0]!;
    const logBackoff = this.#logBackoff[0]!;
    let first = Math.max(lo, FIRST_WORD);
    while (first < hi) {
      const block = first >>> BLOCK_SHIFT;
      const end = Math.min(hi, (block + 1) << BLOCK_SHIFT);
      if (logBackoff + this.#blockBest[block]! >= this.#best.worst) this.#offerEntries(level, first, end);
      first = end;
    }
  }

  #offerEntries(level: TrieLevel, first: number, end: number): void {
    const best = this.#best;
    const k = level.order - 1;
    const logBackoff = this.#logBackoff[k]!;
    const { logProbCodes: codes, logProbs } = level;
    let least = codes === null ? 0 : leastCode(logProbs, logBackoff, best.worst);
    for (let i = first; i < end; i++) {
      if (codes === null ? logBackoff + logProbs[i]! < best.worst : codes[i]! < least) continue;
      const wordId = level.lastWord(i);
      if (wordId < FIRST_WORD || this.vocabulary.isOffensive(wordId) || this.#isChildAbove(k, wordId)) continue;
      if (best.offer(wordId, logBackoff + level.logProb(i)) && codes !== null) {
        least = leastCode(logProbs, logBackoff, best.worst);
      }
    }
  }

  /** Whether a longer n-gram than k + 1 words gives the word's probability. */
  #isChildAbove(k: number, wordId: number): boolean {
    for (let longer = k + 1; longer < this.order; longer++) {
      if (this.#levels[longer]!.find(this.#childLow[longer]!, this.#childHigh[longer]!, wordId) >= 0) return true;
    }
    return false;
  }

  #answer(also: readonly string[]): Distribution {
    const best = this.#best;
    const found = best.sort();
    const words: string[] = [];
    const logProbs: number[] = [];
    for (let i = 0; i < found; i++) {
      words.push(this.vocabulary.word(best.wordIds[i]!));
      logProbs.push(best.scores[i]!);
    }
    for (const word of also) {
      if (words.includes(word)) continue;
      const wordId = this.vocabulary.id(word);
      words.push(word);
      logProbs.push(wordId === UNKNOWN || wordId < FIRST_WORD ? -Infinity : this.#logProb(wordId));
    }
    return { words, logProbs: Float32Array.from(logProbs) };
  }
}

const BLOCK_SHIFT = 8;

function blockMaxima(unigrams: TrieLevel): Float32Array {
  const maxima = new Float32Array(Math.ceil(unigrams.length / (1 << BLOCK_SHIFT))).fill(-Infinity);
  for (let i = 0; i < unigrams.length; i++) {
    const logProb = unigrams.logProb(i);
    if (logProb > maxima[i >>> BLOCK_SHIFT]!) maxima[i >>> BLOCK_SHIFT] = logProb;
  }
  return maxima;
}

/** Least code whose value plus the back-off reaches `worst`; 256 when none does. */
function leastCode(codebook: Float32Array, logBackoff: number, worst: number): number {
  let low = 0;
  let high = 256;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (logBackoff + codebook[middle]! < worst) low = middle + 1;
    else high = middle;
  }
  return low;
}
