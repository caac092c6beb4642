import { type Extension, Prec } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { candidates } from '@foreword/codemirror';
import type { Candidate } from '@foreword/core';

/**
 * Alt+Shift and a digit hand `forget` the word in that slot of the bar; where it returns false the key is not theirs. They stand before the
 * suggestions' own keys, to which Alt and a digit take a word, with Shift or without.
 */
export function forgetKeys(forget: (candidate: Candidate) => boolean): Extension {
  return Prec.highest(
    EditorView.domEventHandlers({
      keydown(event, view) {
        // With 229 an input method takes the key, where `isComposing` comes too late.
        if (view.composing || event.isComposing || event.keyCode === 229) return false;
        if (!event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey) return false;
        // By the key's place: with Shift most keyboards type another sign.
        const slot = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
        const candidate = slot === undefined ? undefined : candidates(view.state)?.candidates[Number(slot) - 1];
        return candidate ? forget(candidate) : false;
      },
    }),
  );
}
