import type { ChangeSet, EditorState, Transaction } from '@codemirror/state';
import { type EditorView, logException, type PluginValue, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import { wordSpans } from '@foreword/core';
import { accepted, reverted } from './accepted.ts';
import { forewordOptions } from './options.ts';
import { textBefore } from './surroundings.ts';

/** A word to learn, once it is clear that it stays. */
interface PendingWord {
  readonly before: string;
  readonly word: string;
  readonly from: number;
}

/** Tells the predictor which words were written: an accepted one with the next edit that keeps it, a typed one with the white space after it. */
class Learner implements PluginValue {
  private readonly view: EditorView;
  private pending: PendingWord | null = null;
  /** Where the word that was learned last begins, so that none is learned twice. */
  private learnedFrom = -1;

  constructor(view: EditorView) {
    this.view = view;
  }

  update(update: ViewUpdate): void {
    for (const tr of update.transactions) {
      if (tr.docChanged) this.read(tr);
    }
  }

  destroy(): void {
    if (this.pending) this.learn(this.pending);
  }

  private read(tr: Transaction): void {
    if (tr.annotation(reverted) || tr.isUserEvent('undo')) this.pending = null;
    if (this.pending) this.learn(this.pending);
    this.pending = null;
    if (this.learnedFrom >= 0) this.learnedFrom = tr.changes.mapPos(this.learnedFrom, 1);
    const done = tr.annotation(accepted);
    if (done) {
      const from = done.from + done.inserted.indexOf(done.candidate.text);
      this.pending = { before: textBefore(tr.state, from), word: done.candidate.text, from };
    } else if (tr.isUserEvent('input') && !tr.isUserEvent('input.paste') && !tr.isUserEvent('input.drop')) {
      const finished = finishedWord(tr.startState, tr.changes);
      if (finished && finished.from !== this.learnedFrom) this.learn(finished);
    }
  }

  private learn({ before, word, from }: PendingWord): void {
    const options = this.view.state.facet(forewordOptions);
    this.learnedFrom = from;
    if (!options?.learn || options.isQuiet?.(this.view.state, Math.min(from, this.view.state.doc.length))) return;
    try {
      options.predictor.learn(before, word);
    } catch (error) {
      logException(this.view.state, error, 'foreword');
    }
  }
}

/** The extension's `Learner`. */
export const learner: ViewPlugin<PluginValue> = ViewPlugin.fromClass(Learner);

/** The word that the change ends by putting white space behind it and its punctuation, if it does. */
function finishedWord(state: EditorState, changes: ChangeSet): PendingWord | null {
  let end = -1;
  let count = 0;
  changes.iterChanges((fromA, toA, _fromB, _toB, inserted) => {
    count++;
    if (fromA === toA && inserted.toString().trim() === '') end = fromA;
  });
  if (count !== 1 || end < 0) return null;
  const text = textBefore(state, end);
  const span = wordSpans(text.slice(-200)).at(-1);
  if (span === undefined) return null;
  const cut = Math.max(0, text.length - 200);
  const word = text.slice(cut + span.start, cut + span.end);
  if (/\s/.test(text.slice(cut + span.end))) return null;
  return { before: text.slice(0, cut + span.start), word, from: end - text.length + cut + span.start };
}
