// Hot: every n-gram of a corpus goes through `add` and the sort.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CountReader, CountWriter } from './count-file.ts';
import { CountMerge } from './count-merge.ts';

/** What bounds and places a counter. */
export interface NgramCounterOptions {
  readonly order: number;
  /** Word ids are below this. */
  readonly vocabularySize: number;
  /** Existing folder for the sorted runs. */
  readonly folder: string;
  /** Most memory for n-grams not yet on disk. */
  readonly memoryBytes: number;
}

/**
 * Counts n-grams in bounded memory: gathers them in arrays, sorts full arrays by word ids (a radix sort, one or two
 * digits a word), writes each as a run of distinct n-grams, and hands the runs out merged.
 */
export class NgramCounter {
  readonly order: number;
  readonly #options: NgramCounterOptions;
  readonly #capacity: number;
  /** One array per word position, then the occurrences. */
  #lanes: Uint32Array[] = [];
  #size = 0;
  #runs: string[] = [];
  #runCount = 0;

  constructor(options: NgramCounterOptions) {
    this.order = options.order;
    this.#options = options;
    // Each lane once more as scratch, and the sort's places.
    const bytesPerNgram = 4 * (2 * (options.order + 1) + 1);
    this.#capacity = Math.max(1, Math.floor(options.memoryBytes / bytesPerNgram));
  }

  /** Adds one to the adjusted count of the n-gram at `words[at]`, and `occurrences` to its occurrences. */
  add(words: Uint32Array, at: number, occurrences: number): void {
    if (this.#size === (this.#lanes[0]?.length ?? 0)) this.#makeRoom();
    const lanes = this.#lanes;
    const size = this.#size++;
    const order = this.order;
    for (let j = 0; j < order; j++) lanes[j]![size] = words[at + j]!;
    lanes[order]![size] = occurrences;
  }

  /** Ends the counting, frees the memory, and walks what was counted in ascending order. Call `discard` when done. */
  finish(): CountMerge {
    if (this.#size > 0) this.#spill();
    this.#lanes = [];
    return this.#openRuns();
  }

  /** Removes the runs from disk. Close the merge before. */
  discard(): void {
    for (const run of this.#runs) rmSync(run, { force: true });
    this.#runs = [];
  }

  #makeRoom(): void {
    if (this.#size === this.#capacity) {
      this.#spill();
      return;
    }
    const length = Math.min(this.#capacity, Math.max(FIRST_LENGTH, this.#size * 4));
    const lanes = Array.from({ length: this.order + 1 }, () => new Uint32Array(length));
    this.#lanes.forEach((lane, j) => {
      lanes[j]!.set(lane);
    });
    this.#lanes = lanes;
  }

  #spill(): void {
    const { order } = this;
    sortLanes(this.#lanes, order, this.#size, this.#options.vocabularySize);
    if (this.#runs.length === MOST_RUNS) this.#joinRuns();
    this.#writeRun((writer) => writeDistinct(writer, this.#lanes, order, this.#size));
    this.#size = 0;
  }

  /** Merges all runs into one: keeps the number of open files bounded however small the memory. */
  #joinRuns(): void {
    const merge = this.#openRuns();
    const joined = this.#runs;
    this.#runs = [];
    try {
      this.#writeRun((writer) => {
        while (merge.next()) {
          writer.add(merge.words, 0, this.order, Math.min(merge.adjusted, MOST), Math.min(merge.occurrences, MOST));
        }
      });
    } finally {
      merge.close();
      for (const run of joined) rmSync(run, { force: true });
    }
  }

  #writeRun(write: (writer: CountWriter) => void): void {
    const path = join(this.#options.folder, `order-${this.order}.run-${this.#runCount++}`);
    const writer = new CountWriter(path);
    try {
      write(writer);
      writer.flush();
    } finally {
      writer.close();
    }
    this.#runs.push(path);
  }

  #openRuns(): CountMerge {
    return new CountMerge(
      this.#runs.map((run) => new CountReader(run, this.order)),
      this.order,
    );
  }
}

const MOST_RUNS = 64;

const FIRST_LENGTH = 1 << 12;

/** Most bits of a word id sorted by at once: 65,536 buckets. Words being Zipf-distributed, the busy buckets stay in the cache. */
const DIGIT_BITS = 16;

/** Sorts the first `size` entries of all lanes together by the first `order` lanes: radix sort, last word first, stable. */
function sortLanes(lanes: Uint32Array[], order: number, size: number, vocabularySize: number): void {
  const idBits = Math.max(1, Math.ceil(Math.log2(vocabularySize)));
  const digits = Math.ceil(idBits / DIGIT_BITS);
  const digitBits = Math.ceil(idBits / digits);
  const places = new Uint32Array(size);
  const scratch: Uint32Array[] = lanes.map(() => new Uint32Array(lanes[0]!.length));
  const starts = new Uint32Array((1 << digitBits) + 1);
  for (let lane = order - 1; lane >= 0; lane--) {
    for (let digit = 0; digit < digits; digit++) {
      findPlaces(lanes[lane]!, size, digit * digitBits, (1 << digitBits) - 1, starts, places);
      for (let j = 0; j < lanes.length; j++) {
        scatter(lanes[j]!, scratch[j]!, places, size);
        const moved = scratch[j]!;
        scratch[j] = lanes[j]!;
        lanes[j] = moved;
      }
    }
  }
}

function findPlaces(
  keys: Uint32Array,
  size: number,
  shift: number,
  mask: number,
  starts: Uint32Array,
  places: Uint32Array,
): void {
  starts.fill(0);
  for (let i = 0; i < size; i++) starts[((keys[i]! >>> shift) & mask) + 1]!++;
  for (let digit = 1; digit < starts.length; digit++) starts[digit]! += starts[digit - 1]!;
  for (let i = 0; i < size; i++) places[i] = starts[(keys[i]! >>> shift) & mask]!++;
}

function scatter(from: Uint32Array, to: Uint32Array, places: Uint32Array, size: number): void {
  for (let i = 0; i < size; i++) to[places[i]!] = from[i]!;
}

/** Writes sorted n-grams, equal ones as one: the adjusted count is how many they were, the occurrences are summed. */
function writeDistinct(writer: CountWriter, lanes: readonly Uint32Array[], order: number, size: number): void {
  const words = new Uint32Array(order);
  const occurrences = lanes[order]!;
  for (let start = 0; start < size; ) {
    let sum = occurrences[start]!;
    let end = start + 1;
    while (end < size && isSame(lanes, order, start, end)) sum += occurrences[end++]!;
    for (let j = 0; j < order; j++) words[j] = lanes[j]![start]!;
    writer.add(words, 0, order, end - start, Math.min(sum, MOST));
    start = end;
  }
}

const MOST = 2 ** 32 - 1;

function isSame(lanes: readonly Uint32Array[], order: number, a: number, b: number): boolean {
  for (let j = order - 1; j >= 0; j--) {
    const lane = lanes[j]!;
    if (lane[a] !== lane[b]) return false;
  }
  return true;
}
