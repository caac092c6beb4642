// Hot: walks every n-gram of all sorted runs or of all sources.
import type { CountReader } from './count-file.ts';

/**
 * Walks several files of sorted counts at once, n-gram by n-gram in ascending order. For each n-gram it says
 * which of the readers have it; those stand on its record until the next call.
 */
export class CountMerge {
  /** The word ids of the current n-gram. */
  readonly words: Uint32Array;
  /** Indices into `readers` of those that have the current n-gram: the first `matchCount` entries. In no particular order. */
  readonly matches: Int32Array;
  matchCount = 0;
  readonly readers: readonly CountReader[];
  readonly #order: number;
  /** A binary heap of indices into `readers`, the smallest current record first. */
  readonly #heap: Int32Array;
  #heapSize = 0;

  constructor(readers: readonly CountReader[], order: number) {
    this.readers = readers;
    this.#order = order;
    this.words = new Uint32Array(order);
    this.matches = new Int32Array(readers.length);
    this.#heap = new Int32Array(readers.length);
    for (let i = 0; i < readers.length; i++) this.#advance(i);
  }

  /** Moves to the next n-gram; false after the last. */
  next(): boolean {
    for (let i = 0; i < this.matchCount; i++) this.#advance(this.matches[i]!);
    this.matchCount = 0;
    if (this.#heapSize === 0) return false;
    const first = this.readers[this.#heap[0]!]!;
    for (let j = 0; j < this.#order; j++) this.words[j] = first.block[first.at + j]!;
    do {
      this.matches[this.matchCount++] = this.#pop();
    } while (this.#heapSize > 0 && this.#isCurrent(this.#heap[0]!));
    return true;
  }

  /** Adjusted counts of the current n-gram, summed over the readers. */
  get adjusted(): number {
    return this.#sum(this.#order);
  }

  /** Occurrences of the current n-gram, summed over the readers. */
  get occurrences(): number {
    return this.#sum(this.#order + 1);
  }

  close(): void {
    for (const reader of this.readers) reader.close();
  }

  #sum(field: number): number {
    let sum = 0;
    for (let i = 0; i < this.matchCount; i++) {
      const reader = this.readers[this.matches[i]!]!;
      sum += reader.block[reader.at + field]!;
    }
    return sum;
  }

  #advance(index: number): void {
    if (!this.readers[index]!.next()) return;
    const heap = this.#heap;
    let child = this.#heapSize++;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(index, heap[parent]!)) break;
      heap[child] = heap[parent]!;
      child = parent;
    }
    heap[child] = index;
  }

  #pop(): number {
    const heap = this.#heap;
    const top = heap[0]!;
    const last = heap[--this.#heapSize]!;
    const size = this.#heapSize;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!this.#isBefore(heap[child]!, last)) break;
      heap[parent] = heap[child]!;
      parent = child;
    }
    heap[parent] = last;
    return top;
  }

  #isBefore(a: number, b: number): boolean {
    const left = this.readers[a]!;
    const right = this.readers[b]!;
    for (let j = 0; j < this.#order; j++) {
      const difference = left.block[left.at + j]! - right.block[right.at + j]!;
      if (difference !== 0) return difference < 0;
    }
    return a < b;
  }

  #isCurrent(index: number): boolean {
    const reader = this.readers[index]!;
    for (let j = this.#order - 1; j >= 0; j--) {
      if (reader.block[reader.at + j]! !== this.words[j]!) return false;
    }
    return true;
  }
}
