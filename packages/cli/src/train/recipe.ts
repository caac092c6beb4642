import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { UsageError } from '../command.ts';
import type { SourcePlan, TuningPlan } from './plan.ts';

/** A training recipe: what `foreword train --recipe` reads. Every member may be left out; the command line overrides it. */
export interface Recipe {
  readonly name?: string;
  readonly language?: string;
  readonly licence?: string;
  readonly order?: number;
  readonly text?: 'words' | 'tokens';
  readonly vocabularySize?: number;
  readonly wordPattern?: string;
  readonly words?: string;
  readonly leastOccurrences?: number;
  readonly prune?: readonly number[];
  readonly threshold?: number;
  readonly size?: number;
  readonly discountFallback?: boolean;
  readonly neverSuggest?: string;
  readonly tune?: readonly TuningPlan[];
  readonly sources?: readonly SourcePlan[];
}

/**
 * Reads a recipe file. Paths in it are relative to `dataFolder`, or else to the recipe itself; they come back absolute.
 * Throws `UsageError` naming the member that is wrong.
 */
export async function readRecipe(path: string, dataFolder: string | undefined): Promise<Recipe> {
  const text = await readFile(path, 'utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${(error as Error).message}.`, { cause: error });
  }
  const base = dataFolder ?? dirname(path);
  const recipe = new Member(path, '', json).object(members);
  const locate = (file: string) => resolve(base, file);
  return {
    ...recipe,
    ...(recipe.words !== undefined && { words: locate(recipe.words) }),
    ...(recipe.neverSuggest !== undefined && { neverSuggest: locate(recipe.neverSuggest) }),
    ...(recipe.tune && { tune: recipe.tune.map((text) => ({ ...text, file: locate(text.file) })) }),
    ...(recipe.sources && {
      sources: recipe.sources.map((source) => ({ ...source, files: source.files.map(locate) })),
    }),
  };
}

/** A value in the recipe that knows where it stands, for messages. */
class Member {
  readonly #file: string;
  readonly #path: string;
  readonly #value: unknown;

  constructor(file: string, path: string, value: unknown) {
    this.#file = file;
    this.#path = path;
    this.#value = value;
  }

  /** The object's members, each read as `readers` says. */
  object<T extends object>(readers: { [K in keyof T]: (member: Member) => T[K] }): Partial<T> {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.wrong('an object');
    const result: Partial<T> = {};
    for (const [name, item] of Object.entries(value)) {
      const member = new Member(this.#file, this.#path === '' ? name : `${this.#path}.${name}`, item);
      if (!Object.hasOwn(readers, name)) {
        const known = Object.keys(readers).join(', ');
        throw new UsageError(`${this.#file} has a member "${member.#path}", which is none of ${known}.`);
      }
      result[name as keyof T] = readers[name as keyof T](member);
    }
    return result;
  }

  list<T>(read: (member: Member) => T): T[] {
    if (!Array.isArray(this.#value)) throw this.wrong('a list');
    return this.#value.map((item, index) => read(new Member(this.#file, `${this.#path}[${index}]`, item)));
  }

  string(): string {
    if (typeof this.#value !== 'string') throw this.wrong('a text');
    return this.#value;
  }

  boolean(): boolean {
    if (typeof this.#value !== 'boolean') throw this.wrong('true or false');
    return this.#value;
  }

  count(least: number): number {
    if (!Number.isSafeInteger(this.#value) || (this.#value as number) < least)
      throw this.wrong(`a whole number, ${least} or more`);
    return this.#value as number;
  }

  /** A number above 0, or from 0 on. */
  number(isZeroAllowed: boolean): number {
    const value = this.#value;
    if (typeof value !== 'number' || !(value >= 0) || (value === 0 && !isZeroAllowed)) {
      throw this.wrong(isZeroAllowed ? 'a number, 0 or more' : 'a number above 0');
    }
    return value;
  }

  oneOf<const T extends string>(...allowed: T[]): T {
    if (!allowed.includes(this.#value as T)) throw this.wrong(allowed.join(' or '));
    return this.#value as T;
  }

  /** The error for a value that is not what it must be. */
  wrong(expected: string): UsageError {
    const place = this.#path === '' ? '' : ` in "${this.#path}"`;
    const found = JSON.stringify(this.#value)?.slice(0, 60) ?? 'nothing';
    return new UsageError(`${this.#file} has${place} ${found}, but ${expected} is expected there.`);
  }
}

const members: { [K in keyof Required<Recipe>]: (member: Member) => Required<Recipe>[K] } = {
  name: (member) => member.string(),
  language: (member) => member.string(),
  licence: (member) => member.string(),
  order: (member) => member.count(1),
  text: (member) => member.oneOf('words', 'tokens'),
  vocabularySize: (member) => member.count(4),
  wordPattern: (member) => member.string(),
  words: (member) => member.string(),
  leastOccurrences: (member) => member.count(1),
  prune: (member) => member.list((count) => count.count(0)),
  threshold: (member) => member.number(true),
  size: (member) => member.count(1),
  discountFallback: (member) => member.boolean(),
  neverSuggest: (member) => member.string(),
  tune: (member) => member.list(readTuning),
  sources: (member) => member.list(readSource),
};

function readTuning(member: Member): TuningPlan {
  const { file, weight = 1 } = member.object<{ file: string; weight: number }>({
    file: (file) => file.string(),
    weight: (weight) => weight.number(false),
  });
  if (file === undefined) throw member.wrong('an object with a "file"');
  return { file, weight };
}

function readSource(member: Member): SourcePlan {
  const source = member.object<{ name: string; file: string; files: string[]; weight: number; licence: string }>({
    name: (name) => name.string(),
    file: (file) => file.string(),
    files: (files) => files.list((file) => file.string()),
    weight: (weight) => weight.number(false),
    licence: (licence) => licence.string(),
  });
  const files = source.files ?? (source.file === undefined ? [] : [source.file]);
  if (files.length === 0) throw member.wrong('an object with a "file" or "files"');
  return {
    name: source.name ?? basename(files[0]!),
    licence: source.licence ?? '',
    files,
    weight: source.weight ?? 1,
  };
}
