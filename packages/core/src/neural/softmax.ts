// Hot: over the whole vocabulary at each new word.

/** The softmax of the logits of some tokens alone: P(token | it is one of `ids`). */
export function softmaxAmong(logits: Float32Array, ids: Int32Array): Float64Array {
  const probabilities = new Float64Array(ids.length);
  let highest = -Infinity;
  for (let i = 0; i < ids.length; i++) highest = Math.max(highest, logits[ids[i]!]!);
  let sum = 0;
  for (let i = 0; i < ids.length; i++) {
    const weight = Math.exp(logits[ids[i]!]! - highest);
    probabilities[i] = weight;
    sum += weight;
  }
  for (let i = 0; i < ids.length; i++) probabilities[i]! /= sum;
  return probabilities;
}

/** ln Σ exp(logits). */
export function logSumExp(logits: Float32Array): number {
  let highest = -Infinity;
  for (let i = 0; i < logits.length; i++) if (logits[i]! > highest) highest = logits[i]!;
  // 2e-9 of the highest each: all of a vocabulary together are less than single precision shows.
  const negligible = highest - 20;
  let sum = 0;
  for (let i = 0; i < logits.length; i++) if (logits[i]! > negligible) sum += Math.exp(logits[i]! - highest);
  return highest + Math.log(sum);
}
