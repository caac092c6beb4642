/** A smooth function: returns its value at a point and fills in the gradient there. */
export type SmoothFunction = (point: Float64Array, gradient: Float64Array) => number;

/**
 * Climbs to a maximum by the BFGS method (Nocedal & Wright 2006, algorithm 6.1) with a backtracking line search, until a
 * step gains less than a millionth. For up to some hundred dimensions. `pace` is
 * awaited at each step: lets Ctrl-C in.
 */
export async function maximise(
  f: SmoothFunction,
  start: Float64Array,
  pace: () => Promise<void> | undefined,
): Promise<{ point: Float64Array; value: number }> {
  const size = start.length;
  let point = start;
  let gradient: Float64Array = new Float64Array(size);
  let value = f(point, gradient);
  let inverse = identity(size);
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    await pace();
    let direction: Float64Array = multiply(inverse, gradient);
    if (dot(direction, gradient) <= 0) {
      inverse = identity(size);
      direction = gradient;
    }
    const next = climb(f, point, value, gradient, direction);
    if (next === undefined) break;
    const step = subtract(next.point, point);
    const fall = subtract(gradient, next.gradient);
    const gain = next.value - value;
    ({ point, value, gradient } = next);
    if (gain < LEAST_GAIN) break;
    if (dot(step, fall) > 0) updateInverse(inverse, step, fall);
  }
  return { point, value };
}

const MOST_ITERATIONS = 200;
const LEAST_GAIN = 1e-6;

/** Halves the step until the function rises by a fair part of what its slope promises; undefined if it never does. */
function climb(
  f: SmoothFunction,
  point: Float64Array,
  value: number,
  gradient: Float64Array,
  direction: Float64Array,
): { point: Float64Array; value: number; gradient: Float64Array } | undefined {
  const slope = dot(direction, gradient);
  const longest = Math.max(...direction.map(Math.abs));
  // In logarithms of weights, more than e² in one step is a leap in the dark.
  for (let length = Math.min(1, 2 / longest); length > 1e-9; length /= 2) {
    const next = point.map((x, i) => x + length * direction[i]!);
    const nextGradient = new Float64Array(point.length);
    const nextValue = f(next, nextGradient);
    if (nextValue >= value + 1e-4 * length * slope) return { point: next, value: nextValue, gradient: nextGradient };
  }
  return undefined;
}

/** H ← (1 − ρsyᵀ)H(1 − ρysᵀ) + ρssᵀ with the step s, the fall of the gradient y, ρ = 1/sᵀy. */
function updateInverse(inverse: Float64Array[], s: Float64Array, y: Float64Array): void {
  const rho = 1 / dot(s, y);
  const hy = multiply(inverse, y);
  const factor = rho * (1 + rho * dot(y, hy));
  for (let i = 0; i < s.length; i++) {
    for (let j = 0; j < s.length; j++) {
      inverse[i]![j]! += factor * s[i]! * s[j]! - rho * (hy[i]! * s[j]! + s[i]! * hy[j]!);
    }
  }
}

function identity(size: number): Float64Array[] {
  return Array.from({ length: size }, (_, i) => Float64Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));
}

function multiply(matrix: readonly Float64Array[], vector: Float64Array): Float64Array {
  return Float64Array.from(matrix, (row) => dot(row, vector));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, x, i) => sum + x * b[i]!, 0);
}

function subtract(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((x, i) => x - b[i]!);
}
