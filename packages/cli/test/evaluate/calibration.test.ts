import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrationBins, calibrationError } from '../../src/evaluate/calibration.ts';

const forecasts = (probability: number, count: number, right: number) =>
  Array.from({ length: count }, (_, i) => ({ probability, isRight: i < right }));

describe('calibrationBins', () => {
  it('counts forecasts of like probability and how many were right', () => {
    const bins = calibrationBins([...forecasts(0.25, 4, 1), ...forecasts(0.21, 4, 3), ...forecasts(1, 2, 2)]);
    expect(bins).toHaveLength(10);
    expect(bins[2]).toEqual({
      count: 8,
      probability: expect.closeTo((25 + 21) / 2, 9),
      right: (100 * (1 + 3)) / 8,
    });
    expect(bins[9]).toEqual({ count: 2, probability: 100, right: 100 });
    expect(bins[0]).toEqual({ count: 0, probability: 0, right: 0 });
  });
});

describe('calibrationError', () => {
  it('is the mean distance of probability and success, each bin counting by its forecasts', () => {
    const bins = calibrationBins([...forecasts(0.25, 4, 1), ...forecasts(0.85, 12, 6)]);
    expect(calibrationError(bins)).toBeCloseTo((4 / 16) * 0 + (12 / 16) * (85 - 50), 9);
  });

  it('is 0 where forecasts are right as often as they are probable, and never above 100', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.nat(20))), (groups) => {
        const honest = groups.flatMap(([count, hits]) => {
          const right = Math.min(count, hits);
          return forecasts(right / count, count, right);
        });
        fc.pre(honest.length > 0);
        expect(calibrationError(calibrationBins(honest))).toBeCloseTo(0, 9);
        const dishonest = honest.map(({ isRight }) => ({ probability: isRight ? 0 : 1, isRight }));
        expect(calibrationError(calibrationBins(dishonest))).toBeCloseTo(100, 9);
      }),
    );
  });
});
