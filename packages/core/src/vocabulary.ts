// Hot: no objects, closures or strings per look-up except the strings asked for.
import { malformed, type NgramFile, SectionKind } from './ngram-format.ts';
import type { WordRanks } from './word-ranks.ts';

/** Ids of the unknown word and of the sentence's start and end. Ordinary words begin at `FIRST_WORD`. */
export const UNKNOWN = 0;
export const SENTENCE_START = 1;
export const SENTENCE_END = 2;
export const FIRST_WORD = 3;
/** The texts of the three ids before `FIRST_WORD`. */
export const SPECIAL_WORDS: readonly string[] = ['<unk>', '<s>', '</s>'];

/** How a word is written in running text; the low bits of its form byte. */
export const CaseForm = { asIs: 0, capitalised: 1, allCaps: 2, listed: 3 } as const;
const CASE_FORM_MASK = 3;
/** Bit of the form byte: the word is never suggested. */
export const OFFENSIVE_BIT = 128;
/** Longest word in bytes of UTF-8. */
export const MAX_WORD_BYTES = 255;

/**
 * The words of an n-gram file. Ids ascend with the words' UTF-8 bytes, so that the words with one prefix have
 * neighbouring ids. All views; a word becomes a string only when it is asked for.
 */
export class Vocabulary {
  /** Number of words, the three special ones included. */
  readonly size: number;
  readonly #suffixes: Uint8Array;
  readonly #suffixLengths: Uint8Array;
  readonly #sharedLengths: Uint8Array;
  /** Where the suffixes of every 64 words begin. */
  readonly #blockStarts: Uint32Array;
  readonly #forms: Uint8Array;
  readonly #listedForms: ReadonlyMap<number, string>;
  readonly #ranks: WordRanks;
  readonly #frequencyCodes: Uint8Array | null;
  readonly #frequencyCodebook: Float32Array | null;
  /** The word read last, and the bytes of the word being looked for. */
  readonly #word: Uint8Array = new Uint8Array(MAX_WORD_BYTES);
  readonly #query: Uint8Array = new Uint8Array(MAX_WORD_BYTES * 3);

  /**
   * Checks the sections; throws `PredictionError` `file-malformed`. Costs under a millisecond for 65,000 words.
   * @internal
   */
  constructor(file: NgramFile, ranks: WordRanks) {
    this.size = file.counts[0]!;
    const ordinary = this.size - FIRST_WORD;
    this.#suffixes = file.uint8(SectionKind.wordSuffixes, 0);
    this.#suffixLengths = file.uint8(SectionKind.suffixLengths, 0, ordinary);
    this.#sharedLengths = file.uint8(SectionKind.sharedLengths, 0, ordinary);
    this.#blockStarts = blockStarts(this.#sharedLengths, this.#suffixLengths, this.#suffixes.length);
    this.#forms = file.uint8(SectionKind.wordForms, 0, this.size);
    this.#listedForms = readListedForms(file, this.#forms);
    this.#ranks = ranks;
    const hasFrequencies = file.has(SectionKind.frequencyCodes, 0);
    this.#frequencyCodes = hasFrequencies ? file.uint8(SectionKind.frequencyCodes, 0, this.size) : null;
    this.#frequencyCodebook = hasFrequencies ? file.float32(SectionKind.frequencyCodebook, 0) : null;
  }

