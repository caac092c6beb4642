import { describe, expect, it } from 'vitest';
import { chooseCandidate, compositionOf } from '../../src/pinyin/composition.ts';
import { createPinyinEngine } from '../../src/pinyin/engine.ts';
import { RERANK_SHARE } from '../../src/pinyin/rerank.ts';
import type { PathScorer, PinyinAnswer } from '../../src/pinyin/types.ts';
import { toy } from './toy-pinyin.ts';

const engine = createPinyinEngine({ ngram: toy.ngram, lexicon: toy.lexicon });

interface FakeScorer extends PathScorer {
  readonly asked: { before: string; texts: readonly string[] }[];
}

/** Says what it is told to of each text, and remembers what it was asked. */
function scorerOf(logProbOf: (text: string) => number): FakeScorer {
  const asked: FakeScorer['asked'] = [];
  return {
    asked,
    async scoreAfter(before, texts, signal) {
      signal?.throwIfAborted();
      asked.push({ before, texts });
      return Float64Array.from(texts, logProbOf);
    },
  };
}

const whole = ({ candidates }: PinyinAnswer) => candidates.filter(({ logProb }) => logProb !== undefined);
const texts = (answer: PinyinAnswer) => answer.candidates.map(({ text }) => text);
const answer = engine.read(compositionOf('fangan'));

