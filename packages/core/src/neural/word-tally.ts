// Hot: looks through every word that completes a prefix at each key.
import { BestWords } from '../best-words.ts';
import type { SortedTokens } from './token-index.ts';

/** What words have been given of the probability that the next word has: each word of one token, and any longer one. */
export class WordTally {
  readonly #starts: SortedTokens;
  /** By word of `#starts`. */
  readonly #values: Float64Array;
  /** Of the words that are no word of `#starts`. */
  readonly #longWords = new Map<string, number>();
  readonly #best = new BestWords();

  constructor(starts: SortedTokens) {
    this.#starts = starts;
    this.#values = new Float64Array(starts.words.length);
  }

  /** Gives more to the word that a start token spells alone; `start` is its place in `SortedTokens`. */
  creditStart(start: number, probability: number): void {
    this.#values[this.#starts.wordOf[start]!]! += probability;
  }

  credit(word: string, probability: number): void {
    const index = this.#starts.wordIndex(word);
    if (index >= 0) this.#values[index]! += probability;
    else this.#longWords.set(word, (this.#longWords.get(word) ?? 0) + probability);
  }

  valueOf(word: string): number {
    const index = this.#starts.wordIndex(word);
    return index < 0 ? (this.#longWords.get(word) ?? 0) : this.#values[index]!;
  }

  /** What the words that complete a prefix have together, and the number of those that have something. */
  totalOf(prefix: string): { known: number; count: number } {
    let known = 0;
    let count = 0;
    const [low, high] = this.#starts.wordsCompleting(prefix);
    for (let word = low; word < high; word++) {
      known += this.#values[word]!;
      if (this.#values[word]! > 0) count++;
    }
    for (const [word, value] of this.#longWords) {
      if (!word.startsWith(prefix)) continue;
      known += value;
      count++;
    }
    return { known, count };
  }

  /** The likeliest words that complete a prefix, likeliest first: at most `limit`, none of them impossible. */
  words(prefix: string, limit: number): { words: string[]; probabilities: number[] } {
    const best = this.#best;
    const known = this.#starts.words;
    const [low, high] = this.#starts.wordsCompleting(prefix);
    const long: string[] = [];
    best.clear(limit);
    for (let word = low; word < high; word++) {
      const value = this.#values[word]!;
      if (value > best.worst && value > 0 && known[word] !== '') best.offer(word, value);
    }
    for (const [word, value] of this.#longWords) {
      if (!(value > best.worst && value > 0 && word.startsWith(prefix))) continue;
      best.offer(known.length + long.length, value);
      long.push(word);
    }
    const count = best.sort();
    const words = Array.from(best.wordIds.subarray(0, count), (id) => known[id] ?? long[id - known.length]!);
    return { words, probabilities: Array.from(best.scores.subarray(0, count)) };
  }
}
