// Hot: typed arrays and indices only.
import { malformed, type NgramFile, SectionKind } from './ngram-format.ts';

/**
 * The n-grams of one order as views of a file. The children of one entry lie together, ascending by position: the place of
 * the n-gram without its first word among its own siblings, likeliest first. Unigrams lie in order of rank.
 */
export class FileLevel {
  readonly order: number;
  readonly length: number;
  /** ln P by code, descending; 256 values. */
  readonly codebook: Float32Array;
  /** One per entry (unigrams: per word id). */
  readonly codes: Uint8Array;
  /** Whether `codes` holds what is to be taken from the code of the entry without its first word, modulo 256. */
  readonly areResiduals: boolean;
  /** ln P by entry, at full precision; null where only codes are kept. */
  readonly logProbs: Float32Array | null;
  /** How far each entry's position lies above the least it can have: one more than its sibling's before it, or 0. */
  readonly positionGaps: BytePlanes;
  /** Number of children of each entry in the next level. */
  readonly childCounts: BytePlanes;
  /** First child of every 64th entry, and number of entries with children before it. */
  readonly #firstChildren: Uint32Array;
  readonly #parentsBefore: Uint32Array;
  readonly #logBackoffs: Float32Array | null;
  readonly #logBackoffCodes: Uint8Array | null;

  /** Checks sizes, counts and codebooks; throws `PredictionError` `file-malformed`. */
  constructor(file: NgramFile, order: number) {
    const length = file.counts[order - 1]!;
    this.order = order;
    this.length = length;
    this.positionGaps = order === 1 ? NO_PLANES : new BytePlanes(file, SectionKind.positionGapLow, order);
    this.areResiduals = order > 1 && file.has(SectionKind.logProbResiduals, order);
    const codeKind = this.areResiduals ? SectionKind.logProbResiduals : SectionKind.logProbCodes;
    this.codes = file.uint8(codeKind, order, length);
    this.codebook = readCodebook(file, SectionKind.logProbCodebook, order);
    this.logProbs = file.has(SectionKind.logProbs, order) ? file.float32(SectionKind.logProbs, order, length) : null;
    this.#checkLogProbs();
    const hasChildren = order < file.order;
    this.childCounts = hasChildren ? new BytePlanes(file, SectionKind.childCountLow, order) : NO_PLANES;
    const blocks = hasChildren ? (length + BLOCK_MASK) >>> BLOCK_SHIFT : 0;
    this.#firstChildren = new Uint32Array(blocks);
    this.#parentsBefore = new Uint32Array(blocks);
    const { children, parents } = hasChildren ? this.#addUpChildren() : NO_CHILDREN;
    if (children !== (file.counts[order] ?? 0)) {
      throw malformed(`its ${order}-grams have ${children} children, not ${file.counts[order]}`);
    }
    const isExact = hasChildren && file.has(SectionKind.logBackoffs, order);
    this.#logBackoffCodes = hasChildren && !isExact ? file.uint8(SectionKind.logBackoffCodes, order, parents) : null;
    if (!hasChildren) this.#logBackoffs = null;
    else if (isExact) this.#logBackoffs = file.float32(SectionKind.logBackoffs, order, length);
    else this.#logBackoffs = readCodebook(file, SectionKind.logBackoffCodebook, order);
    if (isExact && this.#logBackoffs!.some((value) => !Number.isFinite(value))) {
      throw malformed(`a back-off weight of order ${order} is not finite`);
    }
  }

  /** First child of entry i in the next level. */
  firstChild(i: number): number {
    return this.#firstChildren[i >>> BLOCK_SHIFT]! + this.childCounts.sum(i & ~BLOCK_MASK, i);
  }

  /** ln back-off weight of entry i as a context. Quantised files keep none for entries without children: it is 0. */
  logBackoff(i: number): number {
    if (this.#logBackoffs === null) return 0;
    if (this.#logBackoffCodes === null) return this.#logBackoffs[i]!;
    if (this.childCounts.at(i) === 0) return 0;
    const parent = this.#parentsBefore[i >>> BLOCK_SHIFT]! + this.childCounts.countPositive(i & ~BLOCK_MASK, i);
    return this.#logBackoffs[this.#logBackoffCodes[parent]!]!;
  }

  #addUpChildren(): { children: number; parents: number } {
    const { childCounts } = this;
    const firstChildren = this.#firstChildren;
    const parentsBefore = this.#parentsBefore;
    let children = 0;
    let parents = 0;
    const totals = { children: 0, parents: 0 };
    for (let block = 0; block < firstChildren.length; block++) {
      firstChildren[block] = children;
      parentsBefore[block] = parents;
      childCounts.addUpBlock(block, totals);
      children += totals.children;
      parents += totals.parents;
    }
    return { children, parents };
  }

  #checkLogProbs(): void {
    for (let code = 0; code < 256; code++) {
      const isSorted = code === 0 || this.codebook[code]! <= this.codebook[code - 1]!;
      if (!(this.codebook[code]! <= 0 && isSorted)) throw malformed(`the codebook of order ${this.order} is damaged`);
    }
    if (this.logProbs?.some((logProb) => !(logProb <= 0))) {
      throw malformed(`a probability of order ${this.order} is above 1 or no number`);
    }
  }
}

