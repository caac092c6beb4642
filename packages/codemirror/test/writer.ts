import { history } from '@codemirror/commands';
import {
  EditorSelection,
  EditorState,
  type Extension,
  type StateCommand,
  type Transaction,
  type TransactionSpec,
} from '@codemirror/state';
import { type Candidate, type Predictor, readContext } from '@foreword/core';
import { foreword } from '../src/foreword.ts';
import { candidates } from '../src/index.ts';
import { answerEffect, focusEffect } from '../src/offer.ts';
import type { ForewordOptions } from '../src/options.ts';

/** A user at an editor that has no screen: types, moves, runs commands, and is answered when the test says so. */
export class Writer {
  state: EditorState;
  readonly transactions: Transaction[] = [];

  /** `|` in `text` is the caret. */
  constructor(text = '|', options: Partial<ForewordOptions> = {}, extensions: Extension = []) {
    this.state = EditorState.create({
      doc: text.replace('|', ''),
      selection: { anchor: text.indexOf('|') },
      extensions: [extensions, foreword({ predictor: silentPredictor, ...options }), history()],
    });
    this.dispatch({ effects: focusEffect.of(true) });
  }

  dispatch(...specs: TransactionSpec[]): Transaction {
    return this.apply(this.state.update(...specs));
  }

  type(text: string, userEvent = 'input.type'): Transaction {
    const { main } = this.state.selection;
    return this.dispatch({
      changes: { from: main.from, to: main.to, insert: text },
      selection: { anchor: main.from + text.length },
      userEvent,
    });
  }

  backspace(): Transaction {
    const { head } = this.state.selection.main;
    return this.dispatch({ changes: { from: head - 1, to: head }, userEvent: 'delete.backward' });
  }

  moveTo(anchor: number, head = anchor): Transaction {
    return this.dispatch({ selection: EditorSelection.single(anchor, head), userEvent: 'select' });
  }

  /** The predictor's answer to the text as it stands: these words, the likeliest first. */
  answer(words: string, final = true): this {
    return this.answerWith(words.split(' ').filter(Boolean), final);
  }

  /** The same, for candidates that have spaces. */
  answerWith(texts: readonly string[], final = true): this {
    const pos = this.state.selection.main.head;
    const { prefixLength } = readContext(this.state.sliceDoc(0, pos));
    const answer = { pos, prefixLength, ranked: texts.map(candidate), final, ms: 1, firstMs: 1 };
    this.dispatch({ effects: answerEffect.of(answer) });
    return this;
  }

  run(command: StateCommand): boolean {
    return command({ state: this.state, dispatch: (tr) => void this.apply(tr) });
  }

  /** The text with `|` at the caret. */
  get text(): string {
    const { head } = this.state.selection.main;
    return `${this.state.sliceDoc(0, head)}|${this.state.sliceDoc(head)}`;
  }

  /** The candidates shown, by slot; `-` for a slot that waits; null when nothing is shown. */
  get shown(): string | null {
    return (
      candidates(this.state)
        ?.candidates.map((each) => each?.text ?? '-')
        .join(' ') ?? null
    );
  }

  private apply(tr: Transaction): Transaction {
    this.transactions.push(tr);
    this.state = tr.state;
    return tr;
  }
}

/** Never answers: the tests do, through `Writer.answer`. */
export const silentPredictor: Predictor = {
  async *predict() {},
  predictNow: (before) => ({ context: readContext(before), candidates: [], final: true }),
  learn() {},
  reject() {},
  async close() {},
};

export function candidate(text: string): Candidate {
  return { text, word: text.toLowerCase(), logProb: -1, evidence: [{ model: 'ngram', logProb: -1, weight: 1 }] };
}
