import { type EditorState, type Extension, Prec } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { composing, pinyinOptions } from '@foreword/codemirror/pinyin';
import type { PinyinCandidate } from '@foreword/core/pinyin';

/**
 * While pinyin is composed, Shift and Delete (or Ctrl and Delete) hand `forget` the selected candidate, Alt+Shift and a digit the one of
 * that number; where it returns false the key is not theirs. They must stand before the input method's own keys.
 */
export function forgetPinyinKeys(forget: (candidate: PinyinCandidate) => boolean): Extension {
  return Prec.highest(
    EditorView.domEventHandlers({
      keydown(event, view) {
        // With 229 a system's input method takes the key, where `isComposing` comes too late.
        if (view.composing || event.isComposing || event.keyCode === 229 || event.metaKey) return false;
        const candidate = named(event, view.state);
        return candidate !== undefined && forget(candidate);
      },
    }),
  );
}

function named(event: KeyboardEvent, state: EditorState): PinyinCandidate | undefined {
  const value = composing(state);
  if (value === null) return undefined;
  const { answer, selected } = value;
  if (event.key === 'Delete' && event.shiftKey !== event.ctrlKey && !event.altKey) return answer.candidates[selected];
  if (!event.altKey || !event.shiftKey || event.ctrlKey) return undefined;
  // By the key's place: with Shift most keyboards type another sign.
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  const slots = state.facet(pinyinOptions)?.slots ?? 0;
  if (digit === undefined || Number(digit) > slots) return undefined;
  return answer.candidates[selected - (selected % slots) + Number(digit) - 1];
}
