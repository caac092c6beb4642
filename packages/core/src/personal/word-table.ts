// Hot: looked up on every keystroke. Words lie in one pool of UTF-8; a word becomes a string only when it is asked for.
import { idsInOrder } from './word-order.ts';

/** The id of no word: a context that is not known, or was forgotten. */
export const GAP = 0;
/** The id of a sentence's start. */
export const SENTENCE_START = 1;
/** The text of a sentence's start, which no normalised word can be. */
export const SENTENCE_START_TEXT = '<s>';
const FIRST_ID = 2;

/** Longest word in bytes of UTF-8, as in n-gram files. */
export const MAX_WORD_BYTES = 255;

/**
 * The user's words by id, in the order in which they came, findable by their beginnings. Some 17 bytes a word of eight letters.
 * A look-up is a binary search and a short scan of the newest words.
 */
export class WordTable {
  /** Ids in use, `GAP` and `SENTENCE_START` among them: words have ids 2 … size - 1. */
  size: number = FIRST_ID;
  #pool: Uint8Array = new Uint8Array(1024);
  #starts: Uint32Array = new Uint32Array(256);
  /** Ids by rising bytes, but for the newest: those from `#sortedLength + FIRST_ID` on. */
  #sorted: Uint32Array = new Uint32Array(0);
  #query: Uint8Array = new Uint8Array(3 * MAX_WORD_BYTES);

  /** The table of the words 2 … size - 1, all different: word `id` is `pool[starts[id] … starts[id + 1] - 1]`. Takes both arrays over. */
  static of(pool: Uint8Array, starts: Uint32Array, size: number): WordTable {
    const table = new WordTable();
    table.size = size;
    table.#pool = pool;
    table.#starts = starts;
    table.#sorted = idsInOrder(pool, starts, FIRST_ID, size);
    return table;
  }

  /** The id of a word, `GAP` where it is unknown or too long. */
  id(word: string): number {
    if (word === SENTENCE_START_TEXT) return SENTENCE_START;
    const length = this.#encode(word);
    return length === 0 ? GAP : this.#find(length);
  }

  /** The id of a word that is added where it is unknown; `GAP` for the empty word and for one of more than 255 bytes. */
  add(word: string): number {
    if (word === SENTENCE_START_TEXT) return SENTENCE_START;
    const length = this.#encode(word);
    if (length === 0) return GAP;
    return this.#find(length) || this.#append(length);
  }

