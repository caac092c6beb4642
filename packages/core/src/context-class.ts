import type { PredictionContext } from './types.ts';

/**
 * The kinds of places that a mixture weighs its models by: before a word's first letter at the start of a sentence, after a
 * word that the vocabulary lacks and after any other; then after one, two, three or more letters of the word.
 */
export const contextClasses = [
  'sentence-start',
  'after-unknown',
  'word-start',
  'one-letter',
  'two-letters',
  'more-letters',
] as const;

/** One of `contextClasses`. */
export type ContextClass = (typeof contextClasses)[number];

/** The class of a place in a text. `isKnown` tells whether a normalised word is in the vocabulary. */
export function contextClass({ words, prefix }: PredictionContext, isKnown: (word: string) => boolean): ContextClass {
  const letters = prefix.length;
  if (letters > 0) return letters === 1 ? 'one-letter' : letters === 2 ? 'two-letters' : 'more-letters';
  const last = words.at(-1);
  if (last === undefined) return 'sentence-start';
  return isKnown(last) ? 'word-start' : 'after-unknown';
}

/** Whether letters of the word stand before the caret at places of this class. */
export function isInsideWord(place: ContextClass): boolean {
  return place === 'one-letter' || place === 'two-letters' || place === 'more-letters';
}