/** Numbers below 2^24, each byte in an array of its own. */
export class BytePlanes {
  readonly low: Uint8Array;
  /** Null where all would be 0. */
  readonly middle: Uint8Array | null;
  readonly high: Uint8Array | null;
  /** The same four entries at a time. */
  readonly #lowWords: Uint32Array;
  readonly #middleWords: Uint32Array | null;
  readonly #highWords: Uint32Array | null;

  /** The kinds of the middle and high plane follow that of the low one. */
  constructor(file: NgramFile | null, lowKind: number, order: number) {
    const length = file?.counts[order - 1];
    const plane = (kind: number) => (file?.has(kind, order) ? file.uint8(kind, order, length) : null);
    this.low = file?.uint8(lowKind, order, length) ?? new Uint8Array(0);
    this.middle = plane(lowKind + 1);
    this.high = plane(lowKind + 2);
    this.#lowWords = wordsOf(this.low);
    this.#middleWords = this.middle && wordsOf(this.middle);
    this.#highWords = this.high && wordsOf(this.high);
  }

  at(i: number): number {
    let value = this.low[i]!;
    if (this.middle !== null) value |= this.middle[i]! << 8;
    if (this.high !== null) value |= this.high[i]! << 16;
    return value;
  }

  sum(start: number, end: number): number {
    let sum = 0;
    for (let i = start; i < end; i++) sum += this.at(i);
    return sum;
  }

  /** Sums up 64 entries, or as many as there are, and counts those above 0. Four at a time: opening a file waits for it. */
  addUpBlock(block: number, totals: { children: number; parents: number }): void {
    const start = block << BLOCK_SHIFT;
    const end = start + BLOCK_MASK + 1;
    if (end > this.low.length) {
      totals.children = this.sum(start, this.low.length);
      totals.parents = this.countPositive(start, this.low.length);
      return;
    }
    const [low, middle, high] = [this.#lowWords, this.#middleWords, this.#highWords];
    const [first, last] = [start >>> 2, end >>> 2];
    totals.children = sumOfBytes(low, first, last);
    if (middle !== null) totals.children += 256 * sumOfBytes(middle, first, last);
    if (high !== null) totals.children += 65536 * sumOfBytes(high, first, last);
    let positive = 0;
    for (let i = first; i < last; i++) {
      const bytes = low[i]! | (middle === null ? 0 : middle[i]!) | (high === null ? 0 : high[i]!);
      // The top bit of each byte that is not 0, brought down to count in four lanes.
      positive += ((((bytes & 0x7f7f7f7f) + 0x7f7f7f7f) | bytes) >>> 7) & 0x01010101;
    }
    totals.parents = Math.imul(positive, 0x01010101) >>> 24;
  }

  countPositive(start: number, end: number): number {
    let count = 0;
    // 1 unless the number is 0, without a branch that would be mispredicted every third time.
    for (let i = start; i < end; i++) count += (this.at(i) + 0xffffff) >>> 24;
    return count;
  }
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
}

/** Sum of the bytes of at most 64 words. */
function sumOfBytes(words: Uint32Array, start: number, end: number): number {
  let even = 0;
  let odd = 0;
  for (let i = start; i < end; i++) {
    even += words[i]! & 0x00ff00ff;
    odd += (words[i]! >>> 8) & 0x00ff00ff;
  }
  return (even & 0xffff) + (even >>> 16) + (odd & 0xffff) + (odd >>> 16);
}

const NO_PLANES = new BytePlanes(null, 0, 0);
const BLOCK_SHIFT = 6;
const BLOCK_MASK = 63;
const NO_CHILDREN = { children: 0, parents: 0 };

/** A codebook, lengthened to 256 values so that no code leads outside it. */
function readCodebook(file: NgramFile, kind: number, order: number): Float32Array {
  const values = file.float32(kind, order);
  if (values.length > 256) throw malformed(`a codebook of order ${order} has ${values.length} values`);
  const isBackoff = kind === SectionKind.logBackoffCodebook;
  if (isBackoff && values.some((value) => !Number.isFinite(value))) {
    throw malformed(`a back-off weight of order ${order} is not finite`);
  }
  const codebook = new Float32Array(256).fill(isBackoff ? 0 : -Infinity);
  codebook.set(values);
  return codebook;
}
