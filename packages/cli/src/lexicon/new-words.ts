/** What decides whether two neighbouring words are one. */
export interface NewWordLimits {
  /** Fewest occurrences side by side. */
  readonly leastOccurrences: number;
  /** Least ln (P(ab) / P(a)·P(b)). */
  readonly leastCohesion: number;
  /** Most characters of the new word. */
  readonly longest: number;
}

/** Counts neighbours in a segmented text, to find words that the dictionary lacks (Church & Hanks 1990, mutual information). */
export class NewWordFinder {
  /** By `left · 2^24 + right`. */
  readonly #pairs = new Map<number, number>();
  readonly #counts: Float64Array;
  #before = -1;
  #total = 0;

  constructor(words: number) {
    this.#counts = new Float64Array(words);
  }

  /** The next word of the text, or -1 where something else stands between. */
  add(wordId: number): void {
    if (wordId >= 0) {
      this.#counts[wordId]!++;
      this.#total++;
      if (this.#before >= 0) {
        const pair = this.#before * 2 ** 24 + wordId;
        this.#pairs.set(pair, (this.#pairs.get(pair) ?? 0) + 1);
      }
      // Rare pairs are forgotten, so that memory does not grow with the text.
      if (this.#pairs.size > MOST_PAIRS)
        for (const [pair, count] of this.#pairs) if (count < 2) this.#pairs.delete(pair);
    }
    this.#before = wordId;
  }

  /** The pairs that hang together, with their occurrences. Pairs with one of the `commonest` single characters are none. */
  found(words: readonly string[], { leastOccurrences, leastCohesion, longest }: NewWordLimits): Map<string, number> {
    const found = new Map<string, number>();
    for (const [pair, count] of this.#pairs) {
      if (count < leastOccurrences) continue;
      const left = Math.floor(pair / 2 ** 24);
      const right = pair % 2 ** 24;
      const word = words[left]! + words[right]!;
      if (word.length > longest || this.#isFunctionWord(words, left) || this.#isFunctionWord(words, right)) continue;
      const cohesion = Math.log((count * this.#total) / (this.#counts[left]! * this.#counts[right]!));
      if (cohesion >= leastCohesion) found.set(word, count);
    }
    return found;
  }

  /** Frequent single characters stand beside everything: 的, 是, 个. */
  #isFunctionWord(words: readonly string[], id: number): boolean {
    return words[id]!.length === 1 && this.#counts[id]! > this.#total * 2e-4;
  }
}

const MOST_PAIRS = 8_000_000;
