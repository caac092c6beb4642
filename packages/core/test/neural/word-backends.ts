import type { RecurrentBackend, RecurrentOutput, RecurrentState, WindowBackend } from '../../src/neural/backend.ts';

/** Logits that depend on every id read, in their order: a hash of them for each word. */
export function hashedLogits(ids: Iterable<number>, vocabularySize: number): Float32Array {
  let hash = 7;
  for (const id of ids) hash = (hash * 31 + id + 1) % 1_000_003;
  return Float32Array.from({ length: vocabularySize }, (_, id) => 4 * Math.sin(hash * (id + 1)));
}

/** A network that logs what it is asked and gives `hashedLogits`. Fails where `failure` is set. */
export class HashingWindow implements WindowBackend {
  readonly windowLength = 2;
  readonly vocabularySize: number;
  readonly runs: string[] = [];
  failure: Error | null = null;
  closed = 0;
  atOnce = 0;

  constructor(vocabularySize: number) {
    this.vocabularySize = vocabularySize;
  }

  async run(words: Int32Array): Promise<Float32Array> {
    if (this.atOnce++ > 0) throw new Error('two runs at once');
    this.runs.push(words.join(' '));
    await Promise.resolve();
    this.atOnce--;
    if (this.failure !== null) throw this.failure;
    return hashedLogits(words, this.vocabularySize);
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

/** A network whose state is the hash of all it has read, so that its logits do too. */
export class HashingState implements RecurrentBackend {
  readonly layers = 1;
  readonly width = 1;
  readonly vocabularySize: number;
  readonly runs: string[] = [];
  closed = 0;

  constructor(vocabularySize: number) {
    this.vocabularySize = vocabularySize;
  }

  async run(words: Int32Array, _batch: number, { h }: RecurrentState): Promise<RecurrentOutput> {
    this.runs.push(words.join(' '));
    let hash = h[0]!;
    for (const id of words) hash = (hash * 31 + id + 1) % 10_007;
    const state = { h: Float32Array.of(hash), c: Float32Array.of(0) };
    return { logits: hashedLogits([hash], this.vocabularySize), state };
  }

  async close(): Promise<void> {
    this.closed++;
  }
}
