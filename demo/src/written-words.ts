import type { Text } from '@codemirror/state';
import { wordSpans } from '@foreword/core';

/** A word that was written, with the text before it. */
export interface WrittenWord {
  readonly before: string;
  readonly word: string;
  /** Whether a space follows, which taking the word would have typed. */
  readonly endsInSpace: boolean;
  /** Characters between the word before and this one, which every writer types. */
  readonly gap: number;
}

/** UTF-16 code units before the caret that models are given. */
const longestBefore = 2000;

/** The finished words between two places of a text, and where the last of them ends. */
export function writtenWords(doc: Text, from: number, head: number): { words: WrittenWord[]; to: number } {
  const start = Math.max(0, from - longestBefore);
  const text = doc.sliceString(start, head);
  const words: WrittenWord[] = [];
  let to = from - start;
  for (const span of wordSpans(text)) {
    // The last one may not be finished.
    if (span.start < from - start || span.end === text.length) continue;
    words.push({
      before: text.slice(Math.max(0, span.start - longestBefore), span.start),
      word: text.slice(span.start, span.end),
      endsInSpace: text[span.end] === ' ',
      gap: span.start - to,
    });
    to = span.end;
  }
  return { words, to: start + to };
}

/** What stands before a place of a text, as models are given it. */
export function textBefore(doc: Text, head: number): string {
  return doc.sliceString(Math.max(0, head - longestBefore), head);
}
