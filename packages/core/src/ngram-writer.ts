import { assembleNgramFile, type Section, SectionKind } from './ngram-format.ts';
import { type LevelLayout, layOut } from './ngram-layout.ts';
import type { NgramTable } from './ngram-table.ts';
import { quantize } from './quantizer.ts';
import { closeUnderSuffixes } from './table-builder.ts';
import { checkTable } from './table-check.ts';
import { vocabularySections } from './vocabulary-writer.ts';

/** What a file keeps of a model, and how finely. */
export interface NgramWriterOptions {
  /** One-byte codes only. False: 32-bit numbers beside them. Default true. */
  readonly quantize?: boolean;
  /** Distance of two neighbouring log-probabilities, in nats: for all orders, or one per order (the last goes on). */
  readonly logProbStep?: number | readonly number[];
  /** The same of back-off weights. */
  readonly logBackoffStep?: number | readonly number[];
  /** How a normalised word is written inside a sentence. Default: as it is. */
  readonly displayForm?: (word: string) => string;
  /** Words that are never suggested. Default: none. */
  readonly isOffensive?: (word: string) => boolean;
}

/**
 * The bytes of an n-gram file with the model in `table`, to be opened with `openNgram`. Where the table lacks an n-gram that
 * a longer one ends in, that is added with the probability it has by back-off.
 * Throws `RangeError` when the table's words or levels are not as `NgramTable` says or exceed the format's limits.
 */
export function writeNgram(table: NgramTable, options: NgramWriterOptions = {}): Uint8Array {
  checkTable(table);
  const steps = table.levels.map((_, index) => stepOf(options.logProbStep ?? LOG_PROB_STEPS, index));
  const found = layOut(table, steps);
  const closed = found ? table : closeUnderSuffixes(table);
  const layouts = found ?? layOut(closed, steps)!;
  const sections = vocabularySections(closed, layouts[0]!.entries, options);
  layouts.forEach((_, index) => {
    sections.push(...levelSections(closed, layouts, index, options));
  });
  return assembleNgramFile(
    layouts.map(({ entries }) => entries.length),
    sections,
  );
}

/**
 * Measured on 1.9 million n-grams of 65,000 words: 57.50 % of keystrokes saved at 5 slots against 57.53 % at full precision.
 * Steps of 0.25 save 57.49 % in 5 % more bytes, 0.5 57.38 % in 5 % fewer; pruning by 5 % costs 0.07.
 */
const LOG_PROB_STEPS = [0.125, 0.35] as const;
const LOG_BACKOFF_STEPS = [0.35] as const;

function stepOf(option: number | readonly number[], index: number): number {
  return typeof option === 'number' ? option : option[Math.min(index, option.length - 1)]!;
}

function levelSections(
  table: NgramTable,
  layouts: readonly LevelLayout[],
  index: number,
  options: NgramWriterOptions,
): Section[] {
  const order = index + 1;
  const layout = layouts[index]!;
  const { logProbs, logBackoffs, firstChild } = table.levels[index]!;
  const sections = [...planes(POSITION_GAPS, order, layout.positionGaps), ...codeSections(layouts, index)];
  if (options.quantize === false) {
    sections.push({ kind: SectionKind.logProbs, order, data: gather(logProbs, layout.entries) });
  }
  if (order === table.order) return sections;
  const childCounts = layout.entries.map((i) => firstChild![i + 1]! - firstChild![i]!);
  sections.push(...planes(CHILD_COUNTS, order, childCounts));
  if (options.quantize === false) {
    const data = gather(logBackoffs!, layout.entries);
    sections.push({ kind: SectionKind.logBackoffs, order, data });
  } else {
    const parents = layout.entries.filter((_, place) => childCounts[place]! > 0);
    const { codes, codebook } = quantize(
      gather(logBackoffs!, parents),
      stepOf(options.logBackoffStep ?? LOG_BACKOFF_STEPS, index),
    );
    sections.push({ kind: SectionKind.logBackoffCodes, order, data: codes });
    sections.push({ kind: SectionKind.logBackoffCodebook, order, data: codebook });
  }
  return sections;
}

const POSITION_GAPS = [SectionKind.positionGapLow, SectionKind.positionGapMiddle, SectionKind.positionGapHigh] as const;
const CHILD_COUNTS = [SectionKind.childCountLow, SectionKind.childCountMiddle, SectionKind.childCountHigh] as const;

/** Byte planes of numbers below 2^24, without the upper ones that are all zero. */
function planes(kinds: readonly number[], order: number, values: Uint32Array | undefined): Section[] {
  if (values === undefined) return [];
  const greatest = values.reduce((a, b) => Math.max(a, b), 0);
  return kinds
    .map((kind, i) => ({ kind, order, data: byteOf(values, i) }))
    .filter((_, i) => i === 0 || greatest >= 256 ** i);
}

/** Probabilities as codes or, from order 3 on, as residuals, which take 4 % less room when compressed (3 % more at order 2). */
function codeSections(layouts: readonly LevelLayout[], index: number): Section[] {
  const order = index + 1;
  const { entries, suffixes, codes, codebook } = layouts[index]!;
  const book: Section = { kind: SectionKind.logProbCodebook, order, data: codebook };
  if (suffixes === undefined) return [{ kind: SectionKind.logProbCodes, order, data: codes }, book];
  if (order === 2) return [{ kind: SectionKind.logProbCodes, order, data: gather(codes, entries) }, book];
  const suffixCodes = layouts[index - 1]!.codes;
  const residuals = gather(codes, entries);
  for (let i = 0; i < residuals.length; i++) residuals[i] = suffixCodes[suffixes[entries[i]!]!]! - residuals[i]!;
  return [{ kind: SectionKind.logProbResiduals, order, data: residuals }, book];
}

function byteOf(values: Uint32Array, byte: number): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = values[i]! >>> (8 * byte);
  return bytes;
}

/** The values of the given entries, in their order. */
function gather<T extends Uint8Array | Float32Array>(values: T, entries: Uint32Array): T {
  const gathered = values instanceof Uint8Array ? new Uint8Array(entries.length) : new Float32Array(entries.length);
  for (let i = 0; i < entries.length; i++) gathered[i] = values[entries[i]!]!;
  return gathered as T;
}
