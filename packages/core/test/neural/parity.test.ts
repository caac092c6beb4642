import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CausalBackend, RecurrentBackend, WindowBackend } from '../../src/neural/backend.ts';
import { loadCausalLm } from '../../src/neural/causal-lm.ts';
import { openCausalBackend, openRecurrentBackend, openWindowBackend } from '../../src/neural/ort-backend.ts';
import { openTokenizer } from '../../src/neural/tokenizer.ts';
import { fixtureFolders, logSoftmax, modelFiles, type Parity, readFixture } from './fixtures.ts';

const models = fixtureFolders.flatMap((folder) =>
  readdirSync(new URL(`fixtures/${folder}`, import.meta.url))
    .filter((file) => file.endsWith('.parity.json'))
    .map((file): [string, Parity] => [folder, JSON.parse(new TextDecoder().decode(readFixture(`${folder}/${file}`)))]),
);
const gpts = models.filter(([, { model }]) => model === 'gpt');

function expectParity(logits: Float32Array, { quantised }: Parity['contexts'][number], parity: Parity): void {
  const logProbs = logSoftmax(logits);
  const difference = (ids: readonly number[], expected: readonly number[]) =>
    Math.max(...ids.map((id, index) => Math.abs(logProbs[id]! - expected[index]!)));
  expect(difference(quantised.topIds, quantised.topLogProbs)).toBeLessThan(parity.tolerance);
  expect(difference(parity.fixedIds, quantised.fixedLogProbs)).toBeLessThan(parity.tolerance);
}

/** The logits after ids of which the first is the start token: as many new tokens a run as `chunk`. */
async function causalLogits(backend: CausalBackend, ids: readonly number[], chunk: number): Promise<Float32Array> {
  const rows = new Float32Array(ids.length * backend.rowLength);
  rows.set(backend.startRow);
  let logits = new Float32Array();
  for (let read = 1; read < ids.length; read += chunk) {
    const next = Int32Array.from(ids.slice(read, read + chunk));
    const output = await backend.run(next, 1, rows, read);
    rows.set(output.rows, read * backend.rowLength);
    logits = output.logits as Float32Array<ArrayBuffer>;
  }
  return logits;
}

describe('fixtures', () => {
  it('hold two GPTs', () => {
    expect(models.map(([, { model }]) => model).sort()).toEqual(['gpt', 'gpt', 'lstm', 'nnlm']);
    for (const [, { contexts }] of models) expect(contexts.length).toBeGreaterThanOrEqual(20);
  });
});

describe.each(gpts)('the GPT in %s', (folder, parity) => {
  let backend: CausalBackend;
  const contexts = parity.contexts.filter(({ ids }) => ids.length > 1);
  beforeAll(async () => {
    backend = await openCausalBackend(modelFiles(folder, 'gpt'));
  });
  afterAll(() => backend.close());

  it.each([1, 5, 1000])('answers as PyTorch does, read %d tokens at a time', async (chunk) => {
    for (const context of contexts) {
      expectParity(await causalLogits(backend, context.ids, chunk), context, parity);
    }
  });

  it('has a tokenizer that reads the contexts as the trainer did', () => {
    const tokenizer = openTokenizer(readFixture(`${folder}/tokenizer.json`));
    for (const { ids, text } of parity.contexts) {
      expect([tokenizer.endOfText, ...tokenizer.encode(text!)]).toEqual(ids);
    }
  });
});

describe('the GPT in the names of Hugging Face', () => {
  it('answers as PyTorch does', async () => {
    const parity = models.find(([folder]) => folder === 'hf-tiny')![1];
    const { backend } = await loadCausalLm({
      model: readFixture('hf-tiny/gpt.hf.onnx'),
      tokenizer: readFixture('hf-tiny/tokenizer.json'),
    });
    for (const context of parity.contexts.filter(({ ids }) => ids.length > 1)) {
      expectParity(await causalLogits(backend, context.ids, 5), context, parity);
    }
    await backend.close();
  });
});

describe.each(models.filter(([, { model }]) => model === 'nnlm'))('the NNLM in %s', (folder, parity) => {
  let backend: WindowBackend;
  beforeAll(async () => {
    backend = await openWindowBackend(modelFiles(folder, 'nnlm'));
  });
  afterAll(() => backend.close());

  it('answers as PyTorch does, one window at a time and all at once', async () => {
    const all = await backend.run(Int32Array.from(parity.contexts.flatMap(({ ids }) => ids)), parity.contexts.length);
    for (const [index, context] of parity.contexts.entries()) {
      expectParity(await backend.run(Int32Array.from(context.ids), 1), context, parity);
      const { vocabularySize } = backend;
      expectParity(all.subarray(index * vocabularySize, (index + 1) * vocabularySize), context, parity);
    }
  });
});

describe.each(models.filter(([, { model }]) => model === 'lstm'))('the LSTM in %s', (folder, parity) => {
  let backend: RecurrentBackend;
  beforeAll(async () => {
    backend = await openRecurrentBackend(modelFiles(folder, 'lstm'));
  });
  afterAll(() => backend.close());

  it.each([1, 3, 1000])('answers as PyTorch does, read %d words at a time', async (chunk) => {
    for (const context of parity.contexts) {
      const size = backend.layers * backend.width;
      let state = { h: new Float32Array(size), c: new Float32Array(size) } as { h: Float32Array; c: Float32Array };
      let logits = new Float32Array() as Float32Array;
      for (let read = 0; read < context.ids.length; read += chunk) {
        const words = Int32Array.from(context.ids.slice(read, read + chunk));
        ({ logits, state } = await backend.run(words, 1, state));
      }
      expectParity(logits, context, parity);
    }
  });
});
