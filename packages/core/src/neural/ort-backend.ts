import { PredictionError } from '../errors.ts';
import type {
  CausalBackend,
  CausalOutput,
  RecurrentBackend,
  RecurrentOutput,
  RecurrentState,
  WindowBackend,
} from './backend.ts';
import { fasterSession } from './fastest.ts';
import { type Feed, type OrtSession, openOrtSession, type RuntimeOptions } from './ort-session.ts';
import { decodeWeights, type Weights } from './weights.ts';

/** The two files of a network; docs/neural-format.md describes them. */
export interface NetworkFiles {
  /** The network without its weights, as ONNX. */
  readonly graph: Uint8Array;
  /** Its weights, quantised. */
  readonly weights: Uint8Array;
}

/**
 * Opens a GPT's files in ONNX Runtime. Rejects with `PredictionError` `file-malformed` where a file is broken or of another model,
 * `pack-too-new` where it has a later version, `model-failed` where there is no memory for it.
 */
export async function openCausalBackend(files: NetworkFiles, options?: RuntimeOptions): Promise<CausalBackend> {
  const { session, weights } = await open('gpt', files, CAUSAL_PORTS, options);
  return new OrtCausalBackend(session, weights);
}

/** Opens an NNLM's files in ONNX Runtime. Rejects as `openCausalBackend` does. */
export async function openWindowBackend(files: NetworkFiles, options?: RuntimeOptions): Promise<WindowBackend> {
  const { session, weights } = await open('nnlm', files, WINDOW_PORTS, options);
  return new OrtWindowBackend(session, weights);
}

/** Opens an LSTM's files in ONNX Runtime. Rejects as `openCausalBackend` does. */
export async function openRecurrentBackend(files: NetworkFiles, options?: RuntimeOptions): Promise<RecurrentBackend> {
  const { session, weights } = await open('lstm', files, RECURRENT_PORTS, options);
  return new OrtRecurrentBackend(session, weights);
}

/** What a graph's inputs and outputs must be called, what size their last dimension has, and what to run to see how fast it is. */
interface Ports {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** A short piece of typical work: a batch of 8. */
  sample(weights: Weights): Record<string, Feed>;
}

const zeros = (...shape: number[]): Feed => ({ data: new Float32Array(product(shape)), shape });
const noIds = (...shape: number[]): Feed => ({ data: new Int32Array(product(shape)), shape });
const product = (shape: readonly number[]) => shape.reduce((size, length) => size * length, 1);

const CAUSAL_PORTS: Ports = {
  inputs: ['ids', 'past'],
  outputs: ['logits', 'rows'],
  sample: ({ contextLength, startRow }) => ({
    ids: noIds(8, 1),
    past: zeros(Math.min(64, contextLength - 1), startRow!.length),
  }),
};

const WINDOW_PORTS: Ports = {
  inputs: ['words'],
  outputs: ['logits'],
  sample: ({ contextLength }) => ({ words: noIds(8, contextLength) }),
};

const RECURRENT_PORTS: Ports = {
  inputs: ['words', 'h', 'c'],
  outputs: ['logits', 'h_next', 'c_next'],
  sample: ({ layers, width }) => ({ words: noIds(8, 1), h: zeros(layers, 8, width), c: zeros(layers, 8, width) }),
};

async function open(
  model: 'gpt' | 'nnlm' | 'lstm',
  files: NetworkFiles,
  ports: Ports,
  options: RuntimeOptions = {},
): Promise<{ session: OrtSession; weights: Weights }> {
  const weights = decodeWeights(files.weights);
  if (weights.model !== model) throw malformed(`The weights are those of "${weights.model}", not of "${model}".`);
  if (model === 'gpt' && weights.startRow === null)
    throw malformed('The weights of gpt lack the row of the start token.');
  const openOn = async (device: 'wasm' | 'webgpu') => {
    const data = { [`${model}.weights`]: weights.data };
    const session = await openOrtSession(`${model}.onnx`, files.graph, data, device, options);
    checkPorts(`${model}.onnx`, session, ports);
    return session;
  };
  const { device = 'wasm' } = options;
  const session = device === 'fastest' ? await fasterSession(openOn, ports.sample(weights)) : await openOn(device);
  return { session, weights };
}

