import { contextClasses } from './context-class.ts';
import { PredictionError } from './errors.ts';
import type { MixtureWeights } from './mixture-weights.ts';

/** `pack.json`: what a pack holds, where it comes from and how its files are checked. Its version is 1. */
export interface PackManifest {
  /** Tells the file from other JSON. */
  readonly format: 'foreword-pack';
  /** Grows when older libraries could not read the pack. */
  readonly version: 1;
  /** E.g. `pack-en`. */
  readonly name: string;
  /** BCP 47 tag. */
  readonly language: string;
  /** Licence of the pack's files, an SPDX expression where there is one. */
  readonly licence: string;
  /** The texts the models were trained on. */
  readonly sources: readonly PackSource[];
  /** The pack's files. Opening a pack reads the n-gram's alone; the others' are read on request. */
  readonly models: {
    readonly ngram: PackNgramFile;
    /** Of a Chinese pack: how the n-gram's words are read, for `openPinyinLexicon` of `@foreword/core/pinyin`. */
    readonly pinyin?: PackFile;
    /** The GPT tuned to choose what comes next, for `openChoice` of `@foreword/core/neural`. Suggests no words. */
    readonly choice?: PackNeuralModel;
  } & { readonly [name in NeuralModelName]?: PackNeuralModel };
  /** Vectors of words, to be looked at: they predict nothing. */
  readonly vectors?: PackVectors;
  /** What the models weigh in a mixture, for each set of them that weights were learned for. */
  readonly mixtures?: readonly MixtureWeights[];
  /** The trainer's settings, as it wrote them. */
  readonly recipe?: Readonly<Record<string, unknown>>;
}

/** A text that a pack's models were trained on. */
export interface PackSource {
  /** How the source's own makers name it. */
  readonly name: string;
  /** SPDX expression where there is one. */
  readonly licence: string;
  /** Number of words read. */
  readonly words: number;
  /** What one occurrence counted. */
  readonly weight: number;
}

/** A file of a pack. */
export interface PackFile {
  /** A plain file name beside `pack.json`: letters, digits, `.`, `_`, `-`, without a leading dot. */
  readonly file: string;
  /** Exact size; checked at opening. */
  readonly sizeBytes: number;
  /** 64 hexadecimal digits, lower case. */
  readonly sha256: string;
}

/** The n-gram model's file. */
export interface PackNgramFile extends PackFile {
  /** Longest n-gram. */
  readonly order: number;
  /** Size of the vocabulary. */
  readonly words: number;
  /** Number of n-grams of order 1, 2, … */
  readonly ngrams: readonly number[];
}

/** The neural models a pack may hold. */
export const neuralModelNames = ['nnlm', 'lstm', 'gpt'] as const;

/** One of `neuralModelNames`. */
export type NeuralModelName = (typeof neuralModelNames)[number];

/** A neural model's files and shape. */
export interface PackNeuralModel {
  /** The network without its weights, as ONNX. */
  readonly graph: PackFile;
  /** The network's weights, quantised; its format is in docs/neural-format.md. */
  readonly weights: PackFile;
  /** What its ids stand for: a word a line for `nnlm` and `lstm`, Hugging Face's `tokenizer.json` for `gpt` and `choice`. */
  readonly vocabulary: PackFile;
  /** Of `gpt`: what `measureEndShares` found for each of its ids, a byte each, 255 standing for 1. */
  readonly endShares?: PackFile;
  /** Of `gpt`: the graph, over the same weights, that shows where it looks; see `openAttention`. */
  readonly inspect?: PackFile;
  /** Number of ids: for `nnlm` and `lstm` those of the first words of the list, for `choice` three more than the tokenizer's. */
  readonly vocabularySize: number;
  /** Words of context for `nnlm`, tokens for `gpt` and `choice`; 0 for `lstm`, whose state has no end. */
  readonly contextLength: number;
  /** Hidden layers. */
  readonly layers: number;
  /** Size of a hidden layer; of the residual stream for `gpt` and `choice`. */
  readonly width: number;
}

/** A table of word vectors (docs/neural-format.md, `word2vec`). */
export interface PackVectors {
  /** The table, quantised. */
  readonly weights: PackFile;
  /** A word a line; the table has a row for each of the first ones. */
  readonly vocabulary: PackFile;
}

