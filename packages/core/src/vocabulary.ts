// Hot: no objects, closures or strings per look-up except the strings asked for.
import { malformed, type NgramFile, SectionKind } from './ngram-format.ts';

/** Id of the unknown word, of the sentence's start and of its end. Ordinary words begin at `FIRST_WORD`. */
export const UNKNOWN = 0;
export const SENTENCE_START = 1;
export const SENTENCE_END = 2;
export const FIRST_WORD = 3;
/** The texts of the three ids before `FIRST_WORD`. */
export const SPECIAL_WORDS: readonly string[] = ['<unk>', '<s>', '</s>'];

/** How a word is written in running text; the low bits of its form byte. */
export const CaseForm = { asIs: 0, capitalised: 1, allCaps: 2, listed: 3 } as const;
export const CASE_FORM_MASK = 3;
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
  readonly #bytes: Uint8Array;
  readonly #lengths: Uint8Array;
  readonly #blockStarts: Uint32Array;
  readonly #forms: Uint8Array;
  readonly #listedIds: Uint32Array;
  readonly #listed: readonly string[];
  readonly #frequencyCodes: Uint8Array | null;
  readonly #frequencyCodebook: Float32Array | null;

  /** Checks the sections; throws `PredictionError` `file-malformed`. Costs about 0.1 ms for 65,000 words. */
  constructor(file: NgramFile) {
    this.size = file.counts[0]!;
    const ordinary = this.size - FIRST_WORD;
    this.#bytes = file.uint8(SectionKind.wordBytes, 0);
    this.#lengths = file.uint8(SectionKind.wordLengths, 0, ordinary);
    this.#forms = file.uint8(SectionKind.wordForms, 0, this.size);
    this.#blockStarts = new Uint32Array((ordinary >> BLOCK_SHIFT) + 1);
    let start = 0;
    for (let i = 0; i < ordinary; i++) {
      if ((i & BLOCK_MASK) === 0) this.#blockStarts[i >> BLOCK_SHIFT] = start;
      start += this.#lengths[i]!;
    }
    if (start !== this.#bytes.length) throw malformed('the lengths of its words do not add up');
    const hasListed = file.has(SectionKind.listedIds, 0);
    this.#listedIds = hasListed ? file.uint32(SectionKind.listedIds, 0) : new Uint32Array(0);
    this.#listed = hasListed ? readListed(file, this.#listedIds.length) : [];
    const hasFrequencies = file.has(SectionKind.frequencyCodes, 0);
    this.#frequencyCodes = hasFrequencies ? file.uint8(SectionKind.frequencyCodes, 0, this.size) : null;
    this.#frequencyCodebook = hasFrequencies ? file.float32(SectionKind.frequencyCodebook, 0, 256) : null;
  }

  /** The word with an id, normalised. Throws `RangeError` outside 0 … size - 1. */
  word(id: number): string {
    this.#checkId(id);
    if (id < FIRST_WORD) return SPECIAL_WORDS[id]!;
    const index = id - FIRST_WORD;
    const start = this.#start(index);
    return utf8Text(this.#bytes, start, start + this.#lengths[index]!);
  }

  /** The id of a normalised word; 0 when it is unknown. About ten string comparisons and 32 short steps. */
  id(word: string): number {
    if (word.length === 0 || word.length > MAX_WORD_BYTES) return UNKNOWN;
    if (word.charCodeAt(0) === LESS_THAN) {
      const special = SPECIAL_WORDS.indexOf(word);
      if (special >= 0) return special;
    }
    const { written } = encoder.encodeInto(word, query);
    const index = this.#lowerBound(written, false);
    if (index === this.size - FIRST_WORD || this.#lengths[index] !== written) return UNKNOWN;
    return this.#compare(this.#start(index), written, written, false) === 0 ? index + FIRST_WORD : UNKNOWN;
  }

  /** The ids lo ≤ id < hi of the ordinary words that begin with a normalised prefix; all of them for `''`. */
  prefixRange(prefix: string): readonly [lo: number, hi: number] {
    if (prefix === '') return [FIRST_WORD, this.size];
    if (prefix.length > MAX_WORD_BYTES) return [this.size, this.size];
    const { written } = encoder.encodeInto(prefix, query);
    return [this.#lowerBound(written, false) + FIRST_WORD, this.#lowerBound(written, true) + FIRST_WORD];
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
        return this.#listed[indexOf(this.#listedIds, id)] ?? word;
      default:
        return word;
    }
  }

  /** Whether the word may be typed but is never suggested. */
  isOffensive(id: number): boolean {
    return (this.#forms[id]! & OFFENSIVE_BIT) !== 0;
  }

  /** Whether the file holds frequencies. */
  get hasFrequencies(): boolean {
    return this.#frequencyCodes !== null;
  }

  /** ln of the word's share of the (weighted) training text, quantised. -Infinity when it never occurs or nothing is known. */
  logFrequency(id: number): number {
    if (this.#frequencyCodes === null) return -Infinity;
    this.#checkId(id);
    return this.#frequencyCodebook![this.#frequencyCodes[id]!]!;
  }

  #checkId(id: number): void {
    if (!(id >= 0 && id < this.size)) throw new RangeError(`id must be from 0 to ${this.size - 1}, not ${id}`);
  }

  #start(index: number): number {
    let start = this.#blockStarts[index >> BLOCK_SHIFT]!;
    for (let i = index & ~BLOCK_MASK; i < index; i++) start += this.#lengths[i]!;
    return start;
  }

  /** First word not below the query's first `length` bytes; with `after`, first word above all that begin with them. */
  #lowerBound(length: number, after: boolean): number {
    const ordinary = this.size - FIRST_WORD;
    let low = 0;
    let high = (ordinary + BLOCK_MASK) >> BLOCK_SHIFT;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const first = middle << BLOCK_SHIFT;
      if (this.#compare(this.#blockStarts[middle]!, this.#lengths[first]!, length, after) < 0) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return 0;
    // All blocks from `low` on begin at or above the query: the bound lies within the block before, or at its end.
    let index = (low - 1) << BLOCK_SHIFT;
    const end = Math.min(index + BLOCK_MASK + 1, ordinary);
    let start = this.#blockStarts[low - 1]!;
    for (; index < end; index++) {
      if (this.#compare(start, this.#lengths[index]!, length, after) >= 0) return index;
      start += this.#lengths[index]!;
    }
    return end;
  }

  /** Sign of (word at `start` − query). With `after`, words that begin with the query count as below it. */
  #compare(start: number, wordLength: number, length: number, after: boolean): number {
    const shared = Math.min(wordLength, length);
    for (let i = 0; i < shared; i++) {
      const difference = this.#bytes[start + i]! - query[i]!;
      if (difference !== 0) return difference;
    }
    if (wordLength >= length && after) return -1;
    return wordLength - length;
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

const BLOCK_SHIFT = 6;
const BLOCK_MASK = 63;
const LESS_THAN = 0x3c;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** The bytes of the word being looked for. Room for 255 UTF-16 units. */
const query = new Uint8Array(MAX_WORD_BYTES * 3);

function readListed(file: NgramFile, count: number): string[] {
  const lengths = file.uint8(SectionKind.listedLengths, 0, count);
  const bytes = file.uint8(SectionKind.listedBytes, 0);
  let start = 0;
  const listed = Array.from(lengths, (length) => {
    start += length;
    return decoder.decode(bytes.subarray(start - length, start));
  });
  if (start !== bytes.length) throw malformed('the lengths of its listed display forms do not add up');
  return listed;
}

/** Short ASCII words are faster letter by letter than through a TextDecoder. */
function utf8Text(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= 128) return decoder.decode(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}

function indexOf(ids: Uint32Array, id: number): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ids[middle]! < id) low = middle + 1;
    else high = middle;
  }
  return ids[low] === id ? low : -1;
}
