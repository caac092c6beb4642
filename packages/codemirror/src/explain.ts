import type { EditorState } from '@codemirror/state';
import type { Command, EditorView } from '@codemirror/view';
import type { Candidate } from '@foreword/core';
import { candidates } from './offer.ts';
import { type Asked, forewordOptions } from './options.ts';
import { textAfter, textBefore } from './surroundings.ts';

/** Hands the chosen candidate to `onExplain`, the likeliest while none is chosen. False where there is none, or nobody to hand it to. */
export const explainSelected: Command = (view) => {
  const offer = candidates(view.state);
  if (offer === null) return false;
  const slot = offer.selected >= 0 ? offer.selected : Math.max(0, offer.lead);
  const candidate = offer.candidates[slot];
  return candidate ? explainCandidate(view, candidate, slot, 'key') : false;
};

/** Hands a candidate on offer to `onExplain`. False where there is nobody to hand it to. */
export function explainCandidate(view: EditorView, candidate: Candidate, slot: number, by: Asked['by']): boolean {
  const { state } = view;
  const onExplain = state.facet(forewordOptions)?.onExplain;
  if (onExplain === undefined) return false;
  const { head } = state.selection.main;
  onExplain({ candidate, slot, by, before: textBefore(state, head), after: textAfter(state, head) }, view);
  return true;
}

/** How to ask about a candidate, for those who look for it; empty where one cannot. */
export function explainHint(state: EditorState): string {
  const options = state.facet(forewordOptions);
  return options?.onExplain === undefined ? '' : hintOf(state, options.keys.explain);
}

/** The hint for a key. */
export function hintOf(state: EditorState, key: string | false): string {
  if (key === false) return state.phrase('Secondary click: explain.');
  return state.phrase('Secondary click or $1: explain.', key.replaceAll('-', '+'));
}
