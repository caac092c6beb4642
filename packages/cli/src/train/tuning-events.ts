// Hot: walks all counts of all sources once.
import { CountReader } from './count-file.ts';
import { discountOf } from './discounts.ts';
import type { EstimationSource } from './estimation.ts';
import { BEGIN_SENTENCE } from './vocabulary-selection.ts';

/** A text to tune on, as word ids: each sentence from `<s>` to `</s>`. */
export interface TuningText {
  readonly words: Uint32Array;
  /** Its share in the objective; only ratios between texts matter. */
  readonly weight: number;
}

/** The k-grams of one order that the tuning texts ask for, and what each source knows of them. */
export interface TuningOrder {
  /** Distinct k-grams. */
  readonly size: number;
  /** How much each counts as an event of its own: where it is the longest n-gram at its place. Sums to 1 over all orders. */
  readonly weights: Float64Array;
  /** Index of its context among the contexts of this order. */
  readonly contexts: Uint32Array;
  /** Index of its suffix (all but the first word) in the order below; of no meaning for unigrams. */
  readonly suffixes: Uint32Array;
  /** c − D(c), by k-gram and source: `discounted[ngram * sources + source]`. */
  readonly discounted: Float32Array;
  /** Σ c over the words after each context, by context and source. */
  readonly totals: Float32Array;
  /** Σ D(c) over the words after each context, by context and source. */
  readonly leftOvers: Float32Array;
}

/**
 * Looks up all that the sources know of the texts' n-grams, in one pass over the counts of each order. Words for which
 * `isEvent` is false are context only.
 */
export async function gatherTuningOrders(
  texts: readonly TuningText[],
  order: number,
  isEvent: (word: number) => boolean,
  sources: readonly EstimationSource[],
  pace: () => Promise<void> | undefined,
): Promise<TuningOrder[]> {
  const { words, lengths, weights } = joinTexts(texts, order, isEvent);
  const orders: TuningOrder[] = [];
  let lower = new Uint32Array(words.length);
  for (let k = 1; k <= order; k++) {
    const places = Uint32Array.from(words.keys()).filter((end) => lengths[end]! >= k);
    places.sort((a, b) => compareEnding(words, a, b, k));
    const found = new SortedNgrams(words, places, k);
    const own = new Float64Array(found.size);
    const suffixes = new Uint32Array(found.size);
    const indices = new Uint32Array(words.length);
    for (let i = 0; i < places.length; i++) {
      const end = places[i]!;
      const ngram = found.ngramAt[i]!;
      indices[end] = ngram;
      suffixes[ngram] = lower[end]!;
      if (lengths[end] === k) own[ngram]! += weights[end]!;
    }
    lower = indices;
    const { size, contexts } = found;
    orders.push({ size, weights: own, contexts, suffixes, ...(await readSources(found, sources, pace)) });
  }
  return orders;
}

/** All texts in one array; per place the length of the longest n-gram that ends there (0: no event) and the event's weight. */
function joinTexts(texts: readonly TuningText[], order: number, isEvent: (word: number) => boolean) {
  const size = texts.reduce((sum, text) => sum + text.words.length, 0);
  const words = new Uint32Array(size);
  const lengths = new Uint8Array(size);
  const weights = new Float64Array(size);
  const totalWeight = texts.reduce((sum, { weight }) => sum + weight, 0);
  let place = 0;
  for (const text of texts) {
    const events = text.words.reduce((sum, word) => sum + (isEvent(word) ? 1 : 0), 0);
    let length = 0;
    for (const word of text.words) {
      length = word === BEGIN_SENTENCE ? 1 : length + 1;
      words[place] = word;
      lengths[place] = isEvent(word) ? Math.min(length, order) : 0;
      weights[place] = text.weight / totalWeight / events;
      place++;
    }
  }
  return { words, lengths, weights };
}

