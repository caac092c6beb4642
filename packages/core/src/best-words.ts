// Hot: a bounded heap in three arrays.

/** The best-scored words offered so far, at most a given number. Of equal scores the one offered first is the better. */
export class BestWords {
  wordIds: Uint32Array = new Uint32Array(128);
  scores: Float64Array = new Float64Array(128);
  /** Only a score above this can still enter: that of the worst word kept once all places are taken, else -Infinity. */
  worst: number = -Infinity;
  #turns: Uint32Array = new Uint32Array(128);
  #capacity = 0;
  #length = 0;
  #offered = 0;

  /** Forgets all words and keeps at most `capacity` from now on. */
  clear(capacity: number): void {
    if (capacity > this.wordIds.length) {
      this.wordIds = new Uint32Array(capacity);
      this.scores = new Float64Array(capacity);
      this.#turns = new Uint32Array(capacity);
    }
    this.#capacity = capacity;
    this.#length = 0;
    this.#offered = 0;
    this.worst = capacity === 0 ? Infinity : -Infinity;
  }

  /** Keeps a word if it is among the best. To be offered once only, with a score above -Infinity. */
  offer(wordId: number, score: number): void {
    const turn = this.#offered++;
    if (!(score > this.worst)) return;
    if (this.#length < this.#capacity) this.#rise(this.#length++, wordId, score, turn);
    else this.#sink(0, this.#length, wordId, score, turn);
    if (this.#length === this.#capacity) this.worst = this.scores[0]!;
  }

  /** Sorts `wordIds` and `scores` best first and returns how many there are. To be followed by `clear`. */
  sort(): number {
    for (let end = this.#length - 1; end > 0; end--) {
      const wordId = this.wordIds[end]!;
      const score = this.scores[end]!;
      const turn = this.#turns[end]!;
      this.#move(0, end);
      this.#sink(0, end, wordId, score, turn);
    }
    return this.#length;
  }

  /** Puts a word at the free place i or above it: the worst word stands at the top. */
  #rise(i: number, wordId: number, score: number, turn: number): void {
    let place = i;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if (!this.#isBetter(parent, score, turn)) break;
      this.#move(parent, place);
      place = parent;
    }
    this.#put(place, wordId, score, turn);
  }

  /** Puts a word at the free place i or below it. */
  #sink(i: number, length: number, wordId: number, score: number, turn: number): void {
    let place = i;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= length) break;
      if (child + 1 < length && this.#isBetter(child, this.scores[child + 1]!, this.#turns[child + 1]!)) child++;
      if (this.#isBetter(child, score, turn)) break;
      this.#move(child, place);
      place = child;
    }
    this.#put(place, wordId, score, turn);
  }

  /** Whether the word at place i is better than one with that score and turn. */
  #isBetter(i: number, score: number, turn: number): boolean {
    return this.scores[i]! > score || (this.scores[i] === score && this.#turns[i]! < turn);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.wordIds[from]!, this.scores[from]!, this.#turns[from]!);
  }

  #put(i: number, wordId: number, score: number, turn: number): void {
    this.wordIds[i] = wordId;
    this.scores[i] = score;
    this.#turns[i] = turn;
  }
}
