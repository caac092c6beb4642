import { PredictionError } from '../errors.ts';
import type { NeuralFiles } from '../pack.ts';
import { type OrtSession, openOrtSession, type RuntimeOptions } from './ort-session.ts';
import { openTokenizer } from './tokenizer.ts';
import { decodeWeights } from './weights.ts';

/** Where a GPT looks while it reads a text. Letters: L layers, H heads, T tokens. */
export interface Attention {
  /** T: the tokens that were read, as text, the one before the text first, given as empty. A piece of a character is U+FFFD. */
  readonly tokens: readonly string[];
  /** L. */
  readonly layers: number;
  /** H. */
  readonly heads: number;
  /**
   * (L, H, T, T): the share, 0–1, of its attention that a head gives the column's token when the row's token is read. Each row sums to 1;
   * what stands behind the row's token is not seen.
   */
  readonly shares: Float32Array;
}

/** A GPT that shows its attention. Made by `openAttention`. */
export interface AttentionModel {
  /** Reads a text, of a long one the end. Costs about 100 ms for 128 tokens. Rejects with `PredictionError` `model-failed` or `closed`. */
  read(text: string): Promise<Attention>;
  /** Frees the network. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens the graph of a GPT that shows attention, with the GPT's own weights and `tokenizer.json`: `pack.readModel('gpt', { inspect: true })`. It
 * takes the memory of a second GPT, and runs on this thread. Rejects with `PredictionError` `file-malformed` where a file is
 * broken or of another model, `pack-too-new` where it has a later version, `model-failed` where there is no memory for it.
 */
export async function openAttention(files: NeuralFiles, options: RuntimeOptions = {}): Promise<AttentionModel> {
  const weights = decodeWeights(files.weights);
  if (weights.model !== 'gpt') throw malformed(`The weights are those of "${weights.model}", not of "gpt".`);
  const tokenizer = openTokenizer(files.vocabulary);
  if (tokenizer.size !== weights.vocabularySize) {
    throw malformed(`The tokenizer has ${tokenizer.size} tokens, gpt has ${weights.vocabularySize}.`);
  }
  const device = options.device === 'webgpu' ? 'webgpu' : 'wasm';
  const session = await openOrtSession(GRAPH, files.graph, { 'gpt.weights': weights.data }, device, options);
  const inputs = session.inputs.map(({ name }) => name).join(', ');
  if (inputs !== 'ids' || !session.outputs.some(({ name }) => name === 'attentions')) {
    await session.close();
    throw malformed(`${GRAPH} has the inputs ${inputs} and no output "attentions": it is a graph for predicting.`);
  }
  return {
    read: async (text) => {
      const all = tokenizer.encode(text);
      const latest = all.subarray(Math.max(0, all.length - (weights.contextLength - 1)));
      const ids = Int32Array.of(weights.startToken ?? tokenizer.endOfText, ...latest);
      const { data, shape } = await run(session, ids);
      const [layers, heads] = shape as [number, number];
      return { tokens: ['', ...Array.from(latest, (id) => tokenizer.decode([id]))], layers, heads, shares: data };
    },
    close: () => session.close(),
  };
}

const GRAPH = 'gpt.inspect.onnx';

async function run(
  session: OrtSession,
  ids: Int32Array,
): Promise<{ readonly data: Float32Array; readonly shape: readonly number[] }> {
  const { attentions } = await session.run({ ids: { data: ids, shape: [1, ids.length] } });
  const { shape } = attentions!;
  if (shape.length === 4 && shape[2] === ids.length && shape[3] === ids.length) return attentions!;
  throw new PredictionError('model-failed', `${GRAPH} gave attentions of the shape ${shape} for ${ids.length} tokens.`);
}

function malformed(message: string): PredictionError {
  return new PredictionError('file-malformed', `${message} Download or export the model again.`);
}
