import { createReadStream, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import { type NgramTable, readArpa } from '@foreword/core';
import { describe, expect, it } from 'vitest';
import { estimateDiscounts } from '../../src/train/discounts.ts';
import type { TrainingPlan } from '../../src/train/plan.ts';
import { trainModel } from '../../src/train/trainer.ts';
import { countSourceFile } from './counting.ts';
import { inFolder, planFor, quietIo } from './training.ts';

/**
 * Parity with KenLM's `lmplz -o N [--discount_fallback] [--prune 0 1 2] < TEXT`: the ARPA files beside core's tests are in
 * every clone; the larger ones lie in a folder shared between checkouts.
 */
const COMMITTED = new URL('../../../core/test/fixtures/kenlm/', import.meta.url);
const SHARED = new URL('../../../../../shared/kenlm/', import.meta.url);

async function golden(url: URL): Promise<NgramTable> {
  const stream = createReadStream(url);
  return readArpa(url.pathname.endsWith('.gz') ? stream.pipe(createGunzip()) : stream);
}

/** Trains on a text and compares every n-gram with the golden file's: the same ones, log10 to 1e-4. Returns how many. */
async function compare(text: URL, arpa: URL, changes: Partial<TrainingPlan>): Promise<number> {
  const theirs = await golden(arpa);
  const { table } = await inFolder((folder) =>
    trainModel(planFor([{ files: [fileURLToPath(text)] }], changes), folder, quietIo()),
  );
  expect(table.words).toEqual(theirs.words);
  expect(table.order).toBe(theirs.order);
  table.levels.forEach((level, index) => {
    const expected = theirs.levels[index]!;
    expect(level.lastWords).toEqual(expected.lastWords);
    expect(level.firstChild).toEqual(expected.firstChild);
    expect(largestDifference(level.logProbs, expected.logProbs)).toBeLessThan(1e-4);
    if (level.logBackoffs) expect(largestDifference(level.logBackoffs, expected.logBackoffs!)).toBeLessThan(1e-4);
  });
  return table.levels.reduce((sum, { lastWords }) => sum + lastWords.length, 0);
}

/** In log10; the probability of `<s>`, which KenLM writes as 1, aside. */
function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, x, i) => (x === b[i] || i === 1 ? most : Math.max(most, Math.abs(x - b[i]!) / Math.LN10)), 0);
}

/** Counts of counts of one text, by order. */
async function discountsOf(text: URL, order: number) {
  const { orders } = await countSourceFile(fileURLToPath(text), order);
  return orders.map(({ ngrams, countsOfCounts }) => ({ ngrams, discounts: estimateDiscounts(countsOfCounts) }));
}

/** Discounts as lmplz prints them, six significant digits. Its unigrams are one more, <unk>, which these texts lack. */
function expectDiscounts(
  found: Awaited<ReturnType<typeof discountsOf>>,
  expected: readonly (readonly [number, number, number, number])[],
) {
  found.forEach(({ ngrams, discounts }, index) => {
    expect([
      ngrams + (index === 0 ? 1 : 0),
      ...discounts!.slice(1).map((discount) => Number(discount.toPrecision(6))),
    ]).toEqual(expected[index]);
  });
  expect(found.length).toBe(expected.length);
}

describe('a model trained on the text KenLM was trained on', () => {
  const text = new URL('tiny.txt', COMMITTED);
  for (const [order, ngrams] of [
    [2, 67 + 190],
    [3, 67 + 190 + 240],
    [4, 67 + 190 + 240 + 235],
  ] as const) {
    it(`has the n-grams and probabilities of tiny.o${order}.arpa`, async () => {
      expect(await compare(text, new URL(`tiny.o${order}.arpa`, COMMITTED), { order })).toBe(ngrams);
    });
  }

  it('has the discounts that lmplz prints for tiny.txt', async () => {
    expectDiscounts(await discountsOf(text, 4), [
      [67, 0.409836, 1.72678, 0.131148],
      [190, 0.683168, 1.35953, 0.813861],
      [240, 0.828125, 1.43537, 2.3375],
      [235, 0.901639, 1.54918, 1.19672],
    ]);
  });
});

describe.skipIf(!existsSync(SHARED))('a model trained on 48,290 lines of ../shared/kenlm', () => {
  const text = new URL('train.txt', SHARED);

  it('has the n-grams and probabilities of o3.arpa.gz', async () => {
    expect(await compare(text, new URL('o3.arpa.gz', SHARED), { order: 3, fallbackDiscounts: undefined })).toBe(
      9172 + 71736 + 148336,
    );
  }, 60_000);

  it('has the n-grams and probabilities of o5.arpa.gz', async () => {
    expect(await compare(text, new URL('o5.arpa.gz', SHARED), { order: 5, fallbackDiscounts: undefined })).toBe(
      9172 + 71736 + 148336 + 184420 + 186786,
    );
  }, 60_000);

  it('has what --prune 0 1 2 leaves of it', async () => {
    expect(await compare(text, new URL('o3.prune012.arpa.gz', SHARED), { pruneCounts: [0, 1, 2] })).toBe(
      9172 + 26970 + 18701,
    );
  }, 60_000);

  it('has the discounts of discounts.txt', async () => {
    expectDiscounts(await discountsOf(text, 3), [
      [9172, 0.599056, 1.05039, 1.5585],
      [71736, 0.733207, 1.07697, 1.49556],
      [148336, 0.773114, 1.14612, 1.41858],
    ]);
    expectDiscounts(await discountsOf(text, 5), [
      [9172, 0.599056, 1.05039, 1.5585],
      [71736, 0.733207, 1.07697, 1.49556],
      [148336, 0.820324, 1.20322, 1.47907],
      [184420, 0.880065, 1.25975, 1.58081],
      [186786, 0.88017, 1.19171, 1.36812],
    ]);
  }, 60_000);
});
