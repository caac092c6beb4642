import { CountReader } from '../../src/train/count-file.ts';
import { prepareText } from '../../src/train/prepared-text.ts';
import { countSource, type SourceCounts } from '../../src/train/source-counts.ts';
import { mapWordIds, selectVocabulary } from '../../src/train/vocabulary-selection.ts';
import { inFolder } from './training.ts';

const pace = () => undefined;

/** A source's counts with the records of its files: `records[k - 1]` holds `[words, adjusted, occurrences]`. */
export interface ReadCounts extends SourceCounts {
  readonly words: readonly string[];
  readonly records: readonly (readonly [number[], number, number])[][];
}

/** Counts a file of tokens. */
export async function countSourceFile(path: string, order: number, memoryBytes = 1e8): Promise<ReadCounts> {
  return inFolder(async (folder) => {
    const text = await prepareText(path, { mode: 'tokens', folder, pace });
    const words = selectVocabulary([{ ...text, weight: 1 }]);
    const ids = new Map(words.map((word, id) => [word, id]));
    const countable = { tokens: text.tokens, wordIds: mapWordIds(text.words, ids) };
    const counts = await countSource([countable], { order, vocabularySize: words.length, folder, memoryBytes, pace });
    return { ...counts, words, records: counts.orders.map((_, index) => readRecords(counts, index + 1)) };
  });
}

function readRecords(counts: SourceCounts, order: number): [number[], number, number][] {
  const reader = new CountReader(counts.orders[order - 1]!.path, order);
  const records: [number[], number, number][] = [];
  while (reader.next()) {
    const { block, at } = reader;
    records.push([[...block.subarray(at, at + order)], block[at + order]!, block[at + order + 1]!]);
  }
  reader.close();
  return records;
}
