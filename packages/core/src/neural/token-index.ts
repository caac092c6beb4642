import { normalizeWord } from '../words.ts';
import type { Tokenizer } from './backend.ts';
import { continuesWord, readWord, type WordStem } from './boundary.ts';

/** What the tokens of a vocabulary mean for words. Made once for a tokenizer, in some 50 ms for 8,192 tokens. */
export class TokenIndex {
  /** V: ids are 0 … V-1. */
  readonly size: number;
  /** Tokens that begin a word after white space, which they hold: ` the`, ` I'`, ` ` alone. */
  readonly spaced: SortedTokens;
  /** Tokens that begin a word right behind other text: `the` after an opening quotation mark. */
  readonly glued: SortedTokens;
  /** Tokens that continue some word: `ing`, `'t`, `-`, and pieces of characters. */
  readonly continuing: SortedTokens;
  readonly #bytes: Uint8Array[] = [];
  readonly #decoded: Decoded[] = [];
  readonly #followers = new Map<string, Followers>();

  /** `size`: ids from `tokenizer.size` up to it, where a network has more than its tokenizer, stand for nothing. */
  constructor(tokenizer: Tokenizer, size: number = tokenizer.size) {
    this.size = size;
    const spaced: IndexedToken[] = [];
    for (let id = 0; id < size; id++) {
      const bytes = id < tokenizer.size ? tokenizer.bytes(id) : NO_BYTES;
      const decoded = decodeStart(bytes);
      this.#bytes.push(bytes);
      this.#decoded.push(decoded);
      if (bytes[0] !== SPACE) continue;
      const text = decoded.text.slice(1);
      if (bytes.length === 1 || continuesWord('', text, decoded.rest.length > 0)) spaced.push(indexed(id, text));
    }
    this.spaced = new SortedTokens(spaced);
    this.glued = new SortedTokens(this.#indexedFollowers(['']));
    this.continuing = new SortedTokens(this.#indexedFollowers(['a', '1', 'a-', '1,']));
  }

  /** The bytes of a token. Not to be changed. */
  bytes(id: number): Uint8Array {
    return this.#bytes[id]!;
  }

  /** The text of a token as far as it is whole characters, and the bytes of one that is cut off at its end. */
  decoded(id: number): Decoded {
    return this.#decoded[id]!;
  }

  /** Which tokens continue a word of this stem whose last character is still missing bytes after `rest`. */
  followers(stem: WordStem, rest: Uint8Array): Followers {
    const key = `${stem} ${rest.join()}`;
    let followers = this.#followers.get(key);
    if (followers === undefined) {
      followers = this.#findFollowers(stem, rest);
      this.#followers.set(key, followers);
    }
    return followers;
  }

  #findFollowers(stem: WordStem, rest: Uint8Array): Followers {
    const isFollower = new Uint8Array(this.size);
    const ids: number[] = [];
    for (let id = 0; id < this.size; id++) {
      const bytes = this.#bytes[id]!;
      const first = bytes[0];
      // White space never continues a word; inside a character only its other bytes do.
      if (first === undefined || first <= SPACE || (rest.length > 0 && (first & 0xc0) !== 0x80)) continue;
      const { text, rest: left } = rest.length > 0 ? decodeStart(joinBytes(rest, bytes)) : this.#decoded[id]!;
      if (!continuesWord(stem, text, left.length > 0)) continue;
      isFollower[id] = 1;
      ids.push(id);
    }
    return { isFollower, ids: Int32Array.from(ids) };
  }

  #indexedFollowers(stems: readonly WordStem[]): IndexedToken[] {
    const ids = new Set(stems.flatMap((stem) => [...this.followers(stem, NO_BYTES).ids]));
    return [...ids].map((id) => indexed(id, this.#decoded[id]!.text));
  }
}

/** The tokens that continue a word, of all V. */
export interface Followers {
  /** (V): 1 for a token that continues it, 0 for one before which the word has ended. */
  readonly isFollower: Uint8Array;
  /** The same as a list of ids, rising. */
  readonly ids: Int32Array;
}

/** Tokens sorted by their normalised text, so that those that complete a prefix are a range. */
export class SortedTokens {
  /** Token ids in the order of their keys. */
  readonly ids: Int32Array;
  /** The normalised text of each token, the space before it left out, sorted. */
  readonly keys: readonly string[];
  /** The words that one token can be, each once, sorted: `i` stands for ` I`, ` i` and ` I'`. */
  readonly words: readonly string[];
  /** For each token the index in `words` of the word it has come to. */
  readonly wordOf: Int32Array;
  /** For each token 1 if its word ends within it. */
  readonly isClosed: Uint8Array;
  readonly #positions: ReadonlyMap<number, number>;

  constructor(tokens: IndexedToken[]) {
    tokens.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.id - b.id));
    this.ids = Int32Array.from(tokens, ({ id }) => id);
    this.keys = tokens.map(({ key }) => key);
    this.words = [...new Set(tokens.map(({ word }) => word))].sort((a, b) => (a < b ? -1 : 1));
    this.wordOf = Int32Array.from(tokens, ({ word }) => lowerBound(this.words, word));
    this.isClosed = Uint8Array.from(tokens, ({ isOpen }) => (isOpen ? 0 : 1));
    this.#positions = new Map(tokens.map(({ id }, position) => [id, position]));
  }

  /** Index of a token in `ids`; -1 when it is not among them. */
  position(id: number): number {
    return this.#positions.get(id) ?? -1;
  }

  /** The tokens, as a range of `keys`, whose text begins with `prefix`. */
  completing(prefix: string): readonly [number, number] {
    return rangeOf(this.keys, prefix);
  }

  /** The tokens, as a range of `keys`, whose text is `key`. */
  spelling(key: string): readonly [number, number] {
    return [lowerBound(this.keys, key), lowerBound(this.keys, `${key}\0`)];
  }

  /** The words, as a range of `words`, that begin with `prefix`. */
  wordsCompleting(prefix: string): readonly [number, number] {
    return rangeOf(this.words, prefix);
  }

  /** Index of a word in `words`; -1 when it is not among them. */
  wordIndex(word: string): number {
    const index = lowerBound(this.words, word);
    return this.words[index] === word ? index : -1;
  }
}

interface IndexedToken {
  readonly id: number;
  readonly key: string;
  readonly word: string;
  readonly isOpen: boolean;
}

const SPACE = 0x20;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** No bytes. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** What `decodeStart` returns. */
export interface Decoded {
  readonly text: string;
  readonly rest: Uint8Array;
}

/** The whole characters that bytes begin with, U+FFFD for bytes that are none, and the bytes of one that is cut off at the end. */
export function decodeStart(bytes: Uint8Array): Decoded {
  let end = bytes.length;
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const needed = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf8 ? 4 : 1;
    if (needed > back) end = bytes.length - back;
    break;
  }
  return { text: decoder.decode(bytes.subarray(0, end)), rest: end === bytes.length ? NO_BYTES : bytes.slice(end) };
}

/** Both, one after the other. */
export function joinBytes(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

function indexed(id: number, text: string): IndexedToken {
  const { wordLength, isOpen } = readWord(text);
  const key = normalizeWord(text);
  return { id, key, word: wordLength === text.length ? key : normalizeWord(text.slice(0, wordLength)), isOpen };
}

function rangeOf(sorted: readonly string[], prefix: string): readonly [number, number] {
  return [lowerBound(sorted, prefix), prefix === '' ? sorted.length : lowerBound(sorted, `${prefix}\uffff`)];
}

/** Index of the first entry that is not below `value`. */
function lowerBound(sorted: readonly string[], value: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
