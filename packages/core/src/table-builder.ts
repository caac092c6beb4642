import { PredictionError } from './errors.ts';
import type { NgramLevel, NgramTable } from './ngram-table.ts';
import { compareUtf8, SPECIAL_WORDS } from './vocabulary.ts';

/** N-grams of one order in any order: entry i has the words `ids[i * order] … ids[(i + 1) * order - 1]`. */
export interface UnsortedLevel {
  readonly ids: Uint32Array;
  readonly logProbs: Float32Array;
  /** Empty at the highest order. */
  readonly logBackoffs: Float32Array;
}

/**
 * Sorts words and n-grams into a table. `words` are the unigrams in the order of their ids in `levels`, the special
 * words among them. Contexts without an entry are filled in with the probability they have by back-off and weight 1, so that
 * every answer stays the same. Throws `PredictionError` `file-malformed` on an n-gram given twice.
 */
export function buildTable(words: readonly string[], levels: readonly UnsortedLevel[]): NgramTable {
  const { sortedWords, newIds } = sortWords(words);
  return linkLevels(
    sortedWords,
    levels.map((level, index) => sortLevel(level, index + 1, newIds)),
    [CONTEXT],
  );
}

/** The same model with an entry for every n-gram's words without the first, filled in as contexts are in `buildTable`. */
export function closeUnderSuffixes(table: NgramTable): NgramTable {
  const levels = table.levels.map(
    ({ logProbs, logBackoffs }, index): SortedLevel => ({
      order: index + 1,
      ids: wordsOfLevel(table, index + 1),
      logProbs,
      logBackoffs: logBackoffs ?? new Float32Array(0),
      filled: [],
    }),
  );
  return { ...table, ...linkLevels(table.words, levels, [CONTEXT, SUFFIX]) };
}

/**
 * For each entry of level k - 1 the entry of its words without the first, by the same of their contexts; -1 where
 * there is none. `parents` are those of the level below; undefined for bigrams, whose suffixes are unigrams.
 */
export function suffixEntries(table: NgramTable, k: number, parents: Int32Array | undefined): Int32Array {
  const { lastWords } = table.levels[k - 1]!;
  if (parents === undefined) return Int32Array.from(lastWords);
  const suffixes = new Int32Array(lastWords.length);
  const { firstChild } = table.levels[k - 2]!;
  for (let parent = 0; parent < parents.length; parent++) {
    for (let child = firstChild![parent]!; child < firstChild![parent + 1]!; child++) {
      suffixes[child] = parents[parent] === -1 ? -1 : findChild(table, k - 3, parents[parent]!, lastWords[child]!);
    }
  }
  return suffixes;
}

/** Where in an n-gram the shorter one starts that must have an entry. */
const CONTEXT = 0;
const SUFFIX = 1;

interface SortedLevel {
  readonly order: number;
  ids: Uint32Array;
  logProbs: Float32Array;
  logBackoffs: Float32Array;
  /** Entries that were not in the input. */
  filled: number[];
}

function sortWords(words: readonly string[]): { sortedWords: string[]; newIds: Uint32Array } {
  const ordinary = words.filter((word) => !SPECIAL_WORDS.includes(word)).sort(compareUtf8);
  const sortedWords = [...SPECIAL_WORDS, ...ordinary];
  const idOf = new Map(sortedWords.map((word, id) => [word, id] as const));
  return { sortedWords, newIds: Uint32Array.from(words, (word) => idOf.get(word)!) };
}

/** Radix sort over the words of the n-grams, the last word first: linear in their number. */
function sortLevel(level: UnsortedLevel, order: number, newIds: Uint32Array): SortedLevel {
  const length = level.logProbs.length;
  let entries = Uint32Array.from({ length }, (_, i) => i);
  let scratch = new Uint32Array(length);
  for (let k = order - 1; k >= 0; k--) {
    const starts = new Uint32Array(newIds.length + 1);
    for (let i = 0; i < length; i++) starts[newIds[level.ids[i * order + k]!]! + 1]!++;
    for (let id = 0; id < newIds.length; id++) starts[id + 1]! += starts[id]!;
    for (const entry of entries) scratch[starts[newIds[level.ids[entry * order + k]!]!]!++] = entry;
    [entries, scratch] = [scratch, entries];
  }
  const ids = new Uint32Array(length * order);
  for (let i = 0; i < length; i++) {
    for (let k = 0; k < order; k++) ids[i * order + k] = newIds[level.ids[entries[i]! * order + k]!]!;
    if (i > 0 && compareIds(ids, (i - 1) * order, ids, i * order, order) === 0) {
      throw new PredictionError('file-malformed', `The ARPA file holds one ${order}-gram twice.`);
    }
  }
  return {
    order,
    ids,
    logProbs: Float32Array.from(entries, (entry) => level.logProbs[entry]!),
    logBackoffs:
      level.logBackoffs.length > 0
        ? Float32Array.from(entries, (entry) => level.logBackoffs[entry]!)
        : level.logBackoffs,
    filled: [],
  };
}

/** The words of all n-grams of an order, one after the other. */
function wordsOfLevel({ levels }: NgramTable, order: number): Uint32Array {
  let ids = levels[0]!.lastWords;
  for (let k = 2; k <= order; k++) {
    const { lastWords } = levels[k - 1]!;
    const longer = new Uint32Array(lastWords.length * k);
    const { firstChild } = levels[k - 2]!;
    for (let parent = 0; parent + 1 < firstChild!.length; parent++) {
      for (let child = firstChild![parent]!; child < firstChild![parent + 1]!; child++) {
        for (let i = 0; i < k - 1; i++) longer[child * k + i] = ids[parent * (k - 1) + i]!;
        longer[child * k + k - 1] = lastWords[child]!;
      }
    }
    ids = longer;
  }
  return ids;
}

