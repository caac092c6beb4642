import { type EditorState, type Extension, StateEffect, type StateEffectType, StateField } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { pinyinOptions } from './options.ts';

/** Turns Chinese mode on (true) or off. A composition that is open stays open. */
export const setChinese: StateEffectType<boolean> = StateEffect.define<boolean>();

const chineseMode: StateField<boolean> = StateField.define<boolean>({
  create: (state) => state.facet(pinyinOptions)?.startsInChinese ?? false,
  update: (value, tr) => tr.effects.reduce((mode, effect) => (effect.is(setChinese) ? effect.value : mode), value),
});

/** Whether letters compose pinyin here. False where there is no `pinyinInput`. */
export function isChinese(state: EditorState): boolean {
  return state.field(chineseMode, false) ?? false;
}

/** The mode, told to the host and, by what the textbox asks of it, to touch keyboards. */
export const modeExtension: Extension = [
  chineseMode,
  // A keyboard that capitalises or corrects what is typed would take the letters away from the pinyin.
  EditorView.contentAttributes.compute(
    [chineseMode],
    (state): Record<string, string> => (isChinese(state) ? { autocapitalize: 'off', autocorrect: 'off' } : {}),
  ),
  EditorView.updateListener.of(({ startState, state, view }) => {
    if (isChinese(startState) !== isChinese(state)) state.facet(pinyinOptions)?.onModeChange?.(isChinese(state), view);
  }),
];
