import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divideContinuations } from '../../src/neural/continuations.ts';
import { GptModel } from '../../src/neural/gpt-model.ts';
import { openCausalBackend } from '../../src/neural/ort-backend.ts';
import { openTokenizer } from '../../src/neural/tokenizer.ts';
import type { PathScorer } from '../../src/pinyin/types.ts';
import { modelFiles } from './fixtures.ts';
import { scatteredLogits, ToyBackend, ToyTokenizer } from './toy-gpt.ts';

const tokenizer = new ToyTokenizer([
  ...[
    ' ',
    '\n',
    '，',
    '。',
    ' 今天',
    '今天',
    '天',
    '天气',
    '气',
    '很',
    '很好',
    '好',
    '去',
    '北',
    '北京',
    '京',
    '京玩',
    '玩',
  ],
  ...Array.from({ length: 128 }, (_, at) => Uint8Array.of(0x80 + at)),
]);
const { size } = tokenizer;
const logits = scatteredLogits(size, 5, 100);
const backendOf = (contextLength?: number) => new ToyBackend(size, logits, contextLength);
const modelOf = (backend = backendOf()) => new GptModel(backend, tokenizer);

/** ln P(token | tokens before), the start token standing for an empty text. */
function logProb(before: readonly string[], token: string): number {
  const ids = before.map((text) => tokenizer.id(text));
  const values = Array.from(Float32Array.from(logits(ids.length === 0 ? [0] : ids)));
  return values[tokenizer.id(token)]! - Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0));
}

const sumOf = (before: readonly string[], tokens: readonly string[]) =>
  tokens.reduce((sum, token, at) => sum + logProb([...before, ...tokens.slice(0, at)], token), 0);

function expectClose(found: Float64Array, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  for (const [at, value] of found.entries()) expect(value).toBeCloseTo(expected[at]!, 4);
}

const parts = fc.constantFrom('今天', '天气', '很', '好', '去', '北', '京', '玩', '，', '。');
const texts = fc.array(parts, { minLength: 1, maxLength: 6 }).map((found) => found.join(''));
const befores = fc
  .array(fc.oneof({ weight: 8, arbitrary: parts }, fc.constantFrom(' ', '\n', 'q', '\u{20000}')), { maxLength: 12 })
  .map((found) => found.join(''));

