import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contextFor, countNgrams, distinctNgrams, followersOf, readSentences } from '../../src/see/counting.ts';
import {
  absoluteDiscounting,
  addOne,
  type Estimator,
  maximumLikelihood,
  modifiedDiscounts,
  modifiedKneserNey,
} from '../../src/see/estimators.ts';

/** a b · a b · a c: 9 words to foretell with the sentence ends; V = a, b, c, </s>, <unk>. */
const small = countNgrams(
  [
    ['a', 'b'],
    ['a', 'b'],
    ['a', 'c'],
  ],
  2,
);
const V = 5;

describe('counting', () => {
  test('reads the words of sentences, normalised', () => {
    expect(readSentences('The cat sat. The DOG ran!')).toEqual([
      ['the', 'cat', 'sat'],
      ['the', 'dog', 'ran'],
    ]);
  });

  test('counts what follows a context, sentence ends too', () => {
    expect(followersOf(small.counts[1], ['a'])).toEqual({
      total: 3,
      words: new Map([
        ['b', 2],
        ['c', 1],
      ]),
    });
    expect(followersOf(small.counts[0], [])).toEqual({
      total: 9,
      words: new Map([
        ['a', 3],
        ['b', 2],
        ['</s>', 3],
        ['c', 1],
      ]),
    });
    expect(distinctNgrams(small, 1)).toBe(4);
    expect(distinctNgrams(small, 2)).toBe(5);
  });

  test('counts for Kneser–Ney before how many different words a word stood', () => {
    // a behind <s>; b and c behind a; </s> behind b and c.
    expect(followersOf(small.continuations[0], [])?.words).toEqual(
      new Map([
        ['a', 1],
        ['b', 1],
        ['</s>', 2],
        ['c', 1],
      ]),
    );
  });

  test('pads a short context with the sentence start, and puts <unk> for strangers', () => {
    const three = countNgrams([['a', 'b']], 3);
    expect(contextFor(three, ['a'])).toEqual(['<s>', 'a']);
    expect(contextFor(three, ['x', 'z', 'a'])).toEqual(['<unk>', 'a']);
    expect(contextFor(three, [])).toEqual(['<s>', '<s>']);
  });
});

describe('estimators, by hand', () => {
  test('maximum likelihood divides counts, is 0 for what was not seen and null behind what was not', () => {
    expect(maximumLikelihood(small, ['a'], 'b')).toBe(2 / 3);
    expect(maximumLikelihood(small, ['a'], 'a')).toBe(0);
    expect(maximumLikelihood(small, ['<unk>'], 'a')).toBeNull();
  });

  test('add-one adds one to every count', () => {
    expect(addOne(small, ['a'], 'b')).toBe((2 + 1) / (3 + V));
    expect(addOne(small, ['a'], 'a')).toBe(1 / (3 + V));
    expect(addOne(small, ['<unk>'], 'a')).toBe(1 / V);
  });

  test('absolute discounting gives what each count gave up to the shorter context', () => {
    // Bigrams counted once: a c, c </s>; twice: a b, b </s>. Words counted once: c; twice: b.
    const D2 = 2 / (2 + 2 * 2);
    const D1 = 1 / (1 + 2 * 1);
    const unigram = (2 - D1) / 9 + ((4 * D1) / 9) * (1 / V);
    expect(absoluteDiscounting(small, ['a'], 'b')).toBeCloseTo((2 - D2) / 3 + ((2 * D2) / 3) * unigram, 12);
  });

  test('Kneser–Ney asks the shorter context in how many surroundings a word was seen', () => {
    // The text has no bigram counted three times but one, so one discount serves: n1 = 2, n2 = 2, n3 = 1.
    const [d1, d2] = modifiedDiscounts(small.counts[1]);
    const Y = 2 / (2 + 2 * 2);
    expect(d1).toBeCloseTo(1 - (2 * Y * 2) / 2, 12);
    expect(d2).toBeCloseTo(2 - (3 * Y * 1) / 2, 12);
    // Continuations: 1, 1, 2, 1 of 5; none counted three times, so D = n1 / (n1 + 2 n2) = 3 / 5.
    const D = 3 / 5;
    const unigram = (1 - D) / 5 + ((4 * D) / 5) * (1 / V);
    expect(modifiedKneserNey(small, ['a'], 'b')).toBeCloseTo((2 - d2) / 3 + ((d1 + d2) / 3) * unigram, 12);
  });
});

describe('estimators, by law', () => {
  const sentence = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 6 });
  const estimators: readonly (readonly [string, Estimator])[] = [
    ['maximum likelihood', maximumLikelihood],
    ['add-one', addOne],
    ['absolute discounting', absoluteDiscounting],
    ['modified Kneser–Ney', modifiedKneserNey],
  ];

  test.each(estimators)('%s: the probabilities of all words sum to 1, none is below 0', (_, estimate) => {
    fc.assert(
      fc.property(
        fc.array(sentence, { minLength: 1, maxLength: 12 }),
        sentence,
        fc.integer({ min: 2, max: 4 }),
        (text, before, order) => {
          const counts = countNgrams(text, order);
          const context = contextFor(counts, before);
          const all = [...counts.vocabulary].map((word) => estimate(counts, context, word));
          if (all.includes(null)) return;
          expect(Math.min(...(all as number[]))).toBeGreaterThanOrEqual(0);
          expect((all as number[]).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
        },
      ),
    );
  });
});
