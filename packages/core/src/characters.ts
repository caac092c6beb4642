// Hot: every code unit of a training corpus passes through `characterClass`.

/** Joins nothing and belongs to no word: punctuation, symbols, emoji, control characters, lone surrogates. */
export const OTHER = 1;
/** A letter or digit of a script that puts spaces between words. */
export const WORD = 2;
/** Continues a word but never starts one: combining marks, zero-width joiners, soft hyphens. */
export const EXTEND = 3;
/** A letter or mark of a script without spaces between words. */
export const SPACELESS = 4;
/** Joins two letters or digits into one word: apostrophes, hyphens, full stop, underscore. */
export const JOINER = 5;
/** Joins two digits only: comma, colon, slash. */
export const DIGIT_JOINER = 6;
/** White space, line breaks included. */
export const SPACE = 7;

/** What a character does to words: one of the constants of this module. */
export type CharacterClass = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Class of the character whose first code unit is at `index`. A surrogate pair is two code units of one class. */
export function characterClass(text: string, index: number): CharacterClass {
  const unit = text.charCodeAt(index);
  const known = classes[unit];
  if (known !== 0) return known as CharacterClass;
  if (unit < 0xd800 || unit > 0xdfff) {
    const found = classify(String.fromCharCode(unit));
    classes[unit] = found;
    return found;
  }
  return classify(String.fromCodePoint(text.codePointAt(index)!));
}

/** Class of the last character of a text; 0 for an empty one. */
export function lastCharacterClass(text: string): CharacterClass | 0 {
  const last = text.length - 1;
  if (last < 0) return 0;
  const isPair = isLowSurrogate(text.charCodeAt(last)) && isHighSurrogate(text.charCodeAt(last - 1));
  return characterClass(text, isPair ? last - 1 : last);
}

/** Whether a code unit is the first half of a surrogate pair. */
export function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Whether a code unit is the second half of a surrogate pair. */
export function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Whether a code unit is an ASCII digit. */
export function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** Classes of the basic plane's code units, filled as they are met; 0 is not yet met. Surrogates stay 0: they mean nothing alone. */
const classes = new Uint8Array(0x10000);

const joiners = "'’ʼ＇-‐‑._׳״·";
const digitJoiners = ',:/';
// Zero-width non-joiner and joiner (Persian, Indic scripts) and the soft hyphen stand inside words.
const invisibleInsideWords = '\u200c\u200d\u00ad';
const spaceless =
  /(?=[\p{L}\p{M}\p{N}])[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

function classify(character: string): CharacterClass {
  if (joiners.includes(character)) return JOINER;
  if (digitJoiners.includes(character)) return DIGIT_JOINER;
  if (/\s/u.test(character)) return SPACE;
  if (invisibleInsideWords.includes(character)) return EXTEND;
  if (spaceless.test(character)) return SPACELESS;
  if (/[\p{L}\p{N}]/u.test(character)) return WORD;
  return /\p{M}/u.test(character) ? EXTEND : OTHER;
}
