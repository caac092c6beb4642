import type { Text } from '@codemirror/state';
import { createPredictor, type MixturePredictor, type Pack, type Prediction } from '@foreword/core';
import { createPersonal } from '@foreword/core/personal';
import { Replay } from './replay.ts';
import { writtenWords } from './written-words.ts';

/** What an ideal writer of the text would have saved, in percent of its keys; undefined before the first word. */
export interface LearningSavings {
  readonly words: number;
  /** With a model that knows nothing at first and learns each word once it is written. */
  readonly withPercent: number | undefined;
  readonly withoutPercent: number | undefined;
}

/** Longest stretch of replaying between two chances to act, in milliseconds. */
const sliceMs = 8;
/** UTF-16 code units at the text's end that are replayed: some 10,000 words, which take seconds. */
const mostText = 60_000;

/**
 * Replays a text to the n-gram, with a model that learns beside it and without. Calls `show` as it gets on and at the end; stops when the signal
 * is aborted. What was learned before has no part in it: it has learned this very text.
 */
export async function measureSavings(
  pack: Pack,
  doc: Text,
  show: (savings: LearningSavings) => void,
  signal: AbortSignal,
): Promise<void> {
  const personal = createPersonal({ ngram: pack.ngram });
  const learning = { predictor: createPredictor(pack, { personal }), replay: new Replay() };
  const plain = { predictor: createPredictor(pack), replay: new Replay() };
  const showBoth = (): void =>
    show({
      words: plain.replay.words,
      withPercent: learning.replay.savedPercent,
      withoutPercent: plain.replay.savedPercent,
    });
  let until = 0;
  for (const word of writtenWords(doc, Math.max(0, doc.length - mostText), doc.length).words) {
    if (performance.now() > until) {
      showBoth();
      await new Promise((resolve) => setTimeout(resolve));
      if (signal.aborted) return;
      until = performance.now() + sliceMs;
    }
    for (const { predictor, replay } of [learning, plain]) await replay.add(word, asking(predictor));
    learning.predictor.learn(word.before, word.word);
  }
  showBoth();
}

function asking(predictor: MixturePredictor): (before: string, limit: number) => Promise<Prediction> {
  return async (before, limit) => predictor.predictNow(before, { limit });
}
