import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { enterJudgements, type MixturePart, mix } from '../src/mixture.ts';

const part = (model: string, weight: number, probabilities: Record<string, number>): MixturePart => ({
  model,
  weight,
  judgements: new Map(Object.entries(probabilities).map(([word, p]) => [word, Math.log(p)])),
});

describe('mix', () => {
  it('adds the models’ probabilities by their share of the weights', () => {
    const mixed = mix(['a', 'b'], [part('m', 3, { a: 0.2, b: 0.1 }), part('n', 1, { a: 0.1, b: 0.6 })]);
    expect(mixed.map(({ word }) => word)).toEqual(['b', 'a']);
    expect(Math.exp(mixed[0]!.logProb)).toBeCloseTo((3 / 4) * 0.1 + (1 / 4) * 0.6, 12);
    expect(Math.exp(mixed[1]!.logProb)).toBeCloseTo((3 / 4) * 0.2 + (1 / 4) * 0.1, 12);
    expect(mixed[1]!.evidence).toEqual([
      { model: 'm', logProb: Math.log(0.2), weight: 3 / 4 },
      { model: 'n', logProb: Math.log(0.1), weight: 1 / 4 },
    ]);
  });

  it('leaves out words that are impossible to all and ranks equal ones by their letters', () => {
    const mixed = mix(['d', 'c', 'a', 'b'], [part('m', 1, { d: 0.2, a: 0.2, b: 0, c: 0.2 })]);
    expect(mixed.map(({ word }) => word).join('')).toBe('acd');
  });

  const someWords = [...'abcdef'];
  const logProb = fc.oneof(fc.double({ min: -30, max: 0, noNaN: true }), fc.constant(-Infinity));
  const parts = fc.uniqueArray(
    fc.record({
      model: fc.constantFrom('m', 'n', 'o', 'p'),
      weight: fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      judgements: fc
        .array(logProb, { minLength: 6, maxLength: 6 })
        .map((list) => new Map(list.map((l, i) => [someWords[i]!, l]))),
    }),
    { selector: ({ model }) => model, minLength: 1 },
  );

  it('gives evidence that sums to the probability, with weights that sum to 1', () => {
    fc.assert(
      fc.property(parts, (list) => {
        for (const { logProb, evidence } of mix(someWords, list)) {
          const probability = evidence.reduce((sum, { weight, logProb }) => sum + weight * Math.exp(logProb), 0);
          expect(Math.abs(probability - Math.exp(logProb))).toBeLessThan(1e-6);
          expect(evidence.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
        }
      }),
    );
  });

  it('is a distribution again when its parts are', () => {
    const shares = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(shares, shares, fc.double({ min: 0.01, max: 1, noNaN: true }), (a, b, weight) => {
        const normalized = (list: number[]) => {
          const total = list.reduce((sum, p) => sum + p, 0);
          return Object.fromEntries(list.map((p, index) => [someWords[index]!, p / total]));
        };
        const mixed = mix(someWords, [part('m', 1, normalized(a)), part('n', weight, normalized(b))]);
        expect(mixed.reduce((sum, { logProb }) => sum + Math.exp(logProb), 0)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('enterJudgements', () => {
  it.each([
    ['a word without log-probability', ['a', 'b'], [-1]],
    ['NaN', ['a'], [Number.NaN]],
    ['a probability above 1', ['a'], [0.5]],
  ])('refuses %s as model-failed', (_, words, logProbs) => {
    const enter = () => enterJudgements(new Map(), 'gpt', { words, logProbs: Float32Array.from(logProbs) });
    expect(enter).toThrow(expect.objectContaining({ code: 'model-failed', message: expect.stringContaining('gpt') }));
  });
});
