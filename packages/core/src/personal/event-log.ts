import { GAP, grown, SENTENCE_START, WordTable } from './word-table.ts';

/**
 * How a word came to be learned. `typed` and `accepted` (a candidate was chosen) are the user's own, `inserted` was put in
 * by a program; `rejected`: the user took it back; `listed`: imported from a list of words, with a count instead of a context.
 */
export const eventKinds = ['typed', 'accepted', 'inserted', 'rejected', 'listed'] as const;
/** One of `eventKinds`. */
export type EventKind = (typeof eventKinds)[number];

/** How a word was written: `first` a capital first, `all` capitals only, `own` neither, such as `iPhone`. */
export const wordCasings = ['lower', 'first', 'all', 'own'] as const;
/** One of `wordCasings`. */
export type WordCasing = (typeof wordCasings)[number];

/**
 * How well everyone's dictionary knew a word when it was learned: not at all, and by its unigram probability below 1e-4, below 1e-3, above. So all
 * that follows from a log follows from it alone, whatever dictionary there is later.
 */
export const familiarities = ['new', 'rare', 'usual', 'common'] as const;
/** One of `familiarities`. */
export type Familiarity = (typeof familiarities)[number];

/** One learned word. */
export interface LearnedEvent {
  /** Normalised. */
  readonly word: string;
  /** The normalised word before it, `<s>` at a sentence's start, `''` where it is not known or was forgotten. */
  readonly previous: string;
  /** The one before that; `''` always where `previous` is `''`. */
  readonly beforePrevious: string;
  /** When, in seconds since 1970. */
  readonly seconds: number;
  readonly kind: EventKind;
  /** As it was written, where that is not what normalising made of it; else `word`. */
  readonly written: string;
  /** Whether it looked like a slip of the pen for a likelier word. */
  readonly isSuspect: boolean;
  readonly familiarity: Familiarity;
  /** `listed`: how often the list counted it, from 1; 0 otherwise. */
  readonly count: number;
}

/** Who wrote: a tab of a browser, a program. Events of one writer are numbered from 0 on. */
export interface Writer {
  readonly id: string;
  /** How many of its events are known: one with a lower number that is not in the log was forgotten. */
  known: number;
}

/** Most writers of a log: their indexes have 16 bits. */
export const MAX_WRITERS = 65_535;

/**
 * All that was learned, event by event in the order (second, writer, number): the one thing that is stored, and from which everything else follows.
 * Forgetting takes events out, or the words before them; what is left is what would be there had they never been learned.
 *
 * Logs of several writers merge event by event: the one of which less is left wins. That is commutative, associative
 * and idempotent, and what was forgotten anywhere stays forgotten.
 */
export class EventLog {
  length = 0;
  words: WordTable = new WordTable();
  readonly writers: Writer[] = [];
  wordIds: Uint32Array = new Uint32Array(64);
  previousIds: Uint32Array = new Uint32Array(64);
  /** Ids of the words two before; of `listed` events their counts. */
  beforePreviousIds: Uint32Array = new Uint32Array(64);
  seconds: Uint32Array = new Uint32Array(64);
  /** Kind, casing, suspicion and familiarity: see `packMarks`. */
  marks: Uint8Array = new Uint8Array(64);
  /** Index in `writers`. */
  writerIndexes: Uint16Array = new Uint16Array(64);
  numbers: Uint32Array = new Uint32Array(64);
  /** Of events whose casing is `own`: how the word was written. */
  readonly ownForms: Map<number, string> = new Map();

  /** The index of a writer, added where it is new. */
  writerIndex(id: string): number {
    const index = this.writers.findIndex((writer) => writer.id === id);
    if (index >= 0) return index;
    if (this.writers.length >= MAX_WRITERS) throw new RangeError(`a log has at most ${MAX_WRITERS} writers`);
    this.writers.push({ id, known: 0 });
    return this.writers.length - 1;
  }

  /** Appends an event, which must stand behind the last one in the log's order. Returns its index. */
  append(event: LearnedEvent, writerIndex: number, number: number): number {
    const index = this.length++;
    this.#makeRoom();
    this.wordIds[index] = this.words.add(event.word);
    const isListed = event.kind === 'listed';
    const previous = isListed ? GAP : this.words.add(event.previous);
    this.previousIds[index] = previous;
    this.beforePreviousIds[index] = isListed
      ? event.count
      : previous === GAP || previous === SENTENCE_START
        ? GAP
        : this.words.add(event.beforePrevious);
    this.seconds[index] = event.seconds;
    const { packed, ownForm } = markLearnedEvent(event);
    if (ownForm !== undefined) this.ownForms.set(index, ownForm);
    this.marks[index] = packed;
    this.writerIndexes[index] = writerIndex;
    this.numbers[index] = number;
    const writer = this.writers[writerIndex]!;
    writer.known = Math.max(writer.known, number + 1);
    return index;
  }

