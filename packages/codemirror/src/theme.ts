import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

/** Looks of the surfaces. What a host may want to change is a custom property, `--foreword-…`, to be set on `.cm-editor`. */
export const forewordTheme: Extension = EditorView.baseTheme({
  '&light': {
    '--foreword-ghost': '#646d7a',
    '--foreword-text': '#1f2430',
    '--foreword-faint': '#5f6875',
    '--foreword-surface': '#ffffff',
    '--foreword-line': 'rgb(27 31 45 / 12%)',
    '--foreword-hover': 'rgb(27 31 45 / 6%)',
    '--foreword-accent': '#2a5bd7',
    '--foreword-accent-text': '#ffffff',
    '--foreword-shadow': '0 1px 2px rgb(27 31 45 / 6%), 0 6px 20px rgb(27 31 45 / 9%)',
  },
  '&dark': {
    '--foreword-ghost': '#9aa3b2',
    '--foreword-text': '#e8eaf0',
    '--foreword-faint': '#a0a8b6',
    '--foreword-surface': '#262a33',
    '--foreword-line': 'rgb(255 255 255 / 13%)',
    '--foreword-hover': 'rgb(255 255 255 / 8%)',
    '--foreword-accent': '#8fb0ff',
    '--foreword-accent-text': '#11182a',
    '--foreword-shadow': '0 1px 2px rgb(0 0 0 / 30%), 0 8px 24px rgb(0 0 0 / 32%)',
  },

  '.cm-foreword-ghost-layer': { pointerEvents: 'none' },
  '.cm-foreword-ghost-layer[hidden]': { display: 'none' },
  '.cm-foreword-ghost': {
    position: 'absolute',
    color: 'var(--foreword-ghost)',
    whiteSpace: 'pre',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    userSelect: 'none',
  },

  '.cm-foreword-list': {
    boxSizing: 'border-box',
    display: 'flex',
    alignItems: 'stretch',
    gap: '2px',
    fontFamily: 'var(--foreword-font, system-ui, sans-serif)',
    fontSize: 'var(--foreword-font-size, 14px)',
    lineHeight: '20px',
    color: 'var(--foreword-text)',
    userSelect: 'none',
    '-webkit-user-select': 'none',
    '-webkit-touch-callout': 'none',
    '-webkit-tap-highlight-color': 'transparent',
  },
  '.cm-foreword-list [hidden]': { display: 'none !important' },
  '.cm-foreword-options': { display: 'flex', flexWrap: 'wrap', gap: '2px', minWidth: '0' },
  '.cm-foreword-option': {
    display: 'flex',
    alignItems: 'center',
    gap: '6px',
    minWidth: '24px',
    minHeight: '28px',
    boxSizing: 'border-box',
    padding: '0 10px 0 8px',
    borderRadius: '6px',
    maxWidth: '100%',
    whiteSpace: 'pre',
    cursor: 'pointer',
  },
  '.cm-foreword-option:hover': { backgroundColor: 'var(--foreword-hover)' },
  '.cm-foreword-option[aria-selected=true]': {
    backgroundColor: 'var(--foreword-accent)',
    color: 'var(--foreword-accent-text)',
  },
  '.cm-foreword-option[aria-selected=true] .cm-foreword-number': { color: 'inherit' },
  '.cm-foreword-vacant': { visibility: 'hidden' },
  '.cm-foreword-text': { overflow: 'hidden', textOverflow: 'ellipsis' },
  '.cm-foreword-number': {
    color: 'var(--foreword-faint)',
    fontSize: '0.8em',
    fontVariantNumeric: 'tabular-nums',
  },
  // The word that Tab takes.
  '.cm-foreword-ghosted .cm-foreword-text': {
    textDecoration: 'underline 1.5px',
    textDecorationColor: 'var(--foreword-accent)',
    textUnderlineOffset: '4px',
  },
  '.cm-foreword-option[aria-selected=true] .cm-foreword-text': { textDecoration: 'none' },

  // Shown to those who reach for it: a hand over the list, or the arrow keys in it.
  '.cm-foreword-pager': { display: 'none', alignItems: 'center' },
  '.cm-foreword-tooltip:hover .cm-foreword-pager, .cm-foreword-armed .cm-foreword-pager': { display: 'flex' },
  '.cm-foreword-page': {
    width: '24px',
    height: '28px',
    padding: '0',
    border: 'none',
    borderRadius: '6px',
    background: 'none',
    font: 'inherit',
    fontSize: '1.15em',
    color: 'var(--foreword-faint)',
    cursor: 'pointer',
  },
  '.cm-foreword-page:disabled': { opacity: '0.4', cursor: 'default' },
  '.cm-foreword-page:enabled:hover': { backgroundColor: 'var(--foreword-hover)', color: 'var(--foreword-text)' },
  '.cm-foreword-list[dir=rtl] .cm-foreword-page': { transform: 'scaleX(-1)' },

  '.cm-tooltip.cm-foreword-tooltip': {
    maxWidth: 'min(100vw - 16px, 640px)',
    padding: '3px',
    border: '1px solid var(--foreword-line)',
    borderRadius: '9px',
    backgroundColor: 'var(--foreword-surface)',
    boxShadow: 'var(--foreword-shadow)',
  },
  '.cm-tooltip.cm-foreword-tooltip.cm-foreword-armed': { borderColor: 'var(--foreword-accent)' },
  '.cm-tooltip-below.cm-foreword-tooltip': { marginTop: '4px' },
  '.cm-tooltip-above.cm-foreword-tooltip': { marginBottom: '4px' },
  '.cm-foreword-popup': { minWidth: '160px' },
  '.cm-foreword-popup, .cm-foreword-popup .cm-foreword-options': { flexDirection: 'column', gap: '0' },
  '.cm-foreword-popup .cm-foreword-pager': { justifyContent: 'flex-end' },

  // Its height stays the same with and without candidates.
  '.cm-foreword-docked': { height: '48px', padding: '4px', backgroundColor: 'var(--foreword-surface)' },
  '.cm-foreword-docked .cm-foreword-options': {
    flex: '1',
    flexWrap: 'nowrap',
    overflowX: 'auto',
    scrollbarWidth: 'none',
  },
  '.cm-foreword-docked .cm-foreword-option': {
    flex: '1 0 auto',
    maxWidth: '240px',
    minHeight: '40px',
    minWidth: '44px',
    justifyContent: 'center',
    fontSize: '1.1em',
  },
  '.cm-foreword-docked.cm-foreword-empty .cm-foreword-options': { visibility: 'hidden' },

  '@media (pointer: coarse)': {
    '.cm-foreword-tooltip .cm-foreword-option': { minHeight: '40px', minWidth: '40px' },
    '.cm-foreword-number': { display: 'none' },
  },
  '@media (prefers-reduced-motion: no-preference)': {
    '.cm-foreword-option': { transition: 'background-color 90ms ease-out' },
  },
  // Colours are the system's; what colour alone would say, borders and underlines say.
  '@media (forced-colors: active)': {
    '.cm-foreword-ghost': { color: 'GrayText' },
    '.cm-tooltip.cm-foreword-tooltip': { border: '1px solid CanvasText' },
    '.cm-foreword-option': { border: '1px solid transparent' },
    '.cm-foreword-option:hover': { borderColor: 'Highlight' },
    '.cm-foreword-option[aria-selected=true]': {
      forcedColorAdjust: 'none',
      backgroundColor: 'Highlight',
      color: 'HighlightText',
    },
    '.cm-foreword-ghosted .cm-foreword-text': { textDecorationColor: 'CanvasText' },
  },
});
