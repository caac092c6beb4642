import type { CausalBackend, CausalOutput, Tokenizer } from '../../src/neural/backend.ts';

const encoder = new TextEncoder();

/** The longest token each time, over a text whose white space is a space before each word and a line feed between lines. */
export class ToyTokenizer implements Tokenizer {
  readonly size: number;
  readonly endOfText = 0;
  readonly #tokens: readonly Uint8Array[];

  /** `tokens`: text, or bytes for a piece of a character. Id 0 is the start token, the first of them is 1. */
  constructor(tokens: readonly (string | Uint8Array)[]) {
    this.#tokens = [
      new Uint8Array(0),
      ...tokens.map((token) => (typeof token === 'string' ? encoder.encode(token) : token)),
    ];
    this.size = this.#tokens.length;
  }

  /** Bytes that no token has are left out. */
  encode(text: string): Int32Array {
    const line = text.trimStart();
    const spaced = (line === '' ? '' : ` ${line}`).replace(/\s*\n\s*/g, '\n').replace(/\n(?=\S)/g, '\n ');
    const bytes = encoder.encode(spaced.replace(/[^\S\n]+/g, ' '));
    const ids: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      const id = this.#longestAt(bytes, at);
      if (id > 0) ids.push(id);
      at += id > 0 ? this.#tokens[id]!.length : 1;
    }
    return Int32Array.from(ids);
  }

  bytes(id: number): Uint8Array {
    return this.#tokens[id]!;
  }

  decode(ids: ArrayLike<number>): string {
    return new TextDecoder().decode(Uint8Array.from(Array.from(ids).flatMap((id) => [...this.bytes(id)])));
  }

  /** The id of a token by its text. */
  id(text: string): number {
    const id = this.#tokens.findIndex((token) => new TextDecoder().decode(token) === text);
    if (id < 1) throw new RangeError(`no token is "${text}"`);
    return id;
  }

  #longestAt(bytes: Uint8Array, at: number): number {
    let longest = 0;
    for (let id = 1; id < this.size; id++) {
      const token = this.#tokens[id]!;
      const fits = token.every((byte, index) => bytes[at + index] === byte);
      if (fits && token.length > this.#tokens[longest]!.length) longest = id;
    }
    return longest;
  }
}

/** ln P(next token | the tokens before it), unnormalised: one number for each id. */
export type Logits = (history: readonly number[]) => ArrayLike<number>;

/**
 * A network whose rows are (token, position), from which it reads what stands before: any mistake in keeping or cutting
 * the rows changes its answers or makes it fail. Fails too on two runs at once and on a context too long.
 */
export class ToyBackend implements CausalBackend {
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly rowLength = 2;
  readonly startRow: Float32Array = Float32Array.of(0, 0);
  /** (B, T, P) of each run so far. */
  readonly runs: { batch: number; length: number; past: number }[] = [];
  closed = 0;
  /** What the next run fails with, once. */
  failure: Error | null = null;
  /** Called when a run begins. */
  onRun: () => void = () => {};
  readonly #logits: Logits;
  #isRunning = false;

  constructor(vocabularySize: number, logits: Logits, contextLength = 64) {
    this.vocabularySize = vocabularySize;
    this.contextLength = contextLength;
    this.#logits = logits;
  }

  async run(ids: Int32Array, batch: number, past: Float32Array, pastLength: number): Promise<CausalOutput> {
    if (this.#isRunning) throw new Error('two runs at once');
    const length = ids.length / batch;
    if (!(Number.isInteger(length) && length >= 1 && pastLength >= 1)) throw new Error('bad shape');
    if (pastLength + length > this.contextLength) throw new Error('context too long');
    this.runs.push({ batch, length, past: pastLength });
    this.onRun();
    this.#isRunning = true;
    await Promise.resolve();
    this.#isRunning = false;
    const { failure } = this;
    this.failure = null;
    if (failure !== null) throw failure;
    return this.#answer(ids, batch, readHistory(past, pastLength));
  }

  async close(): Promise<void> {
    this.closed++;
  }

  #answer(ids: Int32Array, batch: number, before: readonly number[]): CausalOutput {
    const length = ids.length / batch;
    const logits = new Float32Array(batch * this.vocabularySize);
    const rows = new Float32Array(ids.length * 2);
    for (let sequence = 0; sequence < batch; sequence++) {
      const added = [...ids.subarray(sequence * length, (sequence + 1) * length)];
      logits.set(this.#logits([...before, ...added]), sequence * this.vocabularySize);
      for (const [index, id] of added.entries()) {
        rows.set([id, before.length + 1 + index], (sequence * length + index) * 2);
      }
    }
    return { logits, rows };
  }
}

function readHistory(past: Float32Array, pastLength: number): number[] {
  const history: number[] = [];
  for (let position = 0; position < pastLength; position++) {
    if (past[2 * position + 1] !== position) throw new Error(`row ${position} belongs elsewhere`);
    if (position > 0) history.push(past[2 * position]!);
  }
  return history;
}

/** Logits that differ from token to token and depend on the last `order` tokens, in no particular way. */
export function scatteredLogits(size: number, seed: number, order = 2): Logits {
  return (history) => {
    let hash = seed;
    for (const id of history.slice(-order)) hash = Math.imul(hash ^ (id + 1), 0x9e3779b1) ^ (hash >>> 15);
    return Array.from({ length: size }, (_, id) => {
      const mixed = Math.imul(hash ^ Math.imul(id + 7, 0x85ebca6b), 0xc2b2ae35);
      return (((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32) * 4 - 2;
    });
  };
}
