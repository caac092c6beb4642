import { isolateHistory } from '@codemirror/commands';
import { EditorState, type Extension, type StateEffect, type TransactionSpec } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { type Composition, compositionText } from '@foreword/core/pinyin';
import { textBefore } from '../surroundings.ts';
import { committed } from './committed.ts';
import { canWrite, composeEffect, composing } from './composing.ts';
import { pinyinOptions } from './options.ts';

/**
 * The transaction that puts the composition into the text, over what is selected and at every caret: one undo step, `userEvent`
 * `input.type.pinyin`, marked with `committed`. Not `input.type.compose`, which would join the undo step before it.
 */
export function commitSpec(state: EditorState, composition: Composition): TransactionSpec {
  const text = compositionText(composition);
  const before = textBefore(state, state.selection.main.from);
  const { changes, selection } = state.replaceSelection(text);
  const effects: StateEffect<unknown>[] = [composeEffect.of(null)];
  if (state.facet(pinyinOptions)?.announce) effects.push(EditorView.announce.of(text));
  return {
    changes: changes!,
    selection: selection!,
    effects,
    annotations: [committed.of({ text, composition, before }), isolateHistory.of('full')],
    userEvent: 'input.type.pinyin',
    scrollIntoView: true,
  };
}

/**
 * A caret that is taken elsewhere leaves behind what the composition says as it stands: its choices, then the letters as typed.
 * A change of the text takes the composition along with the caret.
 */
export const commitOnMove: Extension = EditorState.transactionFilter.of((tr) => {
  const { startState, newSelection } = tr;
  const value = composing(startState);
  if (value === null || tr.docChanged || newSelection.eq(startState.selection) || !canWrite(startState)) return tr;
  if (tr.effects.some((effect) => effect.is(composeEffect))) return tr;
  const { changes, effects, annotations } = commitSpec(startState, value.composition);
  return [tr, { changes: changes!, effects: effects!, annotations: annotations!, sequential: true }];
});
