import { PredictionError } from '../errors.ts';
import { GREATEST_COUNT, MOST_ITEMS, MOST_LIST_CHARACTERS } from './portable-limits.ts';
import { MAX_WORD_BYTES } from './word-table.ts';

/** A word and how often it is used, from 1. */
export type CountedWord = readonly [word: string, count: number];

/**
 * Reads a list of words for `personal.learnList`, as other keyboards export them: a word a line; `word,count` or `count<TAB>word`, CSV with quotes or not;
 * Gboard's `shortcut<TAB>word<TAB>locale`; AOSP's and HeliBoard's ` word=foo,f=120`. Lines that begin with `#` are comments, a first line may name the
 * columns. Counts are 1 where there are none; a word that comes again keeps the greatest. Entries of several words or without a letter are left out. Throws `RangeError` where the text is too long and
 * `PredictionError` `file-malformed` naming the first line of which nothing can be made.
 */
export function readWordList(text: string): CountedWord[] {
  if (text.length > MOST_LIST_CHARACTERS) {
    throw new RangeError(`text must have at most ${MOST_LIST_CHARACTERS} characters, not ${text.length}`);
  }
  const lines = linesOf(text);
  const isCombined = lines.some(({ text: line }) => /^\s*word=/.test(line));
  const counts = new Map<string, number>();
  for (const [word, count, line] of isCombined ? combinedEntries(lines) : tableEntries(lines)) {
    checkWord(word, line);
    if (/\s/u.test(word) || !/\p{L}/u.test(word)) continue;
    counts.set(word, Math.max(count, counts.get(word) ?? 1));
    if (counts.size > MOST_ITEMS) throw malformed(line, `is one of more than ${MOST_ITEMS} words`, 'Divide the list.');
  }
  if (counts.size === 0) throw malformed(1, 'and those that follow hold no word', EXPECTED);
  return [...counts];
}

interface Line {
  readonly number: number;
  readonly text: string;
}

type Entry = readonly [word: string, count: number, line: number];

const EXPECTED = 'Expected is a word a line, or a word and its count with a comma or a tab between them.';

/** Lines that are neither empty nor comments. */
function linesOf(text: string): Line[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .flatMap((line, index) => (line.trim() === '' || line.startsWith('#') ? [] : [{ number: index + 1, text: line }]));
}

/** AOSP's `.combined`: words with `f`, 0–255; shortcuts and bigrams stand below their word. */
function* combinedEntries(lines: readonly Line[]): Generator<Entry> {
  for (const { number, text } of lines) {
    if (/^\s*(?:dictionary|shortcut|bigram)=/.test(text)) continue;
    const word = /^\s*word=([^,]*)/.exec(text)?.[1];
    if (word === undefined) throw malformed(number, 'names no word', 'Expected is “word=…,f=…”.');
    const frequency = /,f=(-?[^,]*)/.exec(text)?.[1];
    const count = frequency === undefined ? 1 : countOf(frequency, number);
    // 0 marks words that are known but never suggested.
    if (count > 0) yield [word, count, number];
  }
}

/** Lines of one, two or more columns. */
function* tableEntries(lines: readonly Line[]): Generator<Entry> {
  const separator = separatorOf(lines);
  const rows = lines.map(({ number, text }) => ({ number, cells: cellsOf(text, separator, number) }));
  const body = rows.length > 1 && isHeader(rows[0]!.cells) ? rows.slice(1) : rows;
  const columns = columnsOf(body.map(({ cells }) => cells));
  for (const { number, cells } of body) {
    const word = cells[columns.word]?.trim() ?? '';
    if (word === '') throw malformed(number, `has no word in column ${columns.word + 1}`, EXPECTED);
    const cell = columns.count === undefined ? undefined : cells[columns.count]?.trim();
    yield [word, cell === undefined || cell === '' ? 1 : Math.max(1, countOf(cell, number)), number];
  }
}

/** The tab where there is one in most lines; else the comma or semicolon likewise; else the space, beside a number. Undefined: one column. */
function separatorOf(lines: readonly Line[]): string | undefined {
  const isUsual = (pattern: RegExp): boolean =>
    2 * lines.filter(({ text }) => pattern.test(text)).length > lines.length;
  if (isUsual(/\t/)) return '\t';
  if (isUsual(/,/)) return ',';
  if (isUsual(/;/)) return ';';
  return isUsual(/^(?:\S+ \d+|\d+ \S+)$/) ? ' ' : undefined;
}

