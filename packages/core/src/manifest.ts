import { PredictionError } from './errors.ts';

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
  /** The pack's files. */
  readonly models: {
    readonly ngram: PackNgramFile;
  };
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
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/.test(ngram.get('file').string())) {
    throw corrupt(`has in models.ngram.file no plain file name: ${JSON.stringify(ngram.get('file').value)}`);
  }
  if (!/^[0-9a-f]{64}$/.test(ngram.get('sha256').string())) {
    throw corrupt('has in models.ngram.sha256 no 64 lower-case hexadecimal digits');
  }
  for (const name of ['sizeBytes', 'order', 'words']) ngram.get(name).count();
  for (const item of ngram.get('ngrams').list()) item.count();
  return manifest as PackManifest;
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
