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
 * words among them. Contexts without an entry are filled in. Throws `PredictionError` `file-malformed` on an n-gram given twice.
 */
export function buildTable(words: readonly string[], levels: readonly UnsortedLevel[]): NgramTable {
  const { sortedWords, newIds } = sortWords(words);
  const sorted = levels.map((level, index) => sortLevel(level, index + 1, newIds));
  for (let k = sorted.length - 1; k >= 2; k--) fillContexts(sorted[k - 1]!, sorted[k]!);
  const table: NgramTable = {
    order: levels.length,
    words: sortedWords,
    levels: sorted.map((level, index) => linkLevel(level, sorted[index + 1])),
  };
  sorted.forEach((level, index) => {
    for (const entry of level.filled) fillLogProb(table, level, index + 1, entry);
  });
  return table;
}

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
    if (i > 0 && comparePrefix(ids, i - 1, ids, i, order, order, order) === 0) {
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

/** Adds to `parents` each context of `children` that it lacks, at its place in the order. */
function fillContexts(parents: SortedLevel, children: SortedLevel): void {
  const order = parents.order;
  const missing: number[] = [];
  let parent = 0;
  const parentCount = parents.logProbs.length;
  for (let child = 0; child < children.logProbs.length; child++) {
    while (
      parent < parentCount &&
      comparePrefix(parents.ids, parent, children.ids, child, order, order, order + 1) < 0
    ) {
      parent++;
    }
    const isThere =
      parent < parentCount && comparePrefix(parents.ids, parent, children.ids, child, order, order, order + 1) === 0;
    const last = missing.at(-1);
    const isNoted =
      last !== undefined && comparePrefix(children.ids, last, children.ids, child, order, order + 1, order + 1) === 0;
    if (!isThere && !isNoted) missing.push(child);
  }
  if (missing.length > 0) mergeContexts(parents, children, missing);
}

function mergeContexts(parents: SortedLevel, children: SortedLevel, missing: readonly number[]): void {
  const order = parents.order;
  const parentCount = parents.logProbs.length;
  const length = parentCount + missing.length;
  const ids = new Uint32Array(length * order);
  const logProbs = new Float32Array(length);
  const logBackoffs = new Float32Array(length);
  let parent = 0;
  let next = 0;
  for (let i = 0; i < length; i++) {
    const takeParent =
      next === missing.length ||
      (parent < parentCount &&
        comparePrefix(parents.ids, parent, children.ids, missing[next]!, order, order, order + 1) < 0);
    const source = takeParent
      ? parents.ids.subarray(parent * order)
      : children.ids.subarray(missing[next]! * (order + 1));
    for (let k = 0; k < order; k++) ids[i * order + k] = source[k]!;
    if (takeParent) {
      logProbs[i] = parents.logProbs[parent]!;
      logBackoffs[i] = parents.logBackoffs[parent]!;
      parent++;
    } else {
      parents.filled.push(i);
      next++;
    }
  }
  Object.assign(parents, { ids, logProbs, logBackoffs });
}

function linkLevel(level: SortedLevel, next: SortedLevel | undefined): NgramLevel {
  const { order, ids, logProbs } = level;
  const length = logProbs.length;
  const lastWords = Uint32Array.from({ length }, (_, i) => ids[i * order + order - 1]!);
  if (!next) return { lastWords, logProbs };
  const firstChild = new Uint32Array(length + 1);
  let child = 0;
  for (let i = 0; i < length; i++) {
    firstChild[i] = child;
    while (child < next.logProbs.length && comparePrefix(ids, i, next.ids, child, order, order, order + 1) === 0)
      child++;
  }
  firstChild[length] = child;
  return { lastWords, logProbs, logBackoffs: level.logBackoffs, firstChild };
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
  for (let k = 1; k < ids.length; k++) {
    const { firstChild } = table.levels[k - 1]!;
    const { lastWords } = table.levels[k]!;
    let low = firstChild![entry]!;
    let high = firstChild![entry + 1]!;
    const end = high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (lastWords[middle]! < ids[k]!) low = middle + 1;
      else high = middle;
    }
    if (low === end || lastWords[low] !== ids[k]) return -1;
    entry = low;
  }
  return entry;
}

/** Compares the first `length` words of entry a of one level with those of entry b of another. */
function comparePrefix(
  left: Uint32Array,
  a: number,
  right: Uint32Array,
  b: number,
  length: number,
  leftOrder: number,
  rightOrder: number,
): number {
  for (let k = 0; k < length; k++) {
    const difference = left[a * leftOrder + k]! - right[b * rightOrder + k]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
