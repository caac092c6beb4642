import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextClasses } from '../src/context-class.ts';
import { PredictionError } from '../src/errors.ts';
import { parseManifest } from '../src/manifest.ts';

const file = (name: string) => ({ file: name, sizeBytes: 10, sha256: '0a'.repeat(32) });
const gpt = {
  graph: file('gpt.onnx'),
  weights: file('gpt.q4'),
  vocabulary: file('tokenizer.json'),
  vocabularySize: 256,
  contextLength: 128,
  layers: 2,
  width: 32,
};
const classes = Object.fromEntries(contextClasses.map((place) => [place, [0.3, 0.7]]));
const good = {
  format: 'foreword-pack',
  version: 1,
  name: 'pack-tiny',
  language: 'en',
  licence: 'CC0-1.0',
  sources: [{ name: 'made up', licence: 'CC0-1.0', words: 6, weight: 0.5 }],
  models: {
    ngram: { file: 'ngram.bin', sizeBytes: 10, sha256: '0a'.repeat(32), order: 3, words: 6, ngrams: [6, 7, 8] },
    gpt,
    pinyin: file('pinyin.bin'),
  },
  vectors: { weights: file('word2vec.q4'), vocabulary: file('words.txt') },
  mixtures: [{ models: ['ngram', 'gpt'], classes }],
};
const encode = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const parse = (value: unknown) => parseManifest(encode(value));

/** `good` with another value at a path such as `models.ngram.file`; undefined leaves it out. */
function changed(path: string, value: unknown): unknown {
  const copy = structuredClone(good) as Record<string, unknown>;
  const names = path.split('.');
  let place = copy;
  for (const name of names.slice(0, -1)) place = place[name] as Record<string, unknown>;
  place[names.at(-1)!] = value;
  return copy;
}

