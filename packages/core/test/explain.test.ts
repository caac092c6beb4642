import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContext } from '../src/context.ts';
import type { NgramDetails } from '../src/explain.ts';
import { openNgram } from '../src/ngram-model.ts';
import { writeNgram } from '../src/ngram-writer.ts';
import { createPersonal } from '../src/personal/personal.ts';
import { createPredictor, type PredictorOptions } from '../src/predictor.ts';
import { FixedModel, SlowModel } from './fake-models.ts';
import { anyModel, anyWord, example, type MapModel, mapLogProb, mapMatchedOrder, tableOf } from './map-model.ts';

const opened = (model: MapModel) => openNgram(writeNgram(tableOf(model), { quantize: false }));
const uni = (word: string) => example.logProbs.get(word)!;
const bow = (context: string) => example.logBackoffs.get(context)!;
const close = (value: number) => expect.closeTo(value, 5);

describe('NgramModel.explain', () => {
  const ngram = opened(example);
  const explain = (before: string, word: string) => ngram.explain(readContext(before), word);

  it('tells every order, from the one that answers to what the shorter ones would have said', () => {
    expect(explain('The ', 'cat')).toEqual({
      kind: 'ngram',
      order: 3,
      logFrequency: null,
      steps: [
        {
          order: 3,
          context: ['<s>', 'the'],
          ngramLogProb: close(Math.log(0.25)),
          logBackoff: close(bow('<s> the')),
          logWeight: close(0),
          logProb: close(Math.log(0.25)),
        },
        {
          order: 2,
          context: ['the'],
          ngramLogProb: close(Math.log(0.6)),
          logBackoff: close(bow('the')),
          logWeight: close(bow('<s> the')),
          logProb: close(Math.log(0.6)),
        },
        {
          order: 1,
          context: [],
          ngramLogProb: close(uni('cat')),
          logBackoff: 0,
          logWeight: close(bow('<s> the') + bow('the')),
          logProb: close(uni('cat')),
        },
      ],
    });
  });

  it('backs off by the weights of the contexts that do not have the word', () => {
    const { order, steps } = explain('The ', 'a');
    expect(order).toBe(1);
    expect(steps.map(({ ngramLogProb }) => ngramLogProb)).toEqual([null, null, close(uni('a'))]);
    expect(steps[0]!.logProb).toBeCloseTo(bow('<s> the') + bow('the') + uni('a'), 5);
    expect(steps[1]!.logProb).toBeCloseTo(bow('the') + uni('a'), 5);
  });

  it('knows nothing of a word outside the vocabulary, and shows one in the context as such', () => {
    expect(explain('The ', 'dog')).toEqual({ kind: 'ngram', order: 0, steps: [], logFrequency: null });
    expect(explain('The dog ', 'cat').steps[0]!.context).toEqual(['the', '<unk>']);
  });

  it('agrees with the model, its every step with a model in plain maps', () => {
    const word = anyWord.map((text) => text.toLowerCase());
    fc.assert(
      fc.property(
        anyModel({ isClosed: true }).chain((model) =>
          fc.tuple(
            fc.constant(model),
            fc.array(fc.oneof({ weight: 5, arbitrary: fc.constantFrom('<unk>', ...model.words.slice(3)) }, word), {
              maxLength: 5,
            }),
          ),
        ),
        ([model, words]) => {
          const ngram = opened(model);
          const context = { text: '', words, prefix: '', prefixLength: 0 };
          for (const asked of model.words.slice(3)) {
            const { steps, order } = ngram.explain(context, asked);
            const whole = words.length < model.order - 1 ? ['<s>', ...words] : words;
            expect(order).toBe(mapMatchedOrder(model, whole, asked));
            for (const step of steps) {
              const expected = mapLogProb(model, step.context, asked);
              expect(step.logProb).toBeCloseTo(expected, 4);
              expect(step.context.length).toBe(step.order - 1);
            }
            const answering = steps.find((step) => step.order === order)!;
            const { logProbs } = ngram.next({ context, limit: 0, also: [asked] });
            expect(answering.logWeight + answering.ngramLogProb!).toBeCloseTo(logProbs[0]!, 5);
            expect(steps[0]!.logProb).toBeCloseTo(logProbs[0]!, 5);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('tells the share of the training text where the file has it', () => {
    const table = { ...tableOf(example), frequencies: Float64Array.of(0, 0, 0, 1, 2, 4, 1) };
    const { logFrequency } = openNgram(writeNgram(table, {})).explain(readContext(''), 'the') as NgramDetails;
    expect(Math.exp(logFrequency!)).toBeCloseTo(4 / 8, 1);
  });
});

const common = { the: 0.4, there: 0.2, thin: 0.1, hell: 0.1, a: 0.2 };
const rarer = { the: 0.1, there: 0.3, this: 0.2, a: 0.4 };
const lexicon = { displayForm: (word: string) => word, isOffensive: (word: string) => word === 'hell' };
const predictorOf = (options: Partial<PredictorOptions> = {}) =>
  createPredictor({ models: [new FixedModel('one', common), new FixedModel('two', rarer)], lexicon, ...options });

describe('Predictor.explain', () => {
  it('gives each model’s share, and the place among the candidates', async () => {
    const { word, logProb, rank, obstacles, models } = await predictorOf().explain('so th', 'There');
    expect({ word, rank, obstacles }).toEqual({ word: 'there', rank: 1, obstacles: [] });
    expect(Math.exp(logProb)).toBeCloseTo(0.5 * 0.2 + 0.5 * 0.3, 6);
    expect(models).toEqual([
      { model: 'one', weight: 0.5, logProb: close(Math.log(0.2)), share: close(0.1) },
      { model: 'two', weight: 0.5, logProb: close(Math.log(0.3)), share: close(0.15) },
    ]);
  });

  it.each([
    ['so ', 'hell', ['offensive']],
    ['so th', 'a', ['letters']],
    ['so ', 'there', ['blocked']],
    ['so th', 'hell', ['letters', 'offensive']],
    ['so ', 'zebra', ['unknown']],
  ])('names what stands against a word: %j, %s', async (before, word, obstacles) => {
    const predictor = predictorOf({ isBlocked: (each) => each === 'there' });
    const explanation = await predictor.explain(before, word);
    expect(explanation).toMatchObject({ obstacles, rank: null });
    expect(explanation.models).toHaveLength(2);
  });

  it('looks behind the caret as predict does', async () => {
    const predictor = predictorOf();
    expect(await predictor.explain('so th', 'there', { after: 'n' })).toMatchObject({ obstacles: ['letters'] });
    expect(await predictor.explain('so th', 'thin', { after: 'n' })).toMatchObject({ obstacles: [], rank: 1 });
    expect(await predictor.explain('語', 'the', { after: '' })).toMatchObject({ obstacles: [] });
    const inside = await predictor.explain('\ud83d', 'the', { after: '\ude42' });
    expect(inside).toMatchObject({ obstacles: ['place'], models: [], rank: null });
  });

  it('says of each candidate what predict says, and of any word shares that sum to its probability', async () => {
    const probabilities = fc.dictionary(
      fc.constantFrom('the', 'thin', 'there', 'this', 'a', 'i', 'hell'),
      fc.double({ min: 1e-6, max: 0.14, noNaN: true }),
    );
    const weights = fc.double({ min: 0.01, max: 10, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(probabilities, weights), { minLength: 1, maxLength: 3 }),
        fc.constantFrom('', 'so ', 'so t', 'so th'),
        fc.constantFrom('the', 'there', 'hell', 'zebra'),
        fc.integer({ min: 1, max: 4 }),
        async (entries, before, other, limit) => {
          const models = entries.map(([words, weight], at) => ({ model: new FixedModel(`m${at}`, words), weight }));
          const personal = createPersonal();
          for (const word of ['there', 'theme', 'there']) personal.learn(readContext('so '), word);
          const predictor = createPredictor({ models, lexicon, personal });
          const { candidates } = predictor.predictNow(before, { limit });
          for (const [at, candidate] of candidates.entries()) {
            const { logProb, rank, models } = await predictor.explain(before, candidate.word, { limit });
            expect(logProb).toBe(candidate.logProb);
            expect(rank).toBe(at + 1);
            expect(models).toMatchObject(candidate.evidence);
          }
          const { logProb, models: parts } = await predictor.explain(before, other, { limit });
          const sum = parts.reduce((total, { share }) => total + share, 0);
          expect(Math.abs(sum - Math.exp(logProb))).toBeLessThan(1e-6);
          expect(parts.reduce((total, { weight }) => total + weight, 0)).toBeCloseTo(1, 9);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('tells how a model that can comes to it', async () => {
    const ngram = opened(example);
    const personal = createPersonal({ ngram, now: () => 5000 });
    for (const word of ['cat', 'dog', 'dog']) personal.learn(readContext('the '), word);
    const predictor = createPredictor({ models: [ngram, new FixedModel('two', rarer)], personal });
    const { models } = await predictor.explain('The ', 'dog');
    expect(models.map(({ model }) => model)).toEqual(['ngram', 'personal', 'two']);
    expect(models[0]!.details).toEqual(ngram.explain(readContext('The '), 'dog'));
    expect(models[1]!.details).toEqual(personal.explain(readContext('The '), 'dog'));
    expect(models[2]).not.toHaveProperty('details');
  });

  it('waits for slow models, and fails as they do', async () => {
    const slow = new SlowModel('slow', { there: 1 });
    const predictor = createPredictor({ models: [new FixedModel('one', common), slow] });
    const explaining = predictor.explain('so ', 'there');
    while (slow.waiting === 0) await Promise.resolve();
    const release = setInterval(() => slow.waiting > 0 && slow.release());
    expect((await explaining).models).toMatchObject([{ model: 'one' }, { model: 'slow', logProb: 0 }]);
    clearInterval(release);
    const failing = predictor.explain('so ', 'there');
    slow.fail(new Error('out of memory'));
    await expect(failing).rejects.toMatchObject({ code: 'model-failed', message: expect.stringContaining('slow') });
  });

  it('rejects bad arguments, with the reason of its signal, and once closed', async () => {
    const slow = new SlowModel('slow', { there: 1 });
    const predictor = createPredictor({ models: [slow] });
    await expect(predictor.explain('so ', '')).rejects.toThrow(RangeError);
    await expect(predictor.explain('so ', 5 as unknown as string)).rejects.toThrow(TypeError);
    await expect(predictor.explain('so ', 'a', { limit: 0 })).rejects.toThrow(RangeError);
    await expect(predictor.explain('so ', 'a', { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    const controller = new AbortController();
    const stale = predictor.explain('so ', 'a', { signal: controller.signal });
    controller.abort('typed on');
    await expect(stale).rejects.toBe('typed on');
    const last = predictor.explain('so ', 'a');
    await predictor.close();
    await expect(last).rejects.toMatchObject({ code: 'closed' });
    await expect(predictor.explain('so ', 'a')).rejects.toMatchObject({ code: 'closed' });
  });
});
