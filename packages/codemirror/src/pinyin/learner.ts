import type { Extension, Transaction } from '@codemirror/state';
import { EditorView, logException } from '@codemirror/view';
import type { ReadWord } from '@foreword/core/pinyin';
import { isPrivateField } from '../private-field.ts';
import { type Committed, committed } from './committed.ts';
import { pinyinOptions } from './options.ts';

/** Tells the engine which words were committed, unless it is to learn nothing here. */
export const learner: Extension = EditorView.updateListener.of(({ transactions, view }) => {
  for (const tr of transactions) {
    const done = tr.annotation(committed);
    if (done) learn(done, tr, view);
  }
});

function learn(done: Committed, { startState }: Transaction, view: EditorView): void {
  const options = view.state.facet(pinyinOptions);
  if (!options?.learn || options.isQuiet?.(startState, startState.selection.main.from)) return;
  if (isPrivateField(view.contentDOM)) return;
  for (const { before, words, isOne } of lessonsOf(done)) {
    try {
      options.engine.learn(before, words, isOne);
    } catch (error) {
      logException(view.state, error, 'foreword');
    }
  }
}

/** Words to learn, in order, after the text before them. */
export interface Lesson {
  readonly before: string;
  readonly words: readonly ReadWord[];
  /** Whether they were chosen one after the other. */
  readonly isOne: boolean;
}

/** The words that were chosen, up to and behind what is no word: an English one, a piece of one. */
export function lessonsOf({ before, composition }: Committed): Lesson[] {
  const lessons: { before: string; words: ReadWord[]; isOne: boolean }[] = [];
  let text = before;
  let goesOn = false;
  for (const choice of composition.chosen) {
    const last = lessons.at(-1);
    if (choice.words.length > 0 && goesOn && last !== undefined) {
      last.words.push(...choice.words);
      last.isOne = true;
    } else if (choice.words.length > 0) {
      lessons.push({ before: text, words: [...choice.words], isOne: false });
    }
    goesOn = choice.words.length > 0;
    text += choice.text;
  }
  return lessons;
}
