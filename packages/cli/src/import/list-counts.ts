// Hot: every n-gram of the lists goes through here several times.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CountReader, CountWriter } from '../train/count-file.ts';
import { CountMerge } from '../train/count-merge.ts';
import { NgramCounter } from '../train/ngram-counter.ts';
import type { OrderCounts, SourceCounts } from '../train/source-counts.ts';
import { BEGIN_SENTENCE } from '../train/vocabulary-selection.ts';

/** What counting lists needs to know. */
export interface ListCountingOptions {
  readonly order: number;
  readonly vocabularySize: number;
  /** Existing folder for the counts. */
  readonly folder: string;
  readonly memoryBytes: number;
  readonly pace: () => Promise<void> | undefined;
}

/**
 * Turns listed n-grams into the counts the estimation takes, in bounded memory. From lists of all n-grams of a text come the same
 * counts as from the text itself. The highest order keeps its counts; an order below takes the continuation counts that the order
 * above it gives (n-grams that begin a sentence keep theirs), or keeps its own where the order above is cut off so early that it
 * covers less than half of them. What a list lacks of its contexts' occurrences is left to the order below.
 */
export class ListCounter {
  readonly #options: ListCountingOptions;
  readonly #listed: NgramCounter[];
  readonly #words: Uint32Array;
  /** Occurrences listed of each order, n-grams that begin a sentence left out. */
  readonly #mass: number[];

  constructor(options: ListCountingOptions) {
    this.#options = options;
    this.#listed = Array.from({ length: options.order }, (_, k) => this.#counter(k + 1, 'listed'));
    this.#words = new Uint32Array(options.order);
    this.#mass = new Array<number>(options.order).fill(0);
  }

  /** Adds a listed n-gram, at most 2^32 - 1 times seen. */
  add(wordIds: readonly number[], count: number): void {
    for (let i = 0; i < wordIds.length; i++) this.#words[i] = wordIds[i]!;
    this.#listed[wordIds.length - 1]!.add(this.#words, 0, count);
    if (wordIds[0] !== BEGIN_SENTENCE) this.#mass[wordIds.length - 1]! += count;
  }