describe('reranking', () => {
  it('orders whole readings by score + λ·(ln P of the slower model − ln P of the n-gram)', async () => {
    const opinions = new Map(whole(answer).map(({ text }, i) => [text, -1 - 30 * ((2 * i + 1) % 3)]));
    const reranked = await engine.rerank(
      answer,
      '他说',
      scorerOf((text) => opinions.get(text)!),
    );
    const expected = whole(answer)
      .map(({ text, score, logProb }) => ({ text, score: score + RERANK_SHARE * (opinions.get(text)! - logProb!) }))
      .sort((a, b) => b.score - a.score);
    expect(whole(reranked).map(({ text, score }) => ({ text, score }))).toEqual(expected);
    expect(texts(reranked)).not.toEqual(texts(answer));
  });

  it('leaves short readings with nothing before them as they are, and asks nobody', async () => {
    const never = { scoreAfter: () => Promise.reject(new Error('asked')) };
    expect(await engine.rerank(answer, '', never)).toBe(answer);
    expect(await engine.rerank(answer, ' \n', never)).toBe(answer);
    await expect(engine.rerank(answer, '他', never)).rejects.toThrow('asked');
  });

  it('asks about readings that were not offered, too, and lets better ones take the place of the worst', async () => {
    const letters = compositionOf('fanganfanganfangan');
    const [first, ...others] = whole(engine.read(letters, { before: '他说', sentences: 20 }));
    const near = others.filter(({ score }) => score > first!.score - 5);
    const few = engine.read(letters, { before: '他说', sentences: 2 });
    expect(whole(few).map(({ text }) => text)).toEqual([first!.text, others[0]!.text]);
    const favourite = near.at(-1)!;
    const scorer = scorerOf((text) => (text === favourite.text ? -1 : -90));
    const reranked = await engine.rerank(few, '他说', scorer);
    expect(scorer.asked[0]!.texts.slice(0, 2)).toEqual([first!.text, others[0]!.text]);
    expect(new Set(scorer.asked[0]!.texts).size).toBe(scorer.asked[0]!.texts.length);
    expect(scorer.asked[0]!.texts.length).toBeGreaterThan(near.length);
    expect(scorer.asked[0]!.texts.length).toBeLessThanOrEqual(20);
    expect(texts(reranked)[0]).toBe(favourite.text);
    expect(reranked.candidates).toHaveLength(few.candidates.length);
    expect(new Set(texts(reranked)).size).toBe(few.candidates.length);
    expect(engine.explain(letters, reranked.candidates[0]!, { before: '他说' }).score).toBeCloseTo(
      reranked.candidates[0]!.score,
      5,
    );
  });

  it('leaves all else in its place', async () => {
    const reranked = await engine.rerank(
      answer,
      '他说',
      scorerOf((text) => -texts(answer).length + texts(answer).indexOf(text)),
    );
    expect(texts(reranked).toSorted()).toEqual(texts(answer).toSorted());
    answer.candidates.forEach((candidate, i) => {
      if (candidate.logProb === undefined) expect(reranked.candidates[i]).toBe(candidate);
      else expect(reranked.candidates[i]!.logProb).toBeDefined();
    });
    expect(reranked.composition).toBe(answer.composition);
  });

  it('divides the letters as the new first candidate does', async () => {
    const [best, other] = ['反感', '方案'].toSorted((a, b) => texts(answer).indexOf(a) - texts(answer).indexOf(b));
    expect(texts(answer)[0]).toBe(best);
    const reranked = await engine.rerank(
      answer,
      '他说',
      scorerOf((text) => (text === other ? -1 : -50)),
    );
    expect(texts(reranked)[0]).toBe(other);
    const divided = { 反感: ['fan', 'gan'], 方案: ['fang', 'an'] } as Record<string, string[]>;
    expect(answer.segments.map(({ text }) => text)).toEqual(divided[best!]);
    expect(reranked.segments.map(({ text }) => text)).toEqual(divided[other!]);
  });

  it('is the same answer where nothing changes', async () => {
    const logProbs = new Map(whole(answer).map(({ text, logProb }) => [text, logProb!]));
    expect(
      await engine.rerank(
        answer,
        '他说',
        scorerOf((text) => logProbs.get(text)!),
      ),
    ).toBe(answer);
    expect(
      await engine.rerank(
        answer,
        '他说',
        scorerOf(() => Number.NEGATIVE_INFINITY),
      ),
    ).toBe(answer);
  });

  it('asks nothing where there is nothing to order', async () => {
    const scorer = scorerOf(() => 0);
    for (const letters of ['u', "'", 'lue', '']) {
      const single = engine.read(compositionOf(letters));
      expect(await engine.rerank(single, '他说', scorer)).toBe(single);
    }
    expect(scorer.asked).toEqual([]);
  });

  it('asks after the text and what was chosen, in simplified characters', async () => {
    const scorer = scorerOf(() => -1);
    const composition = compositionOf('fanganfangan');
    const chosen = chooseCandidate(
      composition,
      engine.read(composition).candidates.find(({ text }) => text === '方案')!,
    );
    await engine.rerank(engine.read(chosen, { before: '我' }), '我', scorer);
    expect(scorer.asked[0]!.before).toBe('我方案');
    expect(scorer.asked[0]!.texts).toContain('反感');
    const script = {
      write: (text: string) => text.replaceAll('国', '國'),
      read: (text: string) => text.replaceAll('國', '国'),
    };
    const traditional = createPinyinEngine({ ngram: toy.ngram, lexicon: toy.lexicon, options: { script } });
    const written = traditional.read(compositionOf('guofangan'));
    await traditional.rerank(written, '長國', scorer);
    expect(scorer.asked[1]!.before).toBe('長国');
    expect(scorer.asked[1]!.texts).toContain('国方案');
  });

  it('rejects with the reason of a signal that is aborted, before, during or after the question', async () => {
    const reason = new Error('moved on');
    await expect(
      engine.rerank(
        answer,
        '他说',
        scorerOf(() => 0),
        AbortSignal.abort(reason),
      ),
    ).rejects.toBe(reason);
    const single = engine.read(compositionOf('u'));
    await expect(
      engine.rerank(
        single,
        '他说',
        scorerOf(() => 0),
        AbortSignal.abort(reason),
      ),
    ).rejects.toBe(reason);
    const controller = new AbortController();
    const deaf: PathScorer = {
      async scoreAfter(_before, texts) {
        controller.abort(reason);
        return new Float64Array(texts.length);
      },
    };
    await expect(engine.rerank(answer, '他说', deaf, controller.signal)).rejects.toBe(reason);
  });

  it('rejects with what the scorer rejects with', async () => {
    const failing: PathScorer = { scoreAfter: () => Promise.reject(new Error('worker died')) };
    await expect(engine.rerank(answer, '他说', failing)).rejects.toThrow('worker died');
  });
});
