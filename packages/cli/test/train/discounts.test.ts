import { describe, expect, it } from 'vitest';
import { CommandFailure } from '../../src/command.ts';
import { discountOf, discountsFor, estimateDiscounts, fallbackDiscounts } from '../../src/train/discounts.ts';

describe('modified Kneser–Ney discounts', () => {
  it('follow eq. 26 of Chen & Goodman 1999', () => {
    const y = 100 / (100 + 2 * 40);
    const expected = [0, 1 - 2 * y * (40 / 100), 2 - 3 * y * (20 / 40), 3 - 4 * y * (12 / 20)];
    const discounts = estimateDiscounts([100, 40, 20, 12])!;
    expected.forEach((discount, count) => {
      expect(discounts[count]).toBeCloseTo(discount, 12);
    });
  });

  it('are none where a count of counts is missing or a discount falls outside its count', () => {
    expect(estimateDiscounts([0, 40, 20, 12])).toBeUndefined();
    expect(estimateDiscounts([100, 0, 20, 12])).toBeUndefined();
    expect(estimateDiscounts([100, 40, 0, 12])).toBeUndefined();
    // 2 - 3 · (10 / 50) · (200 / 20) < 0
    expect(estimateDiscounts([10, 20, 200, 1])).toBeUndefined();
    expect(estimateDiscounts([100, 40, 20, 0])![3]).toBe(3);
  });

  it('fall back where that was asked for, and else say what to do', () => {
    expect(discountsFor('notes.txt', 2, [7, 0, 0, 0], fallbackDiscounts)).toEqual([0, 0.5, 1, 1.5]);
    expect(() => discountsFor('notes.txt', 2, [7, 0, 0, 0], undefined)).toThrow(CommandFailure);
    expect(() => discountsFor('notes.txt', 2, [7, 0, 0, 0], undefined)).toThrow(
      /notes\.txt .* 2-grams: 7, 0, 0, 0 .* --discount-fallback/,
    );
  });

  it('are the same for all counts from 3 on', () => {
    expect([0, 1, 2, 3, 4, 1e9].map((count) => discountOf(fallbackDiscounts, count))).toEqual([
      0, 0.5, 1, 1.5, 1.5, 1.5,
    ]);
  });
});
