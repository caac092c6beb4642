import type { CausalBackend } from './backend.ts';
import { pause } from './turns.ts';

/** Most new tokens of one run. A run cannot be interrupted, so it must be short: 16 tokens cost about 5 ms. */
const CHUNK = 16;

/**
 * The keys and values of the text before the caret, following it: text that was appended is read, text that was deleted
 * is forgotten without a run, text that was changed is read anew from the change on.
 */
export class KvCache {
  /** Most tokens it holds, the start token's row not counted. */
  readonly capacity: number;
  readonly #backend: CausalBackend;
  readonly #ids: Int32Array;
  /** Row 0 is the start token's, row i + 1 that of `#ids[i]`. */
  readonly #rows: Float32Array;
  #length = 0;

  /** `capacity`: at least 1 and less than the backend's `contextLength`. */
  constructor(backend: CausalBackend, capacity: number) {
    if (!(Number.isInteger(capacity) && capacity >= 1 && capacity < backend.contextLength)) {
      throw new RangeError(
        `capacity must be an integer from 1 to ${backend.contextLength - 1}, one less than the context's length, not ${capacity}`,
      );
    }
    this.capacity = capacity;
    this.#backend = backend;
    this.#ids = new Int32Array(capacity);
    this.#rows = new Float32Array((capacity + 1) * backend.rowLength);
    this.#rows.set(backend.startRow);
  }

  /** Number of tokens whose rows are here. */
  get length(): number {
    return this.#length;
  }

  /**
   * Makes `ids` (1 to `capacity` of them) the text that is held and returns the logits (V) of the token after it. Runs the
   * tokens that are new, at least the last, at most 16 at a time. Rejects with the signal's reason when it is aborted
   * between two runs; what has been read by then stays.
   */
  async feed(ids: Int32Array, signal?: AbortSignal): Promise<Float32Array> {
    if (ids.length === 0) throw new RangeError('ids must hold at least one token');
    const shared = Math.min(this.#shared(ids), ids.length - 1);
    return this.#read(ids, shared, signal);
  }

  /** Makes sure that the rows of `ids` are here, running nothing if they are. As `feed` otherwise. */
  async hold(ids: Int32Array, signal?: AbortSignal): Promise<void> {
    const shared = this.#shared(ids);
    if (shared < ids.length) await this.#read(ids, shared, signal);
  }

  /**
   * Runs `batch` sequences of equally many tokens, `suffixes` (batch, T), each after the `length` tokens held first, and
   * returns their logits (batch, V). Keeps nothing of them.
   */
  async branch(suffixes: Int32Array, batch: number, length: number): Promise<Float32Array> {
    if (length > this.#length) throw new RangeError(`length must be at most ${this.#length}, not ${length}`);
    return (await this.#backend.run(suffixes, batch, this.#rows, 1 + length)).logits;
  }

  async #read(ids: Int32Array, from: number, signal: AbortSignal | undefined): Promise<Float32Array> {
    if (ids.length > this.capacity) {
      throw new RangeError(`ids must hold at most ${this.capacity} tokens, not ${ids.length}`);
    }
    const { rowLength } = this.#backend;
    for (let start = from; ; ) {
      const chunk = ids.slice(start, start + CHUNK);
      const { logits, rows } = await this.#backend.run(chunk, 1, this.#rows, 1 + start);
      this.#ids.set(chunk, start);
      this.#rows.set(rows, (1 + start) * rowLength);
      start += chunk.length;
      this.#length = start;
      if (start === ids.length) return logits;
      await pause(signal);
    }
  }

  /** Number of tokens that `ids` and what is held begin with in common. */
  #shared(ids: Int32Array): number {
    const most = Math.min(this.#length, ids.length);
    let shared = 0;
    while (shared < most && this.#ids[shared] === ids[shared]) shared++;
    return shared;
  }
}
