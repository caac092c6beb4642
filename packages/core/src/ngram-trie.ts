// Hot: typed arrays and indices only.
import { malformed, type NgramFile, SectionKind } from './ngram-format.ts';

const CHECKPOINT_SHIFT = 6;
const CHECKPOINT_MASK = 63;

/** The n-grams of one order as views of a file. Entries are sorted by their word ids: children lie together, ascending. */
export class TrieLevel {
  readonly order: number;
  readonly length: number;
  /** One per entry, into `logProbCodebook`; null at full precision. */
  readonly logProbCodes: Uint8Array | null;
  /** Ascending codebook; at full precision one value per entry. */
  readonly logProbs: Float32Array;
  readonly #logBackoffCodes: Uint8Array | null;
  readonly #logBackoffs: Float32Array | null;
  readonly #lastWordLow: Uint8Array | null;
  readonly #lastWordMiddle: Uint8Array | null;
  readonly #lastWordHigh: Uint8Array | null;
  readonly #childCountLow: Uint8Array | null;
  readonly #childCountMiddle: Uint8Array | null;
  readonly #childCountHigh: Uint8Array | null;
  /** First child of every 64th entry. */
  readonly #checkpoints: Uint32Array;

  /** Checks all it will rely on later; throws `PredictionError` `file-malformed`. */
  constructor(file: NgramFile, order: number) {
    const length = file.counts[order - 1]!;
    this.order = order;
    this.length = length;
    const plane = (kind: number) => (file.has(kind, order) ? file.uint8(kind, order, length) : null);
    this.logProbCodes = plane(SectionKind.logProbCodes);
    this.logProbs = this.logProbCodes
      ? file.float32(SectionKind.logProbCodebook, order, 256)
      : file.float32(SectionKind.logProbs, order, length);
    const highest = order === file.order;
    this.#logBackoffCodes = highest ? null : plane(SectionKind.logBackoffCodes);
    if (highest) this.#logBackoffs = null;
    else if (this.#logBackoffCodes) this.#logBackoffs = file.float32(SectionKind.logBackoffCodebook, order, 256);
    else this.#logBackoffs = file.float32(SectionKind.logBackoffs, order, length);
    this.#lastWordLow = order === 1 ? null : file.uint8(SectionKind.lastWordLow, order, length);
    this.#lastWordMiddle = order === 1 ? null : file.uint8(SectionKind.lastWordMiddle, order, length);
    this.#lastWordHigh = order === 1 ? null : plane(SectionKind.lastWordHigh);
    this.#childCountLow = highest ? null : file.uint8(SectionKind.childCountLow, order, length);
    this.#childCountMiddle = highest ? null : plane(SectionKind.childCountMiddle);
    this.#childCountHigh = highest ? null : plane(SectionKind.childCountHigh);
    this.#checkpoints = highest ? new Uint32Array(0) : this.#addUpChildren(file.counts[order]!);
    this.#checkLogProbs();
  }

  /** Last word of entry i. */
  lastWord(i: number): number {
    if (this.#lastWordLow === null) return i;
    const word = this.#lastWordLow[i]! | (this.#lastWordMiddle![i]! << 8);
    return this.#lastWordHigh === null ? word : word | (this.#lastWordHigh[i]! << 16);
  }

  /** The entry lo ≤ i < hi with last word `wordId`, or -1. */
  find(lo: number, hi: number, wordId: number): number {
    if (this.#lastWordLow === null) return wordId;
    const i = this.lowerBound(lo, hi, wordId);
    return i < hi && this.lastWord(i) === wordId ? i : -1;
  }

  /** First entry lo ≤ i ≤ hi whose last word is not below `wordId`. */
  lowerBound(lo: number, hi: number, wordId: number): number {
    if (this.#lastWordLow === null) return Math.max(lo, Math.min(wordId, hi));
    let low = lo;
    let high = hi;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.lastWord(middle) < wordId) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** First child of entry i in the next level; its children end where those of entry i + 1 begin. */
  firstChild(i: number): number {
    let child = this.#checkpoints[i >>> CHECKPOINT_SHIFT]!;
    for (let j = i & ~CHECKPOINT_MASK; j < i; j++) child += this.childCount(j);
    return child;
  }

  /** Number of children of entry i. */
  childCount(i: number): number {
    let count = this.#childCountLow![i]!;
    if (this.#childCountMiddle !== null) count |= this.#childCountMiddle[i]! << 8;
    if (this.#childCountHigh !== null) count |= this.#childCountHigh[i]! << 16;
    return count;
  }

  /** ln P(last word | the words before it) of entry i. */
  logProb(i: number): number {
    return this.logProbs[this.logProbCodes === null ? i : this.logProbCodes[i]!]!;
  }

  /** ln back-off weight of entry i as a context; 0 at the highest order. */
  logBackoff(i: number): number {
    if (this.#logBackoffs === null) return 0;
    return this.#logBackoffs[this.#logBackoffCodes === null ? i : this.#logBackoffCodes[i]!]!;
  }

  #addUpChildren(total: number): Uint32Array {
    const checkpoints = new Uint32Array((this.length >>> CHECKPOINT_SHIFT) + 1);
    let child = 0;
    for (let i = 0; i < this.length; i++) {
      if ((i & CHECKPOINT_MASK) === 0) checkpoints[i >>> CHECKPOINT_SHIFT] = child;
      child += this.childCount(i);
    }
    if (child !== total) throw malformed(`its ${this.order}-grams have ${child} children, not ${total}`);
    if ((this.length & CHECKPOINT_MASK) === 0) checkpoints[this.length >>> CHECKPOINT_SHIFT] = child;
    return checkpoints;
  }

  #checkLogProbs(): void {
    for (let i = 0; i < this.logProbs.length; i++) {
      if (!(this.logProbs[i]! <= 0)) throw malformed(`a probability of order ${this.order} is above 1 or no number`);
      if (this.logProbCodes !== null && i > 0 && this.logProbs[i]! < this.logProbs[i - 1]!) {
        throw malformed(`the codebook of order ${this.order} does not ascend`);
      }
    }
    if (this.#logBackoffs !== null) {
      for (const logBackoff of this.#logBackoffs) {
        if (!Number.isFinite(logBackoff)) throw malformed(`a back-off of order ${this.order} is not finite`);
      }
    }
  }
}

/** Throws `PredictionError` `file-malformed` unless the children of every entry have known words in ascending order. */
export function checkChildren(parents: TrieLevel, children: TrieLevel, vocabularySize: number): void {
  let child = 0;
  for (let parent = 0; parent < parents.length; parent++) {
    let previous = -1;
    for (const end = child + parents.childCount(parent); child < end; child++) {
      const word = children.lastWord(child);
      if (word <= previous || word >= vocabularySize) throw malformed(`its ${children.order}-grams are not in order`);
      previous = word;
    }
  }
}
