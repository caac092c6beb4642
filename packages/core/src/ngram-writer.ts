import { assembleNgramFile, MAX_ORDER, MAX_WORDS, type Section, SectionKind } from './ngram-format.ts';
import type { NgramLevel, NgramTable } from './ngram-table.ts';
import { quantize } from './quantizer.ts';
import {
  CaseForm,
  capitalise,
  compareUtf8,
  FIRST_WORD,
  MAX_WORD_BYTES,
  OFFENSIVE_BIT,
  SPECIAL_WORDS,
} from './vocabulary.ts';

export interface NgramWriterOptions {
  /** One-byte codes instead of 32-bit numbers. Default true. */
  readonly quantize?: boolean;
  /** Distinct probabilities per order, 2–256: one number for all orders, or one per order (the last goes on). */
  readonly logProbLevels?: number | readonly number[];
  /** Distinct back-off weights per order, as `logProbLevels`; weight 1 is always kept exactly. */
  readonly logBackoffLevels?: number | readonly number[];
  /** How a normalised word is written inside a sentence. Default: as it is. */
  readonly displayForm?: (word: string) => string;
  /** Words that are never suggested. Default: none. */
  readonly isOffensive?: (word: string) => boolean;
}

/**
 * The bytes of an n-gram file with the model in `table`, to be opened with `openNgram`.
 * Throws `RangeError` when the table's words or levels are not as `NgramTable` says or exceed the format's limits.
 */
export function writeNgram(table: NgramTable, options: NgramWriterOptions = {}): Uint8Array {
  checkTable(table);
  const sections = [...vocabularySections(table, options)];
  table.levels.forEach((level, index) => {
    sections.push(...levelSections(level, index + 1, table, options));
  });
  return assembleNgramFile(
    table.levels.map((level) => level.lastWords.length),
    sections,
  );
}

const DEFAULT_LEVELS = 256;
const FREQUENCY_LEVELS = 64;
const encoder = new TextEncoder();

function checkTable(table: NgramTable): void {
  const { order, words, levels } = table;
  if (!(order >= 1 && order <= MAX_ORDER)) throw new RangeError(`order must be from 1 to ${MAX_ORDER}, not ${order}`);
  if (levels.length !== order)
    throw new RangeError(`an order ${order} table must have as many levels, not ${levels.length}`);
  if (words.length > MAX_WORDS) throw new RangeError(`${words.length} words are more than ${MAX_WORDS}`);
  if (levels[0]!.lastWords.length !== words.length) {
    throw new RangeError(`${levels[0]!.lastWords.length} unigrams do not fit ${words.length} words`);
  }
  SPECIAL_WORDS.forEach((special, id) => {
    if (words[id] !== special) throw new RangeError(`word ${id} must be ${special}, not ${words[id]}`);
  });
  for (let id = FIRST_WORD; id < words.length; id++) {
    if (words[id] === '' || /\p{Surrogate}/u.test(words[id]!))
      throw new RangeError(`word ${id} is empty or no valid Unicode`);
    if (id > FIRST_WORD && compareUtf8(words[id - 1]!, words[id]!) >= 0) {
      throw new RangeError(`words must ascend by their UTF-8 bytes: "${words[id - 1]}" stands before "${words[id]}"`);
    }
  }
  levels.forEach((level, index) => {
    if (index < order - 1 && !(level.firstChild && level.logBackoffs)) {
      throw new RangeError(`level ${index + 1} of ${order} must have firstChild and logBackoffs`);
    }
    checkChildOrder(level, levels[index + 1], words.length, index + 1);
    if (level.logProbs.some((logProb) => !(logProb <= 0))) {
      throw new RangeError(`logProbs of level ${index + 1} must be at most 0`);
    }
    if (level.logBackoffs?.some((logBackoff) => !Number.isFinite(logBackoff))) {
      throw new RangeError(`logBackoffs of level ${index + 1} must be finite`);
    }
  });
}

function checkChildOrder(level: NgramLevel, next: NgramLevel | undefined, wordCount: number, k: number): void {
  if (next === undefined) return;
  const { firstChild } = level;
  const length = level.lastWords.length;
  if (firstChild!.length !== length + 1 || firstChild![0] !== 0 || firstChild![length] !== next.lastWords.length) {
    throw new RangeError(
      `firstChild of level ${k} must lead from 0 to the ${next.lastWords.length} entries of the next`,
    );
  }
  for (let i = 0; i < length; i++) {
    let previous = -1;
    for (let child = firstChild![i]!; child < firstChild![i + 1]!; child++) {
      const word = next.lastWords[child]!;
      if (word <= previous || word >= wordCount)
        throw new RangeError(`entry ${child} of level ${k + 1} is not in order`);
      previous = word;
    }
  }
}

