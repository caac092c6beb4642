import { describe, expect, it } from 'vitest';
import { createJudgedTally, judgeLine } from '../../src/evaluate/text-judge.ts';

describe('judgeLine', () => {
  it('has each known word judged after the text before it, and counts the others', async () => {
    const asked: string[] = [];
    const judge = {
      logProb: (before: string, word: string) => {
        asked.push(`${before}|${word}`);
        return word === 'you' ? Math.log(1 / 4) : Promise.resolve(Math.log(1 / 8));
      },
      isKnown: (word: string) => word !== 'xyz',
    };
    const tally = createJudgedTally();
    await judgeLine('See you, Xyz!', judge, tally);
    expect(asked).toEqual(['|see', 'See |you']);
    expect(tally).toEqual({ known: 2, logProb: Math.log(1 / 8) + Math.log(1 / 4), unknown: 1 });
  });
});
