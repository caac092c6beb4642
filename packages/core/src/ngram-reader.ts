import { openNgramFile } from './ngram-format.ts';
import type { NgramLevel, NgramTable } from './ngram-table.ts';
import { TrieLevel } from './ngram-trie.ts';
import { Vocabulary } from './vocabulary.ts';

/**
 * The model in an n-gram file as a table, to be written as ARPA or pruned further: the inverse of `writeNgram` but for quantised
 * values. `frequencies` are shares of the training text, summing to 1. Takes about 16 bytes of memory an n-gram.
 * Throws `PredictionError` `file-malformed` or `pack-too-new`; it checks less than `openNgram` does.
 */
export function readNgram(bytes: Uint8Array): NgramTable {
  const file = openNgramFile(bytes);
  const vocabulary = new Vocabulary(file);
  const table = {
    order: file.order,
    words: Array.from({ length: vocabulary.size }, (_, id) => vocabulary.word(id)),
    levels: Array.from({ length: file.order }, (_, index) => readLevel(new TrieLevel(file, index + 1), file.order)),
  };
  if (!vocabulary.hasFrequencies) return table;
  const frequencies = Float64Array.from(table.words, (_, id) => Math.exp(vocabulary.logFrequency(id)));
  return { ...table, frequencies };
}

function readLevel(level: TrieLevel, order: number): NgramLevel {
  const { length } = level;
  const lastWords = Uint32Array.from({ length }, (_, i) => level.lastWord(i));
  const logProbs = Float32Array.from({ length }, (_, i) => level.logProb(i));
  if (level.order === order) return { lastWords, logProbs };
  const firstChild = new Uint32Array(length + 1);
  for (let i = 0; i < length; i++) firstChild[i + 1] = firstChild[i]! + level.childCount(i);
  return { lastWords, logProbs, logBackoffs: Float32Array.from({ length }, (_, i) => level.logBackoff(i)), firstChild };
}
