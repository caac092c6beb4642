import { EventLog } from './event-log.ts';
import type { Personal } from './personal.ts';
import { freshWriterName } from './writer-name.ts';

/**
 * When each event of this model's own writer was learned, to the millisecond: where another tab forgets everything, it is to be known what
 * came later. The log itself knows seconds, and those may be ahead.
 */
export class OwnEvents {
  readonly #now: () => number;
  #writer: string;
  /** Number of the first event whose time is known. */
  #first: number;
  #learnedMs: number[] = [];

  constructor(personal: Personal, now: () => number) {
    this.#now = now;
    this.#writer = personal.writer;
    this.#first = knownOf(personal);
  }

  /** Takes note of events that have come. To be called after each change. */
  note(personal: Personal): void {
    if (personal.writer !== this.#writer) {
      this.#writer = personal.writer;
      this.#first = 0;
      this.#learnedMs = [];
    }
    const known = knownOf(personal);
    while (this.#first + this.#learnedMs.length < known) this.#learnedMs.push(this.#now());
  }

  /**
   * The own events learned after `startMs`, as those of a new writer, numbered from 0. Of the words before they keep what is among them: what stood in
   * the text before is not to come back.
   */
  since(startMs: number, personal: Personal): { log: EventLog; writer: string; own: OwnEvents } {
    const { log } = personal.state;
    const kept = new EventLog();
    const writer = freshWriterName(this.#now());
    const writerIndex = kept.writerIndex(writer);
    const learnedMs: number[] = [];
    let run = 0;
    let lastNumber = -1;
    for (let index = 0; index < log.length; index++) {
      if (log.writers[log.writerIndexes[index]!]!.id !== this.#writer) continue;
      const number = log.numbers[index]!;
      const timeMs = this.#learnedMs[number - this.#first] ?? 0;
      if (timeMs <= startMs) continue;
      run = number === lastNumber + 1 ? run + 1 : 0;
      lastNumber = number;
      const event = log.event(index);
      const previous = run >= 1 ? event.previous : '';
      const beforePrevious = run >= 2 ? event.beforePrevious : '';
      kept.append({ ...event, previous, beforePrevious }, writerIndex, learnedMs.length);
      learnedMs.push(timeMs);
    }
    const own = new OwnEvents(personal, this.#now);
    own.#writer = writer;
    own.#first = 0;
    own.#learnedMs = learnedMs;
    return { log: kept, writer, own };
  }
}

/** How many events of its own writer a model knows. */
function knownOf({ writer, state }: Personal): number {
  return state.log.writers.findLast(({ id }) => id === writer)?.known ?? 0;
}
