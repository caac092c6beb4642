import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContext } from '../../src/context.ts';
import { GptModel } from '../../src/neural/gpt-model.ts';
import type { GptOptions } from '../../src/neural/gpt-options.ts';
import { scatteredLogits, ToyBackend, ToyTokenizer } from './toy-gpt.ts';

const tokenizer = new ToyTokenizer([
  ...[
    ' ',
    '\n',
    '，',
    '(',
    ' (',
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
    '的天',
    '的',
  ],
  ...['中', '央', 'G', 'pt', 'gpt', ' 好'],
  ...Array.from({ length: 128 }, (_, at) => Uint8Array.of(0x80 + at)),
]);
const { size } = tokenizer;
const logits = scatteredLogits(size, 4, 100);
/** `的天` is a token, but no word; `中央` is a word of two tokens, `䶮` of three. */
const unspacedWords = new Set([
  '今天',
  '天气',
  '天',
  '很',
  '很好',
  '好',
  '去',
  '北京',
  '的',
  '中',
  '中央',
  'gpt',
  '䶮',
  '气',
]);
const never = new AbortController().signal;
const modelOf = (backend = new ToyBackend(size, logits), options: GptOptions = {}) =>
  new GptModel(backend, tokenizer, { unspacedWords, ...options });

async function ask(model: GptModel, before: string, limit: number, also: string[] = []) {
  const { words, logProbs } = await model.next({ context: readContext(before), limit, also }, never);
  return new Map(words.map((word, at) => [word, logProbs[at]!]));
}

/** ln P(tokens | tokens before), the start token standing for an empty text. */
function logProb(before: readonly string[], ...tokens: readonly string[]): number {
  let sum = 0;
  const ids = before.map((text) => tokenizer.id(text));
  for (const token of tokens) {
    const values = Array.from(Float32Array.from(logits(ids.length === 0 ? [0] : ids)));
    sum += values[tokenizer.id(token)]! - Math.log(values.reduce((total, value) => total + Math.exp(value), 0));
    ids.push(tokenizer.id(token));
  }
  return sum;
}

