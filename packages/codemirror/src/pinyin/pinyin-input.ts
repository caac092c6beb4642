import { type Extension, Prec } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { focusEffect } from '../offer.ts';
import { announcer } from './announcer.ts';
import { ariaAttributes } from './aria.ts';
import { commitOnMove } from './commit.ts';
import { pinyinField } from './composing.ts';
import { explainSelected } from './explain.ts';
import { keyReader } from './key-reader.ts';
import { learner } from './learner.ts';
import { candidateBar } from './list.ts';
import { modeExtension } from './mode.ts';
import { type PinyinInputOptions, pinyinOptions, resolvePinyinOptions } from './options.ts';
import { preedit } from './preedit.ts';
import { reranker } from './reranker.ts';
import { pinyinTheme } from './theme.ts';

/**
 * Chinese from pinyin, as an input method within the editor: `EditorView({ extensions: [pinyinInput({ engine })] })`. Lives beside
 * `foreword`, which then offers what comes next after each commit. Put it in a `Compartment` to change its options later; a composition
 * survives that, and is thrown away when the extension is taken out. Throws `TypeError` or `RangeError` on a bad option.
 */
export function pinyinInput(options: PinyinInputOptions): Extension {
  const resolved = resolvePinyinOptions(options);
  const { explainKey } = resolved;
  return [
    pinyinOptions.of(resolved),
    pinyinField,
    modeExtension,
    keyReader,
    explainKey === false ? [] : Prec.high(keymap.of([{ key: explainKey, run: explainSelected }])),
    commitOnMove,
    preedit,
    candidateBar,
    ariaAttributes,
    announcer,
    learner,
    reranker,
    EditorView.focusChangeEffect.of((_state, isFocused) => focusEffect.of(isFocused)),
    pinyinTheme,
  ];
}
