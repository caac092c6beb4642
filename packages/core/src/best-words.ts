// Hot: a bounded heap in two arrays.

/** The best-scored words offered so far, at most a given number. Equal scores stand in ascending order of word ids. */
export class BestWords {
  wordIds: Uint32Array = new Uint32Array(128);
  scores: Float64Array = new Float64Array(128);
  /** Score of the worst word kept once all places are taken, else -Infinity: nothing below it can enter. */
  worst: number = -Infinity;
  #capacity = 0;
  #length = 0;

  /** Forgets all words and keeps at most `capacity` from now on. */
  clear(capacity: number): void {
    if (capacity > this.wordIds.length) {
      this.wordIds = new Uint32Array(capacity);
      this.scores = new Float64Array(capacity);
    }
    this.#capacity = capacity;
    this.#length = 0;
    this.worst = capacity === 0 ? Infinity : -Infinity;
  }

  /** Keeps the word if it is among the best; says whether it did. A word must be offered once only. */
  offer(wordId: number, score: number): boolean {
    if (this.#length < this.#capacity) {
      this.#rise(this.#length++, wordId, score);
    } else {
      if (this.#capacity === 0 || !isBetter(score, wordId, this.scores[0]!, this.wordIds[0]!)) return false;
      this.#sink(0, this.#length, wordId, score);
    }
    if (this.#length === this.#capacity) this.worst = this.scores[0]!;
    return true;
  }

  /** Sorts `wordIds` and `scores` best first and returns how many there are. Nothing may be offered before the next `clear`. */
  sort(): number {
    const length = this.#length;
    for (let end = length - 1; end > 0; end--) {
      const wordId = this.wordIds[end]!;
      const score = this.scores[end]!;
      this.wordIds[end] = this.wordIds[0]!;
      this.scores[end] = this.scores[0]!;
      this.#sink(0, end, wordId, score);
    }
    return length;
  }

  /** Puts a word at the free place i or above it: the worst word stands at the top. */
  #rise(i: number, wordId: number, score: number): void {
    let place = i;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if (!isBetter(this.scores[parent]!, this.wordIds[parent]!, score, wordId)) break;
      this.#move(parent, place);
      place = parent;
    }
    this.wordIds[place] = wordId;
    this.scores[place] = score;
  }

  /** Puts a word at the free place i or below it. */
  #sink(i: number, length: number, wordId: number, score: number): void {
    let place = i;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= length) break;
      if (child + 1 < length && this.#isWorse(child + 1, child)) child++;
      if (!isBetter(score, wordId, this.scores[child]!, this.wordIds[child]!)) break;
      this.#move(child, place);
      place = child;
    }
    this.wordIds[place] = wordId;
    this.scores[place] = score;
  }

  #isWorse(a: number, b: number): boolean {
    return isBetter(this.scores[b]!, this.wordIds[b]!, this.scores[a]!, this.wordIds[a]!);
  }

  #move(from: number, to: number): void {
    this.wordIds[to] = this.wordIds[from]!;
    this.scores[to] = this.scores[from]!;
  }
}

function isBetter(score: number, wordId: number, otherScore: number, otherId: number): boolean {
  return score > otherScore || (score === otherScore && wordId < otherId);
}