function checkPorts(what: string, session: OrtSession, { inputs, outputs }: Ports): void {
  const found = (ports: OrtSession['inputs']) => ports.map(({ name }) => name).join(', ');
  const isComplete =
    session.inputs.length === inputs.length &&
    inputs.every((name) => session.inputs.some((port) => port.name === name)) &&
    outputs.every((name) => session.outputs.some((port) => port.name === name));
  if (isComplete) return;
  throw malformed(
    `${what} has the inputs ${found(session.inputs)} and the outputs ${found(session.outputs)}, ` +
      `not ${inputs.join(', ')} and ${outputs.join(', ')}.`,
  );
}

class OrtCausalBackend implements CausalBackend {
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly rowLength: number;
  readonly startRow: Float32Array;
  readonly startToken?: number;
  readonly #session: OrtSession;

  constructor(session: OrtSession, { vocabularySize, contextLength, startRow, startToken }: Weights) {
    this.#session = session;
    this.vocabularySize = vocabularySize;
    this.contextLength = contextLength;
    this.rowLength = startRow!.length;
    this.startRow = startRow!;
    if (startToken !== null) this.startToken = startToken;
  }

  async run(ids: Int32Array, batch: number, past: Float32Array, pastLength: number): Promise<CausalOutput> {
    const { logits, rows } = await this.#session.run({
      ids: { data: ids, shape: [batch, ids.length / batch] },
      past: { data: past.subarray(0, pastLength * this.rowLength), shape: [pastLength, this.rowLength] },
    });
    checkSize('gpt.onnx', 'logits', logits!.data, batch * this.vocabularySize);
    checkSize('gpt.onnx', 'rows', rows!.data, ids.length * this.rowLength);
    return { logits: logits!.data, rows: rows!.data };
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

class OrtWindowBackend implements WindowBackend {
  readonly vocabularySize: number;
  readonly windowLength: number;
  readonly #session: OrtSession;

  constructor(session: OrtSession, { vocabularySize, contextLength }: Weights) {
    this.#session = session;
    this.vocabularySize = vocabularySize;
    this.windowLength = contextLength;
  }

  async run(words: Int32Array, batch: number): Promise<Float32Array> {
    const { logits } = await this.#session.run({ words: { data: words, shape: [batch, this.windowLength] } });
    checkSize('nnlm.onnx', 'logits', logits!.data, batch * this.vocabularySize);
    return logits!.data;
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

class OrtRecurrentBackend implements RecurrentBackend {
  readonly vocabularySize: number;
  readonly layers: number;
  readonly width: number;
  readonly #session: OrtSession;

  constructor(session: OrtSession, { vocabularySize, layers, width }: Weights) {
    this.#session = session;
    this.vocabularySize = vocabularySize;
    this.layers = layers;
    this.width = width;
  }

  async run(words: Int32Array, batch: number, state: RecurrentState): Promise<RecurrentOutput> {
    const shape = [this.layers, batch, this.width];
    const { logits, h_next, c_next } = await this.#session.run({
      words: { data: words, shape: [batch, words.length / batch] },
      h: { data: state.h, shape },
      c: { data: state.c, shape },
    });
    checkSize('lstm.onnx', 'logits', logits!.data, batch * this.vocabularySize);
    return { logits: logits!.data, state: { h: h_next!.data, c: c_next!.data } };
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

function checkSize(what: string, output: string, data: Float32Array, expected: number): void {
  if (data.length === expected) return;
  const message = `${what} gave ${data.length} numbers as ${output}, not ${expected}: graph and weights are not of one model.`;
  throw new PredictionError('model-failed', message);
}

function malformed(message: string): PredictionError {
  return new PredictionError('file-malformed', `${message} Download or export the model again.`);
}
