import type { NgramTable } from '@foreword/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keptAbove, pruningCosts } from '../../src/train/entropy-pruning.ts';
import type { EstimatedModel } from '../../src/train/estimation.ts';
import { selectNgrams } from '../../src/train/table-selection.ts';
import { contextsOf, find, probability, probabilitySum, trainTexts } from './training.ts';

const pace = () => undefined;
const text = fc
  .array(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 8 }), { minLength: 4, maxLength: 12 })
  .map((sentences) => sentences.map((sentence) => sentence.join(' ')).join('\n'));

/** Relative entropy of the model without one k-gram, summed word by word. */
function lossWithout({ table, occurrences }: EstimatedModel, words: number[]): number {
  const k = words.length;
  const kept = table.levels.map(({ lastWords }) => new Uint8Array(lastWords.length).fill(1));
  kept[k - 1]![find(table, words)] = 0;
  const pruned = selectNgrams(table, kept);
  const context = words.slice(0, -1);
  const total = occurrences[0]!.reduce((sum, count, word) => (word === 1 ? sum : sum + count), 0);
  const share = occurrences[k - 2]![find(table, context)]! / total;
  let loss = 0;
  for (let word = 0; word < table.words.length; word++) {
    if (word === 1) continue;
    const before = probability(table, context, word);
    loss += before * (Math.log(before) - Math.log(probability(pruned, context, word)));
  }
  return share * loss;
}

describe('pruningCosts', () => {
  it('are the relative entropy between the model and the model without the n-gram', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.nat(), async (text, pick) => {
        const model = await trainTexts([{ text }]);
        const costs = await pruningCosts(model, pace);
        const trigrams = contextsOf(model.table, 3).filter(({ length }) => length === 3);
        const words = trigrams[pick % trigrams.length]!;
        expect(costs[2]![find(model.table, words)]).toBeCloseTo(lossWithout(model, words), 6);
      }),
      { numRuns: 30 },
    );
  });

  it('are nothing for n-grams that end in <unk>, which is never suggested', async () => {
    const model = await trainTexts([{ text: 'a x a y a z\na a b' }], { order: 2, vocabularySize: 5 });
    const costs = await pruningCosts(model, pace);
    const { lastWords } = model.table.levels[1]!;
    expect(lastWords).toContain(0);
    costs[1]!.forEach((cost, i) => {
      if (lastWords[i] === 0) expect(cost).toBe(0);
      else expect(cost).toBeGreaterThan(0);
    });
  });

  it('are never less than nothing', async () => {
    const model = await trainTexts([{ text: 'a b\nb a\nc a\na c\nb c\nc b' }], { order: 2 });
    for (const cost of (await pruningCosts(model, pace))[1]!) expect(cost).toBeGreaterThan(-1e-9);
  });
});

describe('a pruned model', () => {
  it('sums to 1 after every context, whatever was left out', async () => {
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.integer({ min: 2, max: 4 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (text, order, share) => {
          const model = await trainTexts([{ text }], { order });
          const costs = await pruningCosts(model, pace);
          const sorted = costs.flatMap((ofLevel) => [...ofLevel]).sort((a, b) => a - b);
          const threshold = sorted[Math.floor(share * (sorted.length - 1))]!;
          const pruned = selectNgrams(model.table, keptAbove(model, costs, threshold));
          for (const context of contextsOf(model.table, order - 1)) {
            expect(probabilitySum(pruned, context), `after ${context}`).toBeCloseTo(1, 4);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('keeps what costs the threshold or more with its beginnings and ends, each at its probability', async () => {
    const model = await trainTexts([{ text: 'a b c\na b c\na b d\nb c a\nd b c\nd d a' }]);
    const costs = await pruningCosts(model, pace);
    const threshold = [...costs[2]!].sort((a, b) => b - a)[2]!;
    const pruned = selectNgrams(model.table, keptAbove(model, costs, threshold));
    const expected = contextsOf(model.table, 3).filter(
      (words) => words.length <= 1 || isKept(model.table, costs, threshold, words),
    );
    expect(contextsOf(pruned, 3)).toEqual(expected);
    for (const words of expected.slice(1)) {
      const level = words.length - 1;
      expect(pruned.levels[level]!.logProbs[find(pruned, words)]).toBe(
        model.table.levels[level]!.logProbs[find(model.table, words)],
      );
    }
  });

  it('is the model itself where the threshold is 0 and nothing costs less', async () => {
    const { table, ...rest } = await trainTexts([{ text: 'a b c a b\nc a b' }]);
    const costs = (await pruningCosts({ table, ...rest }, pace)).map((ofLevel) =>
      ofLevel.map((cost) => Math.max(cost, 0)),
    );
    const same = selectNgrams(table, keptAbove({ table, ...rest }, costs, 0));
    same.levels.forEach(({ lastWords, logProbs, logBackoffs, firstChild }, index) => {
      const level = table.levels[index]!;
      expect(lastWords).toEqual(level.lastWords);
      expect(logProbs).toEqual(level.logProbs);
      expect(firstChild).toEqual(level.firstChild);
      logBackoffs?.forEach((logBackoff, i) => {
        expect(logBackoff).toBeCloseTo(level.logBackoffs![i]!, 4);
      });
    });
  });
});

/** Whether an n-gram, or a longer one that begins or ends with it, costs the threshold. */
function isKept(table: NgramTable, costs: readonly Float32Array[], threshold: number, words: number[]): boolean {
  const level = words.length - 1;
  if (costs[level]![find(table, words)]! >= threshold) return true;
  if (words.length === table.order) return false;
  return table.words.some((_, word) =>
    [
      [...words, word],
      [word, ...words],
    ].some((longer) => find(table, longer) !== -1 && isKept(table, costs, threshold, longer)),
  );
}
