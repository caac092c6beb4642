import { PredictionError } from './errors.ts';
import { type Lexicon, vocabularyLexicon } from './lexicon.ts';
import { type NeuralModelName, type PackFile, type PackManifest, parseManifest } from './manifest.ts';
import { type NgramModel, openNgram } from './ngram-model.ts';
import { sha256Hex } from './sha256.ts';

/** An opened pack; `createPredictor` takes it as it is. */
export interface Pack {
  /** What `pack.json` says. */
  readonly manifest: PackManifest;
  /** Answers from memory; shared by all predictors made of the pack. */
  readonly ngram: NgramModel;
  /** How the pack's words are written and which are never suggested. */
  readonly lexicon: Lexicon;
  /**
   * Reads the files of one of the pack's neural models and checks their sizes and SHA-256 sums; `packModelSpec` and
   * `openNeuralModel` of `@foreword/core/neural` make a model of them. Rejects with `PredictionError` `pack-missing` when the pack has no such model
   * or a file is not there, with `pack-corrupt` when one is broken. The n-gram is not concerned. `choice` is for `openChoice`.
   */
  readModel(name: NeuralModelName | 'choice', options?: ReadModelOptions): Promise<NeuralFiles>;
  /**
   * Reads the pack's pinyin lexicon and checks its size and SHA-256 sum; `openPinyinLexicon` of `@foreword/core/pinyin` opens it.
   * Rejects with `PredictionError` as `readModel` does.
   */
  readPinyin(options?: OpenPackOptions): Promise<Uint8Array>;
  /** Reads the pack's word vectors and their words, and checks sizes and SHA-256 sums. Rejects with `PredictionError` as `readModel` does. */
  readVectors(options?: OpenPackOptions): Promise<VectorFiles>;
}

/** A table of word vectors, whole and checked. */
export type VectorFiles = Pick<NeuralFiles, 'weights' | 'vocabulary'>;

/** A neural model's files, whole and checked. */
export interface NeuralFiles {
  /** The network without its weights, as ONNX. */
  readonly graph: Uint8Array;
  /** Its weights, quantised. */
  readonly weights: Uint8Array;
  /** A word list or a `tokenizer.json`. */
  readonly vocabulary: Uint8Array;
  /** See `PackNeuralModel.endShares`. */
  readonly endShares?: Uint8Array;
}

/**
 * Reads one file of a pack by its plain name. Rejects with `PredictionError` `pack-missing` when there is none, with the
 * signal's reason when it is aborted, and calls `onBytes` as the file comes in.
 */
export type PackReader = (
  file: string,
  options: {
    readonly signal?: AbortSignal;
    readonly onBytes?: (receivedBytes: number) => void;
    /** The size `pack.json` promises. A reader may stop when more comes. */
    readonly sizeBytes?: number;
  },
) => Promise<Uint8Array>;

/** How far a pack's files have come in. */
export interface PackProgress {
  /** Plain name of the file that is coming in. */
  readonly file: string;
  /** Of this file, decompressed. Ascending; the last one is `totalBytes`. */
  readonly receivedBytes: number;
  /** The file's size by `pack.json`. */
  readonly totalBytes: number;
}

/** Options of `openPack`. */
export interface OpenPackOptions {
  /** Ends the loading; `openPack` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called as the files come in, for each at least once. */
  readonly onProgress?: (progress: PackProgress) => void;
}

/** Options of `Pack.readModel`. */
export interface ReadModelOptions extends OpenPackOptions {
  /** Whether `graph` is the one that shows where a GPT looks, for `openAttention`, instead of the one that predicts. Default false. */
  readonly inspect?: boolean;
}

/**
 * Opens a pack: reads `pack.json`, then the n-gram's file, and checks its size and SHA-256 sum. `source` is the URL of the pack's
 * folder, relative in a browser to the page, or a reader for packs kept elsewhere.
 * Rejects with `PredictionError` `pack-missing`, `pack-corrupt` or `pack-too-new`; asking the n-gram cannot fail later.
 * Neural models are read afterwards, by `readModel`.
 */
export async function openPack(source: string | URL | PackReader, options: OpenPackOptions = {}): Promise<Pack> {
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const read = typeof source === 'function' ? source : urlReader(String(source));
  const manifest = parseManifest(await read('pack.json', withoutUndefined(signal)));
  signal?.throwIfAborted();
  const file = manifest.models.ngram;
  const bytes = await readSized(read, file, signal, onProgress);
  const ngram = await openVerified(bytes, file);
  signal?.throwIfAborted();
  return {
    manifest,
    ngram,
    lexicon: vocabularyLexicon(ngram.vocabulary),
    readModel: (name, options = {}) => readNeuralFiles(read, manifest, name, options),
    readPinyin: (options = {}) => readPinyinFile(read, manifest, options),
    readVectors: (options = {}) => readVectorFiles(read, manifest, options),
  };
}

async function readPinyinFile(read: PackReader, manifest: PackManifest, options: OpenPackOptions): Promise<Uint8Array> {
  options.signal?.throwIfAborted();
  const { pinyin } = manifest.models;
  if (pinyin === undefined) {
    throw new PredictionError('pack-missing', `${manifest.name} holds no pinyin lexicon. Only Chinese packs do.`);
  }
  return readVerified(read, pinyin, options);
}