describe('parseManifest', () => {
  it('gives what stands in pack.json, unknown fields included', () => {
    expect(parse({ ...good, recipe: { order: 3 }, later: true })).toEqual({
      ...good,
      recipe: { order: 3 },
      later: true,
    });
    expect(parse(`\ufeff${JSON.stringify(good)}`)).toEqual(good);
  });

  it('reads packs of an n-gram alone', () => {
    const { mixtures: _, ...older } = good;
    const alone = { ...older, models: { ngram: good.models.ngram } };
    expect(parse(alone)).toEqual(alone);
  });

  it.each([
    ['', 'is not JSON: it has 0 bytes'],
    ['{"format": "foreword', 'is not JSON'],
    ['[]', 'has in the whole [] where an object is expected'],
    ['null', 'has in the whole null where an object is expected'],
    ['{}', 'has in format nothing where a string is expected'],
  ])('refuses %j', (text, message) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'pack-corrupt', message: expect.stringContaining(message) }),
    );
  });

  it.each([
    ['format', 'npm-package', 'has not "format": "foreword-pack"'],
    ['version', '1', 'has in version "1" where an integer ≥ 0 is expected'],
    ['version', 0, 'has version 0'],
    ['version', 1.5, 'has in version 1.5'],
    ['name', undefined, 'has in name nothing where a string is expected'],
    ['language', 'not a language', 'has in language no BCP 47 tag'],
    ['licence', null, 'has in licence null'],
    ['sources', {}, 'has in sources {} where a list is expected'],
    ['sources.0.weight', '1', 'has in sources[0].weight "1" where a number is expected'],
    ['models', [], 'has in models [] where an object is expected'],
    ['models.ngram', undefined, 'has in models.ngram nothing where an object is expected'],
    ['models.ngram.sizeBytes', -1, 'has in models.ngram.sizeBytes -1 where an integer ≥ 0 is expected'],
    ['models.ngram.sizeBytes', 1e300, 'has in models.ngram.sizeBytes 1e+300'],
    ['models.ngram.sha256', 'abc', 'has in models.ngram.sha256 no 64 lower-case hexadecimal digits'],
    ['models.ngram.ngrams.1', null, 'has in models.ngram.ngrams[1] null'],
    ['models.gpt', [], 'has in models.gpt [] where an object is expected'],
    ['models.nnlm', {}, 'has in models.nnlm.graph nothing where an object is expected'],
    ['models.gpt.weights', undefined, 'has in models.gpt.weights nothing where an object is expected'],
    ['models.gpt.vocabulary.file', '../x', 'has in models.gpt.vocabulary.file no plain file name: "../x"'],
    ['models.gpt.graph.sha256', 'abc', 'has in models.gpt.graph.sha256 no 64 lower-case hexadecimal digits'],
    ['models.pinyin', null, 'has in models.pinyin null where an object is expected'],
    ['models.pinyin', {}, 'has in models.pinyin.file nothing where a string is expected'],
    ['models.pinyin.file', '../pinyin.bin', 'has in models.pinyin.file no plain file name'],
    ['models.pinyin.sizeBytes', '10', 'has in models.pinyin.sizeBytes "10" where an integer'],
    ['models.pinyin.sha256', 'abc', 'has in models.pinyin.sha256 no 64 lower-case hexadecimal digits'],
    ['vectors', null, 'has in vectors null where an object is expected'],
    ['vectors.vocabulary', undefined, 'has in vectors.vocabulary nothing where an object is expected'],
    ['vectors.weights.file', '../x', 'has in vectors.weights.file no plain file name: "../x"'],
    ['models.choice', {}, 'has in models.choice.graph nothing where an object is expected'],
    ['models.gpt.width', 0.5, 'has in models.gpt.width 0.5 where an integer ≥ 0 is expected'],
    ['mixtures', {}, 'has in mixtures {} where a list is expected'],
    ['mixtures.0.models.0', 1, 'has in mixtures[0].models[0] 1 where a string is expected'],
    ['mixtures.0.classes.word-start', undefined, 'has in mixtures[0].classes.word-start nothing where a list'],
    ['mixtures.0.classes.one-letter', [1], 'has in mixtures[0].classes.one-letter not one weight greater than 0'],
    ['mixtures.0.classes.one-letter', [0, 1], 'has in mixtures[0].classes.one-letter not one weight greater than 0'],
  ])('refuses %s = %j', (path, value, message) => {
    expect(() => parse(changed(path, value))).toThrow(
      expect.objectContaining({ code: 'pack-corrupt', message: expect.stringContaining(`pack.json ${message}`) }),
    );
  });

  it.each([
    '../ngram.bin',
    '/etc/passwd',
    'a/b',
    'a\\b',
    '..',
    '.',
    '',
    '.hidden',
    'C:ngram.bin',
    'https://x.y/z',
    'a?b',
    'a#b',
    'a%2fb',
    'ngram.bin\u0000',
    'n gram',
    'ɴgram',
    'x'.repeat(101),
  ])('refuses the file name %j', (file) => {
    expect(() => parse(changed('models.ngram.file', file))).toThrow(
      expect.objectContaining({ code: 'pack-corrupt', message: expect.stringContaining('no plain file name') }),
    );
  });

  it('tells a pack made for a newer library', () => {
    expect(() => parse({ format: 'foreword-pack', version: 2 })).toThrow(
      expect.objectContaining({ code: 'pack-too-new', message: expect.stringContaining('version 2') }),
    );
  });

  it('fails in no other way, whatever stands there', () => {
    const paths = [
      'format',
      'version',
      'language',
      'sources',
      'sources.0',
      'models',
      'models.ngram',
      'models.ngram.file',
      'models.ngram.ngrams',
      'models.gpt.graph',
      'models.lstm',
      'models.pinyin',
      'models.pinyin.sha256',
      'vectors',
      'vectors.weights',
      'mixtures',
      'mixtures.0.classes.word-start',
    ];
    const accepted = (bytes: Uint8Array) => {
      try {
        parseManifest(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(PredictionError);
      }
    };
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => accepted(encode(changed(path, value)))),
    );
    fc.assert(fc.property(fc.uint8Array(), accepted));
  });
});
