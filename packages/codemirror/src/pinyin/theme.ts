import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { forewordTheme } from '../theme.ts';

/** Looks of the composition and its candidates, over those of the other surfaces and with their custom properties. */
export const pinyinTheme: Extension = [
  forewordTheme,
  EditorView.baseTheme({
    '.cm-foreword-preedit': {
      textDecoration: 'underline 1.5px',
      textDecorationColor: 'var(--foreword-accent)',
      textUnderlineOffset: '4px',
      overflowWrap: 'anywhere',
      userSelect: 'none',
      '-webkit-user-select': 'none',
    },
    // The gap between two syllables is drawn and not typed.
    '.cm-foreword-preedit > span + span': { marginInlineStart: '0.3em' },
    '.cm-foreword-preedit > .cm-foreword-preedit-chosen + .cm-foreword-preedit-chosen': { marginInlineStart: '0' },
    // An apostrophe is gap enough.
    '.cm-foreword-preedit > .cm-foreword-preedit-separator, .cm-foreword-preedit > .cm-foreword-preedit-separator + span':
      {
        marginInlineStart: '0',
      },
    '.cm-foreword-preedit-raw, .cm-foreword-preedit-separator': { color: 'var(--foreword-faint)' },
    '.cm-foreword-preedit-caret': {
      display: 'inline-block',
      width: '0',
      height: '1.1em',
      marginInlineEnd: '-1.5px',
      verticalAlign: 'text-bottom',
      borderInlineStart: '1.5px solid currentColor',
    },
    '&:not(.cm-focused) .cm-foreword-preedit-caret': { visibility: 'hidden' },
    '.cm-foreword-replaced': { opacity: '0.45', textDecoration: 'line-through' },
    // The caret is the composition's while there is one.
    '&.cm-foreword-composing .cm-cursorLayer': { visibility: 'hidden' },
    '&.cm-foreword-composing .cm-placeholder': { display: 'none' },
    '&.cm-foreword-composing .cm-content': { caretColor: 'transparent !important' },

    '.cm-foreword-pinyin .cm-foreword-pager': { display: 'flex' },
    '.cm-foreword-pinyin[hidden]': { display: 'none' },
    '&.cm-foreword-composing .cm-foreword-docked:not(.cm-foreword-pinyin)': { display: 'none' },
    '@media (forced-colors: active)': {
      '.cm-foreword-preedit': { textDecorationColor: 'CanvasText' },
      '.cm-foreword-preedit-raw': { color: 'GrayText' },
    },
  }),
];
