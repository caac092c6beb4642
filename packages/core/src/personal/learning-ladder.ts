import { BestWords } from '../best-words.ts';
import type { Blend } from './blend.ts';
import type { PersonalCounts } from './personal-counts.ts';
import type { RuleBook } from './rule-book.ts';
import { isOneSlipApart } from './slips.ts';
import type { WordTable } from './word-table.ts';

/** What decides about proposals. */
export interface LadderSource {
  readonly words: WordTable;
  readonly counts: PersonalCounts;
  readonly rules: RuleBook;
  /** Whether everyone's dictionary has the word. */
  isKnown(word: string): boolean;
}

/** Chooses which of the user's words may be proposed: a new one has to be written more than once, see `PersonalWord.isSuggested`. */
export class LearningLadder {
  readonly #words: WordTable;
  readonly #counts: PersonalCounts;
  readonly #rules: RuleBook;
  readonly #isKnown: (word: string) => boolean;
  readonly #ranking: BestWords = new BestWords();

  constructor({ words, counts, rules, isKnown }: LadderSource) {
    this.#words = words;
    this.#counts = counts;
    this.#rules = rules;
    this.#isKnown = isKnown;
  }

  /** Places in the counts' answer of the words to propose, likeliest first. */
  best(blend: Blend, limit: number, prefix: string): number[] {
    const { found, wordIds } = this.#counts;
    const best: number[] = [];
    // Some of the likeliest may not be proposed; where that leaves too few, more are looked at.
    for (let capacity = 2 * limit; limit > 0 && best.length < limit; capacity *= 8) {
      this.#ranking.clear(Math.min(capacity, found));
      for (let place = 0; place < found; place++) {
        const probability = blend.probability(place);
        if (probability > this.#ranking.worst && probability > 0) this.#ranking.offer(place, probability);
      }
      best.length = 0;
      const ranked = this.#ranking.sort();
      for (let rank = 0; rank < ranked && best.length < limit; rank++) {
        const place = this.#ranking.wordIds[rank]!;
        if (this.#mayPropose(wordIds[place]!, prefix, best)) best.push(place);
      }
      if (capacity >= found) break;
    }
    return best;
  }

  /** Whether what is known of a word, or a rule, is enough to suggest it behind these letters, whatever else looks like it. */
  isTrusted(word: string, wordId: number, prefix: string): boolean {
    return this.#isKnown(word) || this.#rules.rule(word) === 'pinned' || this.#isEnough(wordId, prefix);
  }

  #mayPropose(wordId: number, prefix: string, better: readonly number[]): boolean {
    const evidence = this.#counts.evidence(wordId);
    const isEnough = this.#isEnough(wordId, prefix);
    // Without looking the word up, which costs more: there may be hundreds of them.
    if (!isEnough && this.#rules.entries.size === 0 && this.#counts.isNew(wordId)) return false;
    const word = this.#words.text(wordId);
    const rule = this.#rules.rule(word);
    if (rule === 'pinned') return true;
    if (rule === 'blocked') return false;
    if (this.#isKnown(word)) return true;
    if (!isEnough) return false;
    if (evidence >= SURE_EVIDENCE) return true;
    return !better.some((place) => {
      const other = this.#counts.wordIds[place]!;
      return this.#counts.evidence(other) >= evidence && isOneSlipApart(word, this.#words.text(other));
    });
  }

  /** Whether enough speaks for a new word to be suggested. */
  #isEnough(wordId: number, prefix: string): boolean {
    const needed = prefix.length < COMPLETED_LETTERS ? SUGGESTED_EVIDENCE : COMPLETED_EVIDENCE;
    return this.#counts.evidence(wordId) >= needed;
  }
}

/** Evidence from which a new word is completed once its first letters are typed, and from which it is proposed before that. */
const COMPLETED_EVIDENCE = 1;
const COMPLETED_LETTERS = 2;
const SUGGESTED_EVIDENCE = 2;
/** Evidence from which a new word is no slip, however near another one it is. */
export const SURE_EVIDENCE = 3;
