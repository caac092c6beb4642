import {
  EditorState,
  type Extension,
  Facet,
  StateEffect,
  type StateEffectType,
  StateField,
  type Transaction,
} from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { arrangeLater, arrangeSlots, type Candidate, normalizeWord, rankingScore } from '@foreword/core';
import { type Accepted, accepted, reverted } from './accepted.ts';
import { forewordOptions, type Surfaces } from './options.ts';

/** What is on offer at the caret. The bar, the ghost and the popup all draw this and nothing else. */
export interface Offer {
  /** Start of the unfinished word, where the caret surfaces stand. */
  readonly from: number;
  /** The caret. */
  readonly to: number;
  /** The candidates of this page by slot. null: a slot whose candidate no longer fits what was typed, until the next answer. */
  readonly candidates: readonly (Candidate | null)[];
  /** Slot of the likeliest candidate, which the ghost continues; -1 on later pages. */
  readonly lead: number;
  /** Slot that is actively chosen while the bar is armed, else -1. */
  readonly selected: number;
  /** Page shown, from 0. */
  readonly page: number;
  /** How many pages there are, at least 1. */
  readonly pages: number;
  /** Whether the offer follows what the user typed here, not a mere move of the caret. */
  readonly isTyped: boolean;
  /** Whether no better answer follows. */
  readonly final: boolean;
  /** From the question to the answer shown, in milliseconds. */
  readonly answerMs: number;
}

/** An answer of the predictor to the text around `pos`. */
export interface Answer {
  readonly pos: number;
  readonly prefixLength: number;
  readonly ranked: readonly Candidate[];
  readonly final: boolean;
  readonly ms: number;
  /** From the question to its first answer. */
  readonly firstMs: number;
}

/** Brings an answer into the state. */
export const answerEffect: StateEffectType<Answer> = StateEffect.define<Answer>();
/** Chooses a slot of a page; slot -1 disarms. */
export const selectEffect: StateEffectType<{ slot: number; page: number }> = StateEffect.define();
/** Puts the surfaces away (true) at the caret's word, or lets them come back (false). */
export const dismissEffect: StateEffectType<boolean> = StateEffect.define<boolean>();
/** Tells whether the editor has the focus. */
export const focusEffect: StateEffectType<boolean> = StateEffect.define<boolean>();
/** Ends the time in which an accept can be taken back or its space replaced. */
export const settleEffect: StateEffectType<null> = StateEffect.define<null>();
/** Switches surfaces on or off, over those of the options. */
export const setSurfaces: StateEffectType<Partial<Surfaces>> = StateEffect.define<Partial<Surfaces>>();

/** All that the extension keeps in the editor's state. */
export interface OfferState {
  readonly answer: ShownAnswer | null;
  readonly isTyped: boolean;
  readonly hasFocus: boolean;
  /** Start of the word for which the surfaces were put away, or -1. */
  readonly dismissedFrom: number;
  /** The accept that Backspace would take back now. */
  readonly accepted: Accepted | null;
  readonly surfaces: Partial<Surfaces>;
}

interface ShownAnswer {
  readonly from: number;
  /** Page 0, held to its slots. */
  readonly slots: readonly (Candidate | null)[];
  /** The further pages. */
  readonly rest: readonly Candidate[];
  readonly lead: Candidate | null;
  readonly selected: number;
  readonly page: number;
  readonly final: boolean;
  readonly ms: number;
  /** Whether it answers the text as it stands, not as it was some letters ago. */
  readonly isCurrent: boolean;
}

export const offerField: StateField<OfferState> = StateField.define<OfferState>({
  create: () => ({
    answer: null,
    isTyped: false,
    hasFocus: false,
    dismissedFrom: -1,
    accepted: null,
    surfaces: {},
  }),
  update(value, tr) {
    let next = tr.docChanged || tr.selection ? afterEdit(value, tr) : value;
    for (const effect of tr.effects) {
      if (effect.is(answerEffect)) next = { ...next, answer: showAnswer(next.answer, effect.value, tr.state) };
      else if (effect.is(selectEffect)) next = { ...next, answer: select(next.answer, effect.value) };
      else if (effect.is(dismissEffect)) next = dismiss(next, effect.value);
      else if (effect.is(focusEffect)) next = { ...next, hasFocus: effect.value };
      else if (effect.is(settleEffect)) next = { ...next, accepted: null };
      else if (effect.is(setSurfaces)) next = { ...next, surfaces: { ...next.surfaces, ...effect.value } };
    }
    return next;
  },
});

