import { characterClass, isHighSurrogate, isLowSurrogate, SPACE } from './characters.ts';
import { sentenceBreak } from './sentences.ts';
import type { PredictionContext } from './types.ts';
import { normalizeWord, type WordSpan, wordSpans } from './words.ts';

/**
 * Reads the text before the caret as models see it. Only its last 400 code units are looked at, from the next white space
 * on, so the cost does not grow with the text. Words of Han and Kana are never an unfinished prefix: an input
 * method has finished them.
 */
export function readContext(before: string): PredictionContext {
  const start = windowStart(before);
  const recent = before.slice(start);
  const sentence = recent.slice(unfinishedSentenceStart(recent));
  const spans = wordSpans(sentence);
  const prefixStart = unfinishedWordStart(sentence, spans);
  const prefix = sentence.slice(prefixStart);
  const words: string[] = [];
  for (const span of spans) {
    if (span.start < prefixStart) words.push(normalizeWord(sentence.slice(span.start, span.end)));
  }
  return { text: before, words, prefix: prefix.normalize('NFC'), prefixLength: prefix.length };
}

/**
 * The part of the word at the caret that stands after it: `ld` in `wor|ld`, `'t` in `don|'t`. Empty where the caret is
 * before, after or between words.
 */
export function wordRemainder(before: string, after: string): string {
  if (before === '' || after === '') return '';
  const recent = before.slice(windowStart(before));
  const upcoming = after.slice(0, LONGEST_REMAINDER);
  const caret = recent.length;
  for (const { start, end } of wordSpans(recent + upcoming)) {
    if (start < caret && end > caret && !endsInInputMethodScript(recent)) return upcoming.slice(0, end - caret);
  }
  return '';
}

/** Whether the caret stands between the two halves of a surrogate pair. */
export function splitsCharacter(before: string, after: string): boolean {
  return isHighSurrogate(before.charCodeAt(before.length - 1)) && isLowSurrogate(after.charCodeAt(0));
}

const WINDOW = 400;
const LONGEST_REMAINDER = 64;

/** Start of the last `WINDOW` code units, moved on to the next white space so that no word is cut, if there is any. */
function windowStart(text: string): number {
  const earliest = text.length - WINDOW;
  if (earliest <= 0) return 0;
  for (let index = earliest; index < text.length; index++) {
    if (characterClass(text, index) === SPACE) return index;
  }
  return isLowSurrogate(text.charCodeAt(earliest)) ? earliest + 1 : earliest;
}

function unfinishedSentenceStart(text: string): number {
  let start = 0;
  for (let found = 0; found !== -1; found = sentenceBreak(text, start)) start = found;
  return start;
}

/** Where the unfinished word at the end of `sentence` starts; its length when the last word is finished. */
function unfinishedWordStart(sentence: string, spans: readonly WordSpan[]): number {
  const last = spans.at(-1);
  if (last === undefined || endsInInputMethodScript(sentence)) return sentence.length;
  // "don'" and "well-" are words that go on; so is an e-mail address after its @.
  const tail = sentence.slice(last.end);
  return tail === '' || /^['’ʼ＇‐‑@_-]$/.test(tail) ? last.start : sentence.length;
}

function endsInInputMethodScript(text: string): boolean {
  return /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]$/u.test(text.slice(-2));
}
