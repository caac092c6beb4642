// Hot: holds every hypothesis of a node. Typed arrays and indices only.

/** Hypotheses under comparison, in arrays that are used again. */
export class Hypotheses {
  length = 0;
  totals: Float64Array = new Float64Array(1024);
  spanIndexes: Uint16Array = new Uint16Array(1024);
  stateIndexes: Uint16Array = new Uint16Array(1024);
  wordIndexes: Uint16Array = new Uint16Array(1024);

  add(total: number, spanIndex: number, stateIndex: number, wordIndex: number): void {
    if (this.length === this.totals.length) this.#makeRoom();
    this.totals[this.length] = total;
    this.spanIndexes[this.length] = spanIndex;
    this.stateIndexes[this.length] = stateIndex;
    this.wordIndexes[this.length++] = wordIndex;
  }

  /** Those of at least `least`, best first, at most `most`. */
  best(least: number, most: number): Uint32Array {
    const { totals } = this;
    let cut = least;
    const sorted = totals.slice(0, this.length).sort();
    if (sorted.length > most) cut = Math.max(cut, sorted[sorted.length - most]!);
    const kept: number[] = [];
    for (let i = 0; i < this.length; i++) if (totals[i]! >= cut) kept.push(i);
    return Uint32Array.from(kept).sort((a, b) => totals[b]! - totals[a]! || a - b);
  }

  #makeRoom(): void {
    const room = 2 * this.length;
    const grown = <A extends Float64Array | Uint16Array>(array: A, larger: A): A => {
      larger.set(array);
      return larger;
    };
    this.totals = grown(this.totals, new Float64Array(room));
    this.spanIndexes = grown(this.spanIndexes, new Uint16Array(room));
    this.stateIndexes = grown(this.stateIndexes, new Uint16Array(room));
    this.wordIndexes = grown(this.wordIndexes, new Uint16Array(room));
  }
}
