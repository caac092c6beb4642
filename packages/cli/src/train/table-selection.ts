import type { NgramLevel, NgramTable } from '@foreword/core';
import { searchAscending } from './ascending-search.ts';

/**
 * The table with only the n-grams marked 1 in `kept` (by level and index; all unigrams, and with an n-gram its beginnings).
 * They keep their probabilities; back-off weights are made anew, so that every context sums to 1.
 */
export function selectNgrams(table: NgramTable, kept: readonly Uint8Array[]): NgramTable {
  const levels: NgramLevel[] = table.levels.map((level, index) => selectLevel(level, kept[index]!, kept[index + 1]));
  const selected: NgramTable = { ...table, levels };
  for (let k = 2; k <= table.order; k++) renewBackoffs(selected, k);
  return selected;
}

function selectLevel(level: NgramLevel, kept: Uint8Array, keptChildren: Uint8Array | undefined): NgramLevel {
  const size = kept.reduce((sum, isKept) => sum + isKept, 0);
  const lastWords = new Uint32Array(size);
  const logProbs = new Float32Array(size);
  const firstChild = new Uint32Array(keptChildren ? size + 1 : 0);
  let index = 0;
  let children = 0;
  for (let i = 0; i < kept.length; i++) {
    if (kept[i] === 0) continue;
    lastWords[index] = level.lastWords[i]!;
    logProbs[index] = level.logProbs[i]!;
    index++;
    if (!keptChildren) continue;
    for (let child = level.firstChild![i]!; child < level.firstChild![i + 1]!; child++)
      children += keptChildren[child]!;
    firstChild[index] = children;
  }
  return keptChildren
    ? { lastWords, logProbs, logBackoffs: new Float32Array(size), firstChild }
    : { lastWords, logProbs };
}

/** Sets the back-off weights of all contexts of k-grams from what their k-grams and the orders below say. */
function renewBackoffs(table: NgramTable, k: number): void {
  const { logBackoffs, firstChild } = table.levels[k - 2]!;
  const { lastWords, logProbs } = table.levels[k - 1]!;
  const lookup = new SuffixLookup(table);
  forEachContext(table, k - 1, (context, words) => {
    let rest = 1;
    let lowerRest = 1;
    const start = firstChild![context]!;
    const end = firstChild![context + 1]!;
    if (start === end) return;
    lookup.enter(words);
    for (let child = start; child < end; child++) {
      rest -= Math.exp(logProbs[child]!);
      lowerRest -= Math.exp(lookup.logProb(lastWords[child]!));
    }
    // A context all of whose words are listed has nothing to share out; rounding must not make it negative.
    logBackoffs![context] = Math.log(Math.max(rest, LEAST) / Math.max(lowerRest, LEAST));
  });
}

const LEAST = 1e-7;

/** Calls back with every k-gram's index and words, in order. The array is reused. */
function forEachContext(table: NgramTable, k: number, visit: (index: number, words: Uint32Array) => void): void {
  const words = new Uint32Array(k);
  const walk = (depth: number, start: number, end: number) => {
    const { lastWords, firstChild } = table.levels[depth]!;
    for (let index = start; index < end; index++) {
      words[depth] = lastWords[index]!;
      if (depth === k - 1) visit(index, words);
      else walk(depth + 1, firstChild![index]!, firstChild![index + 1]!);
    }
  };
  walk(0, 0, table.levels[0]!.lastWords.length);
}

/** Looks words up after a context without its first word, backing off as a model does. */
class SuffixLookup {
  readonly #table: NgramTable;
  /** Nodes of the context's suffixes, longest first, with what backing off to each costs. */
  readonly #nodes: { level: number; node: number; logBackoff: number }[] = [];
  #unigramLogBackoff = 0;

  constructor(table: NgramTable) {
    this.#table = table;
  }

  enter(context: Uint32Array): void {
    this.#nodes.length = 0;
    let logBackoff = 0;
    for (let start = 1; start < context.length; start++) {
      const node = this.#find(context, start);
      if (node === -1) continue;
      const level = context.length - start - 1;
      this.#nodes.push({ level, node, logBackoff });
      logBackoff += this.#table.levels[level]!.logBackoffs![node]!;
    }
    this.#unigramLogBackoff = logBackoff;
  }

  logProb(word: number): number {
    for (const { level, node, logBackoff } of this.#nodes) {
      const child = this.#child(level, node, word);
      if (child !== -1) return logBackoff + this.#table.levels[level + 1]!.logProbs[child]!;
    }
    return this.#unigramLogBackoff + this.#table.levels[0]!.logProbs[word]!;
  }

  #find(words: Uint32Array, start: number): number {
    let node = words[start]!;
    for (let i = start + 1; i < words.length && node !== -1; i++) node = this.#child(i - start - 1, node, words[i]!);
    return node;
  }

  #child(level: number, node: number, word: number): number {
    const { firstChild } = this.#table.levels[level]!;
    const { lastWords } = this.#table.levels[level + 1]!;
    const end = firstChild![node + 1]!;
    const child = searchAscending(lastWords, word, firstChild![node]!, end);
    return child < end && lastWords[child] === word ? child : -1;
  }
}
