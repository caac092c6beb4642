// Hot: asked for every word of the lattice.

/** What a pair must weigh to count as much as the words alone. */
const PAIR_TRUST = 1;

/** Weighted words and pairs of words that occurred somewhere, and how likely each is by them alone. */
export class WordMemory {
  readonly #weights = new Map<number, number>();
  readonly #pairs = new Map<number, Map<number, number>>();
  readonly #pairTotals = new Map<number, number>();
  #total = 0;

  /** Of all words together. */
  get total(): number {
    return this.#total;
  }

  /** Adds an occurrence behind `previousId`, -1 where that is not known. A negative weight takes one away, but never more than there was. */
  add(wordId: number, previousId: number, weight: number): void {
    this.#total += change(this.#weights, wordId, weight);
    if (previousId < 0) return;
    let followers = this.#pairs.get(previousId);
    if (followers === undefined) {
      followers = new Map();
      this.#pairs.set(previousId, followers);
    }
    const changed = change(followers, wordId, weight);
    this.#pairTotals.set(previousId, (this.#pairTotals.get(previousId) ?? 0) + changed);
  }

  has(wordId: number): boolean {
    return this.#weights.has(wordId);
  }

  /** P(word | the word before) by what was added, 0 for a word that never was. */
  probability(wordId: number, previousId: number): number {
    const weight = this.#weights.get(wordId);
    if (weight === undefined) return 0;
    const alone = weight / this.#total;
    const pairs = this.#pairTotals.get(previousId);
    if (pairs === undefined) return alone;
    const pair = this.#pairs.get(previousId)!.get(wordId) ?? 0;
    return (pair + PAIR_TRUST * alone) / (pairs + PAIR_TRUST);
  }
}

/** Returns by how much the weight has changed. */
function change(weights: Map<number, number>, wordId: number, by: number): number {
  const before = weights.get(wordId) ?? 0;
  const after = Math.max(0, before + by);
  if (after === 0) weights.delete(wordId);
  else weights.set(wordId, after);
  return after - before;
}