  /** The word with an id, normalised. Throws `RangeError` outside 0 … size - 1. */
  word(id: number): string {
    this.#checkId(id);
    if (id < FIRST_WORD) return SPECIAL_WORDS[id]!;
    const index = id - FIRST_WORD;
    let start = this.#blockStarts[index >> BLOCK_SHIFT]!;
    for (let i = index & ~BLOCK_MASK; i <= index; i++) start = this.#readWord(i, start);
    return utf8Text(this.#word, this.#length(index));
  }

  /** The id of a normalised word; 0 when it is unknown. Some ten comparisons and on average 32 short steps. */
  id(word: string): number {
    if (word.length === 0 || word.length > MAX_WORD_BYTES) return UNKNOWN;
    if (word.charCodeAt(0) === LESS_THAN) {
      const special = SPECIAL_WORDS.indexOf(word);
      if (special >= 0) return special;
    }
    const { written } = encoder.encodeInto(word, this.#query);
    const index = this.#lowerBound(written, false);
    const isFound = index < this.size - FIRST_WORD && this.#compare(index, written, false) === 0;
    return isFound ? index + FIRST_WORD : UNKNOWN;
  }

  /** The ids lo ≤ id < hi of the ordinary words that begin with a normalised prefix; all of them for `''`. */
  prefixRange(prefix: string): readonly [lo: number, hi: number] {
    if (prefix === '') return [FIRST_WORD, this.size];
    if (prefix.length > MAX_WORD_BYTES) return [this.size, this.size];
    const { written } = encoder.encodeInto(prefix, this.#query);
    const low = this.#lowerBound(written, false);
    const isEmpty = low === this.size - FIRST_WORD || this.#compare(low, written, true) > 0;
    return [low + FIRST_WORD, (isEmpty ? low : this.#lowerBound(written, true)) + FIRST_WORD];
  }

  /** The word as it is written inside a sentence: `london` → `London`, `iphone` → `iPhone`. Throws as `word`. */
  displayForm(id: number): string {
    const word = this.word(id);
    switch (this.#forms[id]! & CASE_FORM_MASK) {
      case CaseForm.capitalised:
        return capitalise(word);
      case CaseForm.allCaps:
        return word.toUpperCase();
      case CaseForm.listed:
        return this.#listedForms.get(id) ?? word;
      default:
        return word;
    }
  }

  /** Whether the word may be typed but is never suggested. */
  isOffensive(id: number): boolean {
    return (this.#forms[id]! & OFFENSIVE_BIT) !== 0;
  }

  /** The word's place by falling unigram probability, 0 for the likeliest. */
  rank(id: number): number {
    this.#checkId(id);
    return this.#ranks.rankOfWord[id]!;
  }

  /** Whether the file holds frequencies. */
  get hasFrequencies(): boolean {
    return this.#frequencyCodes !== null;
  }

  /** ln of the word's share of the (weighted) training text, quantised. -Infinity when it never occurs or nothing is known. */
  logFrequency(id: number): number {
    if (this.#frequencyCodes === null) return -Infinity;
    this.#checkId(id);
    return this.#frequencyCodebook![this.#frequencyCodes[this.#ranks.rankOfWord[id]!]!] ?? -Infinity;
  }

  #checkId(id: number): void {
    if (!(id >= 0 && id < this.size)) throw new RangeError(`id must be from 0 to ${this.size - 1}, not ${id}`);
  }

  #length(index: number): number {
    return this.#sharedLengths[index]! + this.#suffixLengths[index]!;
  }

  /** Reads word `index` into `#word`, which holds the word before. Returns where the next suffix starts. */
  #readWord(index: number, start: number): number {
    const shared = this.#sharedLengths[index]!;
    const length = this.#suffixLengths[index]!;
    for (let i = 0; i < length; i++) this.#word[shared + i] = this.#suffixes[start + i]!;
    return start + length;
  }

  /**
   * First word not below the query's first `length` bytes; with `after`, first word above all that begin with them.
   * That word is in `#word` afterwards, if there is one.
   */
  #lowerBound(length: number, after: boolean): number {
    const ordinary = this.size - FIRST_WORD;
    let low = 0;
    let high = (ordinary + BLOCK_MASK) >> BLOCK_SHIFT;
    while (low < high) {
      const middle = (low + high) >>> 1;
      this.#readWord(middle << BLOCK_SHIFT, this.#blockStarts[middle]!);
      if (this.#compare(middle << BLOCK_SHIFT, length, after) < 0) low = middle + 1;
      else high = middle;
    }
    // Block `low` and all after it begin at or above the query: the bound lies in the block before, or begins this one.
    const block = Math.max(0, low - 1);
    let start = this.#blockStarts[block]!;
    const end = Math.min((block + 2) << BLOCK_SHIFT, ordinary);
    for (let index = block << BLOCK_SHIFT; index < end; index++) {
      start = this.#readWord(index, start);
      if (this.#compare(index, length, after) >= 0) return index;
    }
    return ordinary;
  }

  /** Sign of (word `index`, in `#word`) − query. With `after`, words that begin with the query count as below it. */
  #compare(index: number, length: number, after: boolean): number {
    const wordLength = this.#length(index);
    const shared = Math.min(wordLength, length);
    for (let i = 0; i < shared; i++) {
      const difference = this.#word[i]! - this.#query[i]!;
      if (difference !== 0) return difference;
    }
    return after && wordLength >= length ? -1 : wordLength - length;
  }
}

/** Compares two strings by their UTF-8 bytes, the order of word ids; `<` compares UTF-16 units instead. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    let left = a.charCodeAt(i);
    let right = b.charCodeAt(i);
    if (left === right) continue;
    // Surrogates stand for code points above all others.
    if (left >= 0xd800 && left < 0xe000) left += 0x10000;
    if (right >= 0xd800 && right < 0xe000) right += 0x10000;
    return left - right;
  }
  return a.length - b.length;
}

/** The word with its first letter in upper case. */
export function capitalise(word: string): string {
  const first = word.codePointAt(0);
  if (first === undefined) return word;
  const letter = String.fromCodePoint(first);
  return letter.toUpperCase() + word.slice(letter.length);
}

/** Words with a multiple of this share nothing with the word before. */
export const FRONT_CODING_BLOCK = 64;

const BLOCK_SHIFT = 6;
const BLOCK_MASK = FRONT_CODING_BLOCK - 1;
const LESS_THAN = 0x3c;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function blockStarts(sharedLengths: Uint8Array, suffixLengths: Uint8Array, suffixBytes: number): Uint32Array {
  const starts = new Uint32Array((suffixLengths.length + BLOCK_MASK) >> BLOCK_SHIFT);
  let start = 0;
  let lengthBefore = 0;
  for (let i = 0; i < suffixLengths.length; i++) {
    const shared = sharedLengths[i]!;
    if ((i & BLOCK_MASK) === 0) {
      starts[i >> BLOCK_SHIFT] = start;
      lengthBefore = 0;
    }
    const length = shared + suffixLengths[i]!;
    if (shared > lengthBefore || length > MAX_WORD_BYTES) throw malformed(`its word ${i + FIRST_WORD} is damaged`);
    start += suffixLengths[i]!;
    lengthBefore = length;
  }
  if (start !== suffixBytes) throw malformed('the lengths of its words do not add up');
  return starts;
}

function readListedForms(file: NgramFile, forms: Uint8Array): Map<number, string> {
  const listed = new Map<number, string>();
  if (!file.has(SectionKind.listedLengths, 0)) return listed;
  const lengths = file.uint8(SectionKind.listedLengths, 0);
  const bytes = file.uint8(SectionKind.listedBytes, 0);
  let start = 0;
  for (let id = 0; id < forms.length; id++) {
    if ((forms[id]! & CASE_FORM_MASK) !== CaseForm.listed) continue;
    const end = start + (lengths[listed.size] ?? 0);
    listed.set(id, decoder.decode(bytes.subarray(start, end)));
    start = end;
  }
  if (listed.size !== lengths.length || start !== bytes.length)
    throw malformed('its listed display forms do not add up');
  return listed;
}

/** Short ASCII words are faster letter by letter than through a TextDecoder. */
function utf8Text(bytes: Uint8Array, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) {
    const byte = bytes[i]!;
    if (byte >= 128) return decoder.decode(bytes.subarray(0, length));
    text += String.fromCharCode(byte);
  }
  return text;
}
