import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPersonal } from '../../src/personal/personal.ts';
import { chooseCandidate, compositionOf } from '../../src/pinyin/composition.ts';
import { createPinyinEngine, type PinyinEngineSource } from '../../src/pinyin/engine.ts';
import { LONGER_ALONE } from '../../src/pinyin/lattice.ts';
import { RERANK_SHARE } from '../../src/pinyin/rerank.ts';
import { SPELLING_COSTS } from '../../src/pinyin/spelling.ts';
import { SLIP_COSTS } from '../../src/pinyin/syllable-slips.ts';
import type { PinyinEngine, PinyinExplanation, PinyinOptions, ReadWord } from '../../src/pinyin/types.ts';
import { toy, toySyllables } from './toy-pinyin.ts';

const engineOf = (source: Partial<PinyinEngineSource> = {}): PinyinEngine =>
  createPinyinEngine({ ngram: toy.ngram, lexicon: toy.lexicon, ...source });
const engine = engineOf();

const written = (...words: string[]): ReadWord[] => words.map((text) => ({ text, reading: '?', start: 0, end: 1 }));

function explain(letters: string, text: string, before = '', asked = engine): PinyinExplanation {
  const composition = compositionOf(letters);
  const candidate = asked.read(composition, { before }).candidates.find((each) => each.text === text)!;
  return asked.explain(composition, candidate, { before });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Asserts the laws of an explanation: every number is the sum of what it is said to be the sum of. */
function expectSums({ candidate, edges, logProb, rerank, score }: PinyinExplanation): void {
  expect(edges.map(({ word }) => word)).toEqual(candidate.words);
  for (const edge of edges) {
    if (edge.shares.length > 0) {
      expect(Math.abs(Math.log(sum(edge.shares.map(({ share }) => share))) - edge.logProb)).toBeLessThan(1e-6);
      expect(Math.abs(sum(edge.shares.map(({ weight }) => weight)) - 1)).toBeLessThan(1e-6);
    }
    for (const { steps, logProb } of edge.shares) {
      const answering = steps?.find(({ ngramLogProb }) => ngramLogProb !== null);
      if (answering === undefined) continue;
      expect(Math.abs(answering.ngramLogProb! + answering.logWeight - logProb)).toBeLessThan(1e-6);
      expect(steps!.map(({ order, context }) => order - context.length)).toEqual(steps!.map(() => 1));
    }
    const parts = edge.logProb + edge.readingCost + sum(edge.syllables.map(({ cost }) => cost));
    expect(Math.abs(parts - edge.score)).toBeLessThan(1e-6);
  }
  if (edges.length === 0) return;
  expect(Math.abs(sum(edges.map(({ logProb }) => logProb)) - logProb)).toBeLessThan(1e-6);
  expect(Math.abs(sum(edges.map(({ score }) => score)) + (rerank?.score ?? 0) - score)).toBeLessThan(1e-6);
  expect(Math.abs(score - candidate.score)).toBeLessThan(1e-6);
  if (candidate.logProb !== undefined) expect(Math.abs(logProb - candidate.logProb)).toBeLessThan(1e-6);
}

const lettersOf = fc
  .array(
    fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...toySyllables) }, fc.constantFrom("'", 'z', 'zh', 'g', 'u')),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((parts) => parts.join(''));
const beforeOf = fc.constantFrom('', '我', '中国，', '7', '我爱你，我爱中国', '先', 'hello ', '𠀀你的');
const optionsOf = fc.constantFrom<PinyinOptions>(
  {},
  { fuzzy: ['z/zh', 'an/ang', 'l/n', 'f/h', 'in/ing'] },
  { typos: false },
  { fuzzy: ['an/ang'] },
);
const sentenceOf = fc.array(fc.constantFrom('我', '你', '安', '方', '反感', '中国', '女儿', '的'), {
  minLength: 1,
  maxLength: 3,
});

