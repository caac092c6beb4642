import { EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import type { Candidate } from '@foreword/core';
import { ghostOf } from './accept.ts';
import { candidates } from './offer.ts';
import { forewordOptions } from './options.ts';

// Shorter pauses fall between two letters of one word; a screen reader would never come to an end.
const PAUSE_MS = 700;

/** Reads the candidates to screen readers once the user pauses, through the editor's own polite live region. */
class Announcer implements PluginValue {
  private readonly view: EditorView;
  private timer = -1;
  private last = '';

  constructor(view: EditorView) {
    this.view = view;
  }

  update(update: ViewUpdate): void {
    if (!update.docChanged && !update.selectionSet && candidates(update.startState) === candidates(update.state))
      return;
    clearTimeout(this.timer);
    const offer = candidates(update.state);
    // While one is actively chosen, the option itself is read.
    if (offer === null || offer.selected >= 0 || !update.state.facet(forewordOptions)?.announce) return;
    this.timer = setTimeout(() => this.announce(), PAUSE_MS);
  }

  destroy(): void {
    clearTimeout(this.timer);
  }

  private announce(): void {
    const { state } = this.view;
    const words = (candidates(state)?.candidates ?? []).filter(
      (candidate): candidate is Candidate => candidate !== null,
    );
    if (words.length === 0) return;
    const list = words.map(({ text }) => text).join(', ');
    const ghost = ghostOf(state);
    const text =
      ghost && state.facet(forewordOptions)?.keys.acceptGhost === 'Tab'
        ? state.phrase('Suggestions: $1. Tab accepts $2.', list, ghost.candidate.text)
        : state.phrase('Suggestions: $1.', list);
    if (text === this.last) return;
    this.last = text;
    this.view.dispatch({ effects: EditorView.announce.of(text) });
  }
}

/** The extension's `Announcer`. */
export const announcer: ViewPlugin<PluginValue> = ViewPlugin.fromClass(Announcer);
