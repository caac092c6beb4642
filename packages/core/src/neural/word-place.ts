import { isLowSurrogate } from '../characters.ts';
import type { PredictionContext } from '../types.ts';
import { normalizeWord } from '../words.ts';
import type { Tokenizer } from './backend.ts';

/** Where a word stands, as a model over tokens sees it. */
export interface WordPlace {
  /** The end of the text before the word, cut to what a model can use, without the space before the word. */
  readonly text: string;
  /** Whether the word's first token holds the space before it. Otherwise the word stands right behind `text`. */
  readonly isSpaced: boolean;
  /** The beginning of the word, as typed. */
  readonly typed: string;
  /** The same, normalised. */
  readonly prefix: string;
}

/** Where a tokenizer puts a space that was not typed. */
export interface TokenizerHabits {
  /** Whether the first word of a text gets one. */
  readonly spacesText: boolean;
  /** Whether the first word of each further line gets one. */
  readonly spacesLines: boolean;
}

/** Tries a tokenizer out. */
export function tokenizerHabits(tokenizer: Tokenizer): TokenizerHabits {
  const text = tokenizer.decode(tokenizer.encode('a\nb'));
  return { spacesText: text.startsWith(' '), spacesLines: text.includes('\n ') };
}

/**
 * Finds the place of the word at the caret. Its cost does not grow with the text. `isUnspaced`: words have a space before them
 * only where one stands.
 */
export function readPlace(context: PredictionContext, habits: TokenizerHabits, isUnspaced = false): WordPlace {
  const typed = context.prefix;
  const { text, isSpaced } = splitSpace(context, habits, isUnspaced);
  return { text, isSpaced, typed, prefix: normalizeWord(typed) };
}

function splitSpace(
  context: PredictionContext,
  habits: TokenizerHabits,
  isUnspaced: boolean,
): { text: string; isSpaced: boolean } {
  const end = context.text.length - context.prefixLength;
  const head = recentText(context.text.slice(0, end), isUnspaced);
  const text = head.trimEnd();
  if (text === '') return { text, isSpaced: habits.spacesText };
  const space = head.slice(text.length);
  if (/[\n\r\u2028\u2029]/.test(space)) return { text: `${text}\n`, isSpaced: habits.spacesLines };
  if (space !== '') return { text, isSpaced: true };
  return { text, isSpaced: !isUnspaced && context.prefix === '' && !opening.test(text.slice(-2)) };
}

/**
 * Ends of text right behind which a word stands: opening brackets and quotation marks, and signs that join. Behind all
 * else, `Hello.` or an emoji, a new word is taken to have a space before it, though it has not been typed.
 */
const opening = /(?:[\p{Ps}\p{Pi}\p{Pd}\p{Pc}/@#&*+=<~\\|$€£]|(?:^|\s)["'])$/u;

/**
 * Text before this many UTF-16 code units is never read: about twice what a window of 128 tokens holds of English, and of
 * a language without spaces, where a token is a word of one or two characters.
 */
const RECENT = 800;
const RECENT_UNSPACED = 400;
/** A word that goes on for longer than this is cut. */
const LONGEST_WORD = 100;

/**
 * The end of a text: as much as a model can use. It begins at a line break or white space, if there is any, at the same place
 * for many texts in a row that grow, so that most keys leave it, and what has been read, as it is.
 */
export function recentText(text: string, isUnspaced: boolean): string {
  return text.slice(recentStart(text, isUnspaced ? RECENT_UNSPACED : RECENT));
}

function recentStart(text: string, recent: number): number {
  if (text.length <= recent) return 0;
  const step = recent / 2;
  const earliest = Math.floor((text.length - recent) / step) * step;
  if (earliest === 0) return 0;
  const window = text.slice(earliest, earliest + LONGEST_WORD);
  const line = window.search(/[\n\r\u2028\u2029]/);
  const space = line >= 0 ? line : window.search(/\s/);
  if (space >= 0) return earliest + space;
  return isLowSurrogate(text.charCodeAt(earliest)) ? earliest + 1 : earliest;
}

/**
 * The last tokens of a text, at most `capacity`. Its beginning moves on by half the capacity at a time, to the beginning of
 * a word: the same for many texts in a row that grow by a token. Depends on nothing else, so that it does not matter how
 * a text came about.
 */
export function recentTokens(ids: Int32Array, capacity: number, startsWord: (id: number) => boolean): Int32Array {
  if (ids.length <= capacity) return ids;
  const half = Math.max(1, capacity >> 1);
  const start = Math.ceil((ids.length - capacity) / half) * half;
  const latest = Math.min(ids.length - 1, start + (half >> 2));
  for (let at = start; at < latest; at++) if (startsWord(ids[at]!)) return ids.subarray(at);
  return ids.subarray(start);
}
