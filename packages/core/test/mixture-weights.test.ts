import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextClasses } from '../src/context-class.ts';
import { type MixtureWeights, weighModels } from '../src/mixture-weights.ts';

const everywhere = (models: string[], weights: number[]): MixtureWeights => ({
  models,
  classes: Object.fromEntries(contextClasses.map((place) => [place, weights])) as unknown as MixtureWeights['classes'],
});
const all = everywhere(['ngram', 'nnlm', 'gpt'], [1, 1, 6]);
const pair = everywhere(['ngram', 'nnlm'], [3, 1]);
const weigh = (names: string[], mixtures = [all, pair]) =>
  weighModels(
    mixtures,
    'word-start',
    names.map((name) => ({ name, weight: 1, mass: 0.1 })),
  );

describe('weighModels', () => {
  it('gives each model its learned share, in whatever order they come', () => {
    expect(weigh(['gpt', 'ngram', 'nnlm'])).toEqual([6 / 8, 1 / 8, 1 / 8]);
  });

  it('takes the weights learned for just these models where there are some', () => {
    expect(weigh(['ngram', 'nnlm'])).toEqual([3 / 4, 1 / 4]);
    expect(weigh(['ngram', 'nnlm'], [pair, all])).toEqual([3 / 4, 1 / 4]);
  });

  it('shares the weight of a missing model among the others', () => {
    expect(weigh(['gpt', 'ngram'])).toEqual([6 / 7, 1 / 7]);
    expect(weigh(['ngram'])).toEqual([1]);
  });

  it('leaves a model that no weights were learned for its own weight', () => {
    const models = [
      { name: 'ngram', weight: 9, mass: 0.2 },
      { name: 'nnlm', weight: 9, mass: 0.2 },
      { name: 'personal', weight: 0.5, mass: 0.1 },
    ];
    expect(weighModels([pair], 'one-letter', models)).toEqual([3 / 4, 1 / 4, 0.5]);
    expect(weighModels([pair], 'one-letter', models.slice(2))).toEqual([0.5]);
    expect(weighModels([], 'one-letter', models)).toEqual([9, 9, 0.5]);
  });

  it('weighs by the kind of place', () => {
    const classes = { ...pair.classes, 'one-letter': [1, 4] };
    const models = pair.models.map((name) => ({ name, weight: 1, mass: 0.1 }));
    expect(weighModels([{ ...pair, classes }], 'one-letter', models)).toEqual([1 / 5, 4 / 5]);
    expect(weighModels([{ ...pair, classes }], 'two-letters', models)).toEqual([3 / 4, 1 / 4]);
  });

  it('inside a word weighs what the models say of the word once the letters are known', () => {
    const models = [
      { name: 'ngram', weight: 1, mass: 0.4 },
      { name: 'nnlm', weight: 1, mass: 0.004 },
    ];
    const [ngram, nnlm] = weighModels([pair], 'one-letter', models);
    expect(ngram! + nnlm!).toBeCloseTo(1, 12);
    // P(word | letters) of 1/2 counts 3 : 1, whatever the letters' probability.
    expect((ngram! * 0.2) / (nnlm! * 0.002)).toBeCloseTo(3, 9);
    expect(weighModels([pair], 'word-start', models)).toEqual([3 / 4, 1 / 4]);
  });

  it('bears models to which nothing is possible', () => {
    const models = pair.models.map((name, index) => ({ name, weight: 1, mass: index * 0.5 }));
    expect(weighModels([pair], 'one-letter', models)).toEqual([3 / 4, 1 / 4]);
    expect(
      weighModels(
        [pair],
        'one-letter',
        models.map((model) => ({ ...model, mass: 0 })),
      ),
    ).toEqual([3 / 4, 1 / 4]);
  });

  it('gives weights above 0 that do not depend on the order of the models', () => {
    const names = fc.shuffledSubarray(['ngram', 'nnlm', 'gpt', 'personal'], { minLength: 1 });
    fc.assert(
      fc.property(names, (list) => {
        const byName = (order: string[]) => {
          const weights = weigh(order);
          return new Map(order.map((name, i) => [name, weights[i]]));
        };
        for (const weight of weigh(list)) expect(weight).toBeGreaterThan(0);
        for (const [name, weight] of byName(list)) expect(byName(list.toReversed()).get(name)).toBeCloseTo(weight!, 12);
      }),
    );
  });
});
