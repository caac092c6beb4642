import { type NearMiss, nearMisses } from './near-misses.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What a dictionary knows about words besides their probability. Words are normalised. */
export interface Lexicon {
  /** How the word is written inside a sentence: `London`, `I`, `iPhone`. The word itself when it is unknown. */
  displayForm(word: string): string;
  /** Whether the word must never be suggested. False when it is unknown. */
  isOffensive(word: string): boolean;
  /** Whether the word is in the dictionary. A lexicon that cannot tell leaves it out: then every word counts as known. */
  isKnown?(word: string): boolean;
  /**
   * Words that normalised letters may have been meant for, though they do not begin with them. `withSlips`: slips of the pen too, not only
   * apostrophes left out. A lexicon without it corrects nothing.
   */
  nearMisses?(letters: string, withSlips: boolean): readonly NearMiss[];
}

/** The lexicon kept in an n-gram model's vocabulary. */
export function vocabularyLexicon(vocabulary: Vocabulary): Lexicon {
  return {
    displayForm(word) {
      const id = vocabulary.id(word);
      return id === 0 ? word : vocabulary.displayForm(id);
    },
    isOffensive(word) {
      return vocabulary.isOffensive(vocabulary.id(word));
    },
    isKnown(word) {
      return vocabulary.id(word) !== 0;
    },
    nearMisses(letters, withSlips) {
      return nearMisses(vocabulary, letters, withSlips);
    },
  };
}
