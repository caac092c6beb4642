import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContext } from '../../src/context.ts';
import { NnlmModel } from '../../src/neural/nnlm-model.ts';
import { WordList } from '../../src/neural/word-list.ts';
import type { Distribution } from '../../src/types.ts';
import { HashingWindow, hashedLogits } from './word-backends.ts';

const words = ['<unk>', '<s>', '</s>', 'the', 'they', 'a', 'hello', 'help', 'thesis', 'rare'];
const list = new WordList(words);
const never = new AbortController().signal;

function modelOf(vocabularySize = 7): { model: NnlmModel; backend: HashingWindow } {
  const backend = new HashingWindow(vocabularySize);
  return { model: new NnlmModel(backend, list), backend };
}

const ask = async (model: NnlmModel, before: string, limit = 5, also: string[] = []) =>
  model.next({ context: readContext(before), limit, also }, never);

/** P of a word by the definition: softmax without <s>, the words beyond V sharing <unk>'s by 1 / id. */
function probability(word: string, ids: number[], vocabularySize: number): number {
  const weights = hashedLogits(ids, vocabularySize).map(Math.exp);
  weights[1] = 0;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const id = words.indexOf(word);
  if (id < vocabularySize) return weights[id]! / total;
  const shares = words.reduce((sum, _, other) => sum + (other >= vocabularySize ? 1 / other : 0), 0);
  return (weights[0]! / total) * (1 / id / shares);
}

const asMap = ({ words, logProbs }: Distribution) => new Map(words.map((word, i) => [word, Math.exp(logProbs[i]!)]));

describe('NnlmModel', () => {
  it('gives the softmax of the logits after the last words, and shares what <unk> gets among the words beyond', async () => {
    const { model, backend } = modelOf();
    const answer = asMap(await ask(model, 'So they help the ', 10));
    expect(backend.runs).toEqual(['0 3']);
    for (const [word, p] of answer) expect(p).toBeCloseTo(probability(word, [0, 3], 7), 6);
    expect([...answer.keys()].sort()).toEqual(words.slice(3).sort());
  });

  it.each([
    ['', '1 1'],
    ['They ', '1 4'],
    ['They said. The', '1 1'],
    ['hello they a', '6 4'],
  ])('reads the words before the caret in %j as %j', async (before, ids) => {
    const { model, backend } = modelOf();
    await ask(model, before);
    expect(backend.runs).toEqual([ids]);
  });

  it('gives probabilities that sum to 1 over the words and </s>, however many words the network knows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 4, max: words.length - 1 }),
        fc.array(fc.constantFrom(...words.slice(3))),
        async (v, before) => {
          const { model } = modelOf(v);
          const text = before.map((word) => `${word} `).join('');
          const sum = [...asMap(await ask(model, text, 100)).values()].reduce((total, p) => total + p, 0);
          const ids = [1, 1, ...before.map((word) => (words.indexOf(word) < v ? words.indexOf(word) : 0))].slice(-2);
          expect(sum + probability('</s>', ids, v)).toBeCloseTo(1, 5);
        },
      ),
    );
  });

  it('answers the likeliest words that complete the prefix, best first, then those to judge', async () => {
    const { model } = modelOf();
    const { words: found, logProbs } = await ask(model, 'a the', 2, ['hello', 'nowhere', 'the']);
    const completing = ['the', 'they', 'thesis'].sort((a, b) => probability(b, [1, 5], 7) - probability(a, [1, 5], 7));
    const also = ['hello', 'nowhere', 'the'].filter((word) => !completing.slice(0, 2).includes(word));
    expect(found).toEqual([...completing.slice(0, 2), ...also]);
    expect(Math.exp(logProbs[0]!)).toBeCloseTo(probability(completing[0]!, [1, 5], 7), 6);
    expect(logProbs[found.indexOf('nowhere')]).toBe(-Infinity);
  });

  it('runs nothing inside a word and where the caret has lately been, and answers without a promise', async () => {
    const { model, backend } = modelOf();
    await ask(model, 'the ');
    for (const before of ['the h', 'the he', 'The hel']) {
      expect(model.next({ context: readContext(before), limit: 3 }, AbortSignal.abort())).toHaveProperty('words', [
        ...asMap(await ask(model, before, 3)).keys(),
      ]);
    }
    await ask(model, 'the hello ');
    await ask(model, 'the ');
    expect(backend.runs).toEqual(['1 3', '3 6']);
  });

  it('runs once for questions about one place, and one thing at a time', async () => {
    const { model, backend } = modelOf();
    const answers = await Promise.all(['a ', 'a h', 'the ', 'a he'].map((before) => ask(model, before)));
    expect(backend.runs).toEqual(['1 5', '1 3']);
    expect(answers[3]).toEqual(await ask(model, 'a he'));
  });

  it('rejects with the signal’s reason, and does not begin what nobody waits for', async () => {
    const { model, backend } = modelOf();
    const reason = new Error('enough');
    const query = (before: string) => ({ context: readContext(before), limit: 1 });
    await expect(model.next(query('a '), AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const first = model.next(query('a '), never);
    const second = model.next(query('the '), controller.signal);
    controller.abort(reason);
    await expect(second).rejects.toBe(reason);
    await first;
    await ask(model, 'a ');
    expect(backend.runs).toEqual(['1 5']);
  });

  it('fails with what the network fails with, and asks it again the next time', async () => {
    const { model, backend } = modelOf();
    backend.failure = new Error('out of memory');
    await expect(ask(model, 'a ')).rejects.toBe(backend.failure);
    backend.failure = null;
    await expect(ask(model, 'a ')).resolves.toHaveProperty('words');
    await model.close();
    expect(backend.closed).toBe(1);
  });
});
