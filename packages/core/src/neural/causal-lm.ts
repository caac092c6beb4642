import { PredictionError } from '../errors.ts';
import type { CausalBackend, Tokenizer } from './backend.ts';
import { CachedBackend, type CausalLmShape, readShape, UncachedBackend } from './causal-lm-graph.ts';
import { type OnnxFile, readOnnxFile } from './onnx-file.ts';
import { openOrtSession, type RuntimeOptions } from './ort-session.ts';
import { openTokenizer } from './tokenizer.ts';

/** A causal language model as Hugging Face's exporters write it. Plain data. */
export interface CausalLmSource {
  /** `model.onnx`: decoder only, with `input_ids` and `logits`, with `past_key_values.N.key` and `.value` or without. */
  readonly model: Uint8Array;
  /** The `tokenizer.json` that belongs to it. */
  readonly tokenizer: Uint8Array;
  /** The files beside the model that hold its weights, by name: `model.onnx_data`. Default: none. */
  readonly externalData?: Readonly<Record<string, Uint8Array>>;
  /** Its `config.json`, for the length of its context. Default: none. */
  readonly config?: Uint8Array;
  /** Most positions it can see. Default: what `config` says, else the size of its table of positions, else 2,048. */
  readonly contextLength?: number;
  /** The token that stands before a document. Default: `<|endoftext|>` or another usual one. */
  readonly startToken?: string;
  /** More memory than this is not taken. Default: an eighth of the machine's where the browser tells, else 1 GiB. */
  readonly memoryBudgetBytes?: number;
}

/** What a model's files promise before any of it runs. */
export interface CausalLmPreview {
  /** Of all its files. */
  readonly sizeBytes: number;
  /** About the memory that it takes while it is loaded, runtime and files included. */
  readonly memoryBytes: number;
  /** Number of its weights. 4-bit weights are counted by their bytes: two each. */
  readonly parameters: number;
  /** How most of its weights are stored. */
  readonly precision: '32-bit' | '16-bit' | '8-bit' | '4-bit';
  /** Whether it keeps keys and values, and so reads each token once. Without, every keystroke costs the whole window. */
  readonly hasCache: boolean;
  /** V, where the file tells. */
  readonly vocabularySize: number | null;
  /** Most positions it can see. */
  readonly contextLength: number;
}

/** A loaded causal language model; `GptModel` makes a `LanguageModel` of it. */
export interface CausalLm {
  readonly backend: CausalBackend;
  readonly tokenizer: Tokenizer;
  readonly preview: CausalLmPreview;
}

/**
 * Loads any decoder-only causal language model that was exported to ONNX with Hugging Face's names, whole or quantised. Everything
 * that can be known without running it is checked first, then a few tokens are run.
 * Rejects with `PredictionError` `file-malformed` where the files are broken, not such a model, or not of one model, `model-failed` where
 * it takes more memory than `memoryBudgetBytes` or fails to run.
 */
