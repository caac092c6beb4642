import { FileLevel } from './file-level.ts';
import { malformed, openNgramFile } from './ngram-format.ts';
import type { NgramLevel, NgramTable } from './ngram-table.ts';
import { Vocabulary } from './vocabulary.ts';
import { rankWords } from './word-ranks.ts';

/**
 * The model in an n-gram file as a table, to be written as ARPA or pruned further: the inverse of `writeNgram` but for quantised
 * values. `frequencies` are shares of the training text, summing to 1. Takes about 40 bytes of memory an n-gram.
 * Throws `PredictionError` `file-malformed` or `pack-too-new`.
 */
export function readNgram(bytes: Uint8Array): NgramTable {
  const file = openNgramFile(bytes);
  const levels = Array.from({ length: file.order }, (_, index) => new FileLevel(file, index + 1));
  const ranks = rankWords(levels[0]!.codes);
  const vocabulary = new Vocabulary(file, ranks);
  const tableLevels: NgramLevel[] = [];
  let above: Places | undefined;
  let placed = placeUnigrams(levels[0]!, ranks.wordOfRank);
  let order = ranks.rankOfWord;
  for (let k = 1; k <= levels.length; k++) {
    const level = levels[k - 1]!;
    const next = levels[k];
    tableLevels.push(tableLevel(level, placed, order, next !== undefined));
    if (next === undefined) break;
    const below = placeChildren(next, placed, above, firstChildren(level));
    order = childrenInWordOrder(order, firstChildren(level), below.wordIds);
    above = placed;
    placed = below;
  }
  const words = Array.from({ length: vocabulary.size }, (_, id) => vocabulary.word(id));
  const table = { order: levels.length, words, levels: tableLevels };
  if (!vocabulary.hasFrequencies) return table;
  return { ...table, frequencies: Float64Array.from(words, (_, id) => Math.exp(vocabulary.logFrequency(id))) };
}

/** One level of a file, decoded. All by place, the index in the file. */
interface Places {
  readonly wordIds: Uint32Array;
  readonly codes: Uint8Array;
  /** Place of the same words without the first, in the level below. */
  readonly suffixes: Uint32Array;
  /** The places of each entry's siblings, likeliest first. */
  readonly likeliestFirst: Uint32Array;
  /** First child of each entry of the level above, and the end. */
  readonly starts: Uint32Array;
}

function placeUnigrams(level: FileLevel, wordOfRank: Uint32Array): Places {
  return {
    wordIds: wordOfRank,
    codes: Uint8Array.from(wordOfRank, (id) => level.codes[id]!),
    suffixes: new Uint32Array(level.length),
    likeliestFirst: wordOfRank.map((_, rank) => rank),
    starts: Uint32Array.of(0, level.length),
  };
}

function placeChildren(
  level: FileLevel,
  parents: Places,
  grandparents: Places | undefined,
  starts: Uint32Array,
): Places {
  const { length } = level;
  const wordIds = new Uint32Array(length);
  const codes = new Uint8Array(length);
  const suffixes = new Uint32Array(length);
  const likeliestFirst = new Uint32Array(length);
  for (let parent = 0; parent + 1 < starts.length; parent++) {
    // The words that can follow are those that follow the parent without its first word.
    const shorter = grandparents === undefined ? 0 : parents.suffixes[parent]!;
    const first = parents.starts[shorter]!;
    const room = parents.starts[shorter + 1]! - first;
    let position = -1;
    for (let place = starts[parent]!; place < starts[parent + 1]!; place++) {
      position += 1 + level.positionGaps.at(place);
      if (position >= room) throw malformed(`a ${level.order}-gram ends in a ${level.order - 1}-gram that is missing`);
      const suffix = parents.likeliestFirst[first + position]!;
      suffixes[place] = suffix;
      wordIds[place] = parents.wordIds[suffix]!;
      codes[place] = level.areResiduals ? parents.codes[suffix]! - level.codes[place]! : level.codes[place]!;
      likeliestFirst[place] = place;
    }
    likeliestFirst.subarray(starts[parent]!, starts[parent + 1]!).sort((a, b) => codes[a]! - codes[b]! || a - b);
  }
  return { wordIds, codes, suffixes, likeliestFirst, starts };
}

function firstChildren(level: FileLevel): Uint32Array {
  const starts = new Uint32Array(level.length + 1);
  for (let i = 0; i < level.length; i++) starts[i + 1] = starts[i]! + level.childCounts.at(i);
  return starts;
}

/** The places of all children, by parent in the given order and by word. */
function childrenInWordOrder(parents: Uint32Array, starts: Uint32Array, wordIds: Uint32Array): Uint32Array {
  const order = new Uint32Array(wordIds.length);
  let next = 0;
  for (const parent of parents) {
    const first = next;
    for (let place = starts[parent]!; place < starts[parent + 1]!; place++) order[next++] = place;
    order.subarray(first, next).sort((a, b) => wordIds[a]! - wordIds[b]!);
  }
  return order;
}

function tableLevel(level: FileLevel, places: Places, order: Uint32Array, hasChildren: boolean): NgramLevel {
  const lastWords = order.map((place) => places.wordIds[place]!);
  const logProbs = Float32Array.from(order, (place) =>
    level.logProbs === null ? level.codebook[places.codes[place]!]! : level.logProbs[place]!,
  );
  if (!hasChildren) return { lastWords, logProbs };
  const firstChild = new Uint32Array(order.length + 1);
  order.forEach((place, i) => {
    firstChild[i + 1] = firstChild[i]! + level.childCounts.at(place);
  });
  return { lastWords, logProbs, logBackoffs: Float32Array.from(order, (place) => level.logBackoff(place)), firstChild };
}
