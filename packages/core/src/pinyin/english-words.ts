import type { NgramModel } from '../ngram-model.ts';

/** Fewest letters that an English word is completed from, and offered for where Chinese is likelier. */
const FEWEST_LETTERS = 3;
/** ln of the share of English words among Chinese ones: of 500 words typed by their initials (`words_abbr.tsv`) it costs one the first place. */
const LOG_SHARE = -4.5;

/** An English word that letters may stand for. */
export interface EnglishOffer {
  /** As it is written. */
  readonly text: string;
  /** Its place among the candidates; null: behind those of whole letters. */
  readonly place: 0 | 1 | null;
}

/** Reads letters as English words and as their beginnings. */
export class EnglishWords {
  readonly #ngram: NgramModel;

  constructor(ngram: NgramModel) {
    this.#ngram = ngram;
  }

  /**
   * The word of these letters, then the likeliest two that begin with them. `initials`: ln P of the likeliest Chinese by initials, null
   * where the letters are pinyin. What is no pinyin is English sooner than a row of initials, and where that is likelier it comes first.
   */
  offers(letters: string, initials: number | null): EnglishOffer[] {
    if (!/^[A-Za-z]+$/.test(letters)) return [];
    const typed = letters.toLowerCase();
    const isWord = this.#ngram.vocabulary.id(typed) !== 0;
    const isFirst = initials !== null && isWord && this.#ngram.logProb([], typed) + LOG_SHARE > initials;
    if (letters.length < FEWEST_LETTERS) return isFirst ? [{ text: this.#written(typed, letters), place: 0 }] : [];
    const words = new Set([...(isWord ? [typed] : []), ...this.#longer(letters)]);
    return Array.from(words, (word, index) => {
      const place = initials === null || index > 0 ? null : isFirst ? 0 : 1;
      return { text: this.#written(word, letters), place };
    });
  }

  #longer(letters: string): readonly string[] {
    const context = { text: letters, words: [], prefix: letters, prefixLength: letters.length };
    return this.#ngram.next({ context, limit: 2 }).words;
  }

  #written(word: string, letters: string): string {
    const { vocabulary } = this.#ngram;
    const text = vocabulary.displayForm(vocabulary.id(word));
    const isCapital = letters[0] !== letters[0]!.toLowerCase();
    return isCapital ? text[0]!.toUpperCase() + text.slice(1) : text;
  }
}
