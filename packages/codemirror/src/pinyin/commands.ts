import type { EditorState, StateCommand, StateEffect, TransactionSpec } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import {
  type Composition,
  chooseCandidate,
  chosenEnd,
  compositionOf,
  deleteBackward,
  deleteForward,
  isComplete,
  moveCaret,
  type PinyinCandidate,
  type ReadWord,
  stepCaret,
  takeBack,
  takeBackFrom,
  typeLetters,
} from '@foreword/core/pinyin';
import { commitSpec } from './commit.ts';
import { type Composing, candidatePage, canWrite, composeEffect, composing, readComposition } from './composing.ts';
import { isChinese, setChinese } from './mode.ts';
import { pinyinOptions } from './options.ts';
import { isSeparator } from './preedit.ts';

/** A command that puts a letter or an apostrophe into the composition at its caret, and begins one where there is none. */
export function typeLetter(letter: string): StateCommand {
  return ({ state, dispatch }) => {
    if (!canWrite(state)) return false;
    const value = composing(state);
    const next = value === null ? compositionOf(letter) : typeLetters(value.composition, letter);
    dispatch(state.update(composeSpec(state, next)));
    return true;
  };
}

/** Chooses what Space takes: the selected candidate, at first the best. Commits once every letter is covered. */
export const chooseSelected: StateCommand = whileComposing((state, { answer, selected }) =>
  chooseSpec(state, answer.candidates[selected]),
);

/** A command that chooses the candidate of `slot` (from 0, on the page shown). Commits once every letter is covered. */
export function chooseSlot(slot: number): StateCommand {
  return whileComposing((state) => chooseSpec(state, candidatePage(state)?.candidates[slot]));
}

/** A command that chooses a candidate of the answer that is shown. */
export function choose(candidate: PinyinCandidate): StateCommand {
  return whileComposing((state) => chooseSpec(state, candidate));
}

/** A command that chooses the first or the last character of the selected candidate, for a word that has no better way in. */
export function chooseCharacter(place: 'first' | 'last'): StateCommand {
  return whileComposing((state, value) => {
    const cut = characterOf(value, place);
    return cut && chooseSpec(state, cut);
  });
}

/** Puts in what the composition says as it stands: its choices, then the letters as typed. */
export const commitRaw: StateCommand = whileComposing((state, { composition }) => commitSpec(state, composition));

/** Puts in the best reading: what Space takes, then the best of what is left, and so on. */
export const commitBest: StateCommand = whileComposing((state, value) =>
  commitSpec(state, bestComposition(state, value)),
);

/** Throws the composition away. */
export const cancelComposition: StateCommand = whileComposing(() => ({ effects: composeEffect.of(null) }));

/** Takes the choice back that was made last, or that ends at the caret; elsewhere takes out the letter before the caret. */
export const deleteLetterBackward: StateCommand = whileComposing((state, { composition, canTakeBack }) => {
  const { caret, chosen } = composition;
  if (canTakeBack && chosen.length > 0) return composeSpec(state, takeBack(composition), true);
  if (caret > 0 && caret <= chosenEnd(composition)) return composeSpec(state, takeBackFrom(composition, caret - 1));
  return composeSpec(state, deleteBackward(composition));
});

/** Takes out the letter behind the caret. */
export const deleteLetterForward: StateCommand = whileComposing((state, { composition }) =>
  composeSpec(state, deleteForward(composition)),
);

/** A command that moves the caret within the pinyin by a letter, and over a choice as a whole. */
export function stepByLetter(step: 1 | -1): StateCommand {
  return whileComposing((state, { composition }) => composeSpec(state, stepCaret(composition, step)));
}

/** A command that moves the caret to an end of the pinyin. */
export function moveToEnd(end: 'start' | 'end'): StateCommand {
  return whileComposing((state, { composition }) =>
    composeSpec(state, moveCaret(composition, end === 'start' ? 0 : composition.letters.length)),
  );
}

/** A command that moves the caret to the next syllable's end, or the one before; from the last to the first and round again. */
export function stepBySyllable(step: 1 | -1): StateCommand {
  return whileComposing((state, { composition, answer }) => {
    const { letters, caret } = composition;
    const syllables = answer.segments.filter(({ start, end }) => !isSeparator(letters.slice(start, end)));
    const stops = [chosenEnd(composition), ...syllables.map(({ end }) => end)];
    const next =
      step > 0
        ? (stops.find((stop) => stop > caret) ?? stops[0]!)
        : (stops.findLast((stop) => stop < caret) ?? stops.at(-1)!);
    return composeSpec(state, moveCaret(composition, next));
  });
}

