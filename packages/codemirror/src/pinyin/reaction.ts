import type { EditorState, StateCommand } from '@codemirror/state';
import { acceptSlot } from '../accept.ts';
import { candidates } from '../offer.ts';
import { textBefore } from '../surroundings.ts';
import {
  cancelComposition,
  characterOf,
  chooseCharacter,
  chooseSelected,
  chooseSlot,
  commitBest,
  commitRaw,
  deleteLetterBackward,
  deleteLetterForward,
  moveSelection,
  moveToEnd,
  stepByLetter,
  stepBySyllable,
  turnPage,
  typeLetter,
} from './commands.ts';
import { type Composing, canWrite, composing, pinyinField } from './composing.ts';
import { isChinese } from './mode.ts';
import { pinyinOptions } from './options.ts';
import { fullWidthMark, staysHalfWidth } from './punctuation.ts';

/** What a key does in place of its own effect: runs a command, then types a text as if a key had. */
export interface Reaction {
  readonly command?: StateCommand;
  readonly text?: string;
}

/**
 * What the input method does for a key, or null where the key is none of its business. `key` is named as in `KeyboardEvent.key`;
 * Ctrl, Alt and Meta are up.
 */
export function reactionTo(state: EditorState, key: string, isShiftDown = false): Reaction | null {
  if (!canWrite(state)) return null;
  const value = composing(state);
  if (value !== null) return whileComposing(state, value, key, isShiftDown);
  return isChinese(state) ? whileIdle(state, key) : null;
}

function whileComposing(state: EditorState, value: Composing, key: string, isShiftDown: boolean): Reaction | null {
  if (key === 'Tab') return { command: stepBySyllable(isShiftDown ? -1 : 1) };
  if (Object.hasOwn(composingKeys, key)) return { command: composingKeys[key]! };
  if (/^[a-zA-Z'ü]$/.test(key)) return { command: typeLetter(key) };
  if (/^\d$/.test(key)) return { command: chooseSlot(Number(key) - 1) };
  if (key === '[' && characterOf(value, 'first')) return { command: chooseCharacter('first') };
  if (key === ']' && characterOf(value, 'last')) return { command: chooseCharacter('last') };
  if (!isCharacter(key)) return null;
  const before = textBefore(state, state.selection.main.from) + (value.answer.candidates[value.selected]?.text ?? '');
  return { command: commitBest, text: markOf(state, key, before) ?? key };
}

const composingKeys: Readonly<Record<string, StateCommand>> = {
  ' ': chooseSelected,
  Enter: commitRaw,
  Escape: cancelComposition,
  Backspace: deleteLetterBackward,
  Delete: deleteLetterForward,
  ArrowLeft: stepByLetter(-1),
  ArrowRight: stepByLetter(1),
  ArrowUp: moveSelection(-1),
  ArrowDown: moveSelection(1),
  Home: moveToEnd('start'),
  End: moveToEnd('end'),
  PageUp: turnPage(-1),
  PageDown: turnPage(1),
  '-': turnPage(-1),
  '=': turnPage(1),
};

function whileIdle(state: EditorState, key: string): Reaction | null {
  if (/^[a-z]$/.test(key)) return isInEnglishWord(state) ? null : { command: typeLetter(key) };
  if (/^[1-9]$/.test(key))
    return mayAssociate(state, Number(key) - 1) ? { command: acceptSlot(Number(key) - 1, 'key') } : null;
  if (key === "'" && isInEnglishWord(state)) return null;
  const mark = markOf(state, key, textBefore(state, state.selection.main.from));
  return mark === null ? null : { text: mark };
}

function markOf(state: EditorState, key: string, before: string): string | null {
  const options = state.facet(pinyinOptions);
  if (options?.punctuation !== 'full' || (options.halfWidthAfterDigit && staysHalfWidth(key, before))) return null;
  return fullWidthMark(key, before);
}

/** Whether a word that began with a capital letter goes on at the caret. */
function isInEnglishWord(state: EditorState): boolean {
  return (state.field(pinyinField, false)?.englishFrom ?? -1) >= 0;
}

/** Whether a digit chooses what comes next: right after a commit, where there is such a candidate. */
function mayAssociate(state: EditorState, slot: number): boolean {
  if (!state.facet(pinyinOptions)?.associations) return false;
  if (state.field(pinyinField).committedAt !== state.selection.main.head) return false;
  return (candidates(state)?.candidates[slot] ?? null) !== null;
}

function isCharacter(key: string): boolean {
  return [...key].length === 1;
}