  /** Ends the lists. `cutOff` are the orders below the highest that keep their own counts. */
  async finish(): Promise<{ counts: SourceCounts; cutOff: readonly number[] }> {
    const { order } = this.#options;
    const listed: string[] = [];
    for (const counter of this.#listed) listed.push(await this.#writeMerged(counter, 'listed'));
    const orders: OrderCounts[] = [];
    const cutOff: number[] = [];
    /** The suffixes and the contexts of the order above, and its occurrences. */
    let above: { files: readonly string[]; mass: number } = { files: [], mass: 0 };
    for (let k = order; k >= 1; k--) {
      const isCutOff = k < order && above.mass < this.#mass[k - 1]! / 2;
      if (isCutOff) cutOff.push(k);
      const written = await this.#writeOrder(k, listed, above.files, k === order || isCutOff);
      orders.unshift(written.counts);
      above = written;
    }
    return { counts: { orders }, cutOff };
  }

  /** A counter with a folder of its own, for counters of one order name their runs alike. */
  #counter(order: number, name: string): NgramCounter {
    const { vocabularySize } = this.#options;
    const folder = join(this.#options.folder, `${name}-${order}`);
    mkdirSync(folder, { recursive: true });
    return new NgramCounter({
      order,
      vocabularySize,
      folder,
      memoryBytes: this.#options.memoryBytes / (this.#options.order + 2),
    });
  }

  /** Writes one order's final counts; returns them with what they mean for the order below. */
  async #writeOrder(
    k: number,
    listed: readonly string[],
    above: readonly string[],
    keepsCounts: boolean,
  ): Promise<{ counts: OrderCounts; files: readonly string[]; mass: number }> {
    const path = join(this.#options.folder, `order-${k}.counts`);
    const writer = new CountWriter(path);
    const merge = new CountMerge(
      [listed[k - 1]!, ...above].map((file) => new CountReader(file, k)),
      k,
    );
    const contexts =
      keepsCounts && k > 1 ? new ContextShortage(listed[k - 2]!, k, this.#options.vocabularySize, writer) : undefined;
    const suffixes = k > 1 ? this.#counter(k - 1, 'suffixes') : undefined;
    const prefixes = k > 1 ? this.#counter(k - 1, 'prefixes') : undefined;
    const countsOfCounts: [number, number, number, number] = [0, 0, 0, 0];
    let ngrams = 0;
    let mass = 0;
    try {
      while (merge.next()) {
        if ((++ngrams & 0xffff) === 0) await this.#options.pace();
        const { words } = merge;
        const { adjusted, occurrences } = countsOf(merge, k, keepsCounts);
        contexts?.next(words, adjusted);
        writer.add(words, 0, k, adjusted, occurrences);
        suffixes?.add(words, 1, occurrences);
        prefixes?.add(words, 0, occurrences);
        mass += occurrences;
        if (adjusted <= 4 && (k > 1 || words[0] !== BEGIN_SENTENCE)) countsOfCounts[adjusted - 1]!++;
      }
      contexts?.finish();
      writer.flush();
    } finally {
      merge.close();
      contexts?.close();
      writer.close();
    }
    const files: string[] = [];
    if (suffixes !== undefined) files.push(await this.#writeMerged(suffixes, 'suffixes'));
    if (prefixes !== undefined) files.push(await this.#writeMerged(prefixes, 'prefixes'));
    return { counts: { path, ngrams: ngrams + (contexts?.written ?? 0), countsOfCounts }, files, mass };
  }

  /** Writes what a counter holds as one sorted file. */
  async #writeMerged(counter: NgramCounter, name: string): Promise<string> {
    const path = join(this.#options.folder, `${name}-${counter.order}.counts`);
    const writer = new CountWriter(path);
    const merge = counter.finish();
    try {
      for (let seen = 1; merge.next(); seen++) {
        if ((seen & 0xffff) === 0) await this.#options.pace();
        writer.add(merge.words, 0, counter.order, Math.min(merge.adjusted, MOST), Math.min(merge.occurrences, MOST));
      }
      writer.flush();
    } finally {
      merge.close();
      writer.close();
    }
    counter.discard();
    return path;
  }
}

const MOST = 2 ** 32 - 1;
/** The merge's readers: the list, then what the order above tells. */
const LISTED = 0;
const SUFFIXES = 1;

/** Both counts of the n-gram a merge stands on. One that only the order above knows has the occurrences it has there. */
function countsOf(merge: CountMerge, order: number, keepsCounts: boolean): { adjusted: number; occurrences: number } {
  let listed = 0;
  let continuations = 0;
  let inferred = 0;
  for (let i = 0; i < merge.matchCount; i++) {
    const reader = merge.readers[merge.matches[i]!]!;
    const occurrences = reader.block[reader.at + order + 1]!;
    if (merge.matches[i] === LISTED) listed = occurrences;
    else inferred = Math.max(inferred, occurrences);
    if (merge.matches[i] === SUFFIXES) continuations = reader.block[reader.at + order]!;
  }
  const occurrences = Math.max(1, listed === 0 ? inferred : listed);
  const keeps = keepsCounts || merge.words[0] === BEGIN_SENTENCE;
  return { adjusted: keeps ? occurrences : Math.max(1, continuations), occurrences };
}

/**
 * Compares each context's listed occurrences with those of its continuations, and adds the shortage to the counts as a nameless
 * n-gram that never occurred: the estimation leaves the mass of such n-grams to the order below.
 */
class ContextShortage {
  readonly #contexts: CountReader;
  readonly #length: number;
  readonly #writer: CountWriter;
  readonly #current: Uint32Array;
  #isOpen = false;
  #hasContexts: boolean;
  #sum = 0;
  /** Nameless n-grams added. */
  written = 0;

  constructor(contexts: string, order: number, vocabularySize: number, writer: CountWriter) {
    this.#contexts = new CountReader(contexts, order - 1);
    this.#hasContexts = this.#contexts.next();
    this.#length = order - 1;
    this.#writer = writer;
    this.#current = new Uint32Array(order);
    // Greater than any word's id, so that it stands after the context's words.
    this.#current[order - 1] = vocabularySize;
  }

  /** The next n-gram in ascending order, before it is written. */
  next(words: Uint32Array, count: number): void {
    if (!this.#isOpen || this.#compare(words, 0) !== 0) {
      this.finish();
      for (let j = 0; j < this.#length; j++) this.#current[j] = words[j]!;
      this.#isOpen = true;
    }
    this.#sum += count;
  }

  /** Ends the current context. */
  finish(): void {
    if (!this.#isOpen) return;
    const { block } = this.#contexts;
    while (this.#hasContexts && this.#compare(block, this.#contexts.at) < 0) this.#hasContexts = this.#contexts.next();
    if (this.#hasContexts && this.#compare(block, this.#contexts.at) === 0) {
      const shortage = block[this.#contexts.at + this.#length + 1]! - this.#sum;
      if (shortage > 0) {
        this.#writer.add(this.#current, 0, this.#length + 1, shortage, 0);
        this.written += 1;
      }
    }
    this.#sum = 0;
    this.#isOpen = false;
  }

  close(): void {
    this.#contexts.close();
  }

  /** Whether the words at `at` stand before (negative), at (0) or after the current context. */
  #compare(words: Uint32Array, at: number): number {
    for (let j = 0; j < this.#length; j++) {
      const difference = words[at + j]! - this.#current[j]!;
      if (difference !== 0) return difference;
    }
    return 0;
  }
}