function compareEnding(words: Uint32Array, a: number, b: number, length: number): number {
  for (let back = length - 1; back >= 0; back--) {
    const difference = words[a - back]! - words[b - back]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The distinct k-grams that end at sorted places, numbered in order, and their distinct contexts, likewise. */
class SortedNgrams {
  readonly order: number;
  size = 0;
  contextCount = 0;
  /** K-gram number by index into the places. */
  readonly ngramAt: Uint32Array;
  /** Context number by k-gram. */
  readonly contexts: Uint32Array;
  /** `order` words of each k-gram. */
  readonly words: Uint32Array;

  constructor(words: Uint32Array, places: Uint32Array, order: number) {
    this.order = order;
    this.ngramAt = new Uint32Array(places.length);
    const contexts = new Uint32Array(places.length);
    const ngrams = new Uint32Array(places.length * order);
    for (let i = 0; i < places.length; i++) {
      const end = places[i]!;
      const previous = places[i - 1];
      const isNewContext = previous === undefined || compareEnding(words, previous - 1, end - 1, order - 1) !== 0;
      if (isNewContext) this.contextCount++;
      if (isNewContext || words[previous] !== words[end]) {
        ngrams.set(words.subarray(end - order + 1, end + 1), this.size * order);
        contexts[this.size++] = this.contextCount - 1;
      }
      this.ngramAt[i] = this.size - 1;
    }
    this.contexts = contexts.subarray(0, this.size);
    this.words = ngrams.subarray(0, this.size * order);
  }
}

async function readSources(
  ngrams: SortedNgrams,
  sources: readonly EstimationSource[],
  pace: () => Promise<void> | undefined,
): Promise<Pick<TuningOrder, 'discounted' | 'totals' | 'leftOvers'>> {
  const discounted = new Float32Array(ngrams.size * sources.length);
  const totals = new Float32Array(ngrams.contextCount * sources.length);
  const leftOvers = new Float32Array(ngrams.contextCount * sources.length);
  for (let source = 0; source < sources.length; source++) {
    await readSource(ngrams, sources, source, { discounted, totals, leftOvers }, pace);
  }
  return { discounted, totals, leftOvers };
}

/** Walks one source's sorted counts beside the sorted k-grams. */
async function readSource(
  ngrams: SortedNgrams,
  sources: readonly EstimationSource[],
  source: number,
  { discounted, totals, leftOvers }: Pick<TuningOrder, 'discounted' | 'totals' | 'leftOvers'>,
  pace: () => Promise<void> | undefined,
): Promise<void> {
  const k = ngrams.order;
  const { words, contexts, size } = ngrams;
  const { counts, discounts } = sources[source]!;
  const reader = new CountReader(counts.orders[k - 1]!.path, k);
  // The first k-gram of the current context, and the first that is not behind the reader.
  let first = 0;
  let ngram = 0;
  try {
    for (let seen = 1; reader.next() && first < size; seen++) {
      if ((seen & 0xffff) === 0) await pace();
      const { block, at } = reader;
      let difference = compareAt(words, first * k, block, at, k - 1);
      while (difference < 0) {
        first = Math.max(ngram, first + 1);
        if (first === size) return;
        difference = compareAt(words, first * k, block, at, k - 1);
      }
      if (difference > 0) continue;
      const count = block[at + k]!;
      const discount = discountOf(discounts[k - 1]!, count);
      const context = contexts[first]! * sources.length + source;
      if (k > 1 || block[at] !== BEGIN_SENTENCE) {
        totals[context]! += count;
        leftOvers[context]! += discount;
      }
      if (ngram < first) ngram = first;
      while (ngram < size && contexts[ngram] === contexts[first] && words[ngram * k + k - 1]! < block[at + k - 1]!)
        ngram++;
      if (ngram < size && contexts[ngram] === contexts[first] && words[ngram * k + k - 1] === block[at + k - 1]) {
        discounted[ngram * sources.length + source] = count - discount;
      }
    }
  } finally {
    reader.close();
  }
}

function compareAt(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number, length: number): number {
  for (let j = 0; j < length; j++) {
    const difference = a[aAt + j]! - b[bAt + j]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
