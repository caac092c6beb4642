// Hot: runs with every word that is loaded.
import { GAP, grown, MAX_WORD_BYTES, SENTENCE_START, WordTable } from './word-table.ts';

const FIRST_ID = SENTENCE_START + 1;

/** Gives words ids as a `WordTable` does, many at once: they are found by their hash, and sorted only at the end. */
export class WordInterner {
  #size = FIRST_ID;
  #pool: Uint8Array = new Uint8Array(4096);
  #starts: Uint32Array = new Uint32Array(1024);
  #hashes: Uint32Array = new Uint32Array(1024);
  /** Ids by their hash, 0 where there is none: open addressing, at most half full. */
  #slots: Uint32Array = new Uint32Array(2048);

  /** The id of the word whose UTF-8 is `bytes[start … end - 1]`; `GAP` for the empty word and for one of more than 255 bytes. */
  id(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (length === 0 || length > MAX_WORD_BYTES) return GAP;
    const slots = this.#slots;
    const mask = slots.length - 1;
    const wordHash = hash(bytes, start, end);
    let slot = wordHash & mask;
    for (let id = slots[slot]!; id !== 0; slot = (slot + 1) & mask, id = slots[slot]!) {
      if (this.#hashes[id] === wordHash && this.#equals(id, bytes, start, length)) return id;
    }
    return this.#append(slot, wordHash, bytes, start, end);
  }

  /** The table of all these words. Sorts them: some 15 ms for 100,000. */
  finish(): WordTable {
    return WordTable.of(this.#pool, this.#starts, this.#size);
  }

  #equals(id: number, bytes: Uint8Array, start: number, length: number): boolean {
    const pool = this.#pool;
    const own = this.#starts[id]!;
    if (this.#starts[id + 1]! - own !== length) return false;
    for (let i = 0; i < length; i++) if (pool[own + i] !== bytes[start + i]) return false;
    return true;
  }

  #append(slot: number, wordHash: number, bytes: Uint8Array, start: number, end: number): number {
    const id = this.#size++;
    const own = this.#starts[id]!;
    const ownEnd = own + end - start;
    if (id + 2 > this.#starts.length) {
      this.#starts = grown(this.#starts, 2 * id);
      this.#hashes = grown(this.#hashes, 2 * id);
    }
    if (ownEnd > this.#pool.length) this.#pool = grown(this.#pool, 2 * ownEnd);
    const pool = this.#pool;
    for (let i = start; i < end; i++) pool[own + i - start] = bytes[i]!;
    this.#starts[id + 1] = ownEnd;
    this.#hashes[id] = wordHash;
    this.#slots[slot] = id;
    if (2 * this.#size > this.#slots.length) this.#rehash();
    return id;
  }

  #rehash(): void {
    const slots = new Uint32Array(4 * this.#slots.length);
    const mask = slots.length - 1;
    for (let id = FIRST_ID; id < this.#size; id++) {
      let slot = this.#hashes[id]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.#slots = slots;
  }
}

/** FNV-1a with the upper half folded down, for the lower bits choose the slot. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
