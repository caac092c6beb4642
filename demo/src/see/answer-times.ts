import type { Predictor } from '@foreword/core';

/** How long answers took, in milliseconds, of `answers` measured: the middle one, and those between which half of them lie. */
export interface AnswerTimes {
  readonly answers: number;
  readonly medianMs: number;
  readonly lowerQuartileMs: number;
  readonly upperQuartileMs: number;
}

/** What is typed: a text of everyday words, always the same. */
const typed =
  'Thanks for your message. I was at the station until five and did not see it. The train to the city was late, so we talked about the trip next week. Could you tell me what time we should leave?';

/** Answers before those that are counted: the first ones read what stands there, and warm the code up. */
const warmUpAnswers = 6;

/** Asks at the end of each word of a fixed text, one after the other, as if it were typed, and waits for the final answer. Rejects as `predict` throws. */
export async function measureAnswers(
  predictor: Pick<Predictor, 'predict'>,
  signal: AbortSignal,
  now: () => number = () => performance.now(),
): Promise<AnswerTimes> {
  const words = typed.split(' ');
  const times: number[] = [];
  for (let count = 1; count <= words.length; count++) {
    const before = `${words.slice(0, count).join(' ')} `;
    const began = now();
    for await (const _ of predictor.predict(before, { limit: 5, signal })) signal.throwIfAborted();
    times.push(now() - began);
  }
  return summary(times.slice(warmUpAnswers));
}

function summary(times: readonly number[]): AnswerTimes {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { answers: times.length, medianMs: at(0.5), lowerQuartileMs: at(0.25), upperQuartileMs: at(0.75) };
}
