/** A cloud of points seen from the side where it is widest. */
export interface Projection {
  /** (points, 2), flat. */
  readonly points: Float64Array;
  /** The share of the cloud's variance that each of the two directions holds. */
  readonly shares: readonly [number, number];
}

/**
 * The first two principal components of points (rows, width): the covariance's eigenvectors by power iteration, the second in what the
 * first leaves (Hotelling 1933). The same every time; signs are chosen so that each direction's largest number is positive.
 */
export function projectToPlane(data: Float32Array, width: number): Projection {
  const rows = data.length / width;
  const centred = centre(data, width);
  const covariance = covarianceOf(centred, width);
  let variance = 0;
  for (let i = 0; i < width; i++) variance += covariance[i * width + i]!;
  const points = new Float64Array(2 * rows);
  const shares: [number, number] = [0, 0];
  for (const axis of [0, 1] as const) {
    const { vector, value } = firstEigenvector(covariance, width);
    shares[axis] = variance > 0 ? value / variance : 0;
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += centred[row * width + i]! * vector[i]!;
      points[2 * row + axis] = sum;
    }
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) covariance[i * width + j]! -= value * vector[i]! * vector[j]!;
    }
  }
  return { points, shares };
}

const mostIterations = 300;
/** Change of direction below which the iteration has arrived: 1 - cosine. */
const tolerance = 1e-12;

function firstEigenvector(matrix: Float64Array, width: number): { vector: Float64Array; value: number } {
  // Not along an axis, to which the wanted direction may stand at a right angle.
  let vector = Float64Array.from({ length: width }, (_, i) => 1 + i / width);
  let value = 0;
  scale(vector);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const next = new Float64Array(width);
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) next[i]! += matrix[i * width + j]! * vector[j]!;
    }
    value = scale(next);
    if (value === 0) break;
    const cosine = next.reduce((sum, number, i) => sum + number * vector[i]!, 0);
    vector = next;
    if (1 - cosine < tolerance) break;
  }
  const largest = vector.reduce((most, number) => (Math.abs(number) > Math.abs(most) ? number : most), 0);
  return { vector: largest < 0 ? vector.map((number) => -number) : vector, value };
}

/** Brings a vector to length 1 and returns the length it had. */
function scale(vector: Float64Array): number {
  const length = Math.hypot(...vector);
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  return length;
}

function centre(data: Float32Array, width: number): Float64Array {
  const rows = data.length / width;
  const mean = new Float64Array(width);
  for (let index = 0; index < data.length; index++) mean[index % width]! += data[index]! / rows;
  return Float64Array.from(data, (value, index) => value - mean[index % width]!);
}

function covarianceOf(centred: Float64Array, width: number): Float64Array {
  const rows = centred.length / width;
  const covariance = new Float64Array(width * width);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < width; i++) {
      const value = centred[row * width + i]! / rows;
      for (let j = 0; j < width; j++) covariance[i * width + j]! += value * centred[row * width + j]!;
    }
  }
  return covariance;
}
