import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import {
  contextClass,
  contextReaderOf,
  createPredictor,
  type LanguageModel,
  type Lexicon,
  type MixturePredictor,
  type MixtureWeights,
  type NeuralModelName,
  type NgramModel,
  type NgramTable,
  neuralModelNames,
  openNgram,
  openPack,
  type Pack,
  type PackManifest,
  type Prediction,
  type PredictionContext,
  PredictionError,
  type Predictor,
  readArpa,
  vocabularyLexicon,
  type WordOrigin,
  weighModels,
  writeNgram,
} from '@foreword/core';
import { createPersonal } from '@foreword/core/personal';
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

/** A model, or several mixed, as the commands use it: it predicts, and it judges any word. */
export interface OpenedModel extends Evaluated {
  /** The pack or file as it was named. */
  readonly path: string;
  /** As it was named: `ngram`, `gpt`, `ngram+nnlm`, `mixture`. */
  readonly name: string;
  readonly predictor: MixturePredictor;
  /** What is mixed. */
  readonly models: readonly LanguageModel[];
  /** The files of these models. */
  readonly files: readonly ModelFile[];
  /** Of a mixture: the sum of the weights it is mixed by, in hex. */
  readonly weightsSha256?: string;
  /** The n-gram model of the pack or file, whether or not it is asked: its vocabulary says how words are written. */
  readonly ngram: NgramModel;
  /** Undefined for a bare file. */
  readonly pack?: Pack;
}

/**
 * Opens a model of a pack's folder by its name, several by names joined with `+`, all that the pack has learned to mix as `mixture`; or a
 * bare `.bin`, `.arpa` or `.arpa.gz` file as the model `ngram`. Throws `CommandFailure` naming the models there are when
 * the pack has none of that name, `PredictionError` for a broken pack.
 */
