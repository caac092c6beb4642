// Hot: the trainer reads its whole corpus through `sentenceSpans`.
import { characterClass, isDigit, SPACE, WORD } from './characters.ts';
import type { WordSpan } from './words.ts';

/**
 * The sentences of running text, without the white space around them. One ends after `. ! ? …` and closing quotes or
 * brackets before white space or the text's end, after `。！？` anywhere, and at every line break. A full stop ends none
 * after a common abbreviation (`Mr.`, `e.g.`), an initial (`J.`) or inside a number. Whether a sentence ends never
 * depends on the words after it, so text that is being typed reads as it will read once finished.
 */
export function sentenceSpans(text: string): WordSpan[] {
  const spans: WordSpan[] = [];
  let start = 0;
  while (start < text.length) {
    const found = sentenceBreak(text, start);
    const end = found === -1 ? text.length : found;
    pushTrimmed(text, start, end, spans);
    start = end;
  }
  return spans;
}

/** Where the sentence ends that `text` from `from` on begins with; -1 when it is unfinished. */
export function sentenceBreak(text: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === LINE_FEED || unit === CARRIAGE_RETURN || unit === 0x2028 || unit === 0x2029) return index + 1;
    if (!isTerminator(unit)) continue;
    let end = index + 1;
    while (end < text.length && isTerminator(text.charCodeAt(end))) end++;
    const single = end === index + 1;
    while (end < text.length && closers.includes(text[end]!)) end++;
    if (fullWidthTerminators.includes(text[index]!)) return end;
    const endsHere = end === text.length || characterClass(text, end) === SPACE;
    if (endsHere && !(single && unit === FULL_STOP && isAbbreviation(text, index))) return end;
    index = end - 1;
  }
  return -1;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const FULL_STOP = 0x2e;
const fullWidthTerminators = '。！？';
const otherTerminators = `…؟۔।${fullWidthTerminators}`;
const closers = '"\'”’»)]}」』）';

function isTerminator(unit: number): boolean {
  if (unit < 0x80) return unit === FULL_STOP || unit === 0x21 || unit === 0x3f;
  return otherTerminators.includes(String.fromCharCode(unit));
}

// Words that end sentences about as often as they abbreviate something ("no", "sun", "fig") are left out.
const abbreviations = new Set(
  (
    'mr mrs ms mx dr prof rev hon gen gov sen rep sgt capt cpt col lt maj cmdr st jr sr messrs mme mlle ' +
    'vs etc eg ie cf al approx dept ed eds vol pp inc ltd co corp bros ave blvd rd mt ft ' +
    'jan feb apr jun jul aug sep sept oct nov dec tue tues wed thu thur thurs fri'
  ).split(' '),
);

/** Whether the full stop at `index` belongs to the word before it. */
function isAbbreviation(text: string, index: number): boolean {
  let start = index;
  // Longer words are no abbreviations; the limit keeps the search linear.
  while (start > 0 && index - start < 12 && (text.charCodeAt(start - 1) === FULL_STOP || isLetter(text, start - 1))) {
    start--;
  }
  // The letters of "21st" and "3D" are no words.
  if (start > 0 && characterClass(text, start - 1) === WORD) return false;
  const word = text.slice(start, index);
  if (word.length === 1) return word !== 'I' && word !== word.toLowerCase();
  return abbreviations.has(word.toLowerCase()) || /^(?:\p{L}\.)+\p{L}$/u.test(word);
}

function isLetter(text: string, index: number): boolean {
  return characterClass(text, index) === WORD && !isDigit(text.charCodeAt(index));
}

function pushTrimmed(text: string, start: number, end: number, spans: WordSpan[]): void {
  while (start < end && characterClass(text, start) === SPACE) start++;
  while (end > start && characterClass(text, end - 1) === SPACE) end--;
  if (start < end) spans.push({ start, end });
}