/** A command that selects the next candidate (1) or the one before (-1), on to the neighbouring page; stays at either end. */
export function moveSelection(step: 1 | -1): StateCommand {
  return whileComposing((_state, value) => selectSpec(value, value.selected + step));
}

/** A command that shows the next page (1) or the one before (-1) and selects its first candidate; stays at either end. */
export function turnPage(step: 1 | -1): StateCommand {
  return whileComposing((state, value) => {
    const page = candidatePage(state);
    const slots = state.facet(pinyinOptions)?.slots ?? 1;
    if (page === null || page.page + step < 0 || page.page + step >= page.pages)
      return selectSpec(value, value.selected);
    return selectSpec(value, (page.page + step) * slots);
  });
}

/** Changes between Chinese and English. A composition that is open is put in as it stands. */
export const toggleChinese: StateCommand = ({ state, dispatch }) => {
  const options = state.facet(pinyinOptions);
  if (options === null) return false;
  const isOn = !isChinese(state);
  const effects: StateEffect<unknown>[] = [setChinese.of(isOn)];
  if (options.announce) effects.push(EditorView.announce.of(state.phrase(isOn ? 'Chinese' : 'English')));
  const value = composing(state);
  const specs = value !== null && canWrite(state) ? [commitSpec(state, value.composition)] : [];
  dispatch(state.update(...specs, { effects }));
  return true;
};

/** The first or last character of the selected candidate, for all the letters of the candidate; null where it is no Chinese. */
export function characterOf({ answer, selected }: Composing, place: 'first' | 'last'): PinyinCandidate | null {
  const candidate = answer.candidates[selected];
  if (candidate === undefined || candidate.kind === 'raw' || candidate.kind === 'english') return null;
  const text = [...candidate.text].at(place === 'first' ? 0 : -1) ?? '';
  const word = candidate.words.at(place === 'first' ? 0 : -1);
  return { ...candidate, text, kind: 'character', words: characterWords(word, place, candidate) };
}

/** The character as a word with its reading; none where the word's syllables are not one to a character. */
function characterWords(
  word: ReadWord | undefined,
  place: 'first' | 'last',
  { start, end }: PinyinCandidate,
): readonly ReadWord[] {
  const syllables = word?.reading.split("'") ?? [];
  const characters = [...(word?.text ?? '')];
  if (syllables.length !== characters.length) return [];
  const at = place === 'first' ? 0 : -1;
  return [{ text: characters.at(at) ?? '', reading: syllables.at(at) ?? '', start, end }];
}

function chooseSpec(state: EditorState, candidate: PinyinCandidate | undefined): TransactionSpec | null {
  const value = composing(state);
  if (value === null || candidate === undefined) return null;
  const next = chooseCandidate(value.composition, candidate);
  return isComplete(next) ? commitSpec(state, next) : composeSpec(state, next, true);
}

function composeSpec(state: EditorState, composition: Composition, canTakeBack = false): TransactionSpec {
  return { effects: composeEffect.of(readComposition(state, composition, canTakeBack)), scrollIntoView: true };
}

function selectSpec(value: Composing, index: number): TransactionSpec {
  const selected = Math.max(0, Math.min(value.answer.candidates.length - 1, index));
  return { effects: composeEffect.of({ ...value, selected, hasMoved: true }) };
}

function bestComposition(state: EditorState, { composition, answer, selected }: Composing): Composition {
  let best = composition;
  let candidate = answer.candidates[selected];
  // Each choice covers a letter at least. What an engine has no reading for stays as it was typed.
  while (candidate !== undefined) {
    best = chooseCandidate(best, candidate);
    candidate = isComplete(best) ? undefined : readComposition(state, best)?.answer.candidates[0];
  }
  return best;
}

/** A command that takes its key while pinyin is composed, whether there is anything to do (null) or not. */
function whileComposing(change: (state: EditorState, value: Composing) => TransactionSpec | null): StateCommand {
  return ({ state, dispatch }) => {
    const value = composing(state);
    if (value === null || !canWrite(state)) return false;
    const spec = change(state, value);
    if (spec !== null) dispatch(state.update(spec));
    return true;
  };
}