/** Reads `pack.json`. Throws `PredictionError` `pack-corrupt` naming the field that is wrong, or `pack-too-new`. */
export function parseManifest(bytes: Uint8Array): PackManifest {
  let manifest: unknown;
  try {
    manifest = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const start = JSON.stringify(new TextDecoder().decode(bytes.subarray(0, 20)));
    throw corrupt(`is not JSON: it has ${bytes.length} bytes and starts with ${start}`, error);
  }
  const root = new Field('the whole', manifest);
  if (root.get('format').string() !== 'foreword-pack') throw corrupt('has not "format": "foreword-pack"');
  const version = root.get('version').count();
  if (version > 1) {
    throw new PredictionError(
      'pack-too-new',
      `pack.json has version ${version}, this library reads version 1. Use a newer library or an older pack.`,
    );
  }
  if (version !== 1) throw corrupt(`has version ${version}, this library reads version 1`);
  for (const name of ['name', 'language', 'licence']) root.get(name).string();
  checkLanguage(root.get('language').string());
  for (const source of root.get('sources').list()) {
    source.get('name').string();
    source.get('licence').string();
    source.get('words').number();
    source.get('weight').number();
  }
  const ngram = root.get('models').get('ngram');
  checkFile(ngram);
  for (const name of ['order', 'words']) ngram.get(name).count();
  for (const item of ngram.get('ngrams').list()) item.count();
  const pinyin = root.get('models').get('pinyin');
  if (pinyin.value !== undefined) checkFile(pinyin);
  for (const name of [...neuralModelNames, 'choice']) {
    const model = root.get('models').get(name);
    if (model.value !== undefined) checkNeuralModel(model);
  }
  const vectors = root.get('vectors');
  if (vectors.value !== undefined) for (const name of ['weights', 'vocabulary']) checkFile(vectors.get(name));
  const mixtures = root.get('mixtures');
  if (mixtures.value !== undefined) for (const mixture of mixtures.list()) checkMixture(mixture);
  return manifest as PackManifest;
}

function checkFile(file: Field): void {
  const name = file.get('file');
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/.test(name.string())) {
    throw corrupt(`has in ${name.path} no plain file name: ${JSON.stringify(name.value)}`);
  }
  const sha256 = file.get('sha256');
  if (!/^[0-9a-f]{64}$/.test(sha256.string())) {
    throw corrupt(`has in ${sha256.path} no 64 lower-case hexadecimal digits`);
  }
  file.get('sizeBytes').count();
}

function checkNeuralModel(model: Field): void {
  for (const name of ['graph', 'weights', 'vocabulary']) checkFile(model.get(name));
  for (const name of ['endShares', 'inspect']) if (model.get(name).value !== undefined) checkFile(model.get(name));
  for (const name of ['vocabularySize', 'contextLength', 'layers', 'width']) model.get(name).count();
}

function checkMixture(mixture: Field): void {
  const models = mixture.get('models').list();
  for (const model of models) model.string();
  for (const name of contextClasses) {
    const weights = mixture.get('classes').get(name);
    const isWeighed = weights.list().every((weight) => weight.number() > 0 && weight.number() < Infinity);
    if (!isWeighed || weights.list().length !== models.length) {
      throw corrupt(`has in ${weights.path} not one weight greater than 0 for each of ${models.length} models`);
    }
  }
}

/** A value of the manifest that knows its path, for messages. */
class Field {
  readonly path: string;
  readonly value: unknown;

  constructor(path: string, value: unknown) {
    this.path = path;
    this.value = value;
  }

  get(name: string): Field {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value))
      throw this.#wrong('an object');
    const value = Object.hasOwn(this.value, name) ? (this.value as Record<string, unknown>)[name] : undefined;
    return new Field(this.path === 'the whole' ? name : `${this.path}.${name}`, value);
  }

  list(): Field[] {
    if (!Array.isArray(this.value)) throw this.#wrong('a list');
    return this.value.map((item, index) => new Field(`${this.path}[${index}]`, item));
  }

  string(): string {
    if (typeof this.value !== 'string') throw this.#wrong('a string');
    return this.value;
  }

  number(): number {
    if (typeof this.value !== 'number') throw this.#wrong('a number');
    return this.value;
  }

  count(): number {
    if (!Number.isSafeInteger(this.value) || (this.value as number) < 0) throw this.#wrong('an integer ≥ 0');
    return this.value as number;
  }

  #wrong(expected: string): PredictionError {
    const found = this.value === undefined ? 'nothing' : JSON.stringify(this.value).slice(0, 60);
    return corrupt(`has in ${this.path} ${found} where ${expected} is expected`);
  }
}

function checkLanguage(language: string): void {
  try {
    new Intl.Locale(language);
  } catch (error) {
    throw corrupt(`has in language no BCP 47 tag: ${JSON.stringify(language)}`, error);
  }
}

function corrupt(what: string, cause?: unknown): PredictionError {
  return new PredictionError('pack-corrupt', `pack.json ${what}. Download or build the pack again.`, { cause });
}
