/** Resamples drawn for an interval. With 10,000 the ends of comm.txt's interval vary by 0.02 points from seed to seed. */
const RESAMPLES = 10_000;

/** Lines × resamples are held below this, so that an interval over 100,000 lines takes seconds rather than minutes. */
const MOST_DRAWS = 200_000_000;

/**
 * The 95 % interval of 100 · Σ numerators / Σ denominators when whole lines are drawn anew with replacement
 * (percentile bootstrap, Efron 1979). Always the same for the same lines.
 */
export function ratioInterval(
  numerators: readonly number[],
  denominators: readonly number[],
): [lo: number, hi: number] {
  const lines = numerators.length;
  const tops = Float64Array.from(numerators);
  const bottoms = Float64Array.from(denominators);
  const ratios = new Float64Array(Math.max(1000, Math.min(RESAMPLES, Math.floor(MOST_DRAWS / lines))));
  const random = createRandom(0x9e3779b9);
  for (let r = 0; r < ratios.length; r++) {
    let top = 0;
    let bottom = 0;
    for (let i = 0; i < lines; i++) {
      const line = (random() * lines) >>> 0;
      top += tops[line]!;
      bottom += bottoms[line]!;
    }
    ratios[r] = (100 * top) / bottom;
  }
  ratios.sort();
  return [quantile(ratios, 0.025), quantile(ratios, 0.975)];
}

/** The q-quantile, 0 ≤ q ≤ 1, of ascending values, interpolated between neighbours (Hyndman & Fan 1996, type 7). NaN of none. */
export function quantile(ascending: ArrayLike<number>, q: number): number {
  const position = q * (ascending.length - 1);
  const below = Math.floor(position);
  const low = ascending[below] ?? Number.NaN;
  const high = ascending[below + 1] ?? low;
  return low + (high - low) * (position - below);
}

/** Mulberry32: uniform in [0, 1), the same sequence for the same seed on every machine. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
