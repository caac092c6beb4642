import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PredictionError } from '../../src/errors.ts';
import type { CausalBackend } from '../../src/neural/backend.ts';
import { type CausalLmSource, loadCausalLm, previewCausalLm } from '../../src/neural/causal-lm.ts';
import { GptModel } from '../../src/neural/gpt-model.ts';
import { openCausalBackend } from '../../src/neural/ort-backend.ts';
import { logSoftmax, modelFiles, readFixture } from './fixtures.ts';

const plain: CausalLmSource = {
  model: readFixture('hf-tiny/gpt.hf.onnx'),
  tokenizer: readFixture('hf-tiny/tokenizer.json'),
  config: readFixture('hf-tiny/config.json'),
};

const externalData = { 'uncached.onnx_data': readFixture('hf-variants/uncached.onnx_data') };

/** The same model in other shapes, written by `python packages/core/test/neural/fixtures/hf-variants/make.py`. */
const variants = ['fp16', 'int8', 'int4', 'uncached'].map((name): [string, CausalLmSource] => [
  name,
  {
    ...plain,
    model: readFixture(`hf-variants/${name}.onnx`),
    ...(name === 'uncached' ? { externalData } : {}),
  },
]);

const code = (code: string, message = /./) =>
  expect.objectContaining({ name: 'PredictionError', code, message: expect.stringMatching(message) });

/** The logits after `[5, 6, 7]` and `[8, 9, 10]`, each after the start token and 20, 21: read in two runs, two beams in the second. */
async function logitsOf(backend: CausalBackend): Promise<Float32Array> {
  const first = await backend.run(Int32Array.of(20, 21), 1, backend.startRow, 1);
  const past = Float32Array.of(...backend.startRow, ...first.rows);
  return (await backend.run(Int32Array.of(5, 6, 7, 8, 9, 10), 2, past, 3)).logits;
}

function difference(a: Float32Array, b: Float32Array): number {
  const [ofA, ofB] = [logSoftmax(a), logSoftmax(b)];
  return Math.max(...ofA.map((logProb, id) => Math.abs(logProb - ofB[id]!)));
}

describe('loadCausalLm', () => {
  it('gives the answers of the same model in the layout of a pack', async () => {
    const foreign = await loadCausalLm(plain);
    const own = await openCausalBackend(modelFiles('hf-tiny', 'gpt'));
    expect(foreign.backend.vocabularySize).toBe(own.vocabularySize);
    expect(difference(await logitsOf(foreign.backend), await logitsOf(own))).toBeLessThan(1e-4);
    await foreign.backend.close();
    await own.close();
  });

  it.each(variants)('loads it as %s', async (name, source) => {
    const { backend } = await loadCausalLm(plain);
    const variant = await loadCausalLm(source);
    const [expected, logits] = [await logitsOf(backend), await logitsOf(variant.backend)];
    const rounding = { fp16: 0.01, uncached: 0.01, int8: 0.2, int4: 1 }[name]!;
    expect(difference(logits, expected)).toBeLessThan(rounding);
    await backend.close();
    await variant.backend.close();
  });

  it('makes a language model with GptModel', async () => {
    const { backend, tokenizer } = await loadCausalLm(plain);
    const model = new GptModel(backend, tokenizer);
    const context = { text: '', words: [], prefix: '', prefixLength: 0 };
    const { words, logProbs } = await model.next({ context, limit: 5 }, new AbortController().signal);
    expect(words).toHaveLength(5);
    expect([...logProbs]).toEqual([...logProbs].sort((a, b) => b - a));
    await model.close();
  });

  it('refuses what takes more memory than allowed, naming both', async () => {
    const { memoryBytes } = previewCausalLm(plain);
    await expect(loadCausalLm({ ...plain, memoryBudgetBytes: memoryBytes - 1 })).rejects.toThrow(
      code('model-failed', /would take about 9\d MB of memory, more than the 9\d MB allowed/),
    );
  });

  it.each<[string, Partial<CausalLmSource>, RegExp]>([
    ['no bytes', { model: new Uint8Array(0) }, /no ONNX file/],
    ['a page', { model: new TextEncoder().encode('<!doctype html><html>') }, /no ONNX file/],
    ['half a model', { model: plain.model.slice(0, plain.model.length / 2) }, /no ONNX file/],
    [
      'a graph with other names',
      { model: readFixture('gpt-tiny/gpt.onnx') },
      /inputs ids, past and the outputs logits, rows/,
    ],
    ['a tokenizer of more tokens', { tokenizer: readFixture('gpt-tiny/tokenizer.json') }, /512 tokens, the model 384/],
    ['weights that are not there', { model: readFixture('hf-variants/uncached.onnx') }, /"uncached.onnx_data"/],
    [
      'weights cut short',
      { model: readFixture('hf-variants/uncached.onnx'), externalData: { 'uncached.onnx_data': new Uint8Array(9) } },
      /"uncached.onnx_data" is 9 bytes/,
    ],
    ['a configuration that is none', { config: new TextEncoder().encode('{') }, /config.json/],
  ])('refuses %s', async (_, change, message) => {
    await expect(loadCausalLm({ ...plain, ...change })).rejects.toThrow(code('file-malformed', message));
  });

  it('refuses a context that holds nothing', async () => {
    await expect(loadCausalLm({ ...plain, contextLength: 1 })).rejects.toThrow(RangeError);
  });
});

describe('previewCausalLm', () => {
  it('tells size, precision, vocabulary and context before anything is run', () => {
    expect(previewCausalLm(plain)).toMatchObject({
      sizeBytes: plain.model.length,
      precision: '32-bit',
      hasCache: true,
      vocabularySize: 384,
      contextLength: 48,
    });
  });

  it('finds the length of the context in the table of positions', () => {
    const { config: _, ...withoutConfig } = plain;
    expect(previewCausalLm(withoutConfig).contextLength).toBe(48);
  });

  it.each(variants)('knows the precision and cache of %s', (name, source) => {
    const precision = { fp16: '16-bit', uncached: '16-bit', int8: '8-bit', int4: '4-bit' }[name];
    expect(previewCausalLm(source)).toMatchObject({ precision, hasCache: name !== 'uncached' });
  });

  it('counts weights alike in all precisions but for scales, padding and what is no longer tied', () => {
    const { parameters } = previewCausalLm(plain);
    for (const [, source] of variants) {
      expect(previewCausalLm(source).parameters / parameters).toBeGreaterThan(0.95);
      expect(previewCausalLm(source).parameters / parameters).toBeLessThan(2);
    }
  });

  it('throws no other error on a damaged file', () => {
    fc.assert(
      fc.property(fc.nat(plain.model.length - 1), fc.nat(255), (place, value) => {
        const model = plain.model.slice();
        model[place] = value;
        try {
          previewCausalLm({ ...plain, model });
        } catch (error) {
          expect(error).toBeInstanceOf(PredictionError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
