/** Words and their vectors, row by row. */
export interface VectorTable {
  readonly words: readonly string[];
  /** Numbers of a vector. */
  readonly width: number;
  /** (words, width), flat. */
  readonly data: Float32Array;
}

/** A word and how near it is. */
export interface Neighbour {
  readonly word: string;
  /** The cosine of the angle to what was asked for, -1 to 1. */
  readonly cosine: number;
}

/** Answers what is near what in a table. Holds each vector at length 1. */
export class Similarity {
  readonly table: VectorTable;
  readonly #unit: Float32Array;
  readonly #rows: ReadonlyMap<string, number>;

  constructor(table: VectorTable) {
    this.table = table;
    this.#unit = table.data.slice();
    for (let row = 0; row < table.words.length; row++) toUnitLength(this.#row(row));
    this.#rows = new Map(table.words.map((word, row) => [word, row]));
  }

  has(word: string): boolean {
    return this.#rows.has(word);
  }

  /** The word's vector as the table has it; undefined where it has none. A view. */
  vector(word: string): Float32Array | undefined {
    const row = this.#rows.get(word);
    const { data, width } = this.table;
    return row === undefined ? undefined : data.subarray(row * width, (row + 1) * width);
  }

  /** Where a word stands in the table, 0 for the first; undefined where it is not there. */
  rank(word: string): number | undefined {
    return this.#rows.get(word);
  }

  /** The words nearest to a word, itself left out. */
  neighbours(word: string, limit: number): Neighbour[] {
    const row = this.#rows.get(word);
    return row === undefined ? [] : this.#nearest(this.#row(row), limit, new Set([row]));
  }

  /** The words nearest to a - b + c, those three left out (Mikolov et al. 2013): king - man + woman. Empty where one is not there. */
  analogy(a: string, b: string, c: string, limit: number): Neighbour[] {
    const rows = [a, b, c].map((word) => this.#rows.get(word));
    if (rows.includes(undefined)) return [];
    const [plus, minus, other] = rows.map((row) => this.#row(row!));
    const target = plus!.map((value, index) => value - minus![index]! + other![index]!);
    toUnitLength(target);
    return this.#nearest(target, limit, new Set(rows as number[]));
  }

  cosine(a: string, b: string): number {
    const [left, right] = [this.#rows.get(a), this.#rows.get(b)];
    return left === undefined || right === undefined ? Number.NaN : dot(this.#row(left), this.#row(right));
  }

  #row(row: number): Float32Array {
    return this.#unit.subarray(row * this.table.width, (row + 1) * this.table.width);
  }

  #nearest(target: Float32Array, limit: number, without: ReadonlySet<number>): Neighbour[] {
    const best: { row: number; cosine: number }[] = [];
    for (let row = 0; row < this.table.words.length; row++) {
      if (without.has(row)) continue;
      const cosine = dot(this.#row(row), target);
      if (best.length === limit && cosine <= best.at(-1)!.cosine) continue;
      const at = best.findIndex((other) => other.cosine < cosine);
      best.splice(at < 0 ? best.length : at, 0, { row, cosine });
      best.length = Math.min(best.length, limit);
    }
    return best.map(({ row, cosine }) => ({ word: this.table.words[row]!, cosine }));
  }
}

/** The root of the mean square of all numbers in a table: what a vector's numbers are divided by to be coloured. */
export function rootMeanSquare(data: Float32Array): number {
  let sum = 0;
  for (const value of data) sum += value * value;
  return Math.sqrt(sum / Math.max(1, data.length));
}

/** The colour of a number: -2 and below blue, 0 white, 2 and above red. */
export function stripColour(value: number): string {
  const strength = Math.min(1, Math.abs(value) / 2);
  const [r, g, b] = value < 0 ? [33, 102, 172] : [178, 24, 43];
  const mix = (channel: number): number => Math.round(255 + (channel - 255) * strength);
  return `rgb(${mix(r!)} ${mix(g!)} ${mix(b!)})`;
}

function toUnitLength(vector: Float32Array): void {
  const length = Math.sqrt(dot(vector, vector));
  if (length > 0) for (let index = 0; index < vector.length; index++) vector[index]! /= length;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}