describe('GptModel of a language without spaces', () => {
  it('offers the words that are one token right behind the text, likeliest first, with their probability', async () => {
    const backend = new ToyBackend(size, logits);
    const single = [...unspacedWords].filter((word) => !['中央', '䶮', 'gpt'].includes(word));
    const model = modelOf(backend, { unspacedWords: new Set([...single, '中央', '䶮']) });
    const answer = await ask(model, '今天天气', 100);
    expect([...answer.keys()].sort()).toEqual(single.sort());
    const values = [...answer.values()];
    expect(values).toEqual([...values].sort((a, b) => b - a));
    for (const word of single) expect(answer.get(word)).toBeCloseTo(logProb([' 今天', '天气'], word), 4);
    expect(backend.runs).toEqual([{ batch: 1, length: 2, past: 1 }]);
  });

  it('gives the best of them where fewer are wanted, and nothing twice', async () => {
    const all = await ask(modelOf(), '今天天气', 100);
    const few = await ask(modelOf(), '今天天气', 3, ['好', '的']);
    expect([...few.keys()].slice(0, 3)).toEqual([...all.keys()].slice(0, 3));
    expect(new Set(few.keys()).size).toBe(few.size);
    for (const [word, value] of few) expect(value).toBeCloseTo(all.get(word)!, 5);
  });

  it('judges a word of two tokens with one run, once', async () => {
    const backend = new ToyBackend(size, logits);
    const model = modelOf(backend);
    const answer = await ask(model, '今天', 2, ['中央', '天气', '北京', '好的']);
    const before = [' 今天'];
    expect(answer.get('中央')).toBeCloseTo(logProb(before, '中', '央'), 4);
    expect(answer.get('好的')).toBeCloseTo(logProb(before, '好', '的'), 4);
    expect(answer.get('北京')).toBeCloseTo(logProb(before, '北京'), 4);
    expect(backend.runs).toEqual([
      { batch: 1, length: 1, past: 1 },
      { batch: 2, length: 1, past: 2 },
    ]);
    await ask(model, '今天', 2, ['中央', '好的']);
    expect(backend.runs).toHaveLength(2);
  });

  it('runs nothing for a word that is all but impossible by its first token', async () => {
    const backend = new ToyBackend(size, () =>
      Array.from({ length: size }, (_, id) => (id === tokenizer.id('好') ? 20 : 0)),
    );
    const answer = await ask(modelOf(backend), '今天', 1, ['中央']);
    expect(answer.get('中央')).toBeCloseTo(-20 + Math.log(0.1), 2);
    expect(backend.runs).toHaveLength(1);
  });

  it('guesses what a longer word has behind its second token, and knows it where that is asked for', async () => {
    const bytes = [...new TextEncoder().encode('䶮')].map((byte) => 1 + tokenizer.size - 1 - 128 + byte - 0x80);
    expect([...tokenizer.encode('(䶮')].slice(1)).toEqual(bytes);
    const backend = new ToyBackend(size, logits);
    const guessed = (await ask(modelOf(backend), '今天', 0, ['䶮'])).get('䶮')!;
    expect(backend.runs).toHaveLength(2);
    const known = (await ask(modelOf(undefined, { exact: true }), '今天', 0, ['䶮'])).get('䶮')!;
    const history = [tokenizer.id(' 今天')];
    let expected = 0;
    for (const [at, id] of bytes.entries()) {
      const values = Array.from(Float32Array.from(logits(history)));
      const share = values[id]! - Math.log(values.reduce((total, value) => total + Math.exp(value), 0));
      expected += share;
      history.push(id);
      if (at === 1) expect(guessed).toBeCloseTo(expected + Math.log(0.1), 4);
    }
    expect(known).toBeCloseTo(expected, 4);
  });

  it('takes a token that reaches over the caret for what it is, sharing among all that may stand there', async () => {
    const before = [' 今天', '去'];
    const answer = await ask(modelOf(undefined, { exact: true }), '今天去北', 3, ['京', '好', '中央']);
    const start = Math.log(Math.exp(logProb(before, '北')) + Math.exp(logProb(before, '北京')));
    expect(answer.get('京')).toBeCloseTo(logProb(before, '北京') - start, 4);
    expect(answer.get('好')).toBeCloseTo(logProb(before, '北', '好') - start, 4);
    expect(answer.get('中央')).toBeCloseTo(logProb(before, '北', '中', '央') - start, 4);
  });

  it('gives words of which none begins like another no more than all probability together', async () => {
    const also = ['很好', '去', '北京', '的', '中央', '气', '京', '今天', '䶮'];
    const texts = fc.array(fc.constantFrom('今天', '天', '去', '北', '的', '中', '很', '，', ' ', '\n'), {
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(texts, async (parts) => {
        const answer = await ask(modelOf(undefined, { exact: true }), parts.join(''), 0, also);
        const sum = also.reduce((total, word) => total + Math.exp(answer.get(word)!), 0);
        expect(sum).toBeLessThan(1 + 1e-5);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['behind punctuation', '今天，', [' 今天', '，'], '好', '好'],
    ['behind a space that was typed', '今天 ', [' 今天'], '好', ' 好'],
    ['in an empty text, where the tokenizer spaces each line', '', [], '好', ' 好'],
    ['in an empty line', '今天\n', [' 今天', '\n'], '今天', ' 今天'],
  ])('spaces a word only as the tokenizer does: %s', async (_, before, own, word, token) => {
    const found = await ask(modelOf(), before, 100);
    expect(found.get(word)).toBeCloseTo(logProb(own, token), 4);
    expect((await ask(modelOf(), before, 0, [word])).get(word)).toBeCloseTo(logProb(own, token), 4);
  });

  it('completes a prefix, and judges what is written in another case', async () => {
    const answer = await ask(modelOf(undefined, { exact: true }), '今天G', 5, ['gpt', 'x']);
    expect([...answer.keys()]).toEqual(['gpt', 'x']);
    const expected = Math.log(Math.exp(logProb([' 今天'], 'gpt')) + Math.exp(logProb([' 今天'], 'G', 'pt')));
    expect(answer.get('gpt')).toBeCloseTo(expected, 4);
    expect(answer.get('x')).toBe(-Infinity);
  });

  it('keeps what it has read for scoring whole texts', async () => {
    const backend = new ToyBackend(size, logits);
    const model = modelOf(backend);
    const answer = await ask(model, '今天', 3, ['中央']);
    const scores = await model.scoreAfter('今天', ['中央', '去']);
    expect(scores[0]).toBeCloseTo(answer.get('中央')!, 5);
    expect(backend.runs).toHaveLength(2);
  });

  it('answers in a network that sees little, after a long text, and rejects as it is aborted', async () => {
    for (const contextLength of [5, 16]) {
      const model = modelOf(new ToyBackend(size, logits, contextLength), { exact: true });
      const answer = await ask(model, '今天天气很好，'.repeat(200), 4, ['䶮', '中央去去去去去去']);
      expect(answer.size).toBe(6);
      for (const value of answer.values()) expect(value).toBeLessThanOrEqual(0);
    }
    const query = { context: readContext('今天'), limit: 3 };
    await expect(modelOf().next(query, AbortSignal.abort(new Error('stale')))).rejects.toThrow('stale');
  });
});
