import { type Extension, Prec } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { typeAfterAcceptance } from '@foreword/core';
import { asker } from './asker.ts';
import { offerField, settleEffect } from './offer.ts';

/** What is typed right after an accept: closing punctuation takes the place of the space, a typed space is that space. */
export const spacingAfterAccept: Extension = Prec.high(
  EditorView.inputHandler.of((view, from, to, text) => {
    const { state } = view;
    const done = state.field(offerField, false)?.accepted;
    if (!done || done.space === 'none' || state.readOnly || view.plugin(asker)?.isComposing) return false;
    if (from !== done.to || to !== done.to || state.selection.ranges.length > 1) return false;
    const { deleteBefore, insert } = typeAfterAcceptance(state.sliceDoc(done.from, done.to), text);
    if (insert === text && deleteBefore === 0) return false;
    // A space that stood there before stays behind the punctuation.
    const start = done.to - deleteBefore;
    view.dispatch({
      changes: { from: start, to: done.space === 'stepped' ? start : done.to, insert },
      selection: { anchor: start + insert.length },
      effects: settleEffect.of(null),
      userEvent: 'input.type',
      scrollIntoView: true,
    });
    return true;
  }),
);
