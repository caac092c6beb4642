import type { NgramModel } from '../ngram-model.ts';

/** Fewest letters that an English word is looked for by. */
const FEWEST_LETTERS = 3;

/** Completes letters to English words. */
export class EnglishWords {
  readonly #ngram: NgramModel;

  constructor(ngram: NgramModel) {
    this.#ngram = ngram;
  }

  /** The likeliest words that begin with the letters, the word itself first; few, and none for a letter or two. */
  complete(letters: string): string[] {
    if (letters.length < FEWEST_LETTERS || !/^[A-Za-z]+$/.test(letters)) return [];
    const { vocabulary } = this.#ngram;
    const context = { text: letters, words: [], prefix: letters, prefixLength: letters.length };
    const { words } = this.#ngram.next({ context, limit: 2 });
    const typed = letters.toLowerCase();
    const exact = vocabulary.id(typed) === 0 ? [] : [typed];
    const isCapital = letters[0] !== typed[0];
    return [...new Set([...exact, ...words])].map((word) => {
      const text = vocabulary.displayForm(vocabulary.id(word));
      return isCapital ? text[0]!.toUpperCase() + text.slice(1) : text;
    });
  }
}
