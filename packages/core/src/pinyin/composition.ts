import type { Choice, Composition, PinyinCandidate } from './types.ts';

/** Nothing typed, nothing chosen. */
export const emptyComposition: Composition = { letters: '', caret: 0, chosen: [] };

/** The letters with nothing chosen, the caret behind them. */
export function compositionOf(letters: string): Composition {
  return { letters, caret: letters.length, chosen: [] };
}

/** Puts letters in at the caret, which then stands behind them. Choices that reach over the caret are taken back. */
export function typeLetters(composition: Composition, letters: string): Composition {
  return replaceLetters(composition, composition.caret, composition.caret, letters);
}

/** Takes out the character before the caret. Choices that reach over it are taken back. */
export function deleteBackward(composition: Composition): Composition {
  const { letters, caret } = composition;
  return replaceLetters(composition, characterStart(letters, caret - 1), caret, '');
}

/** Takes out the character behind the caret. Choices that reach over it are taken back. */
export function deleteForward(composition: Composition): Composition {
  const { letters, caret } = composition;
  return replaceLetters(composition, caret, characterEnd(letters, caret), '');
}

/** Moves the caret to a position, or as near as there is one: into the letters, and not into the middle of a character. */
export function moveCaret(composition: Composition, position: number): Composition {
  const within = Math.max(0, Math.min(composition.letters.length, Math.trunc(position) || 0));
  const caret = isInsidePair(composition.letters, within) ? within - 1 : within;
  return caret === composition.caret ? composition : { ...composition, caret };
}

/**
 * Moves the caret by a character, over a choice as a whole: its letters are not seen. Stays at either end.
 * `step` is 1 (towards the end) or -1.
 */
export function stepCaret(composition: Composition, step: 1 | -1): Composition {
  const { letters, caret, chosen } = composition;
  const next = step > 0 ? characterEnd(letters, caret) : characterStart(letters, caret - 1);
  const over = chosen.find(({ start, end }) => start < next && next < end);
  return moveCaret(composition, over === undefined ? next : step > 0 ? over.end : over.start);
}

/**
 * Chooses what the letters behind the choices become, up to the candidate's end; apostrophes that no letter follows go with it,
 * and the other half of a character. Throws `RangeError` unless the candidate begins where the last choice ends and covers at least a letter: it then answers another
 * composition.
 */
export function chooseCandidate(
  composition: Composition,
  { text, start, end, words }: Pick<PinyinCandidate, 'text' | 'start' | 'end' | 'words'>,
): Composition {
  const { letters, caret, chosen } = composition;
  if (start !== chosenEnd(composition) || !(end > start && end <= letters.length)) {
    throw new RangeError(
      `chooseCandidate: a candidate must cover letters from ${chosenEnd(composition)} to at most ${letters.length}, got ${start} to ${end}`,
    );
  }
  const wholeEnd = isInsidePair(letters, end) ? end + 1 : end;
  const coveredEnd = /^'+$/.test(letters.slice(wholeEnd)) ? letters.length : wholeEnd;
  return { letters, caret: Math.max(caret, coveredEnd), chosen: [...chosen, { text, start, end: coveredEnd, words }] };
}

/** Takes the last choice back; its letters stay. The composition itself where nothing is chosen. */
export function takeBack(composition: Composition): Composition {
  const last = composition.chosen.at(-1);
  return last === undefined ? composition : takeBackFrom(composition, last.start);
}

/** Takes back the choice that the letter at `position` is part of and all behind it; letters stay. */
export function takeBackFrom(composition: Composition, position: number): Composition {
  const chosen = choicesUpTo(composition, position);
  return chosen === composition.chosen ? composition : { ...composition, chosen };
}

/** Where the letters begin that are not chosen yet: the end of the last choice, else 0. */
export function chosenEnd({ chosen }: Composition): number {
  return chosen.at(-1)?.end ?? 0;
}

/** Whether there are letters and all of them have been chosen. */
export function isComplete(composition: Composition): boolean {
  return composition.letters !== '' && chosenEnd(composition) === composition.letters.length;
}

/** What the composition says as it stands: what was chosen, then the letters that were not, as typed. */
export function compositionText(composition: Composition): string {
  return chosenText(composition) + composition.letters.slice(chosenEnd(composition));
}

/** What was chosen so far. */
export function chosenText({ chosen }: Composition): string {
  return chosen.map(({ text }) => text).join('');
}

function replaceLetters(composition: Composition, from: number, to: number, insert: string): Composition {
  if (from === to && insert === '') return composition;
  const { letters } = composition;
  return {
    letters: letters.slice(0, from) + insert + letters.slice(to),
    caret: from + insert.length,
    chosen: choicesUpTo(composition, from),
  };
}

/** The choices that end by `position`; the same array where all do. */
function choicesUpTo({ chosen }: Composition, position: number): readonly Choice[] {
  const kept = chosen.filter(({ end }) => end <= position);
  return kept.length === chosen.length ? chosen : kept;
}

/** Start of the character that the code unit at `position` is part of, 0 at the least. */
function characterStart(letters: string, position: number): number {
  return Math.max(0, isInsidePair(letters, position) ? position - 1 : position);
}

/** End of the character that begins at `position`, the number of letters at most. */
function characterEnd(letters: string, position: number): number {
  const next = Math.min(letters.length, position + 1);
  return isInsidePair(letters, next) ? next + 1 : next;
}

/** Whether `position` stands between the two code units of one character. */
function isInsidePair(letters: string, position: number): boolean {
  return (letters.codePointAt(position - 1) ?? 0) > 0xffff;
}
