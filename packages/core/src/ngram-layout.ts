import type { NgramTable } from './ngram-table.ts';
import { type Quantized, quantize } from './quantizer.ts';
import { suffixEntries } from './table-builder.ts';
import { rankWords } from './word-ranks.ts';

/** How the n-grams of one order lie in a file. Entry: index in the table's level; place: index in the file's. */
export interface LevelLayout extends Quantized {
  /** Entry at each place. */
  readonly entries: Uint32Array;
  /** By entry: the entry of its words without the first, in the level below. Undefined for unigrams. */
  readonly suffixes: Int32Array | undefined;
  /** By entry: its index among its siblings, likeliest first: what the n-grams that end in it call its position. */
  readonly likelihoodOrder: Uint32Array;
  /** By place: what is added to the position of the sibling before, plus one. Undefined for unigrams. */
  readonly positionGaps: Uint32Array | undefined;
}

/** The layout of a table's levels, each quantised with the given step; undefined where the table lacks an n-gram's suffix. */
export function layOut(table: NgramTable, steps: readonly number[]): LevelLayout[] | undefined {
  const layouts: LevelLayout[] = [layOutUnigrams(table, steps[0]!)];
  for (let k = 2; k <= table.order; k++) {
    const suffixes = suffixEntries(table, k, layouts[k - 2]!.suffixes);
    if (suffixes.includes(-1)) return undefined;
    layouts.push(layOutLevel(table, k, suffixes, layouts[k - 2]!, steps[k - 1]!));
  }
  return layouts;
}

function layOutUnigrams(table: NgramTable, step: number): LevelLayout {
  const quantized = quantize(table.levels[0]!.logProbs, step);
  const { wordOfRank, rankOfWord } = rankWords(quantized.codes);
  return {
    ...quantized,
    entries: wordOfRank,
    likelihoodOrder: rankOfWord,
    suffixes: undefined,
    positionGaps: undefined,
  };
}

function layOutLevel(
  table: NgramTable,
  k: number,
  suffixes: Int32Array,
  below: LevelLayout,
  step: number,
): LevelLayout {
  const { logProbs } = table.levels[k - 1]!;
  const { firstChild } = table.levels[k - 2]!;
  const quantized = quantize(logProbs, step);
  const entries = new Uint32Array(logProbs.length);
  const likelihoodOrder = new Uint32Array(logProbs.length);
  const positionGaps = new Uint32Array(logProbs.length);
  const sorter = new SiblingSorter();
  let place = 0;
  for (const parent of below.entries) {
    const first = firstChild![parent]!;
    const count = firstChild![parent + 1]! - first;
    const siblings = entries.subarray(place, place + count);
    for (let i = 0; i < count; i++) siblings[i] = first + i;
    sorter.sort(siblings, (entry) => below.likelihoodOrder[suffixes[entry]!]!);
    let free = 0;
    for (let i = 0; i < count; i++) {
      const position = below.likelihoodOrder[suffixes[siblings[i]!]!]!;
      positionGaps[place + i] = position - free;
      free = position + 1;
    }
    const likeliestFirst = siblings.slice();
    sorter.sort(likeliestFirst, (entry) => quantized.codes[entry]!);
    likeliestFirst.forEach((entry, index) => {
      likelihoodOrder[entry] = index;
    });
    place += count;
  }
  return { ...quantized, entries, suffixes, likelihoodOrder, positionGaps };
}

/** Sorts entries by a number below 2^24; equal ones keep their order. */
class SiblingSorter {
  #keys = new Float64Array(64);
  #entries = new Uint32Array(64);

  sort(entries: Uint32Array, keyOf: (entry: number) => number): void {
    const count = entries.length;
    if (count < 2) return;
    if (count > this.#keys.length) {
      this.#keys = new Float64Array(count);
      this.#entries = new Uint32Array(count);
    }
    const keys = this.#keys.subarray(0, count);
    for (let i = 0; i < count; i++) keys[i] = keyOf(entries[i]!) * 2 ** 24 + i;
    keys.sort();
    this.#entries.set(entries);
    for (let i = 0; i < count; i++) entries[i] = this.#entries[keys[i]! % 2 ** 24]!;
  }
}
