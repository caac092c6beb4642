import { contextClasses } from '@foreword/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnClassWeights, learnWeights, type Occasion, remainingBits } from '../../src/mix/weight-learning.ts';

const atWordStart = (word: number[], weight = 1): Occasion => ({ place: 'word-start', weight, word });

describe('learnWeights', () => {
  it('finds the shares in which two sources were mixed', () => {
    // Model m gives a, b, c 0.7, 0.2, 0.1 and n 0.1, 0.1, 0.8; words come from 0.25 m + 0.75 n.
    const [m, n] = [
      [0.7, 0.2, 0.1],
      [0.1, 0.1, 0.8],
    ];
    const occasions = m!.map((p, word) => atWordStart([p, n![word]!], 0.25 * p + 0.75 * n![word]!));
    const [first, second] = learnWeights(occasions, 2);
    expect(first).toBeCloseTo(0.25, 2);
    expect(second).toBeCloseTo(0.75, 2);
  });

  it('keeps to the better model where one is better everywhere', () => {
    expect(learnWeights([atWordStart([0.5, 0.1]), atWordStart([0.4, 0.3])], 2)[0]).toBeGreaterThan(0.99);
  });

  const share = fc.double({ min: 1e-4, max: 1, noNaN: true });
  const occasion = fc.record({
    place: fc.constantFrom(...contextClasses),
    weight: fc.constant(1),
    word: fc.array(share, { minLength: 3, maxLength: 3 }),
  });
  const occasions = fc.array(occasion, { minLength: 1, maxLength: 30 });

  it('makes the words no less likely than any other weights do', () => {
    fc.assert(
      fc.property(occasions, fc.array(share, { minLength: 3, maxLength: 3 }), (list, other) => {
        const total = other.reduce((sum, weight) => sum + weight, 0);
        const learned = learnWeights(list, 3);
        expect(learned.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
        const others = remainingBits(list, () => other.map((weight) => weight / total));
        // 200 steps leave it a little short.
        expect(remainingBits(list, () => learned)).toBeLessThan(others + 0.02);
      }),
    );
  });

  /** Places where a few words were offered: those that the models left out are known to both sides of the ratio. */
  const offering = fc
    .record({
      word: fc.array(share, { minLength: 2, maxLength: 2 }),
      rest: fc.array(share, { minLength: 2, maxLength: 2 }),
    })
    .map(({ word, rest }): Occasion => {
      const offered = word.map((p, m) => (p + rest[m]!) / 2);
      return { place: 'word-start', weight: 1, word: word.map((p) => p / 2), offered };
    });
  const lostNats = (list: readonly Occasion[], weights: readonly number[]) =>
    list.reduce((sum, { word, offered }) => {
      const mixed = (of: readonly number[]) => of.reduce((total, p, m) => total + weights[m]! * p, 0);
      return sum - Math.log(mixed(word) / mixed(offered!));
    }, 0) / list.length;

  it('makes the words no less likely among those offered than even weights do', () => {
    fc.assert(
      fc.property(fc.array(offering, { minLength: 1, maxLength: 20 }), (list) => {
        const learned = learnWeights(list, 2);
        expect(learned[0]! + learned[1]!).toBeCloseTo(1, 9);
        expect(lostNats(list, learned)).toBeLessThan(lostNats(list, [0.5, 0.5]) + 1e-9);
      }),
    );
  });

  it('prefers who puts the word above the others offered to who makes all of them likelier', () => {
    const place: Occasion = { ...atWordStart([0.1, 0.2]), offered: [0.2, 0.8] };
    expect(learnWeights([place], 2)[0]).toBeGreaterThan(0.99);
    expect(learnWeights([atWordStart([0.1, 0.2])], 2)[1]).toBeGreaterThan(0.99);
  });

  it('learns nothing from a place where the word was not offered, nor of a model that knows none of the words', () => {
    const offered: Occasion = { ...atWordStart([0.2, 0.1]), offered: [0.5, 0.6] };
    const missed: Occasion = { ...atWordStart([1e-6, 1e-3]), offered: null };
    expect(learnWeights([offered, missed, missed], 2)).toEqual(learnWeights([offered], 2));
    expect(learnWeights([missed], 2)).toEqual([0.5, 0.5]);
    const silent: Occasion = { ...atWordStart([0.2, 0]), offered: [0.5, 0] };
    expect(learnWeights([silent], 2)).toEqual([1, 0]);
  });

  it('does not depend on the order of the models', () => {
    fc.assert(
      fc.property(occasions, (list) => {
        const turned = list.map((each) => ({ ...each, word: each.word.toReversed() }));
        const weights = learnWeights(list, 3);
        learnWeights(turned, 3)
          .toReversed()
          .forEach((weight, m) => {
            expect(weight).toBeCloseTo(weights[m]!, 6);
          });
      }),
    );
  });
});

describe('learnClassWeights', () => {
  it('learns each class from its own places, and one of few places mostly from all', () => {
    const many = Array.from({ length: 1000 }, () => atWordStart([0.1, 0.001]));
    const few: Occasion[] = [{ ...atWordStart([0.001, 0.1]), place: 'sentence-start' }];
    const weights = learnClassWeights([...many, ...few], 2);
    expect(weights['word-start'][0]).toBeGreaterThan(0.9);
    expect(weights['sentence-start'][0]).toBeGreaterThan(0.9);
    expect(weights['one-letter'][0]).toBeGreaterThan(0.9);
    const enough = learnClassWeights([...many, ...Array.from({ length: 1000 }, () => few[0]!)], 2);
    expect(enough['sentence-start'][1]).toBeGreaterThan(0.9);
    for (const list of Object.values(weights)) expect(Math.min(...list)).toBeGreaterThan(0.001);
    for (const list of Object.values(weights)) expect(list.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
  });
});
