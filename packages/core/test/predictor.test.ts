import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ContextClass, contextClasses } from '../src/context-class.ts';
import { createLadder } from '../src/ladder.ts';
import type { Lexicon } from '../src/lexicon.ts';
import type { MixtureWeights } from '../src/mixture-weights.ts';
import { createPredictor } from '../src/predictor.ts';
import type {
  Distribution,
  LanguageModel,
  PersonalModel,
  Prediction,
  PredictionContext,
  Predictor,
  Query,
} from '../src/types.ts';
import { normalizeWord } from '../src/words.ts';
import { FixedModel, SlowModel } from './fake-models.ts';

const english = {
  the: 0.3,
  there: 0.1,
  thin: 0.05,
  i: 0.04,
  "i'm": 0.03,
  london: 0.02,
  hell: 0.02,
  world: 0.01,
  hello: 0.01,
};
const displayForms = new Map([
  ['i', 'I'],
  ["i'm", "I'm"],
  ['london', 'London'],
]);
const lexicon: Lexicon = {
  displayForm: (word) => displayForms.get(word) ?? word,
  isOffensive: (word) => word === 'hell',
};
const texts = ({ candidates }: Prediction) => candidates.map(({ text }) => text).join(' ');

function predictorOf(...models: LanguageModel[]): Predictor {
  return createPredictor({ models, lexicon });
}

async function all(answers: AsyncIterable<Prediction>): Promise<Prediction[]> {
  const list: Prediction[] = [];
  for await (const answer of answers) list.push(answer);
  return list;
}

