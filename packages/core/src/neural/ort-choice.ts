import { PredictionError } from '../errors.ts';
import type { NeuralFiles } from '../pack.ts';
import type { Tokenizer } from './backend.ts';
import { type OrtSession, openOrtSession, type RuntimeOptions } from './ort-session.ts';
import { openTokenizer } from './tokenizer.ts';
import { decodeWeights } from './weights.ts';

/** How well candidates follow a context, in their order. */
export interface ChoiceScores {
  /** What the head makes of each candidate. Only differences mean something. */
  readonly logits: Float64Array;
  /** Softmax of the logits: they sum to 1. P(the candidate is the true one | one of them is). */
  readonly probabilities: Float64Array;
}

/** A GPT with a head that chooses (Radford et al. 2018, section 3.3). Made by `openChoice`. */
export interface ChoiceModel {
  /**
   * Scores 1 to 20 candidates for what comes next after `context`, for the pack's English model: turns of a conversation after turns, a
   * line each. Of a long context the end is read, of a long candidate the beginning, at most half the window. A run a candidate,
   * some 15 ms each for 60 tokens. Rejects with `RangeError` for no or too many candidates, with `PredictionError` `model-failed` or `closed`.
   */
  score(context: string, candidates: readonly string[]): Promise<ChoiceScores>;
  /** Frees the network. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens a GPT that was tuned to choose, as training/export_choice.py writes it: `pack.readModel('choice')`. It takes the memory of a GPT of its
 * own, and runs on this thread. Rejects with `PredictionError` `file-malformed` where a file is broken or of another model, `pack-too-new`
 * where it has a later version, `model-failed` where there is no memory for it.
 */
export async function openChoice(files: NeuralFiles, options: RuntimeOptions = {}): Promise<ChoiceModel> {
  const weights = decodeWeights(files.weights);
  if (weights.model !== 'choice') throw malformed(`The weights are those of "${weights.model}", not of "choice".`);
  const tokenizer = openTokenizer(files.vocabulary);
  if (tokenizer.size + EXTRA_TOKENS !== weights.vocabularySize) {
    throw malformed(`The tokenizer has ${tokenizer.size} tokens, choice has ${weights.vocabularySize - EXTRA_TOKENS}.`);
  }
  const device = options.device === 'webgpu' ? 'webgpu' : 'wasm';
  const session = await openOrtSession(GRAPH, files.graph, { 'choice.weights': weights.data }, device, options);
  const ports = [...session.inputs, ...session.outputs].map(({ name }) => name).join(', ');
  if (ports !== 'ids, scores') {
    await session.close();
    throw malformed(`${GRAPH} has the inputs and outputs ${ports}, not ids, scores.`);
  }
  return {
    async score(context, candidates) {
      checkCandidates(candidates);
      const logits = new Float64Array(candidates.length);
      for (const [index, ids] of sequences(context, candidates, tokenizer, weights.contextLength).entries()) {
        logits[index] = await run(session, ids);
      }
      return { logits, probabilities: softmax(logits) };
    },
    close: () => session.close(),
  };
}

/** Throws `RangeError` where there are too few or too many candidates. */
export function checkCandidates(candidates: readonly string[]): void {
  if (candidates.length >= 1 && candidates.length <= MOST_CANDIDATES) return;
  throw new RangeError(`candidates must be from 1 to ${MOST_CANDIDATES}, not ${candidates.length}`);
}

const GRAPH = 'choice.onnx';
/** Start, delimiter, extract: the ids after the tokenizer's. */
const EXTRA_TOKENS = 3;
const MOST_CANDIDATES = 20;

/** `start context delimiter candidate extract` for each candidate, as training/choice.py has it. */
function sequences(
  context: string,
  candidates: readonly string[],
  tokenizer: Tokenizer,
  contextLength: number,
): Int32Array[] {
  const [start, delimiter, extract] = [tokenizer.size, tokenizer.size + 1, tokenizer.size + 2];
  const room = contextLength - EXTRA_TOKENS;
  const before = encode(context, tokenizer);
  return candidates.map((candidate) => {
    const tokens = encode(candidate, tokenizer).subarray(0, room >> 1);
    const kept = before.subarray(Math.max(0, before.length - (room - tokens.length)));
    return Int32Array.of(start, ...kept, delimiter, ...tokens, extract);
  });
}

function encode(text: string, tokenizer: Tokenizer): Int32Array {
  return text === '' ? new Int32Array(0) : tokenizer.encode(text);
}

async function run(session: OrtSession, ids: Int32Array): Promise<number> {
  const { scores } = await session.run({ ids: { data: ids, shape: [1, ids.length] } });
  const [score] = scores!.data;
  if (score !== undefined && Number.isFinite(score)) return score;
  throw new PredictionError('model-failed', `${GRAPH} gave the score ${score} for ${ids.length} tokens.`);
}

function softmax(logits: Float64Array): Float64Array {
  const most = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp(logit - most));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function malformed(message: string): PredictionError {
  return new PredictionError('file-malformed', `${message} Download or export the model again.`);
}
