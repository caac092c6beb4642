import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BestWords } from '../src/best-words.ts';

describe('BestWords', () => {
  it('keeps what a stable sort would put first', () => {
    const best = new BestWords();
    const scores = fc.array(fc.integer({ min: -10, max: 0 }), { maxLength: 300 });
    fc.assert(
      fc.property(scores, fc.integer({ min: 0, max: 200 }), (offered, capacity) => {
        best.clear(capacity);
        offered.forEach((score, wordId) => {
          best.offer(wordId, score);
        });
        const expected = offered
          .map((score, wordId) => ({ score, wordId }))
          .sort((a, b) => b.score - a.score)
          .slice(0, capacity);
        const found = best.sort();
        expect([...best.wordIds.subarray(0, found)]).toEqual(expected.map(({ wordId }) => wordId));
        expect([...best.scores.subarray(0, found)]).toEqual(expected.map(({ score }) => score));
      }),
    );
  });

  it('says what a score must pass', () => {
    const best = new BestWords();
    best.clear(2);
    best.offer(1, -1);
    expect(best.worst).toBe(-Infinity);
    best.offer(2, -5);
    expect(best.worst).toBe(-5);
    best.offer(3, -2);
    expect(best.worst).toBe(-2);
    best.clear(0);
    expect(best.worst).toBe(Infinity);
  });
});
