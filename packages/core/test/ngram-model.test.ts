import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openNgram } from '../src/ngram-model.ts';
import { type NgramWriterOptions, writeNgram } from '../src/ngram-writer.ts';
import { anyModel, anyWord, example, type MapModel, mapLogProb, mapMatchedOrder, tableOf } from './map-model.ts';

const EXACT: NgramWriterOptions = { quantize: false };

function opened(model: MapModel, options: NgramWriterOptions = EXACT) {
  return openNgram(writeNgram(tableOf(model), options));
}

function ask(words: readonly string[], prefix: string, limit: number, also?: readonly string[]) {
  const context = { text: '', words, prefix, prefixLength: prefix.length };
  return also ? { context, limit, also } : { context, limit };
}

/** Contexts of words in and out of the model, some reaching back to the sentence's start. */
function contextsOf(model: MapModel) {
  const word = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...model.words.slice(2)) }, anyWord);
  const words = fc.array(word, { maxLength: 6 });
  return fc.oneof(
    words,
    words.map((rest) => ['<s>', ...rest]),
  );
}

const modelAndContext = anyModel().chain((model) => fc.tuple(fc.constant(model), contextsOf(model)));

describe('NgramModel.logProb', () => {
  const { logProb } = { logProb: opened(example).logProb.bind(opened(example)) };

  it('takes the longest n-gram there is', () => {
    expect(logProb(['<s>', 'the'], 'cat')).toBeCloseTo(Math.log(0.25), 5);
    expect(logProb(['a', 'the'], 'cat')).toBeCloseTo(Math.log(0.6), 5);
  });

  it('backs off word by word', () => {
    expect(logProb(['<s>', 'the'], 'theatre')).toBeCloseTo(Math.log((0.75 / 0.4) * 0.1), 5);
    expect(logProb(['<s>', 'the'], 'a')).toBeCloseTo(Math.log((0.75 / 0.4) * (0.3 / 0.7) * 0.1), 5);
    expect(logProb(['the', 'cat'], 'the')).toBeCloseTo(Math.log(0.3), 5);
  });

  it('counts unknown words as <unk>, in the context too', () => {
    expect(logProb([], 'zebra')).toBeCloseTo(Math.log(0.1), 5);
    expect(logProb(['the', 'zebra'], 'cat')).toBeCloseTo(Math.log(0.1), 5);
  });

  it('agrees with a plain map model in every context, and says the longest match', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(modelAndContext, ([model, context]) => {
        const trie = opened(model);
        for (const word of [...model.words, 'unknown']) {
          const expected = mapLogProb(model, context, word);
          if (expected === -Infinity) expect(trie.logProb(context, word)).toBe(-Infinity);
          else expect(trie.logProb(context, word)).toBeCloseTo(expected, 4);
        }
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(
        anyModel({ isClosed: true }).chain((m) => fc.tuple(fc.constant(m), contextsOf(m))),
        ([model, context]) => {
          const trie = opened(model);
          for (const word of [...model.words, 'unknown']) {
            expect(trie.matchedOrder(context, word)).toBe(mapMatchedOrder(model, context, word));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('sums to 1 over the vocabulary', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(modelAndContext, ([model, context]) => {
        const trie = opened(model);
        const sum = model.words.reduce((total, word) => total + Math.exp(trie.logProb(context, word)), 0);
        expect(sum).toBeCloseTo(1, 4);
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on what was asked before', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        anyModel().chain((model) => fc.tuple(fc.constant(model), fc.array(contextsOf(model), { maxLength: 8 }))),
        ([model, contexts]) => {
          const used = opened(model);
          for (const context of contexts) {
            const fresh = opened(model);
            for (const word of model.words) expect(used.logProb(context, word)).toBe(fresh.logProb(context, word));
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('stays within the quantisation steps of the table, at any step', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(modelAndContext, fc.constantFrom(0.05, 0.25, 0.5), ([model, context], step) => {
        const trie = opened(model, { logProbStep: step, logBackoffStep: step });
        for (const word of model.words) {
          const expected = mapLogProb(model, context, word);
          if (expected === -Infinity) expect(trie.logProb(context, word)).toBe(-Infinity);
          else expect(Math.abs(trie.logProb(context, word) - expected)).toBeLessThan(model.order * step);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('NgramModel.next', () => {
  it('puts the sentence start before fewer words than the order needs', () => {
    const model = opened(example);
    const { words, logProbs } = model.next(ask(['the'], '', 2));
    expect(words).toEqual(['cat', 'the']);
    expect(logProbs[0]).toBeCloseTo(Math.log(0.25), 5);
    expect(logProbs[1]).toBeCloseTo(Math.log((0.75 / 0.4) * (0.3 / 0.7) * 0.3), 5);
  });

  it('completes the prefix, however it is cased', () => {
    expect(opened(example).next(ask([], 'THE', 5)).words).toEqual(['the', 'theatre']);
    expect(opened(example).next(ask([], 'x', 5)).words).toEqual([]);
  });

  it('judges other words too, after the likeliest', () => {
    const { words, logProbs } = opened(example).next(ask([], 'the', 1, ['cat', 'zebra', 'the', '</s>', '<unk>']));
    expect(words).toEqual(['the', 'cat', 'zebra', '</s>', '<unk>']);
    expect(logProbs[1]).toBeCloseTo(Math.log((0.5 / 0.7) * 0.1), 5);
    expect([...logProbs.subarray(2)]).toEqual([-Infinity, -Infinity, -Infinity]);
  });

  it('never suggests offensive words but judges them', () => {
    const model = opened(example, { ...EXACT, isOffensive: (word) => word === 'the' });
    expect(model.next(ask([], 'the', 5)).words).toEqual(['theatre']);
    expect(model.next(ask([], 'a', 5, ['the'])).logProbs[1]).toBeCloseTo(Math.log(0.5), 5);
  });

  it('judges without ranking at limit 0', () => {
    expect(opened(example).next(ask([], '', 0, ['cat'])).words).toEqual(['cat']);
    expect(opened(example).next(ask([], '', 0)).words).toEqual([]);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses limit %d', (limit) => {
    expect(() => opened(example).next(ask([], '', limit))).toThrow(RangeError);
  });

  const questions = anyModel().chain((model) =>
    fc.record({
      model: fc.constant(model),
      words: fc.array(fc.oneof(fc.constantFrom(...model.words), anyWord), { maxLength: 5 }),
      prefix: fc.oneof(
        fc.constant(''),
        anyWord,
        fc.constantFrom(...model.words.slice(3), '').map((w) => [...w].slice(0, 2).join('')),
      ),
      limit: fc.integer({ min: 0, max: 20 }),
      offensive: fc.subarray([...model.words]),
      step: fc.constantFrom(undefined, 0.1, 0.5),
    }),
  );

  it('gives exactly the likeliest words of the whole vocabulary that complete the prefix', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(questions, ({ model, words, prefix, limit, offensive, step }) => {
        const isOffensive = (word: string) => offensive.includes(word);
        const trie = opened(model, step === undefined ? { ...EXACT, isOffensive } : { logProbStep: step, isOffensive });
        const context = words.length < trie.order - 1 ? ['<s>', ...words] : words;
        const scores = model.words
          .filter((word) => word.startsWith(prefix) && !word.startsWith('<') && !isOffensive(word))
          .map((word) => trie.logProb(context, word))
          .sort((a, b) => b - a)
          .slice(0, limit);
        const answer = trie.next(ask(words, prefix, limit));
        expect([...answer.logProbs]).toEqual(scores.map(Math.fround));
        expect(new Set(answer.words).size).toBe(answer.words.length);
        answer.words.forEach((word, i) => {
          expect(word.startsWith(prefix) && !isOffensive(word) && !word.startsWith('<')).toBe(true);
          expect(answer.logProbs[i]).toBe(Math.fround(trie.logProb(context, word)));
        });
      }),
      { numRuns: 400 },
    );
  });

  it('stands equally likely words in the order of the shorter context', () => {
    const tied: MapModel = {
      order: 2,
      words: ['<unk>', '<s>', '</s>', 'apple', 'bread', 'corn'],
      logProbs: new Map(
        Object.entries({
          '<unk>': 0.1,
          '<s>': 0,
          '</s>': 0.1,
          apple: 0.1,
          bread: 0.4,
          corn: 0.3,
          'corn apple': 0.3,
          'corn bread': 0.3,
        }).map(([ngram, prob]) => [ngram, Math.log(prob)]),
      ),
      logBackoffs: new Map([['corn', Math.log(0.4 / 0.5)]]),
    };
    expect(opened(tied, {}).next(ask(['corn'], '', 2)).words).toEqual(['bread', 'apple']);
  });
});
