import { UNKNOWN, type Vocabulary } from '../vocabulary.ts';
import type { PinyinLexicon } from './pinyin-lexicon.ts';
import type { SpellingTable } from './spelling.ts';
import type { ReadWord } from './types.ts';
import type { UserWords } from './user-words.ts';
import { type AlignedReading, type Alignment, alignments, alignReading } from './word-readings.ts';

/** What words are known by. */
export interface WordTextsSource {
  readonly vocabulary: Vocabulary;
  readonly lexicon: PinyinLexicon;
  readonly user: UserWords | null;
}

/** Words of a lattice by their ids: their texts and how letters read them. Keeps what it finds, for the next key asks again. */
export class WordTexts {
  readonly #source: WordTextsSource;
  #table: SpellingTable;
  readonly #texts = new Map<number, string>();
  /** By the word's text and letters. */
  readonly #readings = new Map<string, AlignedReading | null>();

  constructor(source: WordTextsSource, table: SpellingTable) {
    this.#source = source;
    this.#table = table;
  }

  /** Reads letters otherwise from now on. */
  setTable(table: SpellingTable): void {
    this.#table = table;
    this.#readings.clear();
  }

  /** A word's simplified characters; of an id below 0 the character that stands for itself. */
  text(wordId: number): string {
    const { vocabulary, user } = this.#source;
    if (wordId < 0) return String.fromCharCode(-1 - wordId);
    if (wordId >= vocabulary.size) return user!.text(wordId);
    let text = this.#texts.get(wordId);
    if (text === undefined) {
      text = vocabulary.word(wordId);
      this.#texts.set(wordId, text);
    }
    return text;
  }

  /** A word's id; of a character without a reading that of one that stands for itself. NaN where there is none. */
  id({ text, reading }: Pick<ReadWord, 'text' | 'reading'>): number {
    if (reading === '' && text.length === 1) return -1 - text.charCodeAt(0);
    const known = this.#source.vocabulary.id(text);
    if (known !== UNKNOWN) return known;
    const own = this.#source.user?.id(text) ?? -1;
    return own < 0 ? Number.NaN : own;
  }

  /** The cheapest way in which letters spell a word, null where they do not. */
  align(letters: string, wordId: number): AlignedReading | null {
    const text = this.text(wordId);
    // Not by the id: ids of new words are given anew whenever something was learned or forgotten.
    const key = `${text} ${letters}`;
    let found = this.#readings.get(key);
    if (found === undefined) {
      if (this.#readings.size >= MOST_READINGS) this.#readings.clear();
      found = alignReading(letters, wordId, text.length, { ...this.#source, table: this.#table });
      this.#readings.set(key, found);
    }
    return found;
  }

  /** All ways in which letters spell a word. */
  alignments(letters: string, wordId: number): Alignment[] {
    return alignments(letters, wordId, this.text(wordId).length, { ...this.#source, table: this.#table });
  }
}

const MOST_READINGS = 4000;
