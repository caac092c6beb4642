import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextsOf, find, probability, probabilitySum, trainTexts } from './training.ts';

const word = fc.constantFrom('a', 'b', 'c', 'd');
const text = fc
  .array(fc.array(word, { minLength: 1, maxLength: 7 }), { minLength: 1, maxLength: 8 })
  .map((sentences) => sentences.map((sentence) => sentence.join(' ')).join('\n'));
const weight = fc.double({ min: 0.01, max: 100, noNaN: true });
const weightedTexts = fc.array(fc.record({ text, weight }), { minLength: 1, maxLength: 3 });

describe('estimate', () => {
  it('shares out exactly 1 after every context, with weights, a small vocabulary and count pruning', async () => {
    await fc.assert(
      fc.asyncProperty(
        weightedTexts,
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(undefined, 5),
        fc.constantFrom([0, 0, 0, 0], [0, 0, 1, 1], [0, 1, 2, 2]),
        async (texts, order, vocabularySize, pruneCounts) => {
          const { table } = await trainTexts(texts, {
            order,
            vocabularySize,
            pruneCounts: pruneCounts.slice(0, order),
          });
          for (const context of [...contextsOf(table, order), [0, 0], [table.words.length - 1, 0]]) {
            expect(probabilitySum(table, context), `after ${context}`).toBeCloseTo(1, 5);
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it('does not depend on the order of the sources nor on the unit of their weights', async () => {
    await fc.assert(
      fc.asyncProperty(weightedTexts, async (texts) => {
        const model = await trainTexts(texts);
        const reversed = await trainTexts(texts.toReversed().map(({ text, weight }) => ({ text, weight: 7 * weight })));
        expect(reversed.table.words).toEqual(model.table.words);
        model.table.levels.forEach(({ lastWords, logProbs, logBackoffs }, index) => {
          const other = reversed.table.levels[index]!;
          expect(other.lastWords).toEqual(lastWords);
          logProbs.forEach((logProb, i) => {
            if (i !== 1 || index > 0) expect(other.logProbs[i]).toBeCloseTo(logProb, 5);
          });
          logBackoffs?.forEach((logBackoff, i) => {
            expect(other.logBackoffs![i]).toBeCloseTo(logBackoff, 5);
          });
        });
      }),
      { numRuns: 15 },
    );
  });

  it('adds up the discounted counts of the sources by their weights', async () => {
    const { table } = await trainTexts(
      [
        { text: 'a a\na a\nb b', weight: 3 },
        { text: 'a b\nb a', weight: 1 },
      ],
      { order: 2 },
    );
    const [a, b] = [table.words.indexOf('a'), table.words.indexOf('b')];
    // Bigrams that begin with a: a a 2, a </s> 2 in the first text; a b 1, a </s> 1 in the second. Both texts are too small
    // for discounts of their own: the fallback takes 0.5 from 1 and 1 from 2.
    const total = 3 * (2 + 2) + 1 * (1 + 1);
    const leftOver = 3 * (1 + 1) + 1 * (0.5 + 0.5);
    // Different words before a: <s>, a in the first text, <s>, b in the second; before b and </s> two each as well.
    const lower = (3 * (2 - 1) + 1 * (2 - 1)) / (3 * 6 + 1 * 6) + (3 * 3 + 1 * 3) / (3 * 6 + 1 * 6) / 4;
    expect(probability(table, [], a)).toBeCloseTo(lower, 6);
    expect(probability(table, [], b)).toBeCloseTo(lower, 6);
    expect(probability(table, [a], a)).toBeCloseTo((3 * (2 - 1)) / total + (leftOver / total) * lower, 6);
    expect(probability(table, [a], b)).toBeCloseTo((1 * (1 - 0.5)) / total + (leftOver / total) * lower, 6);
  });

  it('remembers how often each n-gram occurred, by weight', async () => {
    const { table, occurrences } = await trainTexts([
      { text: 'a b a b a', weight: 2 },
      { text: 'a b c', weight: 0.5 },
    ]);
    const [a, b] = [table.words.indexOf('a'), table.words.indexOf('b')];
    expect(occurrences[1]![find(table, [a, b])]).toBe(2 * 2 + 0.5);
    expect(occurrences[0]![a]).toBe(2 * 3 + 0.5);
    expect(table.frequencies![b]).toBe(2 * 2 + 0.5);
    expect(occurrences[0]![1]).toBe(2 + 0.5);
  });

  it('takes in words it does not know as <unk>', async () => {
    const { table } = await trainTexts([{ text: 'a a a x\na a y a\na z a a' }], { vocabularySize: 4 });
    expect(table.words).toEqual(['<unk>', '<s>', '</s>', 'a']);
    expect(find(table, [3, 0])).not.toBe(-1);
    expect(probability(table, [3], 0)).toBeGreaterThan(probability(table, [2], 0));
  });
});
