// Hot: reads whole corpora. Typed arrays and indices only.

/** A trie over UTF-16 code units in one open hash table: (node, unit) → node. */
export class WordTrie {
  #keys: Float64Array = new Float64Array(1 << 16).fill(-1);
  #nodes: Uint32Array = new Uint32Array(1 << 16);
  #size = 1;
  /** By node: word id + 1, or 0 where no word ends. */
  #wordIds: Uint32Array = new Uint32Array(1 << 15);
  readonly words: string[] = [];

  /** Adds a word, or finds it; returns its id. */
  add(word: string): number {
    let node = 0;
    for (let i = 0; i < word.length; i++)
      node = this.child(node, word.charCodeAt(i)) || this.#grow(node, word.charCodeAt(i));
    if (this.#wordIds[node] === 0) this.#wordIds[node] = this.words.push(word);
    return this.#wordIds[node]! - 1;
  }

  /** The node behind `node` by a code unit; 0 where there is none. The root is 0. */
  child(node: number, unit: number): number {
    const keys = this.#keys;
    const mask = keys.length - 1;
    const key = node * 65536 + unit;
    for (let slot = hash(node, unit) & mask; ; slot = (slot + 1) & mask) {
      if (keys[slot] === key) return this.#nodes[slot]!;
      if (keys[slot]! < 0) return 0;
    }
  }

  /** The id of the word that ends at a node, or -1. */
  wordAt(node: number): number {
    return this.#wordIds[node]! - 1;
  }

  /** The id of a word, or -1. */
  id(word: string): number {
    let node = 0;
    for (let i = 0; i < word.length; i++) {
      node = this.child(node, word.charCodeAt(i));
      if (node === 0) return -1;
    }
    return this.wordAt(node);
  }

  #grow(node: number, unit: number): number {
    if (this.#size * 2 > this.#keys.length) this.#rehash();
    if (this.#size === this.#wordIds.length) {
      const wordIds = new Uint32Array(this.#wordIds.length * 2);
      wordIds.set(this.#wordIds);
      this.#wordIds = wordIds;
    }
    this.#put(node * 65536 + unit, this.#size);
    return this.#size++;
  }

  #put(key: number, node: number): void {
    const mask = this.#keys.length - 1;
    let slot = hash(Math.floor(key / 65536), key % 65536) & mask;
    while (this.#keys[slot]! >= 0) slot = (slot + 1) & mask;
    this.#keys[slot] = key;
    this.#nodes[slot] = node;
  }

  #rehash(): void {
    const keys = this.#keys;
    const nodes = this.#nodes;
    this.#keys = new Float64Array(keys.length * 2).fill(-1);
    this.#nodes = new Uint32Array(keys.length * 2);
    for (let slot = 0; slot < keys.length; slot++) if (keys[slot]! >= 0) this.#put(keys[slot]!, nodes[slot]!);
  }
}

function hash(node: number, unit: number): number {
  const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** Divides runs of Chinese characters into the likeliest words (unigram Viterbi). */
export class HanSegmenter {
  readonly #trie: WordTrie;
  /** By word id: ln P(word). */
  readonly #logProbs: Float64Array;
  #best: Float64Array = new Float64Array(256);
  #starts: Int32Array = new Int32Array(256);
  #wordIds: Int32Array = new Int32Array(256);

  /** `logProbs` by the trie's word ids; characters that are no word cost `UNKNOWN_LOG_PROB`. */
  constructor(trie: WordTrie, logProbs: Float64Array) {
    this.#trie = trie;
    this.#logProbs = logProbs;
  }

  /** Appends the words of `text.slice(start, end)` to `ids` and `texts`: id -1 for an unknown character. Returns their number. */
  segment(
    text: string,
    start: number,
    end: number,
    onWord: (wordId: number, start: number, end: number) => void,
  ): void {
    const length = end - start;
    if (length + 1 > this.#best.length) this.#makeRoom(length + 1);
    const best = this.#best;
    best.fill(Number.NEGATIVE_INFINITY, 0, length + 1);
    best[0] = 0;
    for (let i = 0; i < length; i++) {
      const from = best[i]!;
      this.#offer(i + 1, i, -1, from + UNKNOWN_LOG_PROB);
      let node = 0;
      for (let j = i; j < length; j++) {
        node = this.#trie.child(node, text.charCodeAt(start + j));
        if (node === 0) break;
        const wordId = this.#trie.wordAt(node);
        if (wordId >= 0) this.#offer(j + 1, i, wordId, from + this.#logProbs[wordId]!);
      }
    }
    // Backwards into the places of the words' ends, then read off forwards.
    let words = 0;
    const ends = this.#ends(length);
    for (let at = length; at > 0; at = this.#starts[at]!) ends[words++] = at;
    while (words > 0) {
      const at = ends[--words]!;
      onWord(this.#wordIds[at]!, start + this.#starts[at]!, start + at);
    }
  }

  #endsRoom: Int32Array = new Int32Array(256);

  #ends(length: number): Int32Array {
    if (this.#endsRoom.length < length) this.#endsRoom = new Int32Array(length * 2);
    return this.#endsRoom;
  }

  #offer(end: number, start: number, wordId: number, score: number): void {
    if (!(score > this.#best[end]!)) return;
    this.#best[end] = score;
    this.#starts[end] = start;
    this.#wordIds[end] = wordId;
  }

  #makeRoom(length: number): void {
    this.#best = new Float64Array(length * 2);
    this.#starts = new Int32Array(length * 2);
    this.#wordIds = new Int32Array(length * 2);
  }
}

/** ln P of a character that is no word: below every word's. */
export const UNKNOWN_LOG_PROB = -25;
