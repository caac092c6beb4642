import { history, redo, undo } from '@codemirror/commands';
import { EditorSelection, EditorState, type Extension, type StateCommand, type Transaction } from '@codemirror/state';
import type { Composition } from '@foreword/core/pinyin';
import { FakePinyinEngine } from '../../../../e2e/pages/fake-pinyin-engine.ts';
import { candidatePage, composing } from '../../src/pinyin/composing.ts';
import type { PinyinInputOptions } from '../../src/pinyin/options.ts';
import { pinyinInput } from '../../src/pinyin/pinyin-input.ts';
import { reactionTo } from '../../src/pinyin/reaction.ts';

/** A user at an editor that has no screen and the input method on. */
export class Typist {
  state: EditorState;
  readonly engine: FakePinyinEngine = new FakePinyinEngine();
  readonly transactions: Transaction[] = [];

  /** `|` in `text` is the caret. */
  constructor(text = '|', options: Partial<PinyinInputOptions> = {}, extensions: Extension = []) {
    this.state = EditorState.create({
      doc: text.replace('|', ''),
      selection: { anchor: text.indexOf('|') },
      extensions: [
        extensions,
        pinyinInput({ engine: this.engine, slots: 5, ...options }),
        history(),
        EditorState.allowMultipleSelections.of(true),
      ],
    });
  }

  /** Presses keys, named as in `KeyboardEvent.key`; true for each that the input method took. What it leaves types itself. */
  press(...keys: string[]): boolean[] {
    return keys.map((key) => {
      const shift = key.startsWith('Shift-');
      const name = shift ? key.slice('Shift-'.length) : key;
      const reaction = reactionTo(this.state, name, shift);
      if (reaction?.command) this.run(reaction.command);
      const text = reaction === null ? ownText(name) : reaction.text;
      if (text !== undefined) this.insert(text);
      return reaction !== null;
    });
  }

  /** Presses a key for each character. */
  type(text: string): this {
    this.press(...text);
    return this;
  }

  /** Text that comes in without the input method: pasted, or typed by a key it left alone. */
  insert(text: string, userEvent = 'input.type'): void {
    this.apply(this.state.update(this.state.replaceSelection(text), { userEvent }));
  }

  moveTo(anchor: number, head = anchor): void {
    this.apply(this.state.update({ selection: EditorSelection.single(anchor, head), userEvent: 'select.pointer' }));
  }

  undo(): void {
    this.run(undo);
  }

  redo(): void {
    this.run(redo);
  }

  run(command: StateCommand): boolean {
    return command({ state: this.state, dispatch: (tr) => this.apply(tr) });
  }

  apply(tr: Transaction): void {
    this.transactions.push(tr);
    this.state = tr.state;
  }

  /** The document with `|` at the caret. */
  get text(): string {
    const { head } = this.state.selection.main;
    return `${this.state.sliceDoc(0, head)}|${this.state.sliceDoc(head)}`;
  }

  /** The composition with `|` at its caret and choices in brackets; null while there is none. */
  get preedit(): string | null {
    const value = composing(this.state);
    return value && preeditText(value.composition);
  }

  /** The candidates on show, `*` before the selected one; null while there are none. */
  get shown(): string | null {
    const page = candidatePage(this.state);
    return page?.candidates.map(({ text }, slot) => (slot === page.selected ? '*' : '') + text).join(' ') ?? null;
  }
}

function preeditText({ letters, caret, chosen }: Composition): string {
  const rest = chosen.at(-1)?.end ?? 0;
  const choices = chosen.map(({ text, end }) => `[${text}]${caret === end && end < rest ? '|' : ''}`);
  const start = caret === 0 && rest > 0 ? '|' : '';
  return (
    start +
    choices.join('') +
    (caret >= rest ? `${letters.slice(rest, caret)}|${letters.slice(caret)}` : letters.slice(rest))
  );
}

function ownText(key: string): string | undefined {
  return [...key].length === 1 ? key : undefined;
}
