import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs';

/** Ends each sentence in a token file. */
export const SENTENCE_END = 0;

/** Stands in a token file for what can be no word of a vocabulary: the token `<unk>` and words of over 255 bytes. */
export const UNKNOWN_TOKEN = 1;

/**
 * A text as numbers on disk: 32-bit ids of its words in the order in which they first occurred, from 2,
 * each sentence closed by `SENTENCE_END`. Empty sentences are left out.
 */
export class TokenFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Walks the ids block by block; `share` is how much of the file has been read, 0–1. The array is reused. */
  *blocks(): Generator<{ ids: Uint32Array; share: number }> {
    const size = statSync(this.path).size;
    const file = openSync(this.path, 'r');
    try {
      const block = new Uint32Array(BLOCK_LENGTH);
      const bytes = new Uint8Array(block.buffer);
      for (let done = 0; done < size; ) {
        let filled = 0;
        while (filled < bytes.length) {
          const read = readSync(file, bytes, { offset: filled });
          if (read === 0) break;
          filled += read;
        }
        if (filled === 0) throw new Error(`${this.path} was cut short while it was read.`);
        done += filled;
        yield { ids: block.subarray(0, filled / 4), share: done / size };
      }
    } finally {
      closeSync(file);
    }
  }
}

/** Writes a token file. */
export class TokenWriter {
  readonly #file: number;
  readonly #block = new Uint32Array(BLOCK_LENGTH);
  #filled = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  add(id: number): void {
    if (this.#filled === BLOCK_LENGTH) this.flush();
    this.#block[this.#filled++] = id;
  }

  /** Hands what was added to the system. */
  flush(): void {
    const bytes = new Uint8Array(this.#block.buffer, 0, this.#filled * 4);
    let written = 0;
    while (written < bytes.length) written += writeSync(this.#file, bytes, written);
    this.#filled = 0;
  }

  /** Closes the file as it stands: call `flush` before. */
  close(): void {
    closeSync(this.#file);
  }
}

const BLOCK_LENGTH = 1 << 18;
