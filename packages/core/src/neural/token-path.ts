import { normalizeWord } from '../words.ts';
import { readWord, wordStem } from './boundary.ts';
import { decodeStart, type Followers, joinBytes, type TokenIndex } from './token-index.ts';

/** Tokens that spell a word, or its beginning, behind a text: one node of a search's tree. */
export class TokenPath {
  /** Null for the path of one token. */
  readonly parent: TokenPath | null;
  /** The last of its tokens. */
  readonly tokenId: number;
  /** Number of tokens. */
  readonly depth: number;
  /** P(these tokens | the text, a word begins). */
  readonly probability: number;
  /** The normalised text, the space before it left out. Starts with the word it has come to. */
  readonly key: string;
  /** The normalised word it has come to, which it may yet lengthen: `well` of `well-`. Empty before the first letter. */
  readonly word: string;
  /** Whether the word has ended within the last token, so that nothing more is to be learned. */
  readonly isClosed: boolean;
  /** (V) The logits of the token that follows; null until the path has been run. */
  next: Float32Array | null = null;
  /** ln Σ exp(`next`). */
  logTotal = 0;
  /** Paths with one token more, by that token, as far as they have been made. */
  readonly children: Map<number, TokenPath> = new Map();
  readonly #text: string;
  readonly #rest: Uint8Array;

  constructor(index: TokenIndex, parent: TokenPath | null, tokenId: number, probability: number, isSpaced: boolean) {
    const isCut = parent !== null && parent.#rest.length > 0;
    const { text, rest } = isCut ? decodeStart(joinBytes(parent.#rest, index.bytes(tokenId))) : index.decoded(tokenId);
    this.parent = parent;
    this.tokenId = tokenId;
    this.depth = parent === null ? 1 : parent.depth + 1;
    this.probability = probability;
    this.#text = parent !== null ? parent.#text + text : isSpaced ? text.slice(1) : text;
    this.#rest = rest;
    if (parent !== null && !isCut && parent.word === parent.key && parent.word !== '' && /^[a-z]+$/.test(text)) {
      // Most paths: letters go on from a word without more ado.
      this.isClosed = false;
      this.word = parent.word + text;
      this.key = this.word;
      return;
    }
    const { wordLength, isOpen } = readWord(this.#text);
    this.isClosed = !isOpen;
    this.key = normalizeWord(this.#text);
    this.word = wordLength === this.#text.length ? this.key : normalizeWord(this.#text.slice(0, wordLength));
  }

  /** Whether its last character is still missing bytes. */
  get isCut(): boolean {
    return this.#rest.length > 0;
  }

  /** P(token | the text, these tokens). Only once run. */
  share(tokenId: number): number {
    return Math.exp(this.next![tokenId]! - this.logTotal);
  }

  /** The tokens that lengthen it. Only for a path that is not closed. */
  followers(index: TokenIndex): Followers {
    return index.followers(wordStem(this.#text), this.#rest);
  }

  /** Its tokens, oldest first, written at `offset`. */
  write(into: Int32Array, offset: number): void {
    for (let path: TokenPath | null = this; path !== null; path = path.parent)
      into[offset + path.depth - 1] = path.tokenId;
  }
}
