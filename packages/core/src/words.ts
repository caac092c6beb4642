// Hot: the trainer reads its whole corpus through `wordSpans`.
import {
  type CharacterClass,
  characterClass,
  DIGIT_JOINER,
  EXTEND,
  isDigit,
  isHighSurrogate,
  JOINER,
  SPACELESS,
  WORD,
} from './characters.ts';

/** A piece of a text: `text.slice(start, end)`, in UTF-16 code units. */
export interface WordSpan {
  /** Its first code unit. */
  readonly start: number;
  /** The code unit after its last. */
  readonly end: number;
}

/**
 * The form every model counts in: NFC, lower case by Unicode's rules for no language in particular, `’ʼ＇` as `'`,
 * `‐‑` as `-`, without soft hyphens. Applying it twice changes nothing more.
 */
export function normalizeWord(word: string): string {
  if (/^[a-z0-9'-]*$/.test(word)) return word;
  return word
    .normalize('NFC')
    .toLowerCase()
    .replace(/[’ʼ＇]/g, "'")
    .replace(/[‐‑]/g, '-')
    .replaceAll('\u00ad', '')
    .normalize('NFC');
}

/**
 * The words of running text, in order. A word is letters, marks and digits, joined inside by single apostrophes, hyphens,
 * full stops and underscores (`don't`, `well-known`, `U.S`, `foo.com`) and between digits by `,:/` (`1,000`, `7:30`).
 * An e-mail address or a URL is one word; emoji, symbols and other punctuation are none. Runs of scripts without
 * spaces (Han, Kana, Thai, Lao, Khmer, Myanmar) are divided by `Intl.Segmenter`. Linear in the text's length.
 */
export function wordSpans(text: string): WordSpan[] {
  const spans: WordSpan[] = [];
  let index = 0;
  while (index < text.length) {
    const kind = characterClass(text, index);
    if (kind === WORD) {
      const end = addressEnd(text, index, wordEnd(text, index));
      if (!isKeycap(text, index, end)) spans.push({ start: index, end });
      index = end;
    } else if (kind === SPACELESS) {
      index = segmentRun(text, index, spans);
    } else {
      index += width(text, index);
    }
  }
  return spans;
}

/** End of the word that starts at `start` with a letter or digit. */
function wordEnd(text: string, start: number): number {
  let index = start;
  let end = start;
  while (index < text.length) {
    const kind = characterClass(text, index);
    if (kind === WORD || kind === EXTEND) {
      index += width(text, index);
      end = index;
    } else if (joinsNext(text, index, kind)) {
      index++;
    } else {
      break;
    }
  }
  return end;
}

/** Whether the joiner at `index`, after a letter, mark or digit, carries on into the next character. */
function joinsNext(text: string, index: number, kind: CharacterClass): boolean {
  if (index + 1 >= text.length) return false;
  if (kind === JOINER) return characterClass(text, index + 1) === WORD;
  return kind === DIGIT_JOINER && isDigit(text.charCodeAt(index - 1)) && isDigit(text.charCodeAt(index + 1));
}

// RFC 5321 limits the local part to 64 units, which also keeps the search linear.
const email = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*/uy;
const url = /[^\s<>"“”]+/y;

/** End of the e-mail address or URL that the word `start…end` begins, or `end` if it begins none. */
function addressEnd(text: string, start: number, end: number): number {
  const next = text.charCodeAt(end);
  if (next === 0x40 /* @ */ || next === 0x2b /* + */) {
    email.lastIndex = start;
    return email.test(text) ? Math.max(end, email.lastIndex) : end;
  }
  const startsUrl =
    (next === 0x3a /* : */ && text.startsWith('://', end)) ||
    (next === 0x2f /* / */ && /^www\./i.test(text.slice(start, start + 4)));
  if (!startsUrl) return end;
  url.lastIndex = end;
  url.test(text);
  let last = url.lastIndex;
  while (last > end && ".,;:!?'’)]}…".includes(text[last - 1]!)) last--;
  return last;
}

/** Keycap emoji such as 1️⃣ begin with a digit but are no words. */
function isKeycap(text: string, start: number, end: number): boolean {
  return end - start > 1 && text.charCodeAt(start + 1) === 0xfe0f;
}

let segmenter: Intl.Segmenter | undefined;

/** Divides the run of a script without spaces that starts at `start`; returns the run's end. */
function segmentRun(text: string, start: number, spans: WordSpan[]): number {
  let end = start;
  while (end < text.length) {
    const kind = characterClass(text, end);
    if (kind !== SPACELESS && kind !== EXTEND) break;
    end += width(text, end);
  }
  segmenter ??= new Intl.Segmenter('en', { granularity: 'word' });
  for (const segment of segmenter.segment(text.slice(start, end))) {
    if (segment.isWordLike === false) continue;
    spans.push({ start: start + segment.index, end: start + segment.index + segment.segment.length });
  }
  return end;
}

function width(text: string, index: number): number {
  return isHighSurrogate(text.charCodeAt(index)) && text.codePointAt(index)! > 0xffff ? 2 : 1;
}
