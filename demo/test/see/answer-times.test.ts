import { describe, expect, test } from 'vitest';
import { measureAnswers } from '../../src/see/answer-times.ts';

/** Answers each question after a time of its own: 1 ms, 2 ms, 3 ms … */
function ever() {
  let clock = 0;
  const asked: string[] = [];
  const predictor = {
    async *predict(before: string) {
      asked.push(before);
      clock += asked.length;
      yield { candidates: [], final: true as const };
    },
  };
  return { predictor: predictor as never, asked, now: () => clock };
}

describe('the time of answers', () => {
  test('is asked for at the end of each word, and the first six do not count', async () => {
    const { predictor, asked, now } = ever();
    const times = await measureAnswers(predictor, new AbortController().signal, now);
    expect(asked.every((before, index) => before.endsWith(' ') && before.startsWith(asked[index - 1] ?? ''))).toBe(
      true,
    );
    expect(asked[0]).toBe('Thanks ');
    expect(asked.at(-1)!.trimEnd().split(' ')).toHaveLength(40);
    // 7, 8 … 40 ms: 34 of them; the places of the quartiles are 33 / 4, 33 / 2 and 3 · 33 / 4, rounded.
    expect(times).toEqual({ answers: 40 - 6, lowerQuartileMs: 7 + 8, medianMs: 7 + 17, upperQuartileMs: 7 + 25 });
  });

  test('ends with the signal', async () => {
    const { predictor, now } = ever();
    const ended = AbortSignal.abort(new Error('left'));
    await expect(measureAnswers(predictor, ended, now)).rejects.toThrow('left');
  });
});
