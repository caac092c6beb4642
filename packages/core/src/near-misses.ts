import { NEIGHBOURS } from './neighbours.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A word that typed letters may have been meant for, though it does not begin with them: `don't` for `dont`, `the` for `teh`. */
export interface NearMiss {
  /** Normalised. */
  readonly word: string;
  /** ln of how much less likely such a spelling is than the exact one, below 0. */
  readonly logCost: number;
}

/**
 * The likeliest words of a vocabulary, at most eight, that begin almost with the letters: with an apostrophe more and, where
 * `withSlips` and there are three letters or more, with one slip: two letters swapped, one left out, one too many, one for another. Of three letters whole words alone, the first letter being right but for a swap. None where the letters are
 * others than a–z. An apostrophe costs some 10 µs, slips some 0.5 ms for 100,000 words.
 */
export function nearMisses(vocabulary: Vocabulary, letters: string, withSlips: boolean): NearMiss[] {
  if (!/^[a-z]{2,24}$/.test(letters)) return [];
  const search = new NearMissSearch(vocabulary, letters);
  search.addApostrophes();
  if (withSlips && letters.length >= FEWEST_LETTERS) search.addSlips();
  return search.likeliest();
}

const MOST_NEAR_MISSES = 8;
const FEWEST_LETTERS = 3;
/** Words looked through for one spelling. Where more begin so, too little has been typed to tell. */
const MOST_WORDS = 400;
/** ln of what each departure costs. Chosen by hand: some of the vocabulary's own words are slips of those who wrote its texts. */
const LOG_COSTS = {
  apostrophe: Math.log(0.1),
  doubled: Math.log(0.03),
  swapped: Math.log(0.02),
  leftOut: Math.log(0.01),
  vowel: Math.log(0.01),
  tooMany: Math.log(0.001),
  neighbour: Math.log(0.001),
  other: Math.log(0.0003),
} as const;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';
const VOWELS = 'aeiou';

class NearMissSearch {
  readonly #vocabulary: Vocabulary;
  readonly #letters: string;
  /** Ids of the words that begin with the letters: no near misses. */
  readonly #own: readonly [low: number, high: number];
  /** By id: the least cost, and what the word is worth by it. */
  readonly #found = new Map<number, { readonly logCost: number; readonly worth: number }>();

  constructor(vocabulary: Vocabulary, letters: string) {
    this.#vocabulary = vocabulary;
    this.#letters = letters;
    this.#own = vocabulary.prefixRange(letters);
  }

  /** `n't`, `'s`, `'ll` …: at most two letters stand behind an English apostrophe. */
  addApostrophes(): void {
    const { length } = this.#letters;
    for (const at of [length - 1, length - 2]) {
      if (at > 0) this.#add(this.#replaced(at, 0, "'"), LOG_COSTS.apostrophe, true);
    }
  }

  addSlips(): void {
    const letters = this.#letters;
    const tried = new Set([letters]);
    const attempt = (spelling: string, logCost: number) => {
      if (tried.has(spelling)) return;
      tried.add(spelling);
      this.#add(spelling, logCost, letters.length > FEWEST_LETTERS);
    };
    for (let at = 0; at < letters.length; at++) {
      const letter = letters[at]!;
      const isDoubled = letters[at + 1] === letter;
      if (at + 1 < letters.length) attempt(this.#replaced(at, 2, letters[at + 1]! + letter), LOG_COSTS.swapped);
      if (at > 0) attempt(this.#replaced(at, 0, letter), LOG_COSTS.doubled);
      if (at > 0) attempt(this.#replaced(at, 1, ''), isDoubled ? LOG_COSTS.doubled : LOG_COSTS.tooMany);
    }
    for (let at = 1; at < letters.length; at++) {
      const letter = letters[at]!;
      for (const other of ALPHABET) attempt(this.#replaced(at, 0, other), LOG_COSTS.leftOut);
      if (VOWELS.includes(letter)) for (const vowel of VOWELS) attempt(this.#replaced(at, 1, vowel), LOG_COSTS.vowel);
      for (const key of NEIGHBOURS[letter] ?? '') attempt(this.#replaced(at, 1, key), LOG_COSTS.neighbour);
      for (const other of ALPHABET) attempt(this.#replaced(at, 1, other), LOG_COSTS.other);
    }
  }

  /** Best first. */
  likeliest(): NearMiss[] {
    return [...this.#found]
      .sort(([, a], [, b]) => b.worth - a.worth)
      .slice(0, MOST_NEAR_MISSES)
      .map(([id, { logCost }]) => ({ word: this.#vocabulary.word(id), logCost }));
  }

  #replaced(at: number, length: number, by: string): string {
    return this.#letters.slice(0, at) + by + this.#letters.slice(at + length);
  }

  /** The word spelled so and, with `begun`, those that begin so. */
  #add(spelling: string, logCost: number, begun: boolean): void {
    const vocabulary = this.#vocabulary;
    const [low, high] = vocabulary.prefixRange(spelling);
    if (low === high) return;
    if (!begun) {
      if (vocabulary.id(spelling) === low) this.#offer(low, logCost);
      return;
    }
    if (high - low > MOST_WORDS) return;
    for (let id = low; id < high; id++) this.#offer(id, logCost);
  }

  #offer(id: number, logCost: number): void {
    if (id >= this.#own[0] && id < this.#own[1]) return;
    // Word frequencies fall as one over the rank (Zipf 1949).
    const worth = logCost - Math.log(10 + this.#vocabulary.rank(id));
    if (worth > (this.#found.get(id)?.worth ?? -Infinity)) this.#found.set(id, { logCost, worth });
  }
}