describe('predictNow', () => {
  it.each([
    ['', 3, 'The There Thin'],
    ['so ', 3, 'the there thin'],
    ['so th', 2, 'the there'],
    ['so Th', 2, 'The There'],
    ['so TH', 2, 'THE THERE'],
    ['th', 2, 'the there'],
    ['so i', 5, "I I'm"],
    ['so i’', 5, 'I’m'],
    ['in lon', 5, 'London'],
    ['so hel', 5, 'hello'],
    ['so the', 5, 'the there'],
    ['so xyz', 5, ''],
    ['so.', 1, 'The'],
  ])('completes %j (limit %i) with %j', (before, limit, expected) => {
    expect(texts(predictorOf(new FixedModel('ngram', english)).predictNow(before, { limit }))).toBe(expected);
  });

  it('reports the context, log-probability and evidence', () => {
    const answer = predictorOf(new FixedModel('ngram', english)).predictNow('in lon');
    const logProb = Math.fround(Math.log(0.02));
    expect(answer.final).toBe(true);
    expect(answer.context).toEqual({ text: 'in lon', words: ['in'], prefix: 'lon', prefixLength: 3 });
    expect(answer.candidates).toEqual([
      {
        text: 'London',
        word: 'london',
        logProb: expect.closeTo(logProb, 12),
        evidence: [{ model: 'ngram', logProb, weight: 1 }],
      },
    ]);
  });

  it('has models judge each other’s words', () => {
    const predictor = createPredictor({
      models: [
        { model: new FixedModel('m', { apple: 0.5, banana: 0.3 }), weight: 1 },
        { model: new FixedModel('n', { cherry: 0.4, banana: 0.2 }), weight: 3 },
      ],
    });
    const { candidates } = predictor.predictNow('a ', { limit: 3 });
    expect(candidates.map(({ word }) => word)).toEqual(['cherry', 'banana', 'apple']);
    expect(Math.exp(candidates[0]!.logProb)).toBeCloseTo(0.25 * 0 + 0.75 * 0.4, 6);
    expect(Math.exp(candidates[1]!.logProb)).toBeCloseTo(0.25 * 0.3 + 0.75 * 0.2, 6);
    expect(Math.exp(candidates[2]!.logProb)).toBeCloseTo(0.25 * 0.5 + 0.75 * 0, 6);
  });

  it('judges words that a model knows but did not list', () => {
    // Each list is cut off before the other's favourite.
    const filler = (letter: string) =>
      Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${letter}${i}`, 0.01]));
    const m = new FixedModel('m', { ...filler('m'), both: 0.009 });
    const n = new FixedModel('n', { ...filler('n'), both: 0.05 });
    const { candidates } = predictorOf(m, n).predictNow('a ', { limit: 1 });
    expect(candidates[0]!.word).toBe('both');
    expect(Math.exp(candidates[0]!.logProb)).toBeCloseTo((0.009 + 0.05) / 2, 6);
  });

  it('does not depend on the order of the models', () => {
    const probabilities = fc.dictionary(
      fc.constantFrom(...'abcdefgh'),
      fc.double({ min: 1e-9, max: 0.1, noNaN: true }),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(probabilities, fc.double({ min: 0.01, max: 9, noNaN: true })), {
          minLength: 2,
          maxLength: 4,
        }),
        (list) => {
          const models = list.map(([p, weight], index) => ({ model: new FixedModel(`model ${index}`, p), weight }));
          const forwards = createPredictor({ models }).predictNow('x ');
          expect(createPredictor({ models: models.toReversed() }).predictNow('x ')).toEqual(forwards);
          for (const { logProb, evidence } of forwards.candidates) {
            const sum = evidence.reduce((total, { weight, logProb: l }) => total + weight * Math.exp(l), 0);
            expect(Math.abs(sum - Math.exp(logProb))).toBeLessThan(1e-6);
          }
        },
      ),
    );
  });

  it('never suggests offensive and blocked words, in no case form, and fills their places', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`w${i}`, 0.001]));
    const isBlocked = (word: string) => Number(word.slice(1)) < 490;
    const predictor = createPredictor({ models: [new FixedModel('ngram', many)], isBlocked });
    for (const before of ['x ', '', 'x w', 'x W']) {
      const { candidates } = predictor.predictNow(before, { limit: 5 });
      expect(candidates).toHaveLength(5);
      for (const { word } of candidates) expect(isBlocked(word)).toBe(false);
    }
    expect(texts(predictorOf(new FixedModel('ngram', english)).predictNow('HEL'))).toBe('HELLO');
  });

  it('leaves out answers that do not complete the prefix', () => {
    const careless: LanguageModel = {
      name: 'careless',
      next: () => ({ words: ['dog', '', 'cat'], logProbs: Float32Array.of(-1, -1, -1) }),
    };
    expect(texts(predictorOf(careless).predictNow('ca'))).toBe('cat');
    expect(texts(predictorOf(careless).predictNow('a '))).toBe('cat dog');
  });

  it('inside a word offers only what fills the gap, with the letters that stand there', () => {
    const predictor = predictorOf(new FixedModel('ngram', english));
    const inside = (before: string, after: string) => texts(predictor.predictNow(before, { after }));
    expect(inside('the wo', 'ld')).toBe('world');
    expect(inside('the wo', 'LD of')).toBe('worLD');
    expect(inside('the wor', 'ld')).toBe('');
    expect(inside('the worl', 'd')).toBe('');
    expect(inside('the th', 'x')).toBe('');
    expect(inside('the ', 'world')).toBe("the there thin I I'm");
    expect(inside('the th', ' x')).toBe('the there thin');
    expect(inside('3.', '14')).toBe('');
    expect(predictor.predictNow('3.', { after: '14' }).final).toBe(true);
  });

  it('offers nothing inside a character', () => {
    expect(texts(predictorOf(new FixedModel('ngram', english)).predictNow('a \ud83d', { after: '\udc4d' }))).toBe('');
  });

  it('answers without slow models, which it asks with an aborted signal', () => {
    const slow = new SlowModel('gpt', { thin: 0.9 });
    const answer = predictorOf(new FixedModel('ngram', english), slow).predictNow('so th', { limit: 1 });
    expect([texts(answer), answer.final]).toEqual(['the', false]);
    expect(slow.queries).toHaveLength(0);
    expect(answer.candidates[0]!.evidence).toHaveLength(1);
  });

  it('takes it for no failure when a model refuses to answer at once', () => {
    const refusing: LanguageModel = {
      name: 'refusing',
      next(_, signal) {
        signal.throwIfAborted();
        return new Promise(() => {});
      },
    };
    const answer = predictorOf(refusing, new FixedModel('ngram', english)).predictNow('so th', { limit: 1 });
    expect([texts(answer), answer.final]).toEqual(['the', false]);
  });

  it('throws model-failed when a model throws', () => {
    const broken: LanguageModel = {
      name: 'broken',
      next() {
        throw new Error('out of order');
      },
    };
    const predict = () => predictorOf(broken, new FixedModel('ngram', english)).predictNow('a');
    expect(predict).toThrow(
      expect.objectContaining({ code: 'model-failed', message: 'Model "broken" failed: out of order' }),
    );
  });

  it('gives candidates that complete the prefix for any text at all', () => {
    const predictor = predictorOf(
      new FixedModel('ngram', { ...english, naïve: 0.1, "don't": 0.1, שלום: 0.1, i̇zmir: 0.1, ab: 0.1 }),
    );
    const piece = fc.constantFrom(
      't',
      'Th',
      'I',
      '’',
      'nai',
      '\u0308',
      'İ',
      '\ud83d',
      '\u0000',
      '👩‍👩‍👧',
      'של',
      '. ',
      ' ',
      'DON',
      '\u00ad',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece).map((list) => list.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          const { context, candidates } = predictor.predictNow(text, { limit: 10 });
          for (const candidate of candidates) {
            expect(normalizeWord(candidate.text).startsWith(normalizeWord(context.prefix))).toBe(true);
            expect(candidate.word.startsWith(normalizeWord(context.prefix))).toBe(true);
          }
        },
      ),
    );
  });
});

describe('predict', () => {
  it('gives one final answer when no model is slow', async () => {
    const answers = await all(predictorOf(new FixedModel('ngram', english)).predict('so th'));
    expect(answers.map((answer) => [texts(answer), answer.final])).toEqual([['the there thin', true]]);
  });

  it('streams the fast answer first, then better ones, the last one final', async () => {
    const first = new SlowModel('first', { thin: 0.9 });
    const second = new SlowModel('second', { thorn: 0.5 });
    const answers = predictorOf(new FixedModel('ngram', english), first, second).predict('so th', { limit: 2 });
    const iterator = answers[Symbol.asyncIterator]();
    const next = async (...released: SlowModel[]) => {
      const answer = iterator.next();
      for (const model of released) {
        await settled();
        model.release();
      }
      return (await answer).value as Prediction;
    };

    const fast = await next();
    expect([texts(fast), fast.final]).toEqual(['the there', false]);

    // Twice: the first time that a model turns out to be slow it judges the fast words in a second question.
    const better = await next(first, first);
    expect([texts(better), better.final]).toEqual(['thin the', false]);
    expect(Math.exp(better.candidates[0]!.logProb)).toBeCloseTo((0.05 + 0.9) / 2, 6);

    // Each slow model judges the other's words before the second one counts.
    const best = await next(second, first, second);
    expect([texts(best), best.final]).toEqual(['thin thorn', true]);
    const [thin, thorn] = best.candidates;
    expect(Math.exp(thin!.logProb)).toBeCloseTo((0.05 + 0.9 + 0) / 3, 6);
    expect(Math.exp(thorn!.logProb)).toBeCloseTo((0 + 0 + 0.5) / 3, 6);
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
  });

  it('has a slow model judge the fast words along with its first answer from the second question on', async () => {
    const slow = new SlowModel('gpt', { thin: 0.9, theory: 0.1 });
    const predictor = predictorOf(new FixedModel('ngram', english), slow);
    const ask = async (releases: number) => {
      const answers = all(predictor.predict('so th'));
      for (let i = 0; i < releases; i++) {
        slow.release();
        await settled();
      }
      return answers;
    };
    const slowly = (await ask(2)).at(-1)!;
    const swiftly = (await ask(1)).at(-1)!;
    expect(swiftly).toEqual(slowly);
    expect(slow.queries.map(({ also = [] }) => also.toSorted().join(' '))).toEqual(['', 'the there', 'the there thin']);
  });

  it('begins with the first slow answer when no model is fast', async () => {
    const slow = new SlowModel('gpt', { thin: 0.9 });
    const answers = all(predictorOf(slow).predict('so th'));
    slow.release();
    expect((await answers).map((answer) => [texts(answer), answer.final])).toEqual([['thin', true]]);
  });

  it('does not miss an answer that comes while the caller is busy with the one before', async () => {
    const slow = new SlowModel('gpt', { thin: 0.9 });
    const iterator = predictorOf(new FixedModel('ngram', { thin: 0.1 }), slow)
      .predict('so th')
      [Symbol.asyncIterator]();
    await iterator.next();
    slow.release();
    await settled();
    expect((await iterator.next()).value).toMatchObject({ final: true });
    expect((await iterator.next()).done).toBe(true);
  });

  it('shows an answer that came while the caller was busy, though another is still awaited', async () => {
    const [swift, late] = [new SlowModel('swift', { thin: 0.9 }), new SlowModel('late', { thin: 0.9 })];
    const predictor = predictorOf(new FixedModel('ngram', { thin: 0.1 }), swift, late);
    // From now on both are known to be slow and judge the fast words in their first answer.
    for await (const _ of predictor.predict('so th')) break;
    swift.release();
    late.release();
    const iterator = predictor.predict('so th')[Symbol.asyncIterator]();
    await iterator.next();
    swift.release();
    await settled();
    const { value } = await iterator.next();
    expect(value.final).toBe(false);
    expect(Math.exp(value.candidates[0].logProb)).toBeCloseTo((0.1 + 0.9) / 2, 6);
    await iterator.return?.();
    expect(late.aborted).toBe(2);
  });

  it('gives the others’ answers, none final, and then the error of a model that failed', async () => {
    const cause = new Error('out of memory');
    const failing = new SlowModel('gpt', {});
    const slow = new SlowModel('nnlm', { thin: 0.9 });
    const answers: Prediction[] = [];
    const run = (async () => {
      for await (const answer of predictorOf(new FixedModel('ngram', { thin: 0.1 }), failing, slow).predict('so th')) {
        answers.push(answer);
      }
    })();
    run.catch(() => {});
    failing.fail(cause);
    await settled();
    slow.release();
    await expect(run).rejects.toMatchObject({
      code: 'model-failed',
      message: 'Model "gpt" failed: out of memory',
      cause,
    });
    expect(answers.map(({ final }) => final)).toEqual([false, false]);
    expect(Math.exp(answers[1]!.candidates[0]!.logProb)).toBeCloseTo((0.1 + 0.9) / 2, 6);
  });

  it('shows an answer that came in while another model failed to judge it', async () => {
    const [a, b] = [new SlowModel('a', { thin: 0.9 }), new SlowModel('b', { thorn: 0.9 })];
    const answers: string[] = [];
    const run = (async () => {
      for await (const answer of predictorOf(a, b).predict('so th')) answers.push(texts(answer));
    })();
    run.catch(() => {});
    for (const act of [() => a.release(), () => b.release(), () => a.fail(new Error('x')), () => b.release()]) {
      await settled();
      act();
    }
    await expect(run).rejects.toHaveProperty('code', 'model-failed');
    expect(answers).toEqual(['thin', 'thorn']);
  });

  it('names every model that failed', async () => {
    const [a, b] = [new SlowModel('a', {}), new SlowModel('b', {})];
    const run = all(predictorOf(a, b).predict('x'));
    a.fail(new Error('first'));
    b.fail('second');
    await expect(run).rejects.toMatchObject({
      code: 'model-failed',
      message: '2 models failed: Model "a" failed: first Model "b" failed: second',
      cause: expect.any(AggregateError),
    });
  });

  it('cancels the slow models when the loop is left', async () => {
    const slow = new SlowModel('gpt', {});
    for await (const _ of predictorOf(new FixedModel('ngram', english), slow).predict('so')) break;
    expect(slow.aborted).toBe(1);
  });

  it('throws the signal’s reason when it is aborted before', async () => {
    const slow = new SlowModel('gpt', {});
    const reason = new Error('enough');
    await expect(all(predictorOf(slow).predict('so', { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    expect(() => predictorOf(slow).predictNow('so', { signal: AbortSignal.abort(reason) })).toThrow(reason);
    expect(slow.queries).toHaveLength(0);
  });

  it('throws the signal’s reason when it is aborted while waiting, and cancels the models', async () => {
    const slow = new SlowModel('gpt', {});
    const controller = new AbortController();
    const reason = new Error('enough');
    const run = all(predictorOf(slow).predict('so', { signal: controller.signal }));
    await settled();
    controller.abort(reason);
    await expect(run).rejects.toBe(reason);
    expect(slow.aborted).toBe(1);
  });

  it('throws the signal’s reason when it is aborted between two answers', async () => {
    const controller = new AbortController();
    const run = (async () => {
      const slow = new SlowModel('gpt', {});
      for await (const _ of predictorOf(new FixedModel('n', english), slow).predict('so', {
        signal: controller.signal,
      })) {
        controller.abort();
      }
    })();
    await expect(run).rejects.toHaveProperty('name', 'AbortError');
  });

  it('leaves no listener on the caller’s signal', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    for await (const _ of predictorOf(new FixedModel('n', english)).predict('so', { signal }))
      expect(listeners).toBe(1);
    expect(listeners).toBe(0);
  });

  it('answers every question exactly once, in whatever order models finish, fail or are cancelled', async () => {
    const event = fc.constantFrom('release a', 'release b', 'fail a', 'fail b', 'abort', 'close', 'wait');
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 8 }), async (events) => {
        const models = { a: new SlowModel('a', { thin: 0.5, thaw: 0.1 }), b: new SlowModel('b', { thorn: 0.5 }) };
        const predictor = predictorOf(new FixedModel('ngram', english), models.a, models.b);
        const controller = new AbortController();
        const ends: string[] = [];
        const run = (async () => {
          for await (const { final } of predictor.predict('so th', { signal: controller.signal }))
            if (final) ends.push('final');
        })().catch((error: Error) => ends.push(error.name));
        for (const name of [...events, 'abort']) {
          await settled();
          const model = models[name.at(-1) as 'a' | 'b'];
          if (name === 'abort') controller.abort();
          else if (name === 'close') void predictor.close();
          else if (model && model.waiting > 0) name.startsWith('fail') ? model.fail(new Error('x')) : model.release();
        }
        await run;
        expect(ends).toHaveLength(1);
      }),
    );
  });
});

describe('a predictor with learned weights', () => {
  const m = { hello: 0.2, help: 0.1, world: 0.3 };
  const n = { hello: 0.4, held: 0.3, world: 0.1 };
  const weights = contextClasses.map((place, index): [ContextClass, number[]] => [place, [1, index + 1]]);
  const mixtures: MixtureWeights[] = [
    { models: ['m', 'n'], classes: Object.fromEntries(weights) as MixtureWeights['classes'] },
  ];

  it.each([
    ['', 'sentence-start'],
    ['a ', 'word-start'],
    ['a unheard ', 'after-unknown'],
    ['a h', 'one-letter'],
    ['a he', 'two-letters'],
    ['a hel', 'more-letters'],
  ] as const)('after %j mixes by the weights for %s', (before, place) => {
    const predictor = createPredictor({
      models: [new FixedModel('n', n), new FixedModel('m', m)],
      lexicon: { ...lexicon, isKnown: (word) => word === 'a' },
      mixtures,
    });
    const completing = (model: Record<string, number>) =>
      Object.entries(model).filter(([word]) => word.startsWith(prefix));
    const mass = (model: Record<string, number>) => completing(model).reduce((sum, [, p]) => sum + p, 0);
    const prefix = before.slice(before.lastIndexOf(' ') + 1);
    // Before the first letter P(word) is mixed 1 : index + 1, inside the word P(word | letters).
    const [ofM, ofN] = prefix === '' ? [1, 1] : [1 / mass(m), 1 / mass(n)];
    const share = ofM / (ofM + (contextClasses.indexOf(place) + 1) * ofN);
    const hello = predictor.predictNow(before).candidates.find(({ word }) => word === 'hello')!;
    expect(Math.exp(hello.logProb)).toBeCloseTo(share * 0.2 + (1 - share) * 0.4, 6);
    expect(hello.evidence.map(({ model, weight }) => [model, weight])).toEqual([
      ['m', expect.closeTo(share, 6)],
      ['n', expect.closeTo(1 - share, 6)],
    ]);
  });

  it('gives a model that answers alone the whole weight until the other joins', async () => {
    const slow = new SlowModel('n', n);
    const predictor = createPredictor({ models: [new FixedModel('m', m), slow], mixtures });
    const answers = all(predictor.predict('a ', { limit: 1 }));
    for (let i = 0; i < 2; i++) {
      slow.release();
      await settled();
    }
    const [first, last] = (await answers).map(({ candidates }) => candidates[0]!.evidence.map(({ weight }) => weight));
    expect(first).toEqual([1]);
    expect(last).toEqual([1 / 4, expect.closeTo(3 / 4, 12)]);
  });

  it('gives evidence that sums to the probability, whatever the weights and whoever has answered', () => {
    const share = fc.double({ min: 1e-6, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.shuffledSubarray(['m', 'n', 'o'], { minLength: 1 }), (a, b, names) => {
        const classes = Object.fromEntries(contextClasses.map((place) => [place, [a, b]])) as unknown;
        const models = names.map((name) => new FixedModel(name, name === 'm' ? m : n));
        const predictor = createPredictor({
          models,
          mixtures: [{ models: ['m', 'n'], classes: classes as MixtureWeights['classes'] }],
        });
        for (const { logProb, evidence } of predictor.predictNow('a hel').candidates) {
          const sum = evidence.reduce((total, { weight, logProb: l }) => total + weight * Math.exp(l), 0);
          expect(sum).toBeCloseTo(Math.exp(logProb), 9);
          expect(evidence.reduce((total, { weight }) => total + weight, 0)).toBeCloseTo(1, 9);
        }
      }),
    );
  });
});

describe('a predictor with a ladder', () => {
  const rungs = [{ models: ['ngram'] }, { models: ['ngram', 'gpt'] }];

  it('asks the models of the rung in force, and those that stand on none', () => {
    const ladder = createLadder({ rungs });
    const [gpt, personal] = [new FixedModel('gpt', { thorn: 1 }), new FixedModel('personal', { thaw: 0.5 })];
    const predictor = createPredictor({ models: [new FixedModel('ngram', english), gpt, personal], ladder });
    ladder.choose(0);
    expect(texts(predictor.predictNow('so th'))).toBe('thaw the there thin');
    ladder.choose(1);
    expect(texts(predictor.predictNow('so th'))).toBe('thorn thaw the there thin');
    expect(gpt.queries).toHaveLength(2);
  });

  it('tells it of each question that was answered or given up', async () => {
    const told: [ms: number, isAnswered: boolean][] = [];
    const ladder = {
      ...createLadder({ rungs }),
      allows: () => true,
      record: (...what: [number, boolean]) => told.push(what),
    };
    const predictor = createPredictor({ models: [new FixedModel('ngram', english), new SlowModel('gpt', {})], ladder });
    for await (const _ of predictor.predict('so th')) break;
    expect(told).toEqual([[expect.any(Number), false]]);
    predictor.setModels([new FixedModel('ngram', english)]);
    await all(predictor.predict('so th'));
    expect(told.slice(1)).toEqual([[expect.any(Number), true]]);
  });
});

describe('setModels', () => {
  it('lets models join and leave, questions under way going on with the old ones', async () => {
    const ngram = new FixedModel('ngram', { thin: 0.4 });
    const slow = new SlowModel('gpt', { thorn: 0.6 });
    const predictor = createPredictor({ models: [ngram] });
    expect(texts(predictor.predictNow('th'))).toBe('thin');
    predictor.setModels([{ model: slow, weight: 3 }, ngram]);
    const answers = all(predictor.predict('th'));
    predictor.setModels([ngram]);
    for (let i = 0; i < 2; i++) {
      slow.release();
      await settled();
    }
    expect((await answers).map(texts)).toEqual(['thin', 'thorn thin']);
    expect(predictor.predictNow('th').final).toBe(true);
    expect(slow.closed).toBe(0);
    expect(() => predictor.setModels([])).toThrow(RangeError);
    await predictor.close();
    expect(() => predictor.setModels([ngram])).toThrow(expect.objectContaining({ code: 'closed' }));
  });
});

describe('a predictor', () => {
  it.each([0, -1, 1.5, 101, Number.NaN, Infinity, '3' as unknown as number])('refuses limit %s', (limit) => {
    const predictor = predictorOf(new FixedModel('ngram', english));
    expect(() => predictor.predict('a', { limit })).toThrow(RangeError);
    expect(() => predictor.predictNow('a', { limit })).toThrow(`limit must be an integer from 1 to 100, not ${limit}`);
  });

  it('refuses texts that are no strings', () => {
    const predictor = predictorOf(new FixedModel('ngram', english));
    const noText = undefined as unknown as string;
    expect(() => predictor.predict(noText)).toThrow(new TypeError('before must be a string, not undefined'));
    expect(() => predictor.predictNow('a', { after: 3 as unknown as string })).toThrow(
      new TypeError('after must be a string, not number'),
    );
    expect(() => predictor.learn('a', noText)).toThrow(TypeError);
  });

  it('refuses no models, models of one name, and weights that are no weights', () => {
    const model = new FixedModel('m', {});
    expect(() => createPredictor({ models: [] })).toThrow(RangeError);
    expect(() => createPredictor({ models: [model, new FixedModel('m', {})] })).toThrow('two are named "m"');
    for (const weight of [0, -1, Number.NaN, Infinity]) {
      expect(() => createPredictor({ models: [{ model, weight }] })).toThrow(RangeError);
    }
    expect(() => createPredictor({ models: [model], language: 'no language' })).toThrow(RangeError);
  });

  it('tells the models that learn what was written', () => {
    const told: [string, PredictionContext, string][] = [];
    const personal: PersonalModel = {
      name: 'personal',
      next: () => ({ words: [], logProbs: new Float32Array() }),
      learn: (context, word, origin) => void told.push([origin ?? '', context, word]),
      reject: (context, word) => void told.push(['rejected', context, word]),
    };
    const predictor = predictorOf(new FixedModel('ngram', english), personal);
    predictor.learn('I live in ', 'London');
    predictor.learn('I live in ', 'Paris', 'accepted');
    predictor.reject('I live in ', 'Paris');
    const context = expect.objectContaining({ words: ['i', 'live', 'in'], prefix: '' });
    expect(told).toEqual([
      ['typed', context, 'London'],
      ['accepted', context, 'Paris'],
      ['rejected', context, 'Paris'],
    ]);
  });

  describe('with a personal model', () => {
    /** Knows one word, and weighs itself. */
    class OwnWord extends FixedModel implements PersonalModel {
      readonly #odds: number;
      readonly #mass: number;

      constructor(word: string, odds: number, mass = 1) {
        super('personal', { [word]: mass });
        this.#odds = odds;
        this.#mass = mass;
      }

      override next(query: Query): Distribution {
        return { ...this.answer(query), confidence: { odds: this.#odds, mass: this.#mass } };
      }

      learn(): void {}

      reject(): void {}

      isBlocked = (word: string): boolean => word === 'there';
      isAllowed = (word: string): boolean => word === 'hell';
      displayForm = (word: string): string | undefined => (word === 'zorblax' ? 'ZorBlax' : undefined);
    }

    const asked = (personal: PersonalModel, before: string) =>
      createPredictor({ models: [new FixedModel('ngram', english)], lexicon, personal }).predictNow(before);

    it('weighs it by its own odds against all others together', () => {
      const { candidates } = asked(new OwnWord('zorblax', 3), 'I see ');
      const own = candidates.find(({ word }) => word === 'zorblax')!;
      expect(own.evidence).toEqual([
        { model: 'ngram', logProb: -Infinity, weight: 1 / (1 + 3) },
        { model: 'personal', logProb: 0, weight: 3 / (1 + 3) },
      ]);
      expect(own.logProb).toBeCloseTo(Math.log(3 / (1 + 3)));
    });

    it('weighs it inside a word by P(word | letters)', () => {
      // The n-gram gives words in "th" 0.3 + 0.1 + 0.05, "there" being blocked 0.35; the personal model gives 0.01.
      const { candidates } = asked(new OwnWord('thorium', 1, 0.01), 'I see th');
      const probability = new Map(candidates.map(({ word, logProb }) => [word, Math.exp(logProb)]));
      const sum = 0.3 + 0.05 + 0.01 * (0.35 / 0.01);
      expect(probability.get('thorium')).toBeCloseTo((0.01 * (0.35 / 0.01)) / (1 + 0.35 / 0.01));
      expect(probability.get('thorium')! / probability.get('the')!).toBeCloseTo((sum - 0.35) / 0.3);
    });

    it('writes new words as the user does, and suggests neither what is blocked nor, unless allowed, what is offensive', () => {
      expect(texts(asked(new OwnWord('zorblax', 3), 'I see '))).toContain('ZorBlax');
      expect(texts(asked(new OwnWord('x', 0), 'I see th'))).toBe('the thin');
      expect(texts(asked(new OwnWord('x', 0), 'I see h'))).toBe('hell hello');
    });

    it('keeps it when the models are replaced', () => {
      const personal = new OwnWord('zorblax', 3);
      const predictor = createPredictor({ models: [new FixedModel('ngram', english)], personal });
      predictor.setModels([new FixedModel('gpt', english)]);
      expect(predictor.predictNow('I see ').candidates.map(({ word }) => word)).toContain('zorblax');
    });
  });

  it('once closed refuses every question, ends those under way, and has closed its models once', async () => {
    const slow = new SlowModel('gpt', {});
    const predictor = predictorOf(new FixedModel('ngram', english), slow);
    const run = all(predictor.predict('so'));
    const untouched = predictor.predict('so');
    await settled();
    await Promise.all([predictor.close(), predictor.close()]);
    await expect(run).rejects.toHaveProperty('code', 'closed');
    await expect(all(untouched)).rejects.toHaveProperty('code', 'closed');
    expect(slow.closed).toBe(1);
    for (const ask of [
      () => predictor.predict('a'),
      () => predictor.predictNow('a'),
      () => predictor.learn('a', 'b'),
      () => predictor.reject('a', 'b'),
    ]) {
      expect(ask).toThrow(expect.objectContaining({ code: 'closed' }));
    }
  });
});

/** Lets everything that waits for nothing but promises run on. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

describe('near misses', () => {
  const asked: [string, boolean][] = [];
  const correcting: Lexicon = {
    ...lexicon,
    nearMisses(letters, withSlips) {
      asked.push([letters, withSlips]);
      const near = { im: "i'm", hlel: 'hell', teh: 'the', lonodn: 'london', wrlod: 'world' }[letters];
      return near === undefined ? [] : [{ word: near, logCost: Math.log(0.1) }];
    },
  };
  const predictor = () => createPredictor({ models: [new FixedModel('a', english)], lexicon: correcting });

  it.each([
    ['so im', "I'm"],
    ['so teh', 'the'],
    ['so Teh', 'The'],
    ['so TEH', 'THE'],
    ['Lonodn', 'London'],
    ['so hlel', ''],
    ['so unheard', ''],
  ])('of %j are %j', (before, expected) => {
    expect(texts(predictor().predictNow(before))).toBe(expected);
  });

  it('tell what they cost, beside the probability they have', () => {
    const [candidate] = predictor().predictNow('so teh').candidates;
    expect(candidate).toMatchObject({ word: 'the', nearMiss: Math.log(0.1) });
    expect(candidate!.logProb).toBeCloseTo(Math.log(0.3), 5);
    expect(
      predictor()
        .predictNow('so th')
        .candidates.every((each) => !('nearMiss' in each)),
    ).toBe(true);
  });

  it('stand among the words that begin so by what they cost', () => {
    const models = [new FixedModel('a', { ...english, imp: 0.002, imo: 0.004 })];
    const mixed = createPredictor({ models, lexicon: correcting });
    expect(texts(mixed.predictNow('so im'))).toBe("imo I'm imp");
  });

  it('that are too unlikely are worse than nothing, the fewer letters the sooner', async () => {
    const models = [new FixedModel('a', { the: 5e-8, london: 5e-8 })];
    const rare = createPredictor({ models, lexicon: correcting });
    expect(texts(rare.predictNow('so teh'))).toBe('');
    expect(texts(rare.predictNow('so lonodn'))).toBe('London');
    expect(await rare.explain('so teh', 'the')).toMatchObject({ rank: null, obstacles: ['letters'] });
  });

  it('are slips only where no word that begins so is likely', () => {
    asked.length = 0;
    for (const before of ['so ', 'so th', 'so teh']) predictor().predictNow(before);
    expect(asked).toEqual([
      ['th', false],
      ['teh', true],
    ]);
  });

  it('are none inside a word, none that is blocked, and none where they are not wanted', () => {
    const without = createPredictor({ models: [new FixedModel('a', english)], lexicon: correcting, nearMisses: false });
    expect(texts(without.predictNow('so teh'))).toBe('');
    expect(texts(predictor().predictNow('so teh', { after: 'm' }))).toBe('');
    const models = [new FixedModel('a', english)];
    const blocking = createPredictor({ models, lexicon: correcting, isBlocked: (word) => word === 'the' });
    expect(texts(blocking.predictNow('so teh'))).toBe('');
  });

  it('are judged by models that take their time', async () => {
    const model = new SlowModel('b', { "i'm": 0.5 });
    const models = [new FixedModel('a', english), model];
    const answers = createPredictor({ models, lexicon: correcting }).predict('so im')[Symbol.asyncIterator]();
    expect(texts((await answers.next()).value!)).toBe("I'm");
    const last = answers.next();
    while (model.queries.length < 2) {
      if (model.waiting > 0) model.release();
      await new Promise((resolve) => setTimeout(resolve));
    }
    model.release();
    expect((await last).value!.candidates[0]).toMatchObject({
      word: "i'm",
      evidence: [{ model: 'a' }, { model: 'b' }],
    });
  });

  it('are explained with what they cost', async () => {
    expect(await predictor().explain('so teh', 'the')).toMatchObject({
      rank: 1,
      obstacles: [],
      nearMiss: Math.log(0.1),
    });
    expect(await predictor().explain('so teh', 'world')).toMatchObject({ rank: null, obstacles: ['letters'] });
  });
});
