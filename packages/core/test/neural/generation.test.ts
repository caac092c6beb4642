import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContinueOptions } from '../../src/neural/generation.ts';
import { GptModel } from '../../src/neural/gpt-model.ts';
import { wordSpans } from '../../src/words.ts';
import { scatteredLogits, ToyBackend, ToyTokenizer } from './toy-gpt.ts';

const tokenizer = new ToyTokenizer([
  ...[' ', '\n', ' the', ' The', ' cat', ' ca', 't', 'ts', ' sat', '.', ' “', '”', ' é', 'a', 'c'],
  ...[Uint8Array.of(0xc3), Uint8Array.of(0xa9)],
]);
const { size } = tokenizer;
/** A network that finds one continuation of the text, token by token, far likelier than all else. */
const reciting = (text: string) => {
  const line = [...tokenizer.encode(text), 0];
  return new ToyBackend(size, (history) =>
    Array.from({ length: size }, (_, id) => (id === line[history.filter((before) => before > 0).length] ? 30 : 0)),
  );
};
/** A network that writes about three words for ever. */
const endless = (contextLength?: number) =>
  new ToyBackend(
    size,
    (history) => Array.from({ length: size }, (_, id) => (id === 3 + (history.length % 3) ? 9 : 0)),
    contextLength,
  );
const modelOf = (backend = new ToyBackend(size, scatteredLogits(size, 2))) => new GptModel(backend, tokenizer);

async function write(model: GptModel, text: string, options?: ContinueOptions): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of model.continue(text, options)) pieces.push(piece);
  return pieces.join('');
}

describe('GptModel.continue', () => {
  it.each([
    ['the cat', ' sat.'],
    ['the cat ', 'sat.'],
    ['the cat sat', '.'],
    ['the c', 'at sat.'],
    ['the ca', 't sat.'],
    ['the', ' cat sat.'],
    ['t', 'he cat sat.'],
    [' ', 'the cat sat.'],
    ['', 'the cat sat.'],
  ])('goes on after %j with %j', async (before, expected) => {
    expect(await write(modelOf(reciting('the cat sat.')), before, { temperature: 0 })).toBe(expected);
  });

  it('puts no space at the beginning of a line', async () => {
    expect(await write(modelOf(reciting('the cat\nThe cat')), 'the', { temperature: 0 })).toBe(' cat\nThe cat');
    expect(await write(modelOf(reciting('the cat\nThe cat')), 'the cat\n', { temperature: 0 })).toBe('The cat');
  });

  it('yields whole characters', async () => {
    const logits = (history: readonly number[]) => {
      const next = history.at(-1) === tokenizer.id('\ufffd') ? 17 : 16;
      return Array.from({ length: size }, (_, id) => (id === next ? 30 : 0));
    };
    for await (const piece of modelOf(new ToyBackend(size, logits)).continue('the', { maxWords: 2 })) {
      expect(piece).toBe('é');
      break;
    }
  });

  it('writes the same text for the same seed and others for others', async () => {
    const text = (seed: number) => write(modelOf(), 'the cat', { seed, maxWords: 20 });
    expect(await text(1)).toBe(await text(1));
    expect(new Set([await text(1), await text(2), await text(3)]).size).toBe(3);
  });

  it('writes at most as many words as it may, and always ends', async () => {
    const options = fc.record({
      maxWords: fc.integer({ min: 1, max: 12 }),
      temperature: fc.constantFrom(0, 0.5, 1, 5),
      topP: fc.constantFrom(0.1, 0.9, 1),
      seed: fc.nat(),
    });
    const texts = fc.array(fc.constantFrom('the', ' ', 'ca', '.', '\n', 'é', '🙂', '\ud83d'), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(texts, options, async (parts, chosen) => {
        const written = await write(modelOf(), parts.join(''), chosen);
        expect(wordSpans(written).length).toBeLessThanOrEqual(chosen.maxWords);
      }),
      { numRuns: 40 },
    );
  });

  it('draws each token as often as it is likely', async () => {
    const [cat, sat] = [tokenizer.id(' cat'), tokenizer.id(' sat')];
    const logits = (history: readonly number[]) =>
      Array.from({ length: size }, (_, id) =>
        history.length > 2 ? (id === 0 ? 30 : 0) : id === cat ? 20 + Math.log(3) : id === sat ? 20 : 0,
      );
    const model = modelOf(new ToyBackend(size, logits));
    let cats = 0;
    for (let seed = 0; seed < 2000; seed++)
      if ((await write(model, 'the the ', { seed, temperature: 1 })) === 'cat') cats++;
    // Binomial with p = 3/4: standard deviation 19.4 in 2,000.
    expect(Math.abs(cats - 1500)).toBeLessThan(5 * 19.4);
    for (let seed = 0; seed < 50; seed++) expect(await write(model, 'the the ', { seed, topP: 0.7 })).toBe('cat');
  });

  it('goes on beyond the window of the network', async () => {
    expect(wordSpans(await write(modelOf(endless(32)), 'the ', { maxWords: 100 }))).toHaveLength(100);
  });

  it('throws the reason of its signal', async () => {
    const controller = new AbortController();
    const writing = (async () => {
      for await (const _ of modelOf(endless()).continue('the ', { signal: controller.signal, maxWords: 1000 })) {
        controller.abort(new Error('enough'));
      }
    })();
    await expect(writing).rejects.toThrow('enough');
    await expect(write(modelOf(), '', { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
  });

  it.each([
    { maxWords: 0 },
    { maxWords: 1.5 },
    { temperature: -1 },
    { temperature: Number.NaN },
    { topP: 0 },
    { topP: 1.1 },
    { seed: 0.5 },
  ])('refuses %o', async (options) => {
    await expect(write(modelOf(), 'the', options)).rejects.toThrow(RangeError);
  });
});
