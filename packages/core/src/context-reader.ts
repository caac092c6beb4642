// Hot: reads the children of a context on every new word. Typed arrays and indices only.
import type { FileLevel } from './file-level.ts';
import type { WordRanks } from './word-ranks.ts';

/** The words that follow a context, likeliest first. */
export interface Children {
  length: number;
  /** Rank of each word. */
  ranks: Uint32Array;
  /** Code of each probability. */
  codes: Uint8Array;
  /** The n-gram's entry in its level. */
  entries: Uint32Array;
}

/**
 * What an n-gram model knows about one context: the children and back-off weight of each of its suffixes. Keeps the last
 * context, so that asking again costs nothing and one word more costs one step.
 */
export class ContextReader {
  readonly #levels: readonly FileLevel[];
  readonly #ranks: WordRanks;
  /** By number of words k ≥ 1: the words that follow the context's last k words. Index 0: all words. */
  #children: Children[];
  #previous: Children[];
  readonly #logBackoffs: Float64Array;
  /** By rank: most words of the context that the word follows in an n-gram of the model. */
  readonly #matched: Uint8Array;
  /** Word ids of the context, oldest first. */
  readonly #context: Uint32Array;
  #length = 0;
  #positions: Uint32Array = new Uint32Array(64);
  #codes: Uint8Array = new Uint8Array(64);
  readonly #next: Uint32Array = new Uint32Array(257);

  constructor(levels: readonly FileLevel[], ranks: WordRanks) {
    this.#levels = levels;
    this.#ranks = ranks;
    const unigrams = levels[0]!;
    const codes = new Uint8Array(unigrams.length);
    const everyRank = new Uint32Array(unigrams.length);
    for (let rank = 0; rank < codes.length; rank++) {
      codes[rank] = unigrams.codes[ranks.wordOfRank[rank]!]!;
      everyRank[rank] = rank;
    }
    const root: Children = { length: codes.length, ranks: everyRank, codes, entries: everyRank };
    this.#children = [root, ...levels.slice(1).map(() => noChildren())];
    this.#previous = [root, ...levels.slice(1).map(() => noChildren())];
    this.#logBackoffs = new Float64Array(levels.length);
    this.#matched = new Uint8Array(codes.length);
    this.#context = new Uint32Array(levels.length - 1);
  }

  /** Number of words of the context that was read, at most `order - 1`. */
  get length(): number {
    return this.#length;
  }

  /** The words that follow the last k words of the context. Valid until the next `read`. */
  children(k: number): Children {
    return this.#children[k]!;
  }

  /** ln of the weight of backing off from the whole context to its last k words. */
  logBackoff(k: number): number {
    let logBackoff = 0;
    for (let j = this.#length; j > k; j--) logBackoff += this.#logBackoffs[j]!;
    return logBackoff;
  }

  /** Most words k of the context such that the model has an n-gram of them and the word of that rank; 0 for none. */
  matched(rank: number): number {
    return this.#matched[rank]!;
  }

  /** Takes the first `length` of `ids` as the context, at most `order - 1`, oldest first. */
  read(ids: Uint32Array, length: number): void {
    if (this.#isSame(ids, length)) return;
    this.#mark(0);
    if (length === 0 || !this.#continues(ids, length)) {
      this.#length = 0;
      for (let end = 0; end < length; end++) this.#advance(ids[end]!, end + 1);
    } else {
      this.#advance(ids[length - 1]!, length);
    }
    for (let i = 0; i < length; i++) this.#context[i] = ids[i]!;
    this.#mark(1);
  }

  #isSame(ids: Uint32Array, length: number): boolean {
    if (length !== this.#length) return false;
    for (let i = 0; i < length; i++) if (ids[i] !== this.#context[i]) return false;
    return true;
  }

  /** Whether the new context is the end of the old one and one word more. */
  #continues(ids: Uint32Array, length: number): boolean {
    const shift = this.#length - (length - 1);
    if (shift < 0) return false;
    for (let i = 0; i < length - 1; i++) if (ids[i] !== this.#context[shift + i]) return false;
    return true;
  }

  /** Writes into `#matched` what the current children say, or removes it. */
  #mark(sign: 0 | 1): void {
    const matched = this.#matched;
    for (let k = 1; k <= this.#length; k++) {
      const { length, ranks } = this.#children[k]!;
      for (let i = 0; i < length; i++) matched[ranks[i]!] = k * sign;
    }
  }

  /** Appends a word to the context and keeps its last `length` words. */
  #advance(wordId: number, length: number): void {
    [this.#children, this.#previous] = [this.#previous, this.#children];
    const rank = this.#ranks.rankOfWord[wordId]!;
    for (let k = 1; k <= length; k++) {
      const entry = k === 1 ? rank : find(this.#previous[k - 1]!, rank);
      const children = this.#children[k]!;
      children.length = 0;
      this.#logBackoffs[k] = 0;
      if (entry < 0) continue;
      const level = this.#levels[k - 1]!;
      this.#logBackoffs[k] = level.logBackoff(entry);
      this.#decode(
        this.#levels[k]!,
        level.firstChild(entry),
        level.childCounts.at(entry),
        this.#children[k - 1]!,
        children,
      );
    }
    this.#length = length;
  }

  /** Reads `count` siblings from `first` on and sorts them by code; `suffixes` are the children of the context without its first word. */
  #decode(level: FileLevel, first: number, count: number, suffixes: Children, out: Children): void {
    this.#makeRoom(count, out);
    const positions = this.#positions;
    const codes = this.#codes;
    const next = this.#next.fill(0);
    const { positionGaps, areResiduals, codes: storedCodes } = level;
    const suffixCodes = suffixes.codes;
    let position = -1;
    let length = 0;
    for (; length < count; length++) {
      position += 1 + positionGaps.at(first + length);
      // Only a forged file gets here: its checksum fits, its positions do not.
      if (position >= suffixes.length) break;
      const stored = storedCodes[first + length]!;
      const code = areResiduals ? (suffixCodes[position]! - stored) & 255 : stored;
      positions[length] = position;
      codes[length] = code;
      next[code + 1]!++;
    }
    for (let code = 1; code < 257; code++) next[code]! += next[code - 1]!;
    const { ranks, codes: sortedCodes, entries } = out;
    for (let i = 0; i < length; i++) {
      const code = codes[i]!;
      const place = next[code]!++;
      ranks[place] = suffixes.ranks[positions[i]!]!;
      sortedCodes[place] = code;
      entries[place] = first + i;
    }
    out.length = length;
  }

  #makeRoom(count: number, out: Children): void {
    if (count > this.#positions.length) {
      this.#positions = new Uint32Array(roomFor(count));
      this.#codes = new Uint8Array(roomFor(count));
    }
    if (count > out.ranks.length) Object.assign(out, noChildren(roomFor(count)));
  }
}

/** The entry of the n-gram that ends in the word of that rank, or -1. */
function find({ length, ranks, entries }: Children, rank: number): number {
  for (let i = 0; i < length; i++) if (ranks[i] === rank) return entries[i]!;
  return -1;
}

function noChildren(room = 64): Children {
  return { length: 0, ranks: new Uint32Array(room), codes: new Uint8Array(room), entries: new Uint32Array(room) };
}

function roomFor(count: number): number {
  return 2 ** Math.ceil(Math.log2(count));
}