async function readVectorFiles(
  read: PackReader,
  manifest: PackManifest,
  options: OpenPackOptions,
): Promise<VectorFiles> {
  options.signal?.throwIfAborted();
  const { vectors } = manifest;
  if (vectors === undefined) throw new PredictionError('pack-missing', `${manifest.name} holds no word vectors.`);
  const vocabulary = await readVerified(read, vectors.vocabulary, options);
  return { vocabulary, weights: await readVerified(read, vectors.weights, options) };
}

async function readNeuralFiles(
  read: PackReader,
  manifest: PackManifest,
  name: NeuralModelName | 'choice',
  { inspect = false, ...options }: ReadModelOptions,
): Promise<NeuralFiles> {
  options.signal?.throwIfAborted();
  const model = manifest.models[name];
  if (model === undefined) {
    const names = Object.keys(manifest.models).join(', ');
    throw new PredictionError('pack-missing', `${manifest.name} holds no model "${name}". It holds: ${names}.`);
  }
  const graphFile = inspect ? model.inspect : model.graph;
  if (graphFile === undefined) {
    throw new PredictionError('pack-missing', `${manifest.name} holds no graph that shows where ${name} looks.`);
  }
  const readPart = (file: PackFile) => readVerified(read, file, options);
  const vocabulary = await readPart(model.vocabulary);
  const graph = await readPart(graphFile);
  const weights = await readPart(model.weights);
  if (model.endShares === undefined || inspect) return { graph, weights, vocabulary };
  return { graph, weights, vocabulary, endShares: await readPart(model.endShares) };
}

async function readVerified(
  read: PackReader,
  file: PackFile,
  { signal, onProgress }: OpenPackOptions,
): Promise<Uint8Array> {
  const bytes = await readSized(read, file, signal, onProgress);
  checkSum(await sha256Hex(bytes), file);
  signal?.throwIfAborted();
  return bytes;
}

/** Reads a pack's files with `fetch`; `folder` may lack its last slash and may have a query. */
export function urlReader(folder: string): PackReader {
  return async (file, { signal, onBytes, sizeBytes = Infinity }) => {
    const url = folder.replace(/\/?(?=$|[?#])/, `/${file}`);
    const failed = (what: string) => (error: unknown) => {
      throw signal?.aborted ? signal.reason : missing(url, what, error);
    };
    const response = await fetch(url, withoutUndefined(signal)).catch(failed('could not be fetched'));
    if (!response.ok) throw missing(url, `was answered with HTTP status ${response.status}`);
    const reader = response.body?.getReader();
    let bytes = new Uint8Array(sizeBytes === Infinity ? 1 << 14 : Math.min(sizeBytes, MOST_BYTES_AHEAD));
    let receivedBytes = 0;
    while (reader !== undefined && receivedBytes <= sizeBytes) {
      const { done, value } = await reader.read().catch(failed('broke off'));
      if (done) break;
      if (receivedBytes + value.length > bytes.length) bytes = grown(bytes, receivedBytes + value.length);
      bytes.set(value, receivedBytes);
      receivedBytes += value.length;
      onBytes?.(receivedBytes);
    }
    if (receivedBytes > sizeBytes) await reader?.cancel();
    return receivedBytes === bytes.length ? bytes : bytes.slice(0, receivedBytes);
  };
}

/** Memory taken before a byte has come: no more on the word of a `pack.json`. */
const MOST_BYTES_AHEAD = 1 << 24;

function grown(bytes: Uint8Array<ArrayBuffer>, leastBytes: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(2 * bytes.length, leastBytes));
  larger.set(bytes);
  return larger;
}

async function readSized(
  read: PackReader,
  { file, sizeBytes }: PackFile,
  signal: AbortSignal | undefined,
  onProgress: OpenPackOptions['onProgress'],
): Promise<Uint8Array> {
  let reportedBytes = -1;
  const onBytes = (receivedBytes: number) => {
    reportedBytes = receivedBytes;
    if (receivedBytes <= sizeBytes) onProgress?.({ file, receivedBytes, totalBytes: sizeBytes });
  };
  const bytes = await read(file, { ...withoutUndefined(signal), onBytes, sizeBytes });
  signal?.throwIfAborted();
  if (bytes.length !== sizeBytes) {
    throw corrupt(`${file} is ${grouped(bytes.length)} bytes, pack.json says ${grouped(sizeBytes)}`);
  }
  if (reportedBytes !== sizeBytes) onBytes(sizeBytes);
  return bytes;
}

/** Opens the model while another thread adds up the bytes; what stands in wrong bytes is not told. */
async function openVerified(bytes: Uint8Array, ngramFile: PackFile): Promise<NgramModel> {
  const sum = sha256Hex(bytes);
  let ngram: NgramModel | undefined;
  let failure: unknown;
  try {
    ngram = openNgram(bytes, { skipChecksum: true });
  } catch (error) {
    failure = error;
  }
  checkSum(await sum, ngramFile);
  if (ngram !== undefined) return ngram;
  if (!(failure instanceof PredictionError) || failure.code === 'pack-too-new') throw failure;
  throw corrupt(`${ngramFile.file} is what pack.json says but no n-gram model: ${failure.message}`, failure);
}

function checkSum(found: string, { file, sha256 }: PackFile): void {
  if (found !== sha256) throw corrupt(`${file} has SHA-256 ${found}, pack.json says ${sha256}`);
}

function withoutUndefined(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function missing(url: string, what: string, cause?: unknown): PredictionError {
  return new PredictionError('pack-missing', `${url} ${what}. Check the pack's address and the connection.`, { cause });
}

function corrupt(what: string, cause?: unknown): PredictionError {
  return new PredictionError('pack-corrupt', `${what}. Download or build the pack again.`, { cause });
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
