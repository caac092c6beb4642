import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fallbackDiscounts } from '../../src/train/discounts.ts';
import { type EstimationSource, estimate } from '../../src/train/estimation.ts';
import { maximise } from '../../src/train/maximisation.ts';
import { prepareText } from '../../src/train/prepared-text.ts';
import { countSource } from '../../src/train/source-counts.ts';
import { TuningObjective, tuneWeights } from '../../src/train/tuning.ts';
import { gatherTuningOrders } from '../../src/train/tuning-events.ts';
import { mapWordIds, selectVocabulary } from '../../src/train/vocabulary-selection.ts';
import { probability } from './training.ts';

const folder = mkdtempSync(join(tmpdir(), 'foreword-tuning-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pace = () => undefined;

/** Counts texts as sources and finds what tuning on another text needs. */
async function prepare(texts: readonly string[], tuningText: string, order: number) {
  const prepared = await Promise.all(
    texts.map(async (text, index) => {
      writeFileSync(join(folder, `text-${index}`), text);
      return prepareText(join(folder, `text-${index}`), { mode: 'tokens', folder, pace });
    }),
  );
  const words = selectVocabulary(prepared.map((text) => ({ ...text, weight: 1 })));
  const ids = new Map(words.map((word, id) => [word, id]));
  const sources: EstimationSource[] = [];
  for (const [index, { tokens, words: own }] of prepared.entries()) {
    const home = mkdtempSync(join(folder, `counts-${index}-`));
    const countable = { tokens, wordIds: mapWordIds(own, ids) };
    const counts = await countSource([countable], {
      order,
      vocabularySize: words.length,
      folder: home,
      memoryBytes: 1e6,
      pace,
    });
    sources.push({
      counts,
      discounts: counts.orders.map(() => fallbackDiscounts),
      weights: counts.orders.map(() => 1),
    });
  }
  const sentences = tuningText.split('\n').map((line) => [1, ...line.split(' ').map((word) => ids.get(word) ?? 0), 2]);
  const isEvent = (word: number) => word > 2;
  const text = { words: Uint32Array.from(sentences.flat()), weight: 2 };
  return { words, sources, sentences, orders: await gatherTuningOrders([text], order, isEvent, sources, pace) };
}

const formal = 'the train departs at noon\nthe train is late\nplease leave the train\nthe train departs late';
const casual = 'hi you\nhi hi you\nsee you at noon\nyou see the train\nhi see you';
const wanted = 'hi you see the train\nsee you late\nhi unheard you';

describe('tuning', () => {
  it('maximises what the estimate says of the tuning text', async () => {
    const { words, sources, sentences, orders } = await prepare([formal, casual], wanted, 3);
    const weights = [0.3, 2];
    const objective = new TuningObjective(orders, 2, words.length);
    const value = objective.evaluate(Float64Array.from(weights, Math.log), new Float64Array(2));
    const { table } = await estimate(
      sources.map((source, index) => ({ ...source, weights: [weights[index]!, weights[index]!, weights[index]!] })),
      { order: 3, words, pruneCounts: [0, 0, 0], pace },
    );
    const logProbs = sentences.flatMap((sentence) =>
      sentence.flatMap((word, i) => (word > 2 ? [Math.log(probability(table, sentence.slice(0, i), word))] : [])),
    );
    expect(value).toBeCloseTo(logProbs.reduce((sum, logProb) => sum + logProb, 0) / logProbs.length, 5);
  });

  it('knows its own slope', async () => {
    const { words, orders } = await prepare([formal, casual, `${formal}\n${casual}`], wanted, 3);
    const objective = new TuningObjective(orders, 3, words.length);
    const point = Float64Array.from([-1, 0.5, 0.2]);
    const gradient = new Float64Array(3);
    objective.evaluate(point, gradient);
    for (let i = 0; i < 3; i++) {
      const step = 1e-4;
      const [left, right] = [-step, step].map((by) =>
        objective.evaluate(
          point.map((x, j) => (j === i ? x + by : x)),
          new Float64Array(3),
        ),
      );
      expect(gradient[i]).toBeCloseTo((right! - left!) / (2 * step), 6);
    }
    // Only ratios of weights matter.
    expect(gradient.reduce((sum, slope) => sum + slope, 0)).toBeCloseTo(0, 9);
  });

  it('gives the source that resembles the tuning text the greater weight, and never loses by it', async () => {
    const { words, orders } = await prepare([formal, casual], wanted, 3);
    const { weights, logProb, logProbBefore } = await tuneWeights(orders, [1, 1], words.length, pace);
    expect(weights[1]!).toBeGreaterThan(weights[0]!);
    expect(logProb).toBeGreaterThan(logProbBefore);
  });
});

describe('maximise', () => {
  it('finds the top of a skewed hill', async () => {
    const top = [3, -2, 0.5];
    const hill = (at: Float64Array, gradient: Float64Array) => {
      const [x, y, z] = [at[0]! - top[0]!, at[1]! - top[1]!, at[2]! - top[2]!];
      gradient.set([-2 * x - y, -20 * y - x, -0.2 * z]);
      return -(x * x) - 10 * y * y - x * y - 0.1 * z * z;
    };
    const { point, value } = await maximise(hill, new Float64Array(3), pace);
    expect(value).toBeGreaterThan(-1e-3);
    [0, 1].forEach((i) => {
      expect(point[i]).toBeCloseTo(top[i]!, 1);
    });
  });
});