  /** The word with an id of 1 … size - 1. */
  text(id: number): string {
    if (id === SENTENCE_START) return SENTENCE_START_TEXT;
    return decoder.decode(this.#pool.subarray(this.#starts[id]!, this.#starts[id + 1]!));
  }

  /** The UTF-8 of the word with an id of 2 … size - 1: a view. */
  utf8(id: number): Uint8Array {
    return this.#pool.subarray(this.#starts[id]!, this.#starts[id + 1]!);
  }

  /** Whether the word begins with what `prefixBytes` wrote last, of `length` bytes. */
  beginsWith(id: number, length: number): boolean {
    if (id < FIRST_ID) return false;
    const start = this.#starts[id]!;
    if (this.#starts[id + 1]! - start < length) return false;
    for (let i = 0; i < length; i++) if (this.#pool[start + i] !== this.#query[i]) return false;
    return true;
  }

  /** Takes a prefix for `beginsWith` and `completions`; returns its length in bytes. Longer ones than any word complete nothing. */
  prefixBytes(prefix: string): number {
    return encoder.encodeInto(prefix, this.#query).written;
  }

  /** Writes the ids of all words that begin with the prefix of `length` bytes into `ids` and returns how many there are. */
  completions(length: number, ids: { list: Uint32Array }): number {
    const first = this.#lowerBound(length);
    const end = this.#prefixEnd(first, length);
    let count = end - first;
    ids.list = grown(ids.list, count);
    ids.list.set(this.#sorted.subarray(first, end));
    for (let id = this.#sorted.length + FIRST_ID; id < this.size; id++) {
      if (this.beginsWith(id, length)) count = put(ids, count, id);
    }
    return count;
  }

  /** Bytes that the table holds in memory. */
  get sizeBytes(): number {
    return this.#pool.length + this.#starts.byteLength + this.#sorted.byteLength;
  }

  /** Writes the word into `#query`; 0 where it is empty or too long. */
  #encode(word: string): number {
    if (word.length === 0 || word.length > MAX_WORD_BYTES) return 0;
    const { written } = encoder.encodeInto(word, this.#query);
    return written > MAX_WORD_BYTES ? 0 : written;
  }

  #find(length: number): number {
    const place = this.#lowerBound(length);
    if (place < this.#sorted.length && this.#compare(this.#sorted[place]!, length) === 0) return this.#sorted[place]!;
    for (let id = this.#sorted.length + FIRST_ID; id < this.size; id++) {
      if (this.#starts[id + 1]! - this.#starts[id]! === length && this.beginsWith(id, length)) return id;
    }
    return GAP;
  }

  #append(length: number): number {
    const id = this.size;
    const start = this.#starts[id]!;
    if (id + 2 > this.#starts.length) this.#starts = grown(this.#starts, id + 2);
    if (start + length > this.#pool.length) this.#pool = grown(this.#pool, start + length);
    this.#pool.set(this.#query.subarray(0, length), start);
    this.#starts[id + 1] = start + length;
    this.size++;
    if (this.size - FIRST_ID - this.#sorted.length >= NEWEST) this.#sort();
    return id;
  }

  /** Merges the newest words into the sorted ones. */
  #sort(): void {
    const newest = Uint32Array.from(
      { length: this.size - FIRST_ID - this.#sorted.length },
      (_, index) => this.#sorted.length + FIRST_ID + index,
    ).sort((a, b) => this.#compareWords(a, b));
    const merged = new Uint32Array(this.#sorted.length + newest.length);
    for (let old = 0, fresh = 0, end = 0; end < merged.length; end++) {
      const takesOld =
        fresh === newest.length ||
        (old < this.#sorted.length && this.#compareWords(this.#sorted[old]!, newest[fresh]!) < 0);
      merged[end] = takesOld ? this.#sorted[old++]! : newest[fresh++]!;
    }
    this.#sorted = merged;
  }

  /** First place in `#sorted` whose word is not below the query. */
  #lowerBound(length: number): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#sorted[middle]!, length) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The place behind the last word that begins with the query, `first` being the place of the first. */
  #prefixEnd(first: number, length: number): number {
    let low = first;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.beginsWith(this.#sorted[middle]!, length)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Below, at or above 0 as the word stands before, is or stands behind the query of `length` bytes. */
  #compare(id: number, length: number): number {
    const start = this.#starts[id]!;
    const own = this.#starts[id + 1]! - start;
    const shared = Math.min(own, length);
    for (let i = 0; i < shared; i++) {
      const difference = this.#pool[start + i]! - this.#query[i]!;
      if (difference !== 0) return difference;
    }
    return own - length;
  }

  #compareWords(a: number, b: number): number {
    const [startA, startB] = [this.#starts[a]!, this.#starts[b]!];
    const [lengthA, lengthB] = [this.#starts[a + 1]! - startA, this.#starts[b + 1]! - startB];
    for (let i = 0; i < Math.min(lengthA, lengthB); i++) {
      const difference = this.#pool[startA + i]! - this.#pool[startB + i]!;
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  }
}

/** Newest words that are searched one by one: sorting them in costs some tenths of a millisecond with 100,000 words. */
const NEWEST = 192;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function put(ids: { list: Uint32Array }, count: number, id: number): number {
  if (count === ids.list.length) ids.list = grown(ids.list, count + 1);
  ids.list[count] = id;
  return count + 1;
}

/** The same numbers with room for at least `length`: an eighth more than is needed. */
export function grown<T extends Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array>(
  array: T,
  length: number,
): T {
  if (length <= array.length) return array;
  const longer = new (array.constructor as new (length: number) => T)(length + (length >>> 3) + 16);
  longer.set(array);
  return longer;
}
