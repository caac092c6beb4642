import { PredictionError } from './errors.ts';
import { type Lexicon, vocabularyLexicon } from './lexicon.ts';
import { type PackFile, type PackManifest, parseManifest } from './manifest.ts';
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

/**
 * Opens a pack: reads `pack.json`, then its files, and checks their sizes and SHA-256 sums. `source` is the URL of the pack's
 * folder, relative in a browser to the page, or a reader for packs kept elsewhere.
 * Rejects with `PredictionError` `pack-missing`, `pack-corrupt` or `pack-too-new`; nothing can fail later.
 */
export async function openPack(source: string | URL | PackReader, options: OpenPackOptions = {}): Promise<Pack> {
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const read = typeof source === 'function' ? source : urlReader(String(source));
  const manifest = parseManifest(await read('pack.json', withoutUndefined(signal)));
  signal?.throwIfAborted();
  const bytes = await readChecked(read, manifest.models.ngram, signal, onProgress);
  const ngram = openNgramFile(bytes, manifest.models.ngram.file);
  return { manifest, ngram, lexicon: vocabularyLexicon(ngram.vocabulary) };
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
    const chunks: Uint8Array[] = [];
    let receivedBytes = 0;
    while (reader !== undefined && receivedBytes <= sizeBytes) {
      const { done, value } = await reader.read().catch(failed('broke off'));
      if (done) break;
      chunks.push(value);
      receivedBytes += value.length;
      onBytes?.(receivedBytes);
    }
    if (receivedBytes > sizeBytes) await reader?.cancel();
    return joined(chunks, receivedBytes);
  };
}

async function readChecked(
  read: PackReader,
  { file, sizeBytes, sha256 }: PackFile,
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
  const found = await sha256Hex(bytes);
  signal?.throwIfAborted();
  if (found !== sha256) throw corrupt(`${file} has SHA-256 ${found}, pack.json says ${sha256}`);
  return bytes;
}

function openNgramFile(bytes: Uint8Array, file: string): NgramModel {
  try {
    return openNgram(bytes);
  } catch (error) {
    if (!(error instanceof PredictionError) || error.code === 'pack-too-new') throw error;
    throw corrupt(`${file} is what pack.json says but no n-gram model: ${error.message}`, error);
  }
}

function joined(chunks: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
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
