import type { ChangeSet, EditorState, Transaction } from '@codemirror/state';
import { type EditorView, logException, type PluginValue, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import { normalizeWord, type Predictor, type WordOrigin, wordSpans } from '@foreword/core';
import { accepted, reverted } from './accepted.ts';
import { forewordOptions } from './options.ts';
import { isPrivateField } from './private-field.ts';
import { textBefore } from './surroundings.ts';

/** A word in the text. */
interface WrittenWord {
  readonly before: string;
  readonly word: string;
  readonly from: number;
}

/**
 * Tells the predictor which words were written: an accepted one with the next edit that keeps it, a typed one with the white space
 * after it; and which were taken back: an accepted one that is reverted, a learned one that is written anew right away.
 */
class Learner implements PluginValue {
  private readonly view: EditorView;
  /** Accepted, not yet learned. */
  private pending: WrittenWord | null = null;
  /** Learned last: a word that ends where it begins is the same one, or its correction. */
  private learned: WrittenWord | null = null;

  constructor(view: EditorView) {
    this.view = view;
  }

  update(update: ViewUpdate): void {
    for (const tr of update.transactions) {
      if (tr.docChanged) this.read(tr);
    }
  }

  destroy(): void {
    if (this.pending) this.learn(this.pending, 'accepted');
  }

  private read(tr: Transaction): void {
    if (this.pending && tr.annotation(reverted)) this.reject(this.pending);
    else if (this.pending && !tr.isUserEvent('undo')) this.learn(this.pending, 'accepted');
    this.pending = null;
    if (this.learned) this.learned = { ...this.learned, from: tr.changes.mapPos(this.learned.from, 1) };
    const done = tr.annotation(accepted);
    if (done) {
      const from = done.from + done.inserted.indexOf(done.candidate.text);
      this.pending = { before: textBefore(tr.state, from), word: done.candidate.text, from };
    } else if (tr.isUserEvent('input') && !tr.isUserEvent('input.paste') && !tr.isUserEvent('input.drop')) {
      const finished = finishedWord(tr.startState, tr.changes);
      if (finished) this.finish(finished);
    }
  }

  private finish(word: WrittenWord): void {
    if (this.learned?.from === word.from) {
      if (normalizeWord(this.learned.word) === normalizeWord(word.word)) return;
      this.reject(this.learned);
    }
    this.learn(word, 'typed');
  }

  private learn(word: WrittenWord, origin: WordOrigin): void {
    this.learned = word;
    this.tell(word, (predictor) => predictor.learn(word.before, word.word, origin));
  }

  private reject(word: WrittenWord): void {
    this.tell(word, (predictor) => predictor.reject(word.before, word.word));
  }

  private tell({ from }: WrittenWord, say: (predictor: Predictor) => void): void {
    const { state } = this.view;
    const options = state.facet(forewordOptions);
    if (!options?.learn || options.isQuiet?.(state, Math.min(from, state.doc.length))) return;
    if (isPrivateField(this.view.contentDOM)) return;
    try {
      say(options.predictor);
    } catch (error) {
      logException(state, error, 'foreword');
    }
  }
}

/** The extension's `Learner`. */
export const learner: ViewPlugin<PluginValue> = ViewPlugin.fromClass(Learner);

/** The word that the change ends by putting white space behind it and its punctuation, if it does. */
function finishedWord(state: EditorState, changes: ChangeSet): WrittenWord | null {
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