export async function openModel(path: string, name: string, io: CommandIo): Promise<OpenedModel> {
  if (await isFolder(path)) return openPackModel(path, name, io);
  if (name !== 'ngram') throw missingModel(path, name, ['ngram']);
  const ngram = openBytes(path, await readNgramFile(path, io));
  return { path, name, files: [await fileFacts(path)], ...mixed([ngram], ngram, []) };
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

async function openPackModel(path: string, name: string, io: CommandIo): Promise<OpenedModel> {
  const pack = await withProgress(`Opening ${path}`, io, (onProgress) =>
    openPack(directoryReader(path), { signal: io.signal, onProgress }),
  );
  const names = modelNames(name, pack.manifest);
  const missing = names.find((each) => !Object.hasOwn(pack.manifest.models, each));
  if (missing !== undefined) throw missingModel(path, missing, Object.keys(pack.manifest.models));
  const models: LanguageModel[] = [];
  for (const each of names) models.push(each === 'ngram' ? pack.ngram : await openNeural(path, pack, each, io));
  const mixtures = pack.manifest.mixtures ?? [];
  return {
    path,
    name,
    pack,
    files: names.flatMap((each) => filesOf(pack.manifest, each)),
    ...(names.length > 1 ? { weightsSha256: weightsSum(mixtures) } : {}),
    ...mixed(models, pack.ngram, mixtures, pack.manifest.language),
  };
}

/** The models of a pack that a name stands for; there need not be such models. */
export function modelNames(name: string, { models, mixtures = [] }: PackManifest): readonly string[] {
  if (name !== 'mixture') return [...new Set(name.split('+'))];
  const learned = mixtures.map((mixture) => mixture.models).sort((a, b) => b.length - a.length);
  return learned[0] ?? Object.keys(models).filter((each) => each === 'ngram' || isNeural(each));
}

async function openNeural(path: string, pack: Pack, name: string, io: CommandIo): Promise<LanguageModel> {
  if (!isNeural(name)) {
    throw new CommandFailure(`${path} holds the model ${name}, which this version cannot run. Update foreword.`);
  }
  // Loaded only when it is needed: the n-gram answers without.
  const { openNeuralModel, packModelSpec } = await import('@foreword/core/neural');
  return withProgress(`Opening ${name}`, io, async (onProgress) =>
    openNeuralModel(await packModelSpec(pack, name, { signal: io.signal, onProgress })),
  );
}

function isNeural(name: string): name is NeuralModelName {
  return (neuralModelNames as readonly string[]).includes(name);
}

async function withProgress<T>(
  label: string,
  io: CommandIo,
  open: (onProgress: (progress: { receivedBytes: number }) => void) => Promise<T>,
): Promise<T> {
  const progress = createProgress(io, label, 0);
  return open(({ receivedBytes }) => progress.update(receivedBytes)).finally(() => progress.finish());
}

/** The files of a pack's model. */
export function filesOf({ models }: PackManifest, name: string): ModelFile[] {
  const neural = isNeural(name) ? models[name] : undefined;
  if (neural === undefined) return [factsOf(models.ngram)];
  const { vocabulary, graph, weights, endShares } = neural;
  return [vocabulary, graph, weights, ...(endShares === undefined ? [] : [endShares])].map(factsOf);
}

function factsOf({ file, sizeBytes, sha256 }: ModelFile): ModelFile {
  return { file, sizeBytes, sha256 };
}
/** SHA-256 of a pack's learned weights: a mixture's scores hold for these and no others. */
export function weightsSum(mixtures: readonly MixtureWeights[]): string {
  return createHash('sha256').update(JSON.stringify(mixtures)).digest('hex');
}

function missingModel(path: string, name: string, names: readonly string[]): CommandFailure {
  return new CommandFailure(
    `${path} holds no model "${name}". It holds: ${names.join(', ')}. Choose one with --model.`,
  );
}

function mixed(
  models: readonly LanguageModel[],
  ngram: NgramModel,
  mixtures: readonly MixtureWeights[],
  language?: string,
): Pick<OpenedModel, 'predictor' | 'models' | 'ngram' | 'ask' | 'askFirst' | 'judge' | 'sentenceJudge'> {
  const lexicon = vocabularyLexicon(ngram.vocabulary);
  const reading = { readContext: contextReaderOf(language, ngram.vocabulary) };
  const own = { lexicon, mixtures, ...reading, ...(language === undefined ? {} : { language }) };
  const predictor = createPredictor({ models, ...own });
  const judge = {
    logProb: judgeOf(models, lexicon, mixtures, reading.readContext),
    isKnown: (word: string) => ngram.vocabulary.id(word) !== 0,
  };
  if (models.length === 1 && models[0] === ngram) {
    const contextLength = Math.max(0, ngram.order - 1);
    const sentenceJudge = { ...judge, logProb: ngram.logProb.bind(ngram), contextLength };
    return {
      predictor,
      models,
      ngram,
      judge,
      sentenceJudge,
      ask: (before, limit) => predictor.predictNow(before, { limit }),
    };
  }
  const first = createPredictor({ models: [ngram], lexicon, ...reading });
  return {
    predictor,
    models,
    ngram,
    judge,
    ask: (before, limit) => finalAnswer(predictor, before, limit),
    askFirst: (before, limit) => first.predictNow(before, { limit }),
  };
}

/** The same with a personal model beside it that has learned nothing yet, and learns as the ideal user types. */
export function learningModel({ models, ngram, pack, judge }: OpenedModel): Evaluated {
  const personal = createPersonal({ ngram, writer: 'evaluate', now: () => 0 });
  const lexicon = vocabularyLexicon(ngram.vocabulary);
  const { mixtures = [], language } = pack?.manifest ?? {};
  const reading = { readContext: contextReaderOf(language, ngram.vocabulary) };
  const own = { lexicon, mixtures, personal, ...reading, ...(language === undefined ? {} : { language }) };
  const predictor = createPredictor({ models, ...own });
  const learning = {
    isNew: (word: string) => ngram.vocabulary.id(word) === 0,
    learn: (before: string, word: string, origin: WordOrigin) => predictor.learn(before, word, origin),
  };
  if (models.length === 1 && models[0] === ngram) {
    return { judge, learning, ask: (before, limit) => predictor.predictNow(before, { limit }) };
  }
  const first = createPredictor({ models: [ngram], ...own });
  return {
    judge,
    learning,
    ask: (before, limit) => finalAnswer(predictor, before, limit),
    askFirst: (before, limit) => first.predictNow(before, { limit }),
  };
}

/** The last answer of a `predict` call. */
export async function finalAnswer(predictor: Predictor, before: string, limit: number): Promise<Prediction> {
  let last: Prediction | undefined;
  for await (const prediction of predictor.predict(before, { limit })) last = prediction;
  return last!;
}

/** ln P of a word after a text by the models as they are mixed there. */
function judgeOf(
  models: readonly LanguageModel[],
  lexicon: Lexicon,
  mixtures: readonly MixtureWeights[],
  readContext: (before: string) => PredictionContext,
): (before: string, word: string) => Promise<number> {
  const weighable = models.map(({ name }) => ({ name, weight: 1, mass: 1 }));
  const { signal } = new AbortController();
  return async (before, word) => {
    const context = readContext(before);
    const place = contextClass(context, (known) => lexicon.isKnown?.(known) ?? true);
    const weights = weighModels(mixtures, place, weighable);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let probability = 0;
    for (const [index, model] of models.entries()) {
      const { words, logProbs } = await model.next({ context, limit: 0, also: [word] }, signal);
      probability += (weights[index]! / total) * Math.exp(logProbs[words.indexOf(word)]!);
    }
    return Math.log(probability);
  };
}