function vocabularySections(table: NgramTable, options: NgramWriterOptions): Section[] {
  const { words, frequencies } = table;
  const encoded = words.slice(FIRST_WORD).map((word) => encodeWord(word));
  const forms = new Uint8Array(words.length);
  const listed: { id: number; form: Uint8Array }[] = [];
  for (let id = FIRST_WORD; id < words.length; id++) {
    const word = words[id]!;
    const display = options.displayForm?.(word) ?? word;
    const form = caseForm(word, display);
    if (form === CaseForm.listed) listed.push({ id, form: encodeWord(display) });
    forms[id] = form | (options.isOffensive?.(word) ? OFFENSIVE_BIT : 0);
  }
  const sections: Section[] = [
    { kind: SectionKind.wordBytes, order: 0, data: concatenate(encoded) },
    { kind: SectionKind.wordLengths, order: 0, data: Uint8Array.from(encoded, (bytes) => bytes.length) },
    { kind: SectionKind.wordForms, order: 0, data: forms },
  ];
  if (listed.length > 0) {
    sections.push(
      { kind: SectionKind.listedIds, order: 0, data: Uint32Array.from(listed, ({ id }) => id) },
      { kind: SectionKind.listedLengths, order: 0, data: Uint8Array.from(listed, ({ form }) => form.length) },
      { kind: SectionKind.listedBytes, order: 0, data: concatenate(listed.map(({ form }) => form)) },
    );
  }
  if (frequencies) {
    const total = frequencies.reduce((sum, count) => sum + count, 0);
    const { codes, codebook } = quantize(
      Float32Array.from(frequencies, (count) => Math.log(count / total)),
      FREQUENCY_LEVELS,
    );
    sections.push(
      { kind: SectionKind.frequencyCodes, order: 0, data: codes },
      { kind: SectionKind.frequencyCodebook, order: 0, data: codebook },
    );
  }
  return sections;
}

function levelSections(level: NgramLevel, order: number, table: NgramTable, options: NgramWriterOptions): Section[] {
  const sections: Section[] = [];
  const push = (kind: number, data: Section['data']) => sections.push({ kind, order, data });
  if (order > 1) {
    push(SectionKind.lastWordLow, plane(level.lastWords, 0));
    push(SectionKind.lastWordMiddle, plane(level.lastWords, 8));
    if (table.words.length > 65536) push(SectionKind.lastWordHigh, plane(level.lastWords, 16));
  }
  if (order < table.order) {
    const childCounts = level.lastWords.map((_, i) => level.firstChild![i + 1]! - level.firstChild![i]!);
    const most = childCounts.reduce((a, b) => Math.max(a, b), 0);
    push(SectionKind.childCountLow, plane(childCounts, 0));
    if (most >= 256) push(SectionKind.childCountMiddle, plane(childCounts, 8));
    if (most >= 65536) push(SectionKind.childCountHigh, plane(childCounts, 16));
  }
  const exact = options.quantize === false;
  if (exact) {
    push(SectionKind.logProbs, level.logProbs);
    if (order < table.order) push(SectionKind.logBackoffs, level.logBackoffs!);
    return sections;
  }
  const logProbs = quantize(level.logProbs, levelsOf(options.logProbLevels, order));
  push(SectionKind.logProbCodes, logProbs.codes);
  push(SectionKind.logProbCodebook, logProbs.codebook);
  if (order < table.order) {
    const logBackoffs = quantize(level.logBackoffs!, levelsOf(options.logBackoffLevels, order), [0]);
    push(SectionKind.logBackoffCodes, logBackoffs.codes);
    push(SectionKind.logBackoffCodebook, logBackoffs.codebook);
  }
  return sections;
}

function levelsOf(option: number | readonly number[] | undefined, order: number): number {
  if (option === undefined) return DEFAULT_LEVELS;
  return typeof option === 'number' ? option : (option[Math.min(order, option.length) - 1] ?? DEFAULT_LEVELS);
}

function caseForm(word: string, display: string): number {
  if (display === word) return CaseForm.asIs;
  if (display === capitalise(word)) return CaseForm.capitalised;
  return display === word.toUpperCase() ? CaseForm.allCaps : CaseForm.listed;
}

function encodeWord(word: string): Uint8Array {
  const bytes = encoder.encode(word);
  if (bytes.length > MAX_WORD_BYTES)
    throw new RangeError(`"${word}" is ${bytes.length} bytes long, at most ${MAX_WORD_BYTES} fit`);
  return bytes;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    bytes.set(part, start);
    start += part.length;
  }
  return bytes;
}

function plane(values: Uint32Array, shift: number): Uint8Array {
  return Uint8Array.from(values, (value) => value >>> shift);
}