/** The surfaces in force: those of the options as changed by `setSurfaces`. */
export function surfacesOf(state: EditorState): Surfaces {
  const options = state.facet(forewordOptions)?.surfaces ?? { bar: false, ghost: false, popup: false };
  return { ...options, ...state.field(offerField, false)?.surfaces };
}

/** Whether the place of the caret may be offered anything: one caret, nothing selected, editable, not quiet. */
export function canOffer(state: EditorState): boolean {
  const options = state.facet(forewordOptions);
  const { main, ranges } = state.selection;
  if (options === null || ranges.length > 1 || !main.empty) return false;
  return !state.readOnly && state.facet(EditorView.editable) && !options.isQuiet?.(state, main.head);
}

/** `candidates` as a facet to depend on. Computed once a state, so that every surface and every command sees the same object. */
export const offerFacet: Facet<Offer | null, Offer | null> = Facet.define<Offer | null, Offer | null>({
  combine: (values) => values[0] ?? null,
});

/** Provides `candidates`. Its own content attributes must stay a function, or they would depend on themselves. */
export const offerExtension: Extension = [
  offerField,
  offerFacet.compute(
    [
      offerField,
      forewordOptions,
      'doc',
      'selection',
      EditorState.readOnly,
      EditorView.editable,
      EditorView.contentAttributes,
    ],
    (state) => (canOffer(state) && !hasForeignPopup(state) ? visibleOffer(state) : null),
  ),
];

/** What is on offer at the caret now, or null when the surfaces show nothing. */
export function candidates(state: EditorState): Offer | null {
  return state.facet(offerFacet);
}

function visibleOffer(state: EditorState): Offer | null {
  const { answer, dismissedFrom, hasFocus, isTyped } = state.field(offerField);
  if (answer === null || !hasFocus || answer.from === dismissedFrom) return null;
  const to = state.selection.main.head;
  // Over text that goes on, a mere move of the caret asks for no help.
  if (!isTyped && !isLineEnd(state, to)) return null;
  const slots = state.facet(forewordOptions)?.slots ?? 1;
  const page = answer.page === 0 ? answer.slots : answer.rest.slice((answer.page - 1) * slots, answer.page * slots);
  return {
    from: answer.from,
    to,
    candidates: page,
    lead: answer.page === 0 && answer.lead !== null ? answer.slots.indexOf(answer.lead) : -1,
    selected: answer.selected,
    page: answer.page,
    pages: 1 + Math.ceil(answer.rest.length / slots),
    isTyped,
    final: answer.final,
    answerMs: answer.ms,
  };
}

/** Whether nothing but white space follows `pos` on its line. */
export function isLineEnd(state: EditorState, pos: number): boolean {
  const line = state.doc.lineAt(pos);
  return line.text.slice(pos - line.from).trim() === '';
}

/** Whether another extension, such as @codemirror/autocomplete, has its own list open: it says so to screen readers. */
function hasForeignPopup(state: EditorState): boolean {
  return state
    .facet(EditorView.contentAttributes)
    .some((source) => typeof source !== 'function' && source['aria-haspopup'] === 'listbox');
}

function afterEdit(value: OfferState, tr: Transaction): OfferState {
  const head = tr.state.selection.main.head;
  const acceptedNow = tr.annotation(accepted) ?? null;
  const isMove = !tr.docChanged && head !== tr.startState.selection.main.head;
  if (!tr.docChanged && !isMove)
    return tr.state.selection.eq(tr.startState.selection) ? value : { ...value, accepted: null };
  return {
    ...value,
    answer: isMove || tr.isUserEvent('input.type.compose') ? null : carryAnswer(value.answer, tr),
    isTyped: isMove ? false : followsTyping(value, tr),
    dismissedFrom: value.dismissedFrom < 0 ? -1 : tr.changes.mapPos(value.dismissedFrom, -1),
    accepted: acceptedNow ?? (isMove ? null : carryAccepted(value.accepted, tr)),
  };
}

