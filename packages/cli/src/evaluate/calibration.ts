/** A candidate's probability, 0–1, and whether it was right. */
export interface Forecast {
  readonly probability: number;
  readonly isRight: boolean;
}

/** Forecasts of like probability. In percent; zeros where there are none. */
export interface CalibrationBin {
  readonly count: number;
  /** Their mean probability. */
  readonly probability: number;
  /** How many of them were right. */
  readonly right: number;
}

const BINS = 10;

/** Forecasts in ten bins of equal width. Calibrated ones are right as often as they are probable in each. */
export function calibrationBins(forecasts: readonly Forecast[]): CalibrationBin[] {
  const bins = Array.from({ length: BINS }, () => ({ count: 0, probability: 0, right: 0 }));
  for (const { probability, isRight } of forecasts) {
    const bin = bins[Math.min(BINS - 1, Math.floor(BINS * probability))]!;
    bin.count += 1;
    bin.probability += probability;
    bin.right += isRight ? 1 : 0;
  }
  const percent = (sum: number, count: number) => (count === 0 ? 0 : (100 * sum) / count);
  return bins.map(({ count, probability, right }) => ({
    count,
    probability: percent(probability, count),
    right: percent(right, count),
  }));
}

/** Mean over all forecasts of |mean probability − share of right ones| in their bin, in percentage points (Guo et al. 2017, eq. 3). */
export function calibrationError(bins: readonly CalibrationBin[]): number {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce((sum, { count, probability, right }) => sum + (count / total) * Math.abs(probability - right), 0);
}
