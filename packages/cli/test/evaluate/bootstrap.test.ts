import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantile, ratioInterval } from '../../src/evaluate/bootstrap.ts';

describe('ratioInterval', () => {
  it('is a point when every line has the same ratio', () => {
    expect(ratioInterval([1, 2, 3], [4, 8, 12])).toEqual([25, 25]);
  });

  it('gives the same interval for the same lines', () => {
    const saved = Array.from({ length: 50 }, (_, i) => (i * 7) % 11);
    const chars = saved.map(() => 20);
    expect(ratioInterval(saved, chars)).toEqual(ratioInterval(saved, chars));
  });

  it('is as wide as the normal approximation says, for independent lines of one length', () => {
    // 400 lines save 0 or 10 of 10 characters, half each: standard error of the mean 100·√(0.25/400) = 2.5 points.
    const saved = Array.from({ length: 400 }, (_, i) => (i % 2) * 10);
    const [lo, hi] = ratioInterval(
      saved,
      saved.map(() => 10),
    );
    expect(lo).toBeCloseTo(50 - 1.96 * 2.5, 0);
    expect(hi).toBeCloseTo(50 + 1.96 * 2.5, 0);
  });

  it('lies within the best and the worst line', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(9), fc.integer({ min: 10, max: 20 })), { minLength: 1, maxLength: 8 }),
        (lines) => {
          const ratios = lines.map(([saved, chars]) => (100 * saved) / chars);
          const [lo, hi] = ratioInterval(
            lines.map(([saved]) => saved),
            lines.map(([, chars]) => chars),
          );
          expect(lo).toBeGreaterThanOrEqual(Math.min(...ratios) - 1e-9);
          expect(hi).toBeGreaterThanOrEqual(lo);
          expect(hi).toBeLessThanOrEqual(Math.max(...ratios) + 1e-9);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('quantile', () => {
  it('interpolates between neighbours', () => {
    expect(quantile([1, 2, 4], 0.5)).toBe(2);
    expect(quantile([1, 2, 4], 0.75)).toBe(2 + (4 - 2) * 0.5);
    expect(quantile([1, 2, 4], 1)).toBe(4);
    expect(quantile([7], 0.95)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });
});