/** The cells of a line. A quoted one may hold separators, and quotes doubled. */
function cellsOf(line: string, separator: string | undefined, number: number): string[] {
  if (separator === undefined) return [unquoted(line.trim(), number)];
  const cells: string[] = [];
  for (let start = 0; start <= line.length; ) {
    const end = cellEnd(line, start, separator, number);
    cells.push(unquoted(line.slice(start, end).trim(), number));
    start = end + 1;
  }
  return cells;
}

function cellEnd(line: string, start: number, separator: string, number: number): number {
  let from = start;
  if (line[start] === '"') {
    from = start + 1;
    while (line[from] !== '"' || line[from + 1] === '"') {
      if (from >= line.length) throw malformed(number, 'opens a quote that nothing closes', 'Close it, or double it.');
      from += line[from] === '"' ? 2 : 1;
    }
  }
  const end = line.indexOf(separator, from);
  return end < 0 ? line.length : end;
}

function unquoted(cell: string, number: number): string {
  if (!cell.startsWith('"')) return cell;
  if (cell.length < 2 || !cell.endsWith('"')) {
    throw malformed(number, 'has something behind a closing quote', 'Quote the whole cell.');
  }
  return cell.slice(1, -1).replaceAll('""', '"');
}

function isHeader(cells: readonly string[]): boolean {
  if (cells.length === 1) return /^words?$/i.test(cells[0]!);
  return (
    cells.every((cell) => /^[\p{L} _-]*$/u.test(cell)) &&
    cells.some((cell) => /^(?:words?|counts?|frequency|freq|shortcut|locale|term)$/i.test(cell))
  );
}

interface Columns {
  readonly word: number;
  readonly count: number | undefined;
}

/** Which column holds the words, which the counts, by what stands in them. */
function columnsOf(rows: readonly (readonly string[])[]): Columns {
  const width = Math.max(1, ...rows.slice(0, SAMPLE).map((cells) => cells.length));
  const share = (column: number, pattern: RegExp): number =>
    rows.slice(0, SAMPLE).filter((cells) => pattern.test(cells[column]?.trim() ?? '')).length /
    Math.min(SAMPLE, rows.length);
  const columns = Array.from({ length: Math.min(width, MOST_COLUMNS) }, (_, column) => column);
  // Gboard: shortcut, word, locale; where there is no shortcut the first column is empty.
  if (width === 3 && share(2, /^(?:[a-z]{2,3}(?:[-_][A-Za-z]{2,4})*|all)?$/) > 0.5 && share(1, /\p{L}/u) > 0.5) {
    return { word: 1, count: undefined };
  }
  const count = columns.find((column) => width > 1 && share(column, NUMBER) > 0.5);
  const word = columns.find((column) => column !== count && share(column, /\p{L}/u) > 0.5);
  return { word: word ?? (count === 0 ? 1 : 0), count };
}

const NUMBER = /^[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i;
/** Lines by which columns are told. */
const SAMPLE = 1000;
const MOST_COLUMNS = 20;

function countOf(cell: string, line: number): number {
  const count = /^\d{1,10}$/.test(cell) ? Number(cell) : Number.NaN;
  if (!(count <= GREATEST_COUNT)) {
    throw malformed(
      line,
      `has the count ${JSON.stringify(cell.slice(0, 40))}`,
      `Expected is an integer from 0 to ${GREATEST_COUNT}.`,
    );
  }
  return count;
}

function checkWord(word: string, line: number): void {
  if (/[\p{Surrogate}\p{Cc}]/u.test(word)) {
    throw malformed(line, `has no text, but ${JSON.stringify(word.slice(0, 40))}`, EXPECTED);
  }
  if (word.length > MAX_WORD_BYTES || new TextEncoder().encode(word).length > MAX_WORD_BYTES) {
    throw malformed(line, `has a word of more than ${MAX_WORD_BYTES} bytes`, EXPECTED);
  }
}

function malformed(line: number, found: string, expected: string): PredictionError {
  return new PredictionError('file-malformed', `This is no usable list of words: line ${line} ${found}. ${expected}`);
}
