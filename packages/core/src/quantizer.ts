/** Values as one-byte codes into a codebook. */
export interface Quantized {
  /** 0 for the greatest values. */
  readonly codes: Uint8Array;
  /** Descending, one value per code up to the greatest in use; -Infinity, where it occurs, is the last. */
  readonly codebook: Float32Array;
}

/**
 * Quantises in equal steps from 0 downwards (from the greatest value, if that is positive): code c stands for the values
 * within half a step of -c · step, and for their mean. The last steps of 256 take in all that lies below. -Infinity keeps
 * a code of its own.
 */
export function quantize(values: Float32Array, step: number): Quantized {
  if (!(step > 0)) throw new RangeError(`step must be above 0, not ${step}`);
  let greatest = 0;
  let isInfinite = false;
  for (const value of values) {
    if (value > greatest) greatest = value;
    if (value === -Infinity) isInfinite = true;
  }
  const lastCode = isInfinite ? 254 : 255;
  const sums = new Float64Array(256);
  const counts = new Float64Array(256);
  let most = 0;
  const codes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value === -Infinity) continue;
    const code = Math.min(lastCode, Math.round((greatest - value) / step));
    codes[i] = code;
    sums[code]! += value;
    counts[code]! += 1;
    if (code > most) most = code;
  }
  const codebook = new Float32Array(most + (isInfinite ? 2 : 1)).fill(-Infinity);
  for (let code = 0; code <= most; code++) {
    codebook[code] = counts[code] === 0 ? greatest - code * step : sums[code]! / counts[code]!;
  }
  if (isInfinite) {
    for (let i = 0; i < codes.length; i++) if (values[i] === -Infinity) codes[i] = most + 1;
  }
  return { codes, codebook };
}