function linkLevels(words: readonly string[], levels: readonly SortedLevel[], starts: readonly number[]): NgramTable {
  for (let k = levels.length; k >= 3; k--) {
    for (const start of starts) fillShorter(levels[k - 2]!, levels[k - 1]!, start);
  }
  const table: NgramTable = {
    order: levels.length,
    words,
    levels: levels.map((level, index) => linkLevel(level, levels[index + 1])),
  };
  levels.forEach((level, index) => {
    for (const entry of level.filled) fillLogProb(table, level, index + 1, entry);
  });
  return table;
}

/** Adds to `shorter` each n-gram without the last (`start` 0) or the first word (1) of one in `longer` that it lacks. */
function fillShorter(shorter: SortedLevel, longer: SortedLevel, start: number): void {
  const { order } = shorter;
  const missing: Uint32Array[] = [];
  for (let i = 0; i < longer.logProbs.length; i++) {
    const at = i * longer.order + start;
    const place = lowerBound(shorter, longer.ids, at);
    if (place < shorter.logProbs.length && compareIds(shorter.ids, place * order, longer.ids, at, order) === 0)
      continue;
    missing.push(longer.ids.slice(at, at + order));
  }
  if (missing.length === 0) return;
  missing.sort((a, b) => compareIds(a, 0, b, 0, order));
  mergeEntries(
    shorter,
    missing.filter((ids, i) => i === 0 || compareIds(ids, 0, missing[i - 1]!, 0, order) !== 0),
  );
}

/** First entry not below the words at `at`. */
function lowerBound({ order, ids, logProbs }: SortedLevel, wanted: Uint32Array, at: number): number {
  let low = 0;
  let high = logProbs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareIds(ids, middle * order, wanted, at, order) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function mergeEntries(level: SortedLevel, added: readonly Uint32Array[]): void {
  const { order } = level;
  const oldLength = level.logProbs.length;
  const length = oldLength + added.length;
  const ids = new Uint32Array(length * order);
  const logProbs = new Float32Array(length);
  const logBackoffs = new Float32Array(length);
  const wasFilled = new Set(level.filled);
  const filled: number[] = [];
  let old = 0;
  let next = 0;
  for (let i = 0; i < length; i++) {
    const takeOld =
      next === added.length || (old < oldLength && compareIds(level.ids, old * order, added[next]!, 0, order) < 0);
    ids.set(takeOld ? level.ids.subarray(old * order, (old + 1) * order) : added[next]!, i * order);
    if (!takeOld || wasFilled.has(old)) filled.push(i);
    if (takeOld) {
      logProbs[i] = level.logProbs[old]!;
      logBackoffs[i] = level.logBackoffs[old++]!;
    } else {
      next++;
    }
  }
  Object.assign(level, { ids, logProbs, logBackoffs, filled });
}

function linkLevel({ order, ids, logProbs, logBackoffs }: SortedLevel, next: SortedLevel | undefined): NgramLevel {
  const length = logProbs.length;
  const lastWords = Uint32Array.from({ length }, (_, i) => ids[i * order + order - 1]!);
  if (!next) return { lastWords, logProbs };
  const firstChild = new Uint32Array(length + 1);
  let child = 0;
  for (let i = 0; i < length; i++) {
    firstChild[i] = child;
    while (child < next.logProbs.length && compareIds(ids, i * order, next.ids, child * next.order, order) === 0)
      child++;
  }
  firstChild[length] = child;
  return { lastWords, logProbs, logBackoffs, firstChild };
}

/** ln P of an entry by back-off from its context to its words without the first. */
function fillLogProb(table: NgramTable, level: SortedLevel, order: number, entry: number): void {
  const ids = level.ids.subarray(entry * order, (entry + 1) * order);
  let logBackoff = 0;
  for (let start = 0; start < order; start++) {
    const found = start === 0 ? -1 : findEntry(table, ids.subarray(start));
    if (found >= 0) {
      level.logProbs[entry] = logBackoff + table.levels[order - start - 1]!.logProbs[found]!;
      return;
    }
    const context = findEntry(table, ids.subarray(start, -1));
    if (context >= 0) logBackoff += table.levels[order - start - 2]!.logBackoffs![context]!;
  }
}

/** The entry of an n-gram in its level, or -1. */
function findEntry(table: NgramTable, ids: Uint32Array): number {
  let entry = ids[0]!;
  for (let k = 1; k < ids.length && entry !== -1; k++) entry = findChild(table, k - 1, entry, ids[k]!);
  return entry;
}

/** The child of an entry of `levels[index]` that ends in a word, or -1. */
function findChild(table: NgramTable, index: number, entry: number, wordId: number): number {
  const { firstChild } = table.levels[index]!;
  const { lastWords } = table.levels[index + 1]!;
  let low = firstChild![entry]!;
  const end = firstChild![entry + 1]!;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (lastWords[middle]! < wordId) low = middle + 1;
    else high = middle;
  }
  return low < end && lastWords[low] === wordId ? low : -1;
}

/** Compares `length` word ids from index a of one array with those from index b of another. */
function compareIds(left: Uint32Array, a: number, right: Uint32Array, b: number, length: number): number {
  for (let i = 0; i < length; i++) {
    const difference = left[a + i]! - right[b + i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
