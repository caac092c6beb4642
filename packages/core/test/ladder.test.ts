import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLadder, type Ladder } from '../src/ladder.ts';

const rungs = [
  { models: ['ngram'] },
  { models: ['ngram', 'nnlm'], needsSimd: true },
  { models: ['ngram', 'nnlm', 'gpt'], needsSimd: true, leastMemoryGiB: 4 },
];
const ladderOf = (conditions = {}) => createLadder({ rungs, budgetMs: 50, conditions });

function record(ladder: Ladder, times: number, ms: number, isAnswered = true): number {
  for (let i = 0; i < times; i++) ladder.record(ms, isAnswered);
  return ladder.rung;
}

describe('a ladder', () => {
  it('asks all models where nothing speaks against it', () => {
    const ladder = ladderOf();
    expect(['ngram', 'nnlm', 'gpt'].every((name) => ladder.allows(name))).toBe(true);
    expect(record(ladder, 1000, 50)).toBe(2);
  });

  it('steps down one rung when the median of 8 questions is over the budget', () => {
    const ladder = ladderOf();
    expect(record(ladder, 7, 51)).toBe(2);
    expect(record(ladder, 1, 51)).toBe(1);
    expect([ladder.allows('nnlm'), ladder.allows('gpt')]).toEqual([true, false]);
    expect(record(ladder, 8, 51)).toBe(0);
    expect(record(ladder, 8, 51)).toBe(0);
  });

  it('bears single slow questions', () => {
    const ladder = ladderOf();
    for (let i = 0; i < 100; i++) ladder.record(i % 3 === 0 ? 500 : 10, true);
    expect(ladder.rung).toBe(2);
  });

  it('counts questions given up over the budget, and no others', () => {
    expect(record(ladderOf(), 100, 30, false)).toBe(2);
    expect(record(ladderOf(), 8, 60, false)).toBe(1);
  });

  it('tries the higher rung again after 64 questions and keeps it within 70 % of the budget', () => {
    const ladder = ladderOf();
    record(ladder, 8, 80);
    expect(record(ladder, 63, 5)).toBe(1);
    expect(record(ladder, 1, 5)).toBe(2);
    expect(record(ladder, 8, 35)).toBe(2);
    expect(record(ladder, 1000, 49)).toBe(2);
  });

  it('waits twice as long after each trial that failed, up to 4,096 questions', () => {
    const ladder = ladderOf();
    record(ladder, 8, 80);
    const waits: number[] = [];
    for (let trial = 0; trial < 8; trial++) {
      let wait = 0;
      for (; ladder.rung === 1; wait++) ladder.record(5, true);
      waits.push(wait);
      // Within the budget, but not within 70 % of it.
      expect(record(ladder, 8, 40)).toBe(1);
    }
    expect(waits).toEqual([64, 128, 256, 512, 1024, 2048, 4096, 4096]);
  });

  it.each([
    [{ savesData: true }, 0],
    [{ isHidden: true }, 0],
    [{ hasSimd: false }, 0],
    [{ memoryGiB: 2 }, 1],
    [{ memoryGiB: 4 }, 2],
  ])('with %j goes no higher than rung %i', (conditions, rung) => {
    const ladder = ladderOf(conditions);
    expect(ladder.rung).toBe(rung);
    expect(record(ladder, 1000, 1)).toBe(rung);
  });

  it('comes back to its rung when the page is seen again', () => {
    const ladder = ladderOf({ isHidden: true });
    ladder.setConditions({ isHidden: false });
    expect(ladder.rung).toBe(2);
  });

  it('lets the user’s choice win over measurements and conditions', () => {
    const ladder = ladderOf({ savesData: true });
    ladder.choose(2);
    expect(record(ladder, 100, 1000)).toBe(2);
    ladder.choose(null);
    expect(ladder.rung).toBe(0);
    expect(() => ladder.choose(3)).toThrow('rung must be null or from 0 to 2, not 3');
  });

  it('always asks models that stand on no rung', () => {
    const ladder = ladderOf({ isHidden: true });
    expect([ladder.allows('personal'), ladder.allows('gpt')]).toEqual([true, false]);
  });

  it('refuses no rungs and a budget that is none', () => {
    expect(() => createLadder({ rungs: [] })).toThrow(RangeError);
    for (const budgetMs of [0, -1, Number.NaN]) expect(() => createLadder({ rungs, budgetMs })).toThrow(RangeError);
  });

  it('settles on the dearest rung within the budget, whatever the machine’s speed', () => {
    const costs = fc.tuple(
      fc.constant(0.2),
      fc.double({ min: 1, max: 100, noNaN: true }),
      fc.double({ min: 1, max: 300, noNaN: true }),
    );
    fc.assert(
      fc.property(costs, ([fast, slower, slowest]) => {
        const cost = [fast, slower, slower + slowest];
        const ladder = ladderOf();
        const rungsSeen = [0, 0, 0];
        for (let i = 0; i < 20_000; i++) {
          if (i >= 10_000) rungsSeen[ladder.rung]!++;
          ladder.record(cost[ladder.rung]!, true);
        }
        const affordable = cost.findLastIndex((ms) => ms <= 50);
        // All but the rare trials of the rung above.
        expect(rungsSeen[affordable]!).toBeGreaterThan(0.97 * 10_000);
      }),
      { numRuns: 50 },
    );
  });
});
