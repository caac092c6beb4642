import { EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import { candidatePage, composing } from './composing.ts';
import { pinyinOptions } from './options.ts';

// Shorter pauses fall between two letters of one word; a screen reader would never come to an end.
const PAUSE_MS = 700;

/** Reads the candidates to screen readers once the user pauses, through the editor's own polite live region. */
class Announcer implements PluginValue {
  private readonly view: EditorView;
  private timer = -1;

  constructor(view: EditorView) {
    this.view = view;
  }

  update({ startState, state }: ViewUpdate): void {
    const value = composing(state);
    if (value === composing(startState)) return;
    clearTimeout(this.timer);
    // Once the user moves among them, the option itself is read.
    if (value === null || value.hasMoved || !state.facet(pinyinOptions)?.announce) return;
    this.timer = setTimeout(() => this.announce(), PAUSE_MS);
  }

  destroy(): void {
    clearTimeout(this.timer);
  }

  private announce(): void {
    const { state } = this.view;
    const shown = candidatePage(state)?.candidates ?? [];
    if (shown.length === 0) return;
    const list = shown.map(({ text }, slot) => `${slot + 1} ${text}`).join(', ');
    this.view.dispatch({ effects: EditorView.announce.of(state.phrase('Candidates: $1.', list)) });
  }
}

/** The extension's `Announcer`. */
export const announcer: ViewPlugin<PluginValue> = ViewPlugin.fromClass(Announcer);
