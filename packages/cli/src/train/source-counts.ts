import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { CountReader, CountWriter } from './count-file.ts';
import { NgramCounter } from './ngram-counter.ts';
import { SENTENCE_END, type TokenFile } from './token-file.ts';
import { BEGIN_SENTENCE, END_SENTENCE } from './vocabulary-selection.ts';

/** The counts of one source: one sorted file per order. */
export interface SourceCounts {
  /** `orders[k - 1]` describes the k-grams. */
  readonly orders: readonly OrderCounts[];
}

/** The n-grams of one order that one source has. */
export interface OrderCounts {
  readonly path: string;
  /** Distinct n-grams. */
  readonly ngrams: number;
  /** How many of them have the adjusted count 1, 2, 3, 4: what the discounts are estimated from. */
  readonly countsOfCounts: readonly [number, number, number, number];
}

/** A tokenised text, and the model's word ids by the ids in its token file. */
export interface CountableText {
  readonly tokens: TokenFile;
  readonly wordIds: Uint32Array;
}

/** What counting needs to know. */
export interface CountingOptions {
  /** Longest n-gram, 1–6. */
  readonly order: number;
  readonly vocabularySize: number;
  /** Existing folder for the counts and, meanwhile, the runs. */
  readonly folder: string;
  readonly memoryBytes: number;
  /** Awaited now and then: lets Ctrl-C in. */
  readonly pace: () => Promise<void> | undefined;
  /** Told the share of the work that is done, 0–1. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Counts the n-grams of a source's texts: at the highest order occurrences, below it the adjusted counts of
 * Kneser–Ney (how many different words stand before the n-gram), except that n-grams which begin a sentence keep
 * their occurrences, having no word before them. Leaves one file per order in the folder.
 */
export async function countSource(texts: readonly CountableText[], options: CountingOptions): Promise<SourceCounts> {
  const { order, folder, vocabularySize } = options;
  // At most two counters are large at a time: the one being read out and the one below it.
  const memoryBytes = options.memoryBytes * 0.4;
  const counters = Array.from(
    { length: order },
    (_, k) => new NgramCounter({ order: k + 1, vocabularySize, folder, memoryBytes }),
  );
  try {
    await gatherNgrams(texts, counters, options);
    const orders: OrderCounts[] = [];
    for (let k = order; k >= 1; k--) {
      orders.unshift(await writeCounts(counters[k - 1]!, counters[k - 2], options));
      counters[k - 1]!.discard();
      options.onProgress?.(1 - (k - 1) / (2 * order));
    }
    return { orders };
  } finally {
    for (const counter of counters) counter.discard();
  }
}

/** Gives every token's n-gram to the counters: the longest that ends there, shorter only where the sentence begins. */
async function gatherNgrams(
  texts: readonly CountableText[],
  counters: readonly NgramCounter[],
  { order, pace, onProgress }: CountingOptions,
): Promise<void> {
  const words = new Uint32Array(WINDOW);
  words[0] = BEGIN_SENTENCE;
  let length = 1;
  let sentences = 0;
  for (const [index, { tokens, wordIds }] of texts.entries()) {
    for (const { ids, share } of tokens.blocks()) {
      await pace();
      for (const token of ids) {
        if (length === WINDOW) {
          words.copyWithin(0, WINDOW - order, WINDOW);
          length = order;
        }
        words[length++] = token === SENTENCE_END ? END_SENTENCE : wordIds[token]!;
        if (length < order) counters[length - 1]!.add(words, 0, 1);
        else counters[order - 1]!.add(words, length - order, 1);
        if (token === SENTENCE_END) {
          length = 1;
          words[0] = BEGIN_SENTENCE;
          sentences++;
        }
      }
      onProgress?.((index + share) / texts.length / 2);
    }
  }
  words[0] = BEGIN_SENTENCE;
  counters[0]!.add(words, 0, sentences);
}

/** Word ids kept at a time: enough that moving the window's last words to its front costs nothing. */
const WINDOW = 1 << 12;

/** Merges a counter's runs into the final file, and gives each n-gram's suffix to the counter of the order below. */
async function writeCounts(
  counter: NgramCounter,
  lower: NgramCounter | undefined,
  { folder, pace }: CountingOptions,
): Promise<OrderCounts> {
  const { order } = counter;
  const merge = counter.finish();
  const path = countsPath(folder, order);
  const temporary = `${path}.part`;
  const writer = new CountWriter(temporary);
  const countsOfCounts: [number, number, number, number] = [0, 0, 0, 0];
  let ngrams = 0;
  try {
    while (merge.next()) {
      if ((++ngrams & 0xffff) === 0) await pace();
      const adjusted = merge.adjusted;
      const occurrences = merge.occurrences;
      writer.add(merge.words, 0, order, adjusted, occurrences);
      lower?.add(merge.words, 1, occurrences);
      // <s> itself is never predicted, so its count is no evidence for the discounts.
      if (adjusted <= 4 && (order > 1 || merge.words[0] !== BEGIN_SENTENCE)) countsOfCounts[adjusted - 1]!++;
    }
    writer.flush();
  } finally {
    merge.close();
    writer.close();
  }
  await rename(temporary, path);
  return { path, ngrams, countsOfCounts };
}

/** Where one order's counts of a source are kept in its folder. */
export function countsPath(folder: string, order: number): string {
  return join(folder, `order-${order}.counts`);
}

/** Opens one order's counts of several sources, to be walked together. */
export function openCounts(sources: readonly SourceCounts[], order: number): CountReader[] {
  return sources.map((source) => new CountReader(source.orders[order - 1]!.path, order));
}