describe('GptModel.scoreAfter', () => {
  it('sums what the tokens of each text have behind the text before and one another', async () => {
    const before = [' 今天', '天气'];
    expectClose(await modelOf().scoreAfter('今天天气', ['很好', '很好，去北京', '']), [
      sumOf(before, ['很好']),
      sumOf(before, ['很好', '，', '去', '北京']),
      0,
    ]);
  });

  it('takes a token that reaches over the caret for what it is', async () => {
    const before = [' 今天', '去'];
    const prefix = sumOf(before, ['北']);
    expectClose(await modelOf().scoreAfter('今天去北', ['京', '京玩', '玩']), [
      sumOf(before, ['北京']) - prefix,
      sumOf(before, ['北京', '玩']) - prefix,
      sumOf(before, ['北', '玩']) - prefix,
    ]);
  });

  it.each([
    ['behind a comma', '今天，', [' 今天', '，'], ['今天', '好']],
    ['in an empty text, where the tokenizer spaces each line', '', [], [' 今天', '好']],
    ['in an empty line', '今天\n', [' 今天', '\n'], [' 今天', '好']],
  ])('puts no space of its own before a text: %s', async (_, before, own, tokens) => {
    expectClose(await modelOf().scoreAfter(before, ['今天好']), [sumOf(own, tokens)]);
  });

  it('is ln P(before and text) less ln P(before), whatever else is asked with it', async () => {
    await fc.assert(
      fc.asyncProperty(befores, fc.array(texts, { minLength: 1, maxLength: 8 }), async (before, paths) => {
        const backend = backendOf(128);
        const whole = modelOf(backendOf(128));
        const { logProb } = await whole.score(before);
        const expected: number[] = [];
        for (const text of paths) expected.push((await whole.score(before + text)).logProb - logProb);
        const model = modelOf(backend);
        expectClose(await model.scoreAfter(before, paths), expected);
        const runs = backend.runs.length;
        expectClose(await model.scoreAfter(before, paths), expected);
        expect(backend.runs.length).toBe(runs);
      }),
      { numRuns: 60 },
    );
  });

  it('reads the text before once, and what texts have in common once', async () => {
    const backend = backendOf();
    const model = modelOf(backend);
    await model.scoreAfter('今天天气', ['去北京玩', '去北京好', '去玩，好']);
    expect(backend.runs).toEqual([
      { batch: 1, length: 2, past: 1 }, // 今天 天气
      { batch: 1, length: 1, past: 3 }, // 去, whose row is kept
      { batch: 2, length: 1, past: 4 }, // 北京, 玩
      { batch: 1, length: 2, past: 4 }, // 玩 ，
    ]);
    backend.runs.length = 0;
    await model.scoreAfter('今天天气', ['去北京天', '好']);
    expect(backend.runs).toEqual([]);
  });

  it('runs at most 64 tokens at a time', async () => {
    const backend = backendOf(128);
    const heads = ['今天', '天', '天气', '气', '很', '很好', '好', '去', '北', '北京', '京', '京玩', '玩', '，', '。'];
    await modelOf(backend).scoreAfter(
      '今天天气',
      heads.map((head) => `${head}去去去去去去去`),
    );
    for (const { batch, length } of backend.runs) expect(batch * length).toBeLessThanOrEqual(64);
  });

  it.each([5, 8, 20, 64])('keeps within a network that sees %i tokens', async (contextLength) => {
    for (const before of ['', '今天', '今天天气很好，'.repeat(40)]) {
      const found = await modelOf(backendOf(contextLength)).scoreAfter(before, ['去北京', '很好玩', '好']);
      for (const value of found) expect(value).toBeLessThan(0);
    }
    const short =
      contextLength === 5 ? modelOf(backendOf(5)).scoreAfter('', ['去玩去玩去']) : Promise.reject(new RangeError());
    await expect(short).rejects.toThrow(RangeError);
  });

  it('is what a pinyin input method asks for', async () => {
    const scorer: PathScorer = modelOf();
    expect(await scorer.scoreAfter('今天', ['好'])).toHaveLength(1);
  });

  it('refuses more than 20 texts, and gives nothing for none', async () => {
    await expect(modelOf().scoreAfter('今天', Array(21).fill('好'))).rejects.toThrow('at most 20, not 21');
    expect(await modelOf().scoreAfter('今天', [])).toEqual(new Float64Array(0));
  });

  it('rejects with the reason of its signal: at once, and between two runs', async () => {
    const backend = backendOf();
    const model = modelOf(backend);
    const stale = model.scoreAfter('今天', ['好'], AbortSignal.abort(new Error('stale')));
    await expect(stale).rejects.toThrow('stale');
    expect(backend.runs).toEqual([]);
    const controller = new AbortController();
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => controller.abort(new Error('typed on'));
    backend.onRun = () => port2.postMessage('abort');
    const asked = model.scoreAfter('今天', ['去北京玩', '好去玩去'], controller.signal);
    await expect(asked).rejects.toThrow('typed on');
    port1.close();
    backend.onRun = () => {};
    expect(backend.runs).toHaveLength(1);
    expectClose(await model.scoreAfter('今天', ['好']), [sumOf([' 今天'], ['好'])]);
  });

  it('rejects where a run fails, and once closed', async () => {
    const backend = backendOf();
    const model = modelOf(backend);
    backend.failure = new Error('out of memory');
    await expect(model.scoreAfter('今天', ['好'])).rejects.toThrow('out of memory');
    expectClose(await model.scoreAfter('今天', ['好']), [sumOf([' 今天'], ['好'])]);
    await model.close();
    await expect(model.scoreAfter('今天', ['好'])).rejects.toMatchObject({ code: 'closed' });
  });
});

describe.each(['gpt-tiny', 'hf-tiny'])('GptModel.scoreAfter over the trained network in %s', (folder) => {
  it('agrees with scores of whole texts', async () => {
    const files = modelFiles(folder, 'gpt');
    const model = new GptModel(await openCausalBackend(files), openTokenizer(files.vocabulary));
    const texts = [' and he said', ' and then', 'ing it', '. It was', '你好'];
    for (const before of ['The old man', 'It was', 'One.\n', '']) {
      const { logProb } = await model.score(before);
      const expected: number[] = [];
      for (const text of texts) expected.push((await model.score(before + text)).logProb - logProb);
      const found = await model.scoreAfter(before, texts);
      for (const [at, value] of found.entries()) expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-3);
    }
    await model.close();
  });
});

describe('divideContinuations', () => {
  it('divides each text as it is divided together with the text before', () => {
    const trained = openTokenizer(modelFiles('gpt-tiny', 'gpt').vocabulary);
    const pieces = fc.constantFrom(
      'the',
      "don't",
      'old man',
      ' ',
      '. ',
      ', ',
      '\n',
      '12',
      '“',
      '，',
      '你好',
      '京',
      '…',
    );
    const text = fc.array(pieces, { maxLength: 6 }).map((found) => found.join(''));
    fc.assert(
      fc.property(text, fc.array(text, { minLength: 1, maxLength: 4 }), (before, texts) => {
        const { shared, rest, paths } = divideContinuations(trained, before, texts);
        expect([...shared, ...rest]).toEqual([...trained.encode(before)]);
        for (const [at, path] of paths.entries()) {
          expect([...shared, ...path]).toEqual([...trained.encode(before + texts[at])]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
