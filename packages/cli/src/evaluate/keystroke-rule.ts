/** The text an ideal user types, as a rule cleans a line, and the words in it that can be predicted. */
export interface TypedLine {
  readonly text: string;
  /** Start and end of each word, in UTF-16 code units of `text`, in order: `[start, end, start, end, …]`. */
  readonly wordBounds: readonly number[];
}

/**
 * One definition of keystroke savings, KS = 100 · (C − K) / C: C keys type the text without prediction, K with it.
 * In all of them a key costs 1 and choosing a slot costs 1, slots are also offered before a word's first letter,
 * and case does not count.
 */
export interface KeystrokeRule {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** Slots of the definition itself; `ks1`, `ks3` and `ks5` are given besides. */
  readonly slots: number;
  /** True: choosing a slot also types the space that follows. */
  readonly typesSpace: boolean;
  /** True: the last word of a line is followed by a space too. */
  readonly endsLineWithSpace: boolean;
  /** Keys counted in both C and K at the end of each line, beyond its text: 0 or 1. */
  readonly keysPerLine: number;
  /** Keys counted in K once per text. */
  readonly keysPerText: number;
  typedLine(line: string): TypedLine;
}

/**
 * Vertanen's keystroke_savings.py (TextSlinger), `--strip-symbols --predict-lower`: all but letters and apostrophes becomes white
 * space, white space collapses, no space after a line's last word. Widened in two ways that change nothing in plain English text:
 * letters of every alphabet count, and an apostrophe that is a quotation mark (nothing wordlike on one of its sides) is a symbol.
 */
const vertanen: KeystrokeRule = {
  name: 'vertanen',
  summary: 'letters and apostrophes only; a slot also types the space (default; Vertanen, TextSlinger)',
  slots: 5,
  typesSpace: true,
  endsLineWithSpace: false,
  keysPerLine: 0,
  keysPerText: 0,
  typedLine: (line) => wordsOnly(line, /[\p{L}\p{M}']+/gu),
};

export const keystrokeRules: readonly KeystrokeRule[] = [
  vertanen,
  {
    ...vertanen,
    name: 'vertanen-digits',
    summary: 'as vertanen, but digits and the hyphens inside words are kept',
    typedLine: (line) => wordsOnly(line, /[\p{L}\p{M}\p{N}']+(?:-[\p{L}\p{M}\p{N}']+)*/gu),
  },
  {
    ...vertanen,
    name: 'trnka-mccoy',
    summary:
      '5 slots; one more key, with and without prediction, ends each line (Trnka & McCoy 2008, immediate prediction)',
    keysPerLine: 1,
    typedLine: (line) => wordsOnly(line, /[\p{L}\p{M}\p{N}']+(?:-[\p{L}\p{M}\p{N}']+)*/gu),
  },
  {
    ...vertanen,
    name: 'presage',
    summary: "6 slots; every word is followed by a space; K starts at 1 (Presage's simulator)",
    slots: 6,
    endsLineWithSpace: true,
    keysPerText: 1,
    typedLine: (line) => wordsOnly(line, /[\p{L}\p{M}\p{N}']+(?:-[\p{L}\p{M}\p{N}']+)*/gu),
  },
  {
    name: 'onboard',
    summary: "10 slots; the text as written, a slot types no space (Onboard's ksr)",
    slots: 10,
    typesSpace: false,
    endsLineWithSpace: false,
    keysPerLine: 0,
    keysPerText: 0,
    typedLine(line) {
      const text = straighten(line).replace(/\s+/g, ' ').trim();
      return {
        text,
        wordBounds: [...text.matchAll(/[\p{L}\p{M}\p{N}_'-]+/gu)].flatMap((m) => [m.index, m.index + m[0].length]),
      };
    },
  },
];

/** The words that `pattern` finds in the line, joined by single spaces. */
function wordsOnly(line: string, pattern: RegExp): TypedLine {
  const wordBounds: number[] = [];
  let text = '';
  for (const [word] of straighten(line).replace(quotationMarks, ' ').matchAll(pattern)) {
    if (text !== '') text += ' ';
    wordBounds.push(text.length, text.length + word.length);
    text += word;
  }
  return { text, wordBounds };
}

const quotationMarks = /(?<![\p{L}\p{M}\p{N}])'|'(?![\p{L}\p{M}\p{N}])/gu;

/** NFC with straight apostrophes, as one typed them. */
function straighten(line: string): string {
  return line.normalize('NFC').replace(/[’ʼ＇]/g, "'");
}