describe('an explanation of pinyin', () => {
  it('sums to the score of any candidate', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(
        lettersOf,
        beforeOf,
        optionsOf,
        fc.array(fc.tuple(sentenceOf, fc.boolean()), { maxLength: 12 }),
        (letters, before, options, sentences) => {
          const personal = createPersonal({ ngram: toy.ngram, writer: 'test', now: () => 1_000_000 });
          const asked = engineOf({ options, ...(sentences.length > 0 ? { personal } : {}) });
          for (const [words, isOne] of sentences) asked.learn('', written(...words), isOne);
          const composition = compositionOf(letters);
          for (const candidate of asked.read(composition, { before }).candidates) {
            expectSums(asked.explain(composition, candidate, { before }));
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  it('sums to the score behind what was chosen', () => {
    const composition = compositionOf('woaizhongguo');
    const chosen = chooseCandidate(composition, engine.read(composition).candidates.find(({ text }) => text === '我')!);
    const { candidates } = engine.read(chosen, { before: '你，' });
    const best = engine.explain(chosen, candidates[0]!, { before: '你，' });
    expectSums(best);
    expect(best.edges.map(({ word }) => word.text)).toEqual(['爱', '中国']);
    expect(best.edges[0]!.shares[0]!.steps![0]!.context).toEqual(['我']);
    expect(best.edges[1]!.syllables.map(({ start, end, text }) => [start, end, text])).toEqual([
      [4, 9, 'zhong'],
      [9, 12, 'guo'],
    ]);
  });

  it('takes the n-gram by its state, back-off weights and all', () => {
    const { edges } = explain('woaini', '我爱你', '7，');
    const [wo, ai, ni] = edges.map(({ shares }) => shares);
    expect(wo!.map(({ source }) => source)).toEqual(['ngram']);
    expect(wo![0]!.logProb).toBeCloseTo(Math.log(0.2), 5);
    expect(ai![0]!.steps!.map(({ order, context, ngramLogProb }) => [order, context, ngramLogProb !== null])).toEqual([
      [2, ['我'], true],
      [1, [], true],
    ]);
    expect(ni![0]!.logProb).toBeCloseTo(Math.log(0.3), 5);
    const unseen = explain('aihao', '爱好', '7，').edges[1]!.shares[0]!;
    expect(unseen.steps![0]!.ngramLogProb).toBeNull();
    expect(unseen.logProb).toBeCloseTo(toy.model.logBackoffs.get('爱')! + toy.model.logProbs.get('好')!, 5);
  });

  it('says where nothing is known of what stands before: half as after a pause, half by frequency', () => {
    const { vocabulary } = toy.ngram;
    const { shares } = explain('wo', '我').edges[0]!;
    expect(shares.map(({ source, weight }) => [source, weight])).toEqual([
      ['pause', 0.5],
      ['frequency', 0.5],
    ]);
    expect(shares[0]!.logProb).toBeCloseTo(Math.log(0.2), 5);
    expect(shares[1]!.logProb).toBe(vocabulary.logFrequency(vocabulary.id('我')));
  });

  it('says what the text before and what the user has written add', () => {
    const personal = createPersonal({ ngram: toy.ngram, writer: 'test', now: () => 1_000_000 });
    const learned = engineOf({ personal });
    const before = '尼，';
    const sources = (asked: PinyinEngine) =>
      explain('ni', '尼', before, asked).edges[0]!.shares.map(({ source }) => source);
    expect(sources(learned)).toEqual(['ngram', 'text']);
    for (let time = 0; time < 60; time++) learned.learn('', written('尼'));
    expect(sources(learned)).toEqual(['ngram', 'text', 'user']);
    const user = explain('ni', '尼', before, learned).edges[0]!.shares[2]!;
    // As many words as it takes to count half, of which this is every one.
    expect(user.weight).toBeCloseTo(0.1, 2);
    expect(user.logProb).toBeCloseTo(0, 9);
  });

  it('counts how seldom a word is read so', () => {
    const { edges } = explain('hang', '行');
    expect(edges[0]!.readingCost).toBeCloseTo(2 * Math.log(0.25), 1);
  });

  it.each<[string, string, PinyinOptions, readonly string[], number]>([
    ['nihao', '你好', {}, [], 0],
    ['nh', '你好', {}, ['initial', 'initial'], 2 * SPELLING_COSTS.initial],
    ['niha', '你好', {}, ['beginning'], SPELLING_COSTS.partial],
    ['ha', '好', {}, ['beginning'], SPELLING_COSTS.partial + LONGER_ALONE],
    ['zongguo', '中国', { fuzzy: ['z/zh'] }, ['fuzzy'], SPELLING_COSTS.fuzzy],
    ['nihap', '你好', {}, ['typo'], SLIP_COSTS.neighbour],
    ['inhoa', '你好', {}, ['typo', 'typo'], 2 * SLIP_COSTS.swapped],
    ['nhiao', '你好', {}, ['typo', 'typo'], SLIP_COSTS.swapped],
    ['xian', '西安', {}, ['apostrophe'], Math.log(0.25)],
    ["xi'an", '西安', {}, [], 0],
  ])('says how %s spells %s', (letters, text, options, departures, cost) => {
    const { edges } = explain(letters, text, '', engineOf({ options }));
    const syllables = edges.flatMap(({ syllables }) => syllables);
    expect(syllables.flatMap((syllable) => syllable.departures)).toEqual(departures);
    expect(sum(syllables.map((syllable) => syllable.cost))).toBeCloseTo(cost, 5);
  });

  it('has no edges for letters as they are, nor for English', () => {
    expect(explain('nihao', 'nihao')).toMatchObject({ edges: [], rerank: null, score: -Infinity });
    const composition = compositionOf("u'hao");
    const endsRaw = engine.read(composition).candidates.find(({ words }) => words[0]?.text === 'u')!;
    const raw = engine.explain(composition, endsRaw);
    expect(raw.edges[0]).toMatchObject({ logProb: 0, shares: [], syllables: [{ text: 'u', departures: ['raw'] }] });
  });

  it('says what a slower model has changed', async () => {
    const composition = compositionOf('fangan');
    const answer = engine.read(composition, { before: '他说' });
    const opinions: Record<string, number> = { 反感: -9, 方案: -1 };
    const scorer = {
      scoreAfter: async (_: string, texts: readonly string[]) =>
        Float64Array.from(texts, (text) => opinions[text] ?? -50),
    };
    const reranked = await engine.rerank(answer, '他说', scorer);
    for (const candidate of reranked.candidates) expectSums(engine.explain(composition, candidate, { before: '他说' }));
    const [best] = reranked.candidates;
    expect(best!.text).toBe('方案');
    const { rerank, logProb } = engine.explain(composition, best!, { before: '他说' });
    expect(rerank).toEqual({
      slowLogProb: -1,
      logProb: best!.logProb,
      weight: RERANK_SHARE,
      score: RERANK_SHARE * (-1 - best!.logProb!),
    });
    expect(logProb).toBeCloseTo(best!.logProb!, 9);
    expect(engine.explain(composition, answer.candidates[0]!, { before: '他说' }).rerank).toBeNull();
  });

  it('refuses a candidate of another composition', () => {
    const [candidate] = engine.read(compositionOf('nihao')).candidates;
    expect(() => engine.explain(compositionOf('zhongguo'), candidate!)).toThrow(
      /candidate must be one that the letters "zhongguo" may stand for, not "你好"/,
    );
    const composition = compositionOf('nihaohao');
    const chosen = chooseCandidate(composition, candidate!);
    expect(() => engine.explain(chosen, candidate!)).toThrow(RangeError);
  });
});

describe('the reading of a text', () => {
  it('is the candidate of that text, where one is offered', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(lettersOf, beforeOf, (letters, before) => {
        const composition = compositionOf(letters);
        const { candidates } = engine.read(composition, { before });
        for (const { text, logProb, score } of candidates) {
          if (logProb === undefined) continue;
          const reading = engine.readingOf(composition, text, { before })!;
          // The search of all keeps a beam; that of one text finds what fell out of it.
          expect(reading.score).toBeGreaterThan(score - 1e-6);
          expectSums(engine.explain(composition, reading, { before }));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is found for what is not offered, and tells what it costs', () => {
    const composition = compositionOf('nihao');
    const query = { before: '7，', sentences: 1 };
    expect(engine.read(composition, query).candidates.map(({ text }) => text)).not.toContain('尼号');
    const reading = engine.readingOf(composition, '尼号', query)!;
    expect(reading).toMatchObject({ text: '尼号', start: 0, end: 5, kind: 'sentence' });
    expectSums(engine.explain(composition, reading, query));
  });

  it('covers as many letters as the text has', () => {
    const reading = engine.readingOf(compositionOf('nihaozhongguo'), '你好')!;
    expect(reading).toMatchObject({ text: '你好', end: 5, kind: 'word' });
    expect(reading.logProb).toBeUndefined();
    expectSums(engine.explain(compositionOf('nihaozhongguo'), reading));
  });

  it('is null where the letters do not spell it', () => {
    for (const text of ['中国', '你', '', '你好好', 'x']) {
      const composition = compositionOf(text === '你' ? 'hao' : 'nihao');
      expect(engine.readingOf(composition, text)).toBeNull();
    }
    expect(engine.readingOf(compositionOf(''), '你')).toBeNull();
  });

  it('is written in the script that is asked for', () => {
    const script = {
      write: (text: string) => text.replaceAll('国', '國'),
      read: (text: string) => text.replaceAll('國', '国'),
    };
    const traditional = engineOf({ options: { script } });
    expect(traditional.readingOf(compositionOf('zhongguo'), '中國')).toMatchObject({ text: '中國' });
  });
});
