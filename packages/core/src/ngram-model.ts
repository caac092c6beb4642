// Hot: `next` runs on every keystroke. No objects, closures or strings per look-up except the answer's.
import { BestWords } from './best-words.ts';
import { ContextReader } from './context-reader.ts';
import type { BackoffStep, NgramDetails } from './explain.ts';
import { FileLevel } from './file-level.ts';
import { openNgramFile } from './ngram-format.ts';
import { NgramLookup, type NgramLookupOptions } from './ngram-lookup.ts';
import type { Distribution, LanguageModel, PredictionContext, Query } from './types.ts';
import { FIRST_WORD, SENTENCE_START, Vocabulary } from './vocabulary.ts';
import { rankWords, type WordRanks } from './word-ranks.ts';
import { normalizeWord } from './words.ts';

/** Options of `openNgram`. */
export interface OpenNgramOptions {
  /** For bytes whose SHA-256 sum has been or is being checked: leaves out the file's own, weaker checksum. Default false. */
  readonly skipChecksum?: boolean;
}

/**
 * Opens an n-gram file. The model reads the bytes in place: they must not change any more.
 * Costs a few milliseconds for 6 MB; all checks are made here, so that asking later cannot fail.
 * Throws `PredictionError` `file-malformed` or `pack-too-new`.
 */
