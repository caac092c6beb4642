import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedText } from './prepared-text.ts';
import { type CountingOptions, countSource, countsPath, type OrderCounts, type SourceCounts } from './source-counts.ts';
import { mapWordIds } from './vocabulary-selection.ts';

/** Counts a source's texts, or takes the counts that an earlier run left for the same texts, vocabulary and order. */
export async function countOrReuse(
  texts: readonly PreparedText[],
  vocabulary: ReadonlyMap<string, number>,
  options: CountingOptions,
): Promise<SourceCounts> {
  const { order } = options;
  const folder = join(options.folder, countsKey(texts, vocabulary, order));
  await mkdir(folder, { recursive: true });
  const summaryPath = join(folder, 'summary.json');
  const summary = await readFile(summaryPath, 'utf8').catch(() => undefined);
  if (summary !== undefined) {
    const orders = JSON.parse(summary) as Omit<OrderCounts, 'path'>[];
    return { orders: orders.map((counts, index) => ({ ...counts, path: countsPath(folder, index + 1) })) };
  }
  const countable = texts.map(({ tokens, words }) => ({ tokens, wordIds: mapWordIds(words, vocabulary) }));
  const counts = await countSource(countable, { ...options, folder });
  await writeFile(`${summaryPath}.part`, JSON.stringify(counts.orders.map(({ path: _, ...rest }) => rest)));
  await rename(`${summaryPath}.part`, summaryPath);
  return counts;
}

/** Goes into every key; to be raised when the same tokens would be counted otherwise. */
const COUNTING = 1;

function countsKey(texts: readonly PreparedText[], vocabulary: ReadonlyMap<string, number>, order: number): string {
  const hash = createHash('sha256').update(JSON.stringify([COUNTING, order, texts.map(({ key }) => key)]));
  for (const word of vocabulary.keys()) hash.update(word).update('\n');
  return hash.digest('hex').slice(0, 16);
}
