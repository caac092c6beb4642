import type { EditorState } from '@codemirror/state';
import type { Command, EditorView } from '@codemirror/view';
import type { PinyinCandidate } from '@foreword/core/pinyin';
import { hintOf } from '../explain.ts';
import { textBefore } from '../surroundings.ts';
import { candidatePage, composing } from './composing.ts';
import { type PinyinAsked, pinyinOptions } from './options.ts';

/** Hands the candidate that Space takes to `onExplain`. False where nothing is composed, or there is nobody to hand it to. */
export const explainSelected: Command = (view) => {
  const page = candidatePage(view.state);
  const candidate = page?.candidates[page.selected];
  return candidate !== undefined && explainCandidate(view, candidate, 'key');
};

/** Hands a candidate on show to `onExplain`. False where there is nobody to hand it to. */
export function explainCandidate(view: EditorView, candidate: PinyinCandidate, by: PinyinAsked['by']): boolean {
  const { state } = view;
  const value = composing(state);
  const onExplain = state.facet(pinyinOptions)?.onExplain;
  if (value === null || onExplain === undefined) return false;
  onExplain({ candidate, answer: value.answer, by, before: textBefore(state, state.selection.main.from) }, view);
  return true;
}

/** How to ask about a candidate; empty where one cannot. */
export function explainHint(state: EditorState): string {
  const options = state.facet(pinyinOptions);
  return options?.onExplain === undefined ? '' : hintOf(state, options.explainKey);
}
