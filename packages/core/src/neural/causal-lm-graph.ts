import { PredictionError } from '../errors.ts';
import type { CausalBackend, CausalOutput } from './backend.ts';
import type { OnnxFile, OnnxValue } from './onnx-file.ts';
import type { Feed, Fetched, OrtSession } from './ort-session.ts';

/** What a decoder with Hugging Face's names takes and gives. */
export interface CausalLmShape {
  /** Keys and values of the past, key and value of layer 0 first. Empty where it has no cache. */
  readonly layers: readonly CachePart[];
  /** V, where the file tells. */
  readonly vocabularySize: number | null;
  /** Its other inputs, of those that are known. */
  readonly inputs: ReadonlySet<string>;
}

/** The keys or values of a layer: (B, heads, P, width). */
interface CachePart {
  readonly past: string;
  readonly present: string;
  readonly heads: number;
  readonly width: number;
}

/** Inputs besides the past that can be filled in. */
const KNOWN_INPUTS = ['input_ids', 'attention_mask', 'position_ids', 'use_cache_branch', 'num_logits_to_keep'];

/** Finds Hugging Face's names in a graph. Throws `PredictionError` `file-malformed` where it is no decoder that can be run here. */
export function readShape({ inputs, outputs }: OnnxFile): CausalLmShape {
  const logits = outputs.find(({ name }) => name === 'logits');
  if (!inputs.some(({ name }) => name === 'input_ids') || logits === undefined) {
    throw unsuitable(`has the inputs ${names(inputs)} and the outputs ${names(outputs)}, not input_ids and logits`);
  }
  const pasts = inputs.filter(({ name }) => name.startsWith('past_key_values.'));
  const others = inputs.filter((input) => !pasts.includes(input) && !KNOWN_INPUTS.includes(input.name));
  if (others.length > 0) throw unsuitable(`needs ${names(others)}, which only models of other kinds do`);
  const vocabularySize = logits.shape.at(-1);
  return {
    layers: pasts.map((past) => readCachePart(past, outputs)),
    vocabularySize: typeof vocabularySize === 'number' ? vocabularySize : null,
    inputs: new Set(inputs.map(({ name }) => name)),
  };
}

function readCachePart({ name, type, shape }: OnnxValue, outputs: readonly OnnxValue[]): CachePart {
  const place = /^past_key_values\.(\d+\.(?:key|value))$/.exec(name)?.[1];
  if (place === undefined) throw unsuitable(`has the input ${name}, which is no past of a decoder-only model`);
  const present = `present.${place}`;
  if (!outputs.some((output) => output.name === present)) throw unsuitable(`takes ${name} but gives no ${present}`);
  const [, heads, , width] = shape;
  if (shape.length !== 4 || typeof heads !== 'number' || typeof width !== 'number' || !/^float(16|32)$/.test(type)) {
    throw unsuitable(`takes ${name} as ${type} (${shape.join(', ')}), not as floats (batch, heads, past, width)`);
  }
  return { past: name, present, heads, width };
}

function names(values: readonly OnnxValue[]): string {
  return values.map(({ name }) => name).join(', ') || 'none';
}

function unsuitable(what: string): PredictionError {
  const advice = 'Export a decoder for the task text-generation, with or without -with-past.';
  return new PredictionError('file-malformed', `The model ${what}. ${advice}`);
}

/** A decoder that keeps keys and values. A row holds a position's keys and values in the order of the graph's inputs. */
export class CachedBackend implements CausalBackend {
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly rowLength: number;
  readonly startRow: Float32Array;
  readonly #session: OrtSession;
  readonly #shape: CausalLmShape;

  private constructor(session: OrtSession, shape: CausalLmShape, contextLength: number, start: CausalOutput) {
    this.#session = session;
    this.#shape = shape;
    this.contextLength = contextLength;
    this.rowLength = rowLengthOf(shape);
    this.startRow = start.rows;
    this.vocabularySize = start.logits.length;
  }

  /** Runs the start token to learn its row and the number of logits. */
  static async start(
    session: OrtSession,
    shape: CausalLmShape,
    contextLength: number,
    startToken: number,
  ): Promise<CachedBackend> {
    const start = await runCached(session, shape, Int32Array.of(startToken), 1, new Float32Array(0), 0);
    return new CachedBackend(session, shape, contextLength, start);
  }