function followsTyping(value: OfferState, tr: Transaction): boolean {
  if (tr.isUserEvent('input') || tr.isUserEvent('delete') || tr.annotation(reverted)) return true;
  // Someone else's edit elsewhere leaves the user where they were; undo and a host's own edits move them.
  return (
    value.isTyped &&
    tr.changes.mapPos(tr.startState.selection.main.head, 1) === tr.state.selection.main.head &&
    !tr.isUserEvent('undo') &&
    !tr.isUserEvent('redo')
  );
}

/** Typing through: candidates that still begin with what stands at the caret keep their slots until the next answer. */
function carryAnswer(answer: ShownAnswer | null, tr: Transaction): ShownAnswer | null {
  if (answer === null || tr.annotation(accepted)) return null;
  const from = tr.changes.mapPos(answer.from, -1);
  const head = tr.state.selection.main.head;
  if (head < from || head - from > LONGEST_WORD) return null;
  const typed = normalizeWord(tr.state.sliceDoc(from, head));
  const fits = (candidate: Candidate | null): boolean => candidate?.word.startsWith(typed) ?? false;
  const slots = answer.slots.map((candidate) => (fits(candidate) ? candidate : null));
  if (slots.every((candidate) => candidate === null)) return null;
  return {
    ...answer,
    from,
    slots,
    rest: answer.rest.filter(fits),
    lead: fits(answer.lead) ? answer.lead : null,
    selected: -1,
    page: 0,
    isCurrent: false,
  };
}

const LONGEST_WORD = 100;

function carryAccepted(value: Accepted | null, tr: Transaction): Accepted | null {
  if (value === null || tr.changes.touchesRange(value.from, value.to)) return null;
  return { ...value, from: tr.changes.mapPos(value.from, 1), to: tr.changes.mapPos(value.to, -1) };
}

function showAnswer(shown: ShownAnswer | null, answer: Answer, state: EditorState): ShownAnswer | null {
  const options = state.facet(forewordOptions);
  if (options === null || answer.pos !== state.selection.main.head) return shown;
  // Nothing moves while the user is choosing.
  if (shown !== null && shown.selected >= 0) return { ...shown, final: answer.final };
  if (answer.ranked.length === 0) return null;
  const from = answer.pos - answer.prefixLength;
  const held = shown?.from === from ? shown : null;
  const best = answer.ranked.slice(0, options.slots);
  const isLater = held?.isCurrent === true;
  const slots = (isLater ? arrangeLater : arrangeSlots)(held?.slots ?? [], best, options.slots);
  const likeliest = answer.ranked[0]!;
  const heldLead = slots.find((candidate) => candidate.word === held?.lead?.word);
  // The ghost too gives way only to the next letter, and to a word ten times as likely.
  const isLeading =
    heldLead !== undefined && (isLater || rankingScore(likeliest) - rankingScore(heldLead) <= Math.log(10));
  const lead = isLeading ? heldLead : likeliest;
  return {
    from,
    slots,
    rest: answer.ranked.filter((candidate) => !slots.includes(candidate)),
    lead,
    selected: -1,
    page: 0,
    final: answer.final,
    ms: answer.ms,
    isCurrent: true,
  };
}

function select(answer: ShownAnswer | null, choice: { slot: number; page: number }): ShownAnswer | null {
  return answer && { ...answer, selected: choice.slot, page: choice.page };
}

function dismiss(value: OfferState, isDismissed: boolean): OfferState {
  if (!isDismissed) return { ...value, dismissedFrom: -1, isTyped: true };
  if (value.answer === null) return value;
  return { ...value, answer: { ...value.answer, selected: -1, page: 0 }, dismissedFrom: value.answer.from };
}
