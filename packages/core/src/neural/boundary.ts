import { characterClass, DIGIT_JOINER, isDigit, JOINER, WORD } from '../characters.ts';
import { wordSpans } from '../words.ts';

/** How a text that begins a word stands: `wor`, `don't`, `well-`, `word.”`. */
export interface WordReading {
  /** UTF-16 code units at the text's beginning that are the word so far; 0 where it begins none. */
  readonly wordLength: number;
  /**
   * Whether more text may lengthen the word. True at the end of a word, true after one joiner behind it (`well-`, `don'`,
   * `3.`), which lengthens the word only if the next character does; false once anything else has followed.
   */
  readonly isOpen: boolean;
}

/**
 * Reads the first word of a text by the library's own definition (`wordSpans`): letters, marks and digits joined by
 * single apostrophes, hyphens, full stops and underscores. A script without spaces begins no word here.
 */
export function readWord(text: string): WordReading {
  if (text === '') return { wordLength: 0, isOpen: true };
  const span = characterClass(text, 0) === WORD ? wordSpans(text)[0] : undefined;
  if (span === undefined || span.start > 0) return { wordLength: 0, isOpen: false };
  const wordLength = span.end;
  const isOpen = wordLength === text.length || (wordLength + 1 === text.length && mayJoin(text, wordLength));
  return { wordLength, isOpen };
}

/**
 * A short text that goes on exactly as `text` does: of an open word only its last character decides what may follow. Texts
 * with the same stem share one table of the tokens that continue them.
 */
export function wordStem(text: string): WordStem {
  const { wordLength } = readWord(text);
  if (wordLength === 0) return '';
  if (wordLength < text.length) return characterClass(text, wordLength) === DIGIT_JOINER ? '1,' : 'a-';
  return isDigit(text.charCodeAt(wordLength - 1)) ? '1' : 'a';
}

/** What `wordStem` returns. */
export type WordStem = '' | 'a' | '1' | 'a-' | '1,';

/**
 * Whether `added`, behind an open word with this stem, belongs to the word or may yet: it lengthens it, or is a joiner, or
 * (`isCut`) ends inside a character. Otherwise the word has ended before it.
 */
export function continuesWord(stem: WordStem, added: string, isCut: boolean): boolean {
  if (added === '') return isCut;
  const { wordLength, isOpen } = readWord(stem + added);
  return isOpen || wordLength > readWord(stem).wordLength;
}

function mayJoin(text: string, index: number): boolean {
  const kind = characterClass(text, index);
  return kind === JOINER || (kind === DIGIT_JOINER && isDigit(text.charCodeAt(index - 1)));
}