  /** The event at an index. */
  event(index: number): LearnedEvent {
    const kind = this.kind(index);
    const isListed = kind === 'listed';
    const word = this.words.text(this.wordIds[index]!);
    return {
      word,
      previous: this.#textOf(this.previousIds[index]!),
      beforePrevious: isListed ? '' : this.#textOf(this.beforePreviousIds[index]!),
      seconds: this.seconds[index]!,
      kind,
      written: this.written(index),
      isSuspect: this.isSuspect(index),
      familiarity: this.familiarity(index),
      count: isListed ? this.beforePreviousIds[index]! : 0,
    };
  }

  kind(index: number): EventKind {
    return eventKinds[this.marks[index]! & KIND_MASK]!;
  }

  casing(index: number): WordCasing {
    return wordCasings[(this.marks[index]! >> CASING_SHIFT) & 3]!;
  }

  isSuspect(index: number): boolean {
    return (this.marks[index]! & SUSPECT) !== 0;
  }

  familiarity(index: number): Familiarity {
    return familiarities[this.marks[index]! >> FAMILIARITY_SHIFT]!;
  }

  /** The word of an event as it was written. */
  written(index: number): string {
    const word = this.words.text(this.wordIds[index]!);
    switch (this.casing(index)) {
      case 'lower':
        return word;
      case 'first':
        return capitalized(word);
      case 'all':
        return word.toUpperCase();
      case 'own':
        return this.ownForms.get(index) ?? word;
    }
  }

  /** How much is left of an event: 1 the word alone, 2 with the word before it, 3 with two. */
  leftOf(index: number): number {
    if (this.previousIds[index] === GAP) return 1;
    return this.beforePreviousIds[index] === GAP ? 2 : 3;
  }

  /** Bytes that the log holds in memory. */
  get sizeBytes(): number {
    return this.words.sizeBytes + this.wordIds.length * (4 * 5 + 1 + 2);
  }

  #textOf(id: number): string {
    return id === GAP ? '' : this.words.text(id);
  }

  #makeRoom(): void {
    if (this.length <= this.wordIds.length) return;
    this.wordIds = grown(this.wordIds, this.length);
    this.previousIds = grown(this.previousIds, this.length);
    this.beforePreviousIds = grown(this.beforePreviousIds, this.length);
    this.seconds = grown(this.seconds, this.length);
    this.marks = grown(this.marks, this.length);
    this.writerIndexes = grown(this.writerIndexes, this.length);
    this.numbers = grown(this.numbers, this.length);
  }
}

const KIND_MASK = 7;
const CASING_SHIFT = 3;
const SUSPECT = 32;
const FAMILIARITY_SHIFT = 6;

/** Bits 0–2 the kind, 3–4 the casing, 5 whether it is suspect, 6–7 the familiarity. */
export function packMarks(kind: EventKind, casing: WordCasing, isSuspect: boolean, familiarity: Familiarity): number {
  return (
    eventKinds.indexOf(kind) |
    (wordCasings.indexOf(casing) << CASING_SHIFT) |
    (isSuspect ? SUSPECT : 0) |
    (familiarities.indexOf(familiarity) << FAMILIARITY_SHIFT)
  );
}

/** An event's marks, and how its word was written where they cannot tell. */
export function markLearnedEvent(event: LearnedEvent): { packed: number; ownForm: string | undefined } {
  const casing = casingOf(event.written, event.word);
  const packed = packMarks(event.kind, casing, event.isSuspect, event.familiarity);
  return { packed, ownForm: casing === 'own' ? event.written : undefined };
}

/** How `written` differs from the normalised word. */
function casingOf(written: string, word: string): WordCasing {
  if (written === word) return 'lower';
  if (written === capitalized(word)) return 'first';
  return written === word.toUpperCase() ? 'all' : 'own';
}

function capitalized(word: string): string {
  const first = String.fromCodePoint(word.codePointAt(0) ?? 0);
  return first.toUpperCase() + word.slice(first.length);
}
