import type { Extension, Text } from '@codemirror/state';
import { ViewPlugin } from '@codemirror/view';
import { wordSpans } from '@foreword/core';

/** How long a text is. */
export interface Length {
  readonly characters: number;
  /** Absent while they are being counted. */
  readonly words?: number;
}

/** Rest after the last change before words are counted, in milliseconds. */
const restMs = 250;
/** Longest stretch of counting between two chances to type, in milliseconds. */
const sliceMs = 4;

/** Tells the length of the text after each change: its characters at once, its words when the writer rests. */
export function measureLength(onLength: (length: Length) => void): Extension {
  return ViewPlugin.define((view) => {
    let timer: number | undefined;
    let counting: Generator<undefined, number> | undefined;
    const advance = (): void => {
      const until = performance.now() + sliceMs;
      while (counting !== undefined && performance.now() < until) {
        const { done, value } = counting.next();
        if (!done) continue;
        counting = undefined;
        onLength({ characters: view.state.doc.length, words: value });
      }
      if (counting !== undefined) timer = setTimeout(advance);
    };
    const restart = (delayMs: number): void => {
      clearTimeout(timer);
      const characters = view.state.doc.length;
      onLength(characters === 0 ? { characters, words: 0 } : { characters });
      counting = countByLine(view.state.doc);
      timer = setTimeout(advance, delayMs);
    };
    restart(0);
    return {
      update(update) {
        if (update.docChanged) restart(restMs);
      },
      destroy() {
        clearTimeout(timer);
      },
    };
  });
}

/** Words of a text, counted at once. */
export function countWords(doc: Text): number {
  const counting = countByLine(doc);
  for (;;) {
    const { done, value } = counting.next();
    if (done) return value;
  }
}

/** Counts words, pausing after each line. */
function* countByLine(doc: Text): Generator<undefined, number> {
  let words = 0;
  for (const line of doc.iterLines()) {
    words += wordSpans(line).length;
    yield;
  }
  return words;
}