export async function loadCausalLm(source: CausalLmSource, runtime: RuntimeOptions = {}): Promise<CausalLm> {
  const { file, shape, preview } = examine(source);
  const tokenizer = openTokenizer(
    source.tokenizer,
    source.startToken === undefined ? {} : { startToken: source.startToken },
  );
  if (shape.vocabularySize !== null) checkVocabulary(tokenizer.size, shape.vocabularySize);
  checkMemory(preview, source.memoryBudgetBytes ?? defaultBudgetBytes());
  checkExternalData(file, source.externalData ?? {});
  // A foreign model's inputs need not suit a measurement of 8 beams: the graphics card is used where it is asked for by name.
  const device = runtime.device === 'webgpu' ? 'webgpu' : 'wasm';
  const session = await openOrtSession('The model', source.model, source.externalData ?? {}, device, runtime);
  try {
    const Backend = shape.layers.length > 0 ? CachedBackend : UncachedBackend;
    const backend = await Backend.start(session, shape, preview.contextLength, tokenizer.endOfText);
    checkVocabulary(tokenizer.size, backend.vocabularySize);
    await checkReading(backend, tokenizer.size);
    return { backend, tokenizer, preview: { ...preview, vocabularySize: backend.vocabularySize } };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/**
 * What loading a model would take, without loading it: milliseconds, no copy. Throws `PredictionError` `file-malformed` where it is
 * no decoder-only causal language model with Hugging Face's names.
 */
export function previewCausalLm(source: CausalLmSource): CausalLmPreview {
  return examine(source).preview;
}

function examine(source: CausalLmSource): { file: OnnxFile; shape: CausalLmShape; preview: CausalLmPreview } {
  const file = readOnnxFile(source.model);
  const shape = readShape(file);
  const sizes = Object.values(source.externalData ?? {}).map(({ length }) => length);
  const sizeBytes = sizes.reduce((sum, length) => sum + length, source.model.length);
  const preview: CausalLmPreview = {
    sizeBytes,
    memoryBytes: memoryBytes(file, sizeBytes),
    ...precisionOf(file),
    hasCache: shape.layers.length > 0,
    vocabularySize: shape.vocabularySize,
    contextLength: source.contextLength ?? contextLengthOf(file, source.config),
  };
  if (!(Number.isInteger(preview.contextLength) && preview.contextLength >= 2)) {
    throw new RangeError(`contextLength must be an integer of at least 2, not ${preview.contextLength}`);
  }
  return { file, shape, preview };
}

/** The WebAssembly build when it has started. */
const RUNTIME_BYTES = 90e6;

/** The files stand in JavaScript's memory and, copied, in the runtime's; weights of 16 bits are widened there to 32. */
function memoryBytes({ tensors }: OnnxFile, sizeBytes: number): number {
  const weightBytes = tensors.reduce((sum, tensor) => sum + tensor.sizeBytes * (tensor.type === 'float16' ? 2 : 1), 0);
  return RUNTIME_BYTES + 2 * sizeBytes + weightBytes;
}

const WEIGHT_TYPES: Readonly<Record<string, '32-bit' | '16-bit' | '8-bit'>> = {
  float32: '32-bit',
  float16: '16-bit',
  bfloat16: '16-bit',
  int8: '8-bit',
  uint8: '8-bit',
};

function precisionOf({ tensors, operators }: OnnxFile): Pick<CausalLmPreview, 'parameters' | 'precision'> {
  const hasNibbles = operators.has('com.microsoft.MatMulNBits');
  const counts = new Map<CausalLmPreview['precision'], number>();
  let parameters = 0;
  for (const { type, shape } of tensors) {
    const plain = WEIGHT_TYPES[type];
    if (plain === undefined) continue;
    const isPacked = hasNibbles && plain === '8-bit';
    const count = shape.reduce((product, length) => product * length, isPacked ? 2 : 1);
    const precision = isPacked ? '4-bit' : plain;
    counts.set(precision, (counts.get(precision) ?? 0) + count);
    parameters += count;
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return { parameters, precision: most?.[0] ?? '32-bit' };
}

/** Where neither configuration nor weights limit it: more than is ever used here. */
const LONG_CONTEXT = 2048;

/** Fields of `config.json` by which the families call the length of their context. */
const LENGTH_FIELDS = ['max_position_embeddings', 'n_positions', 'n_ctx', 'max_seq_len', 'seq_length'];

function contextLengthOf({ tensors }: OnnxFile, config: Uint8Array | undefined): number {
  if (config !== undefined) {
    let fields: Record<string, unknown> | null;
    try {
      fields = JSON.parse(new TextDecoder().decode(config));
    } catch (error) {
      throw malformed('config.json is not JSON', error);
    }
    const length = LENGTH_FIELDS.map((name) => fields?.[name]).find((value) => Number.isInteger(value));
    if (typeof length === 'number' && length >= 2) return length;
  }
  const table = tensors.find(
    ({ name, shape }) => shape.length === 2 && /(wpe|positions?|position_embeddings?)\.weight$/.test(name),
  );
  return table?.shape[0] ?? LONG_CONTEXT;
}

function defaultBudgetBytes(): number {
  const { deviceMemory } = (globalThis.navigator ?? {}) as { deviceMemory?: number };
  return deviceMemory === undefined ? 2 ** 30 : (deviceMemory / 8) * 2 ** 30;
}

/** Vocabularies are padded to round sizes; a thousand ids more than tokens is another model. */
const MOST_PADDING = 1024;

function checkVocabulary(tokens: number, vocabularySize: number): void {
  if (tokens <= vocabularySize && vocabularySize - tokens < MOST_PADDING) return;
  throw malformed(`The tokenizer has ${tokens} tokens, the model ${vocabularySize}: they are not of one model`);
}

function checkMemory({ memoryBytes, sizeBytes }: CausalLmPreview, budgetBytes: number): void {
  if (memoryBytes <= budgetBytes) return;
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en-US')} MB`;
  throw new PredictionError(
    'model-failed',
    `The model of ${megabytes(sizeBytes)} would take about ${megabytes(memoryBytes)} of memory, ` +
      `more than the ${megabytes(budgetBytes)} allowed. Choose a smaller or more quantised one.`,
  );
}

function checkExternalData({ tensors }: OnnxFile, files: Readonly<Record<string, Uint8Array>>): void {
  for (const { name, sizeBytes, external } of tensors) {
    if (external === null) continue;
    const data = files[external.file];
    if (data === undefined)
      throw malformed(`The model keeps its weights in "${external.file}", which is not in externalData`);
    if (external.offset + sizeBytes > data.length) {
      throw malformed(`"${external.file}" is ${data.length} bytes, too short for the weight ${name}`);
    }
  }
}

/**
 * Runs a few tokens at once and one after the other: the two ways agree where the cache is what it seems. Quantised models
 * round differently in each.
 */
async function checkReading(backend: CausalBackend, tokens: number): Promise<void> {
  const ids = Int32Array.from({ length: 3 }, (_, index) => Math.floor(((index + 1) * tokens) / 4));
  const atOnce = await backend.run(ids, 1, backend.startRow, 1);
  const first = await backend.run(ids.subarray(0, 2), 1, backend.startRow, 1);
  const past = Float32Array.of(...backend.startRow, ...first.rows);
  const { logits } = await backend.run(ids.subarray(2), 1, past, 3);
  let [least, most, difference] = [Infinity, -Infinity, 0];
  for (const [index, logit] of logits.entries()) {
    least = Math.min(least, logit);
    most = Math.max(most, logit);
    difference = Math.max(difference, Math.abs(logit - atOnce.logits[index]!));
  }
  if (difference <= 0.1 * (most - least)) return;
  const found = `its logits differ by ${difference} from those without its cache, of ${most - least} between the least and the most`;
  throw new PredictionError('model-failed', `The model cannot be used: ${found}.`);
}

function malformed(what: string, cause?: unknown): PredictionError {
  return new PredictionError('file-malformed', `${what}. Use the files of one model, as they were exported together.`, {
    cause,
  });
}
