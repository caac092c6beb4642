import { type EditorState, StateEffect, type StateEffectType, StateField, type Transaction } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { Composition, PinyinAnswer, PinyinCandidate } from '@foreword/core/pinyin';
import { accepted } from '../accepted.ts';
import { focusEffect } from '../offer.ts';
import { textBefore } from '../surroundings.ts';
import { committed } from './committed.ts';
import { setChinese } from './mode.ts';
import { pinyinOptions } from './options.ts';

/** A composition on its way into the text, and what the engine makes of it. */
export interface Composing {
  /** What was typed and chosen so far. Not in the document yet. */
  readonly composition: Composition;
  /** How it is read. */
  readonly answer: PinyinAnswer;
  /** Index into `answer.candidates` of what Space takes, at least 0. */
  readonly selected: number;
  /** Whether the user has moved among the candidates since the last letter: nothing is reordered then. */
  readonly hasMoved: boolean;
  /** Whether the last key chose a part, which Backspace takes back. */
  readonly canTakeBack: boolean;
}

/** Begins, changes or ends (null) the composition. */
export const composeEffect: StateEffectType<Composing | null> = StateEffect.define();
/** Puts the reordered answer in the place of the one that was asked about. */
export const rerankedEffect: StateEffectType<Reranked> = StateEffect.define<Reranked>();

interface Reranked {
  readonly asked: PinyinAnswer;
  readonly answer: PinyinAnswer;
}

/** All that the input method keeps in the editor's state. */
export interface PinyinState {
  readonly composing: Composing | null;
  /** Whether the focus has left the editor: the letters stay on show, the candidates do not. */
  readonly isBlurred: boolean;
  /** The caret right after a commit, where a digit chooses what comes next; else -1. */
  readonly committedAt: number;
  /** Where the English word that began with a capital letter begins, while it is typed on; else -1. */
  readonly englishFrom: number;
}

export const pinyinField: StateField<PinyinState> = StateField.define<PinyinState>({
  create: () => ({ composing: null, isBlurred: false, committedAt: -1, englishFrom: -1 }),
  update(value, tr) {
    let next = tr.docChanged || tr.selection ? afterEdit(value, tr) : value;
    for (const effect of tr.effects) {
      if (effect.is(composeEffect)) next = { ...next, composing: effect.value, committedAt: committedAt(next, tr) };
      else if (effect.is(rerankedEffect)) next = { ...next, composing: reranked(next.composing, effect.value) };
      else if (effect.is(focusEffect)) next = { ...next, isBlurred: !effect.value };
      else if (effect.is(setChinese)) next = { ...next, englishFrom: -1 };
    }
    return next;
  },
});

/** The composition at the caret, or null. */
export function composing(state: EditorState): Composing | null {
  return state.field(pinyinField, false)?.composing ?? null;
}

/** Whether pinyin is being composed. */
export function isComposing(state: EditorState): boolean {
  return composing(state) !== null;
}

/** Whether the caret's place can be written to at all. */
export function canWrite(state: EditorState): boolean {
  return state.facet(pinyinOptions) !== null && !state.readOnly && state.facet(EditorView.editable);
}

/** The composition read anew at the caret; null where nothing is left of it. */
export function readComposition(state: EditorState, composition: Composition, canTakeBack = false): Composing | null {
  const engine = state.facet(pinyinOptions)?.engine;
  if (engine === undefined || composition.letters === '') return null;
  const before = textBefore(state, state.selection.main.from);
  const answer = engine.read(composition, { before });
  return { composition, answer, selected: 0, hasMoved: false, canTakeBack };
}

/** The page of candidates that is shown. */
export interface CandidatePage {
  readonly candidates: readonly PinyinCandidate[];
  /** Slot of what Space takes. */
  readonly selected: number;
  /** Page, from 0. */
  readonly page: number;
  readonly pages: number;
}

/** The candidates on show, or null where there are none, as while the editor has not the focus. */
export function candidatePage(state: EditorState): CandidatePage | null {
  const value = state.field(pinyinField, false);
  if (!value?.composing || value.isBlurred) return null;
  const { answer, selected } = value.composing;
  const slots = state.facet(pinyinOptions)?.slots ?? 1;
  const page = Math.floor(selected / slots);
  return {
    candidates: answer.candidates.slice(page * slots, (page + 1) * slots),
    selected: selected - page * slots,
    page,
    pages: Math.max(1, Math.ceil(answer.candidates.length / slots)),
  };
}

function afterEdit(value: PinyinState, tr: Transaction): PinyinState {
  return { ...value, committedAt: committedAt(value, tr), englishFrom: englishFrom(value, tr) };
}

/** A commit begins the time in which digits choose what comes next; what they choose goes on with it. */
function committedAt(value: PinyinState, tr: Transaction): number {
  const follows = tr.annotation(committed) !== undefined;
  const goesOn = value.committedAt >= 0 && tr.annotation(accepted) !== undefined;
  return follows || goesOn ? tr.state.selection.main.head : -1;
}

const capitalized = /^[A-Z][\w'’-]{0,99}$/;

function englishFrom(value: PinyinState, tr: Transaction): number {
  const isTyped = tr.isUserEvent('input.type') && tr.annotation(committed) === undefined;
  if (!isTyped && !(tr.isUserEvent('delete') && value.englishFrom >= 0)) return -1;
  const from = value.englishFrom >= 0 ? value.englishFrom : tr.startState.selection.main.from;
  const start = tr.changes.mapPos(from, -1);
  return capitalized.test(tr.state.sliceDoc(start, tr.state.selection.main.head)) ? start : -1;
}

function reranked(value: Composing | null, { asked, answer }: Reranked): Composing | null {
  const isAsIt = value !== null && value.answer === asked && !value.hasMoved;
  return isAsIt ? { ...value, answer } : value;
}
