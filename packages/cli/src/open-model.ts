import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import {
  createPredictor,
  type NgramModel,
  type NgramTable,
  openNgram,
  openPack,
  type Pack,
  PredictionError,
  type Predictor,
  readArpa,
  vocabularyLexicon,
  writeNgram,
} from '@foreword/core';
import { CommandFailure, type CommandIo } from './command.ts';
import type { Evaluated } from './evaluate/evaluation.ts';
import { directoryReader } from './pack-directory.ts';
import { createProgress } from './progress.ts';

/** A file a model is read from. */
export interface ModelFile {
  readonly file: string;
  readonly sizeBytes: number;
  /** In hex. */
  readonly sha256: string;
}

/** A model as the commands use it: it predicts, and it judges any word. */
export interface OpenedModel extends Evaluated {
  /** The pack or file as it was named. */
  readonly path: string;
  /** Its name among the pack's models: `ngram`. */
  readonly name: string;
  readonly predictor: Predictor;
  readonly files: readonly ModelFile[];
  /** The model's n-grams, where it is an n-gram model. */
  readonly ngram: NgramModel;
  /** Undefined for a bare file. */
  readonly pack?: Pack;
}

/**
 * Opens one model of a pack's folder, or a bare `.bin`, `.arpa` or `.arpa.gz` file as the model `ngram`.
 * Throws `CommandFailure` naming the models there are when the pack has none of that name, `PredictionError` for a broken pack.
 */
export async function openModel(path: string, name: string, io: CommandIo): Promise<OpenedModel> {
  if (await isFolder(path)) return openPackModel(path, name, io);
  if (name !== 'ngram') throw missingModel(path, name, ['ngram']);
  const bytes = await readNgramFile(path, io);
  const ngram = openBytes(path, bytes);
  const predictor = createPredictor({ models: [ngram], lexicon: vocabularyLexicon(ngram.vocabulary) });
  return { path, name, files: [await fileFacts(path)], ...evaluated(predictor, ngram) };
}

function openBytes(path: string, bytes: Uint8Array): NgramModel {
  try {
    return openNgram(bytes);
  } catch (error) {
    if (error instanceof PredictionError) throw naming(path, error);
    throw error;
  }
}

/** The same error with the file's path before its message. */
function naming(path: string, error: PredictionError): PredictionError {
  return new PredictionError(error.code, `${path}: ${error.message}`, { cause: error });
}

async function fileFacts(path: string): Promise<ModelFile> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { file: basename(path), sizeBytes, sha256: hash.digest('hex') };
}

/** The bytes of a bare n-gram file. An ARPA file is written at full precision first. */
export async function readNgramFile(path: string, io: CommandIo): Promise<Uint8Array> {
  if (!isArpa(path)) return await readFile(path, { signal: io.signal });
  return writeNgram(await readArpaFile(path, io), { quantize: false });
}

/** The bytes of an n-gram model: of a pack's file, or of a bare file as `readNgramFile` gives them. */
export async function readModelFile(path: string, { file }: ModelFile, io: CommandIo): Promise<Uint8Array> {
  return (await isFolder(path)) ? directoryReader(path)(file, { signal: io.signal }) : readNgramFile(path, io);
}

/** Reads an ARPA file, gunzipped where its name ends in `.gz`. Throws `PredictionError` naming the file and line. */
export async function readArpaFile(path: string, io: CommandIo): Promise<NgramTable> {
  const { size } = await stat(path);
  const progress = createProgress(io, `Reading ${path}`, size);
  const file = createReadStream(path, { signal: io.signal });
  let readBytes = 0;
  file.on('data', (chunk) => {
    readBytes += chunk.length;
    progress.update(readBytes);
  });
  try {
    if (!path.endsWith('.gz')) return await readArpa(file);
    return await pipeline(file, createGunzip(), (text) => readArpa(text));
  } catch (error) {
    if (error instanceof PredictionError) throw naming(path, error);
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) {
      throw new CommandFailure(`${path} is no whole gzip file (${error.message}). Copy or make it again.`, {
        cause: error,
      });
    }
    throw error;
  } finally {
    progress.finish();
    file.destroy();
  }
}

/** Whether a path names an ARPA file, by its ending. */
export function isArpa(path: string): boolean {
  return /\.arpa(\.gz)?$/.test(path);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory();
}

/** How each model of a pack is opened, by its name in `pack.json`. */
const packModels: Readonly<Record<string, (pack: Pack) => Evaluated & Pick<OpenedModel, 'predictor' | 'ngram'>>> = {
  ngram(pack) {
    const predictor = createPredictor(pack);
    return evaluated(predictor, pack.ngram);
  },
};

async function openPackModel(path: string, name: string, io: CommandIo): Promise<OpenedModel> {
  const progress = createProgress(io, `Opening ${path}`, 0);
  const pack = await openPack(directoryReader(path), {
    signal: io.signal,
    onProgress: ({ receivedBytes }) => progress.update(receivedBytes),
  }).finally(() => progress.finish());
  const models = new Map<string, ModelFile>(Object.entries(pack.manifest.models));
  const file = models.get(name);
  const open = Object.hasOwn(packModels, name) ? packModels[name] : undefined;
  if (file === undefined) throw missingModel(path, name, [...models.keys()]);
  if (open === undefined)
    throw new CommandFailure(`${path} holds the model ${name}, which this version cannot run. Update foreword.`);
  const { sizeBytes, sha256 } = file;
  return { path, name, pack, files: [{ file: file.file, sizeBytes, sha256 }], ...open(pack) };
}

function missingModel(path: string, name: string, names: readonly string[]): CommandFailure {
  return new CommandFailure(
    `${path} holds no model "${name}". It holds: ${names.join(', ')}. Choose one with --model.`,
  );
}

function evaluated(predictor: Predictor, ngram: NgramModel): Evaluated & Pick<OpenedModel, 'predictor' | 'ngram'> {
  return {
    predictor,
    ngram,
    ask: (before, limit) => predictor.predictNow(before, { limit }),
    judge: {
      logProb: (context, word) => ngram.logProb(context, word),
      isKnown: (word) => ngram.vocabulary.id(word) !== 0,
      contextLength: Math.max(0, ngram.order - 1),
    },
  };
}
