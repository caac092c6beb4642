import type { EditorState } from '@codemirror/state';

// A slow model reads at most a few hundred words back; more text would only be copied for nothing.
const MAX_BEFORE = 2000;
const MAX_AFTER = 100;

/** The text before `pos` as the predictor is given it: at most 2,000 UTF-16 code units, no half characters. */
export function textBefore(state: EditorState, pos: number): string {
  const text = state.sliceDoc(Math.max(0, pos - MAX_BEFORE), pos);
  return isLowSurrogate(text.charCodeAt(0)) ? text.slice(1) : text;
}

/** The text after `pos`, at most 100 UTF-16 code units of it, no half characters. */
export function textAfter(state: EditorState, pos: number): string {
  const text = state.sliceDoc(pos, Math.min(state.doc.length, pos + MAX_AFTER));
  return isHighSurrogate(text.charCodeAt(text.length - 1)) ? text.slice(0, -1) : text;
}

const isLowSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xdc00;
const isHighSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xd800;
