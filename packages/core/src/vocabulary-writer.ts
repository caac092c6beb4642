import { type Section, SectionKind } from './ngram-format.ts';
import type { NgramTable } from './ngram-table.ts';
import type { NgramWriterOptions } from './ngram-writer.ts';
import { quantize } from './quantizer.ts';
import { CaseForm, capitalise, FIRST_WORD, FRONT_CODING_BLOCK, MAX_WORD_BYTES, OFFENSIVE_BIT } from './vocabulary.ts';

/** The sections of a table's words: front-coded spellings, case forms, frequencies. */
export function vocabularySections(
  table: NgramTable,
  wordOfRank: Uint32Array,
  options: Pick<NgramWriterOptions, 'displayForm' | 'isOffensive'>,
): Section[] {
  return [
    ...spellingSections(table.words),
    ...formSections(table.words, options),
    ...frequencySections(table, wordOfRank),
  ];
}

const FREQUENCY_STEP = 0.5;
const encoder = new TextEncoder();

function spellingSections(words: readonly string[]): Section[] {
  const ordinary = words.slice(FIRST_WORD).map(encodeWord);
  const shared = ordinary.map((bytes, i) => (i % FRONT_CODING_BLOCK === 0 ? 0 : sharedLength(bytes, ordinary[i - 1]!)));
  const suffixes = ordinary.map((bytes, i) => bytes.subarray(shared[i]));
  return [
    { kind: SectionKind.wordSuffixes, order: 0, data: concatenate(suffixes) },
    { kind: SectionKind.suffixLengths, order: 0, data: Uint8Array.from(suffixes, (suffix) => suffix.length) },
    { kind: SectionKind.sharedLengths, order: 0, data: Uint8Array.from(shared) },
  ];
}

function formSections(
  words: readonly string[],
  { displayForm, isOffensive }: Pick<NgramWriterOptions, 'displayForm' | 'isOffensive'>,
): Section[] {
  const forms = new Uint8Array(words.length);
  const listed: Uint8Array[] = [];
  for (let id = FIRST_WORD; id < words.length; id++) {
    const word = words[id]!;
    const display = displayForm?.(word) ?? word;
    const form = caseForm(word, display);
    if (form === CaseForm.listed) listed.push(encodeWord(display));
    forms[id] = form | (isOffensive?.(word) ? OFFENSIVE_BIT : 0);
  }
  const sections: Section[] = [{ kind: SectionKind.wordForms, order: 0, data: forms }];
  if (listed.length > 0) {
    const lengths = Uint8Array.from(listed, (bytes) => bytes.length);
    sections.push({ kind: SectionKind.listedLengths, order: 0, data: lengths });
    sections.push({ kind: SectionKind.listedBytes, order: 0, data: concatenate(listed) });
  }
  return sections;
}

function frequencySections({ frequencies }: NgramTable, wordOfRank: Uint32Array): Section[] {
  if (frequencies === undefined) return [];
  const total = frequencies.reduce((sum, count) => sum + count, 0);
  const logShares = Float32Array.from(wordOfRank, (id) => Math.log(frequencies[id]! / total));
  const { codes, codebook } = quantize(logShares, FREQUENCY_STEP);
  return [
    { kind: SectionKind.frequencyCodes, order: 0, data: codes },
    { kind: SectionKind.frequencyCodebook, order: 0, data: codebook },
  ];
}

function caseForm(word: string, display: string): number {
  if (display === word) return CaseForm.asIs;
  if (display === capitalise(word)) return CaseForm.capitalised;
  return display === word.toUpperCase() ? CaseForm.allCaps : CaseForm.listed;
}

function encodeWord(word: string): Uint8Array {
  const bytes = encoder.encode(word);
  if (bytes.length > MAX_WORD_BYTES) {
    throw new RangeError(`a word must take at most ${MAX_WORD_BYTES} bytes, not ${bytes.length}: "${word}"`);
  }
  return bytes;
}

function sharedLength(bytes: Uint8Array, before: Uint8Array): number {
  let length = 0;
  while (length < before.length && bytes[length] === before[length]) length++;
  return length;
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