  run(ids: Int32Array, batch: number, past: Float32Array, pastLength: number): Promise<CausalOutput> {
    return runCached(this.#session, this.#shape, ids, batch, past, pastLength);
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

/** A decoder that keeps nothing: each run reads all tokens again. A row holds a position's token id. */
export class UncachedBackend implements CausalBackend {
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly rowLength = 1;
  readonly startRow: Float32Array;
  readonly #session: OrtSession;
  readonly #shape: CausalLmShape;

  private constructor(
    session: OrtSession,
    shape: CausalLmShape,
    contextLength: number,
    startToken: number,
    size: number,
  ) {
    this.#session = session;
    this.#shape = shape;
    this.contextLength = contextLength;
    this.startRow = Float32Array.of(startToken);
    this.vocabularySize = size;
  }

  /** Runs the start token to learn the number of logits. */
  static async start(
    session: OrtSession,
    shape: CausalLmShape,
    contextLength: number,
    startToken: number,
  ): Promise<UncachedBackend> {
    const output = await session.run(commonFeeds(shape, Int32Array.of(startToken), 1, 0));
    const { length } = lastLogits(output['logits']!, 1);
    return new UncachedBackend(session, shape, contextLength, startToken, length);
  }

  async run(ids: Int32Array, batch: number, past: Float32Array, pastLength: number): Promise<CausalOutput> {
    const newLength = ids.length / batch;
    const all = new Int32Array(batch * (pastLength + newLength));
    for (let sequence = 0; sequence < batch; sequence++) {
      const start = sequence * (pastLength + newLength);
      all.set(past.subarray(0, pastLength), start);
      all.set(ids.subarray(sequence * newLength, (sequence + 1) * newLength), start + pastLength);
    }
    const output = await this.#session.run(commonFeeds(this.#shape, all, batch, 0));
    return { logits: lastLogits(output['logits']!, batch), rows: Float32Array.from(ids) };
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

async function runCached(
  session: OrtSession,
  shape: CausalLmShape,
  ids: Int32Array,
  batch: number,
  past: Float32Array,
  pastLength: number,
): Promise<CausalOutput> {
  const rowLength = rowLengthOf(shape);
  const feeds = commonFeeds(shape, ids, batch, pastLength);
  let offset = 0;
  for (const part of shape.layers) {
    const data = pastOf(part, past, pastLength, batch, rowLength, offset);
    feeds[part.past] = { data, shape: [batch, part.heads, pastLength, part.width] };
    offset += part.heads * part.width;
  }
  const output = await session.run(feeds);
  const rows = new Float32Array(ids.length * rowLength);
  offset = 0;
  for (const part of shape.layers) {
    setRows(rows, part, output[part.present]!, batch, pastLength, rowLength, offset);
    offset += part.heads * part.width;
  }
  return { logits: lastLogits(output['logits']!, batch), rows };
}

function rowLengthOf({ layers }: CausalLmShape): number {
  return layers.reduce((sum, { heads, width }) => sum + heads * width, 0);
}

/** All inputs but the past. `ids` are (B, T), behind `pastLength` positions. */
function commonFeeds(
  { inputs }: CausalLmShape,
  ids: Int32Array,
  batch: number,
  pastLength: number,
): Record<string, Feed> {
  const newLength = ids.length / batch;
  const length = pastLength + newLength;
  const possible: Record<string, () => Feed> = {
    input_ids: () => ({ data: ids, shape: [batch, newLength] }),
    attention_mask: () => ({ data: new Int32Array(batch * length).fill(1), shape: [batch, length] }),
    position_ids: () => ({ data: ids.map((_, index) => pastLength + (index % newLength)), shape: [batch, newLength] }),
    use_cache_branch: () => ({ data: Int32Array.of(pastLength > 0 ? 1 : 0), shape: [1] }),
    num_logits_to_keep: () => ({ data: Int32Array.of(1), shape: [] }),
  };
  return Object.fromEntries(
    Object.entries(possible)
      .filter(([name]) => inputs.has(name))
      .map(([name, feed]) => [name, feed()]),
  );
}

/** One layer's keys or values of rows (P, R), from `offset` in each, as (B, heads, P, width): the same for all B. */
function pastOf(
  { heads, width }: CachePart,
  past: Float32Array,
  pastLength: number,
  batch: number,
  rowLength: number,
  offset: number,
): Float32Array {
  const size = heads * pastLength * width;
  const data = new Float32Array(batch * size);
  for (let head = 0; head < heads; head++) {
    for (let position = 0; position < pastLength; position++) {
      const from = position * rowLength + offset + head * width;
      data.set(past.subarray(from, from + width), (head * pastLength + position) * width);
    }
  }
  for (let sequence = 1; sequence < batch; sequence++) data.copyWithin(sequence * size, 0, size);
  return data;
}

/** Puts the new positions of `present` (B, heads, P + T, width) into rows (B, T, R), at `offset` in each. */
function setRows(
  rows: Float32Array,
  { present: name, heads, width }: CachePart,
  present: Fetched,
  batch: number,
  pastLength: number,
  rowLength: number,
  offset: number,
): void {
  const newLength = rows.length / rowLength / batch;
  const length = pastLength + newLength;
  if (present.data.length !== batch * heads * length * width) {
    throw new PredictionError(
      'model-failed',
      `The model gave ${name} as (${present.shape.join(', ')}), not (${batch}, ${heads}, ${length}, ${width}).`,
    );
  }
  for (let sequence = 0; sequence < batch; sequence++) {
    for (let head = 0; head < heads; head++) {
      for (let position = 0; position < newLength; position++) {
        const from = ((sequence * heads + head) * length + pastLength + position) * width;
        rows.set(
          present.data.subarray(from, from + width),
          (sequence * newLength + position) * rowLength + offset + head * width,
        );
      }
    }
  }
}

/** The last position's logits of (B, T, V): (B, V). */
function lastLogits({ data, shape }: Fetched, batch: number): Float32Array {
  const [, length = 1, size = 0] = shape;
  if (shape.length !== 3 || data.length !== batch * length * size || size === 0) {
    throw new PredictionError(
      'model-failed',
      `The model gave logits as (${shape.join(', ')}), not (${batch}, tokens, ids).`,
    );
  }
  const last = new Float32Array(batch * size);
  for (let sequence = 0; sequence < batch; sequence++) {
    const from = ((sequence + 1) * length - 1) * size;
    last.set(data.subarray(from, from + size), sequence * size);
  }
  return last;
}
