import { reducedLog } from './derived-logs.ts';
import type { EventLog } from './event-log.ts';
import { GAP, SENTENCE_START } from './word-table.ts';

/** Indexes of events in a log. */
export type EventSet = ReadonlySet<number>;

/** Every event of a word. */
export function eventsOfWord(log: EventLog, word: string): EventSet {
  const id = log.words.id(word);
  return id <= SENTENCE_START ? new Set() : eventsWhere(log, (event) => log.wordIds[event] === id);
}

/** Every event from a second on. */
export function eventsSince(log: EventLog, seconds: number): EventSet {
  return eventsWhere(log, (event) => log.seconds[event]! >= seconds);
}

/** The events of each run of words that one writer learned one after the other. Of no words none. */
export function eventsOfPhrase(log: EventLog, words: readonly string[]): EventSet {
  const ids = words.map((word) => log.words.id(word));
  const found = new Set<number>();
  if (ids.length === 0 || ids.some((id) => id <= SENTENCE_START)) return found;
  const recent = new RecentOfWriters(log, ids.length);
  for (let event = 0; event < log.length; event++) {
    const run = recent.add(event);
    if (run.length === ids.length && run.every((each, place) => log.wordIds[each] === ids[place])) {
      for (const each of run) found.add(each);
    }
  }
  return found;
}

/**
 * The log without these events, and without what the others remember of them: a word that came after a removed one has a gap before it. `word`: every
 * context that holds it is cut too, whoever wrote it when.
 */
export function withoutEvents(log: EventLog, removed: EventSet, word?: string): EventLog {
  const wordId = word === undefined ? GAP : log.words.id(word);
  const recent = new RecentOfWriters(log, 3);
  return reducedLog(log, (event) => {
    const run = recent.add(event);
    if (removed.has(event)) return 0;
    const isGone = (id: number, behind: number): boolean => {
      if (id === GAP) return false;
      const source = run.at(-1 - behind);
      const wasRemoved = source !== undefined && removed.has(source) && log.wordIds[source] === id;
      return wasRemoved || id === wordId;
    };
    if (isGone(log.previousIds[event]!, 1)) return 1;
    return log.kind(event) !== 'listed' && isGone(log.beforePreviousIds[event]!, 2) ? 2 : 3;
  });
}

/**
 * The log with at most `most` events: of words learned often the oldest go first, so that a word is only lost where there are more words
 * than places.
 */
export function thinned(log: EventLog, most: number): EventLog {
  if (log.length <= most) return log;
  const target = Math.floor(0.8 * most);
  const newer = new Uint32Array(log.words.size);
  /** By event: how many newer ones its word has. */
  const rank = new Uint32Array(log.length);
  for (let event = log.length - 1; event >= 0; event--) rank[event] = newer[log.wordIds[event]!]!++;
  const dropped = new Uint8Array(log.length);
  let length = log.length;
  for (const kept of [16, 4, 1, 0]) {
    for (let event = 0; event < log.length && length > target; event++) {
      if (dropped[event] === 1 || rank[event]! < kept) continue;
      dropped[event] = 1;
      length--;
    }
  }
  return reducedLog(log, (event) => (dropped[event] === 1 ? 0 : 3));
}

/** The last events of each writer, as one walks through a log. */
class RecentOfWriters {
  readonly #log: EventLog;
  readonly #most: number;
  readonly #runs: number[][];

  constructor(log: EventLog, most: number) {
    this.#log = log;
    this.#most = most;
    this.#runs = log.writers.map(() => []);
  }

  /** Takes in an event; gives the run of events without a gap in their numbers that ends in it, the newest last. Valid until the next call. */
  add(event: number): readonly number[] {
    const run = this.#runs[this.#log.writerIndexes[event]!]!;
    const last = run.at(-1);
    if (last !== undefined && this.#log.numbers[last] !== this.#log.numbers[event]! - 1) run.length = 0;
    run.push(event);
    if (run.length > this.#most) run.shift();
    return run;
  }
}

function eventsWhere(log: EventLog, matches: (event: number) => boolean): EventSet {
  const found = new Set<number>();
  for (let event = 0; event < log.length; event++) if (matches(event)) found.add(event);
  return found;
}