export function openNgram(bytes: Uint8Array, options: OpenNgramOptions = {}): NgramModel {
  const file = openNgramFile(bytes, options.skipChecksum);
  const levels = Array.from({ length: file.order }, (_, index) => new FileLevel(file, index + 1));
  const ranks = rankWords(levels[0]!.codes);
  return new NgramModel(new Vocabulary(file, ranks), levels, ranks, file.sizeBytes);
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
  readonly #levels: readonly FileLevel[];
  readonly #ranks: WordRanks;
  readonly #reader: ContextReader;
  readonly #best: BestWords = new BestWords();
  /** Least code of each block of word ids: their greatest unigram probability. */
  readonly #blockCodes: Uint8Array;
  readonly #contextIds: Uint32Array;

  /** @internal */
  constructor(vocabulary: Vocabulary, levels: readonly FileLevel[], ranks: WordRanks, sizeBytes: number) {
    this.order = levels.length;
    this.vocabulary = vocabulary;
    this.sizeBytes = sizeBytes;
    this.ngramCounts = levels.map((level) => level.length);
    this.#levels = levels;
    this.#ranks = ranks;
    this.#reader = new ContextReader(levels, ranks);
    this.#contextIds = new Uint32Array(this.order);
    this.#blockCodes = blockMinima(levels[0]!.codes);
  }

  /**
   * The exact `limit` likeliest words that complete the prefix, then those of `also`. Left out are words that are never
   * suggested and `<unk>`, `<s>`, `</s>`; a word of `also` outside the vocabulary has log-probability -Infinity.
   * Where fewer than `order - 1` words are known the sentence's start stands before them. Of equally likely words the one
   * known from the longer n-gram stands first, then the one likelier after a shorter context.
   * Throws `RangeError` unless `limit` is an integer ≥ 0.
   */
  next(query: Query): Distribution {
    const { context, limit, also } = query;
    if (!(Number.isInteger(limit) && limit >= 0)) throw new RangeError(`limit must be an integer ≥ 0, not ${limit}`);
    this.#readContext(context.words, context.words.length < this.order - 1);
    this.#best.clear(Math.min(limit, this.vocabulary.size));
    if (limit > 0) {
      const [lo, hi] = this.vocabulary.prefixRange(normalizeWord(context.prefix));
      for (let k = this.#reader.length; k >= 1; k--) this.#offerChildren(k, lo, hi);
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
    return this.#reader.matched(this.#ranks.rankOfWord[this.vocabulary.id(word)]!) + 1;
  }

  /**
   * A second way to ask the same model, for decoders that weigh many contexts at once. Shares the file's bytes.
   * @internal
   */
  lookup(options: NgramLookupOptions = {}): NgramLookup {
    return new NgramLookup(this.#levels, this.#ranks, options);
  }

  /** How `next` comes to the probability of a normalised word: every order, the longest first. */
  explain(context: PredictionContext, word: string): NgramDetails {
    const { words } = context;
    const wordId = this.vocabulary.id(word);
    if (wordId < FIRST_WORD) return { kind: 'ngram', order: 0, steps: [], logFrequency: null };
    this.#readContext(words, words.length < this.order - 1);
    const rank = this.#ranks.rankOfWord[wordId]!;
    const steps: BackoffStep[] = [];
    for (let k = 0; k <= this.#reader.length; k++) steps.unshift(this.#backoffStep(k, rank, steps[0]));
    const logFrequency = this.vocabulary.hasFrequencies ? this.vocabulary.logFrequency(wordId) : null;
    return { kind: 'ngram', order: this.#reader.matched(rank) + 1, steps, logFrequency };
  }

  #backoffStep(k: number, rank: number, shorter: BackoffStep | undefined): BackoffStep {
    const { length } = this.#reader;
    const { length: followers, ranks, codes, entries } = this.#reader.children(k);
    const i = ranks.subarray(0, followers).indexOf(rank);
    const ngramLogProb = i < 0 ? null : this.#ownLogProb(k, codes[i]!, entries[i]!);
    const logWeight = this.#reader.logBackoff(k);
    const logBackoff = shorter === undefined ? 0 : shorter.logWeight - logWeight;
    const context = this.#contextIds.subarray(length - k, length);
    return {
      order: k + 1,
      context: Array.from(context, (id) => this.vocabulary.word(id)),
      ngramLogProb,
      logBackoff,
      logWeight,
      logProb: ngramLogProb ?? logBackoff + shorter!.logProb,
    };
  }

  #readContext(words: readonly string[], isWholeSentence: boolean): void {
    let length = 0;
    if (isWholeSentence) this.#contextIds[length++] = SENTENCE_START;
    for (let i = Math.max(0, words.length - (this.order - 1)); i < words.length; i++) {
      this.#contextIds[length++] = this.vocabulary.id(words[i]!);
    }
    this.#reader.read(this.#contextIds, length);
  }

  #logProb(wordId: number): number {
    const rank = this.#ranks.rankOfWord[wordId]!;
    const k = this.#reader.matched(rank);
    const { ranks, codes, entries } = this.#reader.children(k);
    let i = rank;
    if (k > 0) for (i = 0; ranks[i] !== rank; ) i++;
    return this.#reader.logBackoff(k) + this.#ownLogProb(k, codes[i]!, entries[i]!);
  }

  /** ln P of an n-gram of k + 1 words. */
  #ownLogProb(k: number, code: number, entry: number): number {
    const level = this.#levels[k]!;
    return level.logProbs === null ? level.codebook[code]! : level.logProbs[entry]!;
  }

  /** Offers the words lo … hi - 1 that follow the last k words of the context and no more of them. */
  #offerChildren(k: number, lo: number, hi: number): void {
    const { length, ranks, codes, entries } = this.#reader.children(k);
    const logBackoff = this.#reader.logBackoff(k);
    const { codebook, logProbs } = this.#levels[k]!;
    const best = this.#best;
    for (let i = 0; i < length; i++) {
      // Likeliest first: the rest cannot enter either.
      if (logProbs === null && !(logBackoff + codebook[codes[i]!]! > best.worst)) return;
      const rank = ranks[i]!;
      const wordId = this.#ranks.wordOfRank[rank]!;
      if (wordId < lo || wordId >= hi || this.#reader.matched(rank) !== k || !this.#isSuggested(wordId)) continue;
      best.offer(wordId, logBackoff + this.#ownLogProb(k, codes[i]!, entries[i]!));
    }
  }

  /** Offers the words lo … hi - 1 that follow no word of the context, but for blocks of which none can enter. */
  #offerUnigrams(lo: number, hi: number): void {
    const logBackoff = this.#reader.logBackoff(0);
    const { codebook, codes, logProbs } = this.#levels[0]!;
    const best = this.#best;
    let first = lo;
    while (first < hi) {
      const block = first >>> BLOCK_SHIFT;
      const end = Math.min(hi, (block + 1) << BLOCK_SHIFT);
      const mayEnter = logProbs !== null || logBackoff + codebook[this.#blockCodes[block]!]! > best.worst;
      for (let wordId = first; mayEnter && wordId < end; wordId++) {
        if (logProbs === null && !(logBackoff + codebook[codes[wordId]!]! > best.worst)) continue;
        const rank = this.#ranks.rankOfWord[wordId]!;
        if (this.#reader.matched(rank) !== 0 || !this.#isSuggested(wordId)) continue;
        best.offer(wordId, logBackoff + this.#ownLogProb(0, codes[wordId]!, rank));
      }
      first = end;
    }
  }

  #isSuggested(wordId: number): boolean {
    return wordId >= FIRST_WORD && !this.vocabulary.isOffensive(wordId);
  }

  #answer(also: readonly string[]): Distribution {
    const found = this.#best.sort();
    const words: string[] = [];
    const logProbs: number[] = [];
    for (let i = 0; i < found; i++) {
      words.push(this.vocabulary.word(this.#best.wordIds[i]!));
      logProbs.push(this.#best.scores[i]!);
    }
    for (const word of also) {
      if (words.includes(word)) continue;
      const wordId = this.vocabulary.id(word);
      words.push(word);
      logProbs.push(wordId < FIRST_WORD ? -Infinity : this.#logProb(wordId));
    }
    return { words, logProbs: Float32Array.from(logProbs) };
  }
}

const BLOCK_SHIFT = 8;

function blockMinima(codes: Uint8Array): Uint8Array {
  const minima = new Uint8Array(Math.ceil(codes.length / (1 << BLOCK_SHIFT))).fill(255);
  for (let id = FIRST_WORD; id < codes.length; id++) {
    if (codes[id]! < minima[id >>> BLOCK_SHIFT]!) minima[id >>> BLOCK_SHIFT] = codes[id]!;
  }
  return minima;
}
