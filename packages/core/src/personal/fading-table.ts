// Hot: read for every word that may be proposed.

/** What is left of a count that halves every `halfLife` words typed, looked up instead of raised to a power. */
export class FadingTable {
  /** What is left after one word: `exactlyLeft(1)`. */
  readonly perWord: number;
  readonly #halfLife: number;
  readonly #left: Float32Array;
  /** Words typed between two entries: a 2048th of the half-life at most, so that steps are below 0.04 %. */
  readonly #step: number;

  constructor(halfLife: number) {
    this.#halfLife = halfLife;
    this.perWord = 2 ** (-1 / halfLife);
    this.#step = Math.max(1, halfLife >>> 11);
    const entries = Math.ceil((HALVINGS * halfLife) / this.#step);
    this.#left = Float32Array.from({ length: entries }, (_, entry) => 2 ** ((-entry * this.#step) / halfLife));
  }

  /** The same without steps, for what is multiplied again and again. */
  exactlyLeft(age: number): number {
    return age === 1 ? this.perWord : 2 ** (-age / this.#halfLife);
  }

  /** The share, 1 to 0, that is left after `age` words. */
  left(age: number): number {
    const entry = (age / this.#step) | 0;
    return entry < this.#left.length ? this.#left[entry]! : 0;
  }
}

/** After so many half-lives, a millionth, nothing is left. */
const HALVINGS = 20;
