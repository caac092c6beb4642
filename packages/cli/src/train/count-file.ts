// Hot: every n-gram of a corpus goes through here several times.
import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/**
 * Files of sorted n-gram counts: records of order + 2 unsigned 32-bit numbers, the word ids, the adjusted count
 * and the number of occurrences, ascending by word ids, each n-gram once. In the machine's byte order: these
 * files are scratch, and do not travel.
 */
export class CountWriter {
  readonly #file: number;
  readonly #block = new Uint32Array(BLOCK_LENGTH);
  #filled = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  /** Adds the n-gram of `order` word ids at `words[at]`, and its two counts, each at most 2^32 - 1. */
  add(words: Uint32Array, at: number, order: number, adjusted: number, occurrences: number): void {
    if (this.#filled + order + 2 > BLOCK_LENGTH) this.flush();
    const block = this.#block;
    let filled = this.#filled;
    for (let i = 0; i < order; i++) block[filled++] = words[at + i]!;
    block[filled++] = adjusted;
    block[filled++] = occurrences;
    this.#filled = filled;
  }

  /** Closes the file as it stands: call `flush` before. */
  close(): void {
    closeSync(this.#file);
  }

  /** Hands what was added to the system. */
  flush(): void {
    const bytes = new Uint8Array(this.#block.buffer, 0, this.#filled * 4);
    let written = 0;
    while (written < bytes.length) written += writeSync(this.#file, bytes, written);
    this.#filled = 0;
  }
}

/** Reads a file of sorted counts record by record. */
export class CountReader {
  /** Holds the current record at `at`: `order` word ids, the adjusted count, the occurrences. */
  readonly block: Uint32Array;
  /** Index of the current record in `block`; meaningless before the first `next`. */
  at = 0;
  readonly #file: number;
  readonly #fields: number;
  #end = 0;

  constructor(path: string, order: number) {
    this.#fields = order + 2;
    this.block = new Uint32Array(Math.floor(BLOCK_LENGTH / this.#fields) * this.#fields);
    this.#file = openSync(path, 'r');
    this.at = -this.#fields;
  }

  /** Moves to the next record; false after the last. */
  next(): boolean {
    this.at += this.#fields;
    if (this.at < this.#end) return true;
    this.#fill();
    this.at = 0;
    return this.#end > 0;
  }

  /** Closes the file. */
  close(): void {
    closeSync(this.#file);
  }

  #fill(): void {
    const bytes = new Uint8Array(this.block.buffer);
    let filled = 0;
    while (filled < bytes.length) {
      const read = readSync(this.#file, bytes, { offset: filled });
      if (read === 0) break;
      filled += read;
    }
    if (filled % (this.#fields * 4) !== 0)
      throw new Error('A file of counts was cut short. Run again with a fresh --work folder.');
    this.#end = filled / 4;
  }
}

/** 1 MiB: large enough that system calls do not show, small enough for twenty sources at once. */
const BLOCK_LENGTH = 1 << 18;
