// Hot: runs with every event that is loaded or merged. Typed arrays and indices; no event becomes an object, no word a string.
import { EventLog, MAX_WRITERS, type Writer } from './event-log.ts';
import { WordInterner } from './word-interner.ts';
import { GAP, grown, SENTENCE_START } from './word-table.ts';

/** Builds a log from events that come in the log's order. */
export class LogBuilder {
  readonly #words = new WordInterner();
  readonly #log: EventLog = new EventLog();

  /** The writers that events name by their index, with how many of their events are known: they are copied. `events`: about how many there will be. */
  constructor(writers: readonly Writer[], events: number) {
    if (writers.length > MAX_WRITERS) {
      throw new RangeError(`writers must be at most ${MAX_WRITERS}, not ${writers.length}`);
    }
    for (const { id, known } of writers) this.#log.writers.push({ id, known });
    this.#makeRoom(events);
  }

  /** Events so far. */
  get length(): number {
    return this.#log.length;
  }

  /** The id of the word whose UTF-8 is `bytes[start … end - 1]`. */
  word(bytes: Uint8Array, start: number, end: number): number {
    return this.#words.id(bytes, start, end);
  }

  /** Appends an event with the ids of its words; of a `listed` one `beforePreviousId` is the count. Returns its index. */
  append(
    wordId: number,
    previousId: number,
    beforePreviousId: number,
    seconds: number,
    marks: number,
    writerIndex: number,
    number: number,
  ): number {
    const log = this.#log;
    const index = log.length++;
    if (index === log.wordIds.length) this.#makeRoom(2 * index);
    log.wordIds[index] = wordId;
    log.previousIds[index] = previousId;
    log.beforePreviousIds[index] = beforePreviousId;
    log.seconds[index] = seconds;
    log.marks[index] = marks;
    log.writerIndexes[index] = writerIndex;
    log.numbers[index] = number;
    const writer = log.writers[writerIndex]!;
    if (number >= writer.known) writer.known = number + 1;
    return index;
  }

  /** How the word of an event was written, whose casing is `own`. */
  setOwnForm(index: number, written: string): void {
    this.#log.ownForms.set(index, written);
  }

  /** Whether the event at `index` stands behind the one before it. Writers must stand in the order of their names. */
  isInOrder(index: number): boolean {
    const { seconds, writerIndexes, numbers } = this.#log;
    const before = index - 1;
    return (
      index === 0 ||
      (seconds[index]! - seconds[before]! ||
        writerIndexes[index]! - writerIndexes[before]! ||
        numbers[index]! - numbers[before]!) > 0
    );
  }

  /** Second, writer index and number of an event. */
  place(index: number): { seconds: number; writerIndex: number; number: number } {
    const { seconds, writerIndexes, numbers } = this.#log;
    return { seconds: seconds[index]!, writerIndex: writerIndexes[index]!, number: numbers[index]! };
  }

  /** The log. The builder must not be used any more. */
  finish(): EventLog {
    this.#log.words = this.#words.finish();
    return this.#log;
  }

  #makeRoom(room: number): void {
    const log = this.#log;
    log.wordIds = grown(log.wordIds, room);
    log.previousIds = grown(log.previousIds, room);
    log.beforePreviousIds = grown(log.beforePreviousIds, room);
    log.seconds = grown(log.seconds, room);
    log.marks = grown(log.marks, room);
    log.writerIndexes = grown(log.writerIndexes, room);
    log.numbers = grown(log.numbers, room);
  }
}

/** Brings words of one log into another that is built, each once. */
export class WordMover {
  readonly #from: EventLog;
  readonly #to: LogBuilder;
  /** By id in the log: 1 + the id in the other. */
  readonly #ids: Uint32Array;

  constructor(from: EventLog, to: LogBuilder) {
    this.#from = from;
    this.#to = to;
    this.#ids = new Uint32Array(from.words.size);
  }

  id(id: number): number {
    if (id === GAP || id === SENTENCE_START) return id;
    const known = this.#ids[id]!;
    if (known !== 0) return known - 1;
    const bytes = this.#from.words.utf8(id);
    const moved = this.#to.word(bytes, 0, bytes.length);
    this.#ids[id] = moved + 1;
    return moved;
  }
}
