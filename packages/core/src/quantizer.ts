/** Values as one-byte codes into an ascending codebook. */
export interface Quantized {
  readonly codes: Uint8Array;
  /** 256 values, ascending; those past the last code in use repeat it. */
  readonly codebook: Float32Array;
}

/**
 * Quantises to at most `levels` (2–256) values: equal steps between the least and the greatest finite value, each
 * step represented by the mean of the values in it. -Infinity, where it occurs, and each of `exact`, where given, keep
 * a level of their own. A constant input comes back exactly.
 */
export function quantize(values: Float32Array, levels: number, exact: readonly number[] = []): Quantized {
  if (!(Number.isInteger(levels) && levels >= 2 && levels <= 256)) {
    throw new RangeError(`levels must be an integer from 2 to 256, not ${levels}`);
  }
  const kept = new Set(exact.map(Math.fround));
  let least = Infinity;
  let greatest = -Infinity;
  let infinite = false;
  for (const value of values) {
    if (value === -Infinity) infinite = true;
    else if (!kept.has(value)) {
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
  }
  const bins = Math.max(1, levels - kept.size - (infinite ? 1 : 0));
  const scale = greatest > least ? bins / (greatest - least) : 0;
  const sums = new Float64Array(bins);
  const counts = new Float64Array(bins);
  for (const value of values) {
    if (value === -Infinity || kept.has(value)) continue;
    const bin = Math.min(bins - 1, Math.floor((value - least) * scale));
    sums[bin]! += value;
    counts[bin]! += 1;
  }
  const represented: number[] = infinite ? [-Infinity, ...kept] : [...kept];
  const binValues = new Float32Array(bins);
  for (let bin = 0; bin < bins; bin++) {
    if (counts[bin] === 0) continue;
    binValues[bin] = sums[bin]! / counts[bin]!;
    represented.push(binValues[bin]!);
  }
  const sorted = Float32Array.from(new Set(represented)).sort();
  const codebook = new Float32Array(256).fill(sorted.at(-1) ?? 0);
  codebook.set(sorted);
  const codeOf = new Map(Array.from(sorted, (value, code) => [value, code] as const));
  const codes = Uint8Array.from(values, (value) => {
    if (value === -Infinity || kept.has(value)) return codeOf.get(value)!;
    return codeOf.get(binValues[Math.min(bins - 1, Math.floor((value - least) * scale))]!)!;
  });
  return { codes, codebook };
}
