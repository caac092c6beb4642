import type { EventLog, Writer } from './event-log.ts';

/**
 * The writers of a log by their names, as they are stored: without the oldest of those of whom nothing is left. The others of these are remembered, for
 * what they wrote may be in a file that is imported again, or in a tab that has not heard of the forgetting.
 */
export function foldedWriters(log: EventLog): Writer[] {
  const hasEvents = new Uint8Array(log.writers.length);
  for (let index = 0; index < log.length; index++) hasEvents[log.writerIndexes[index]!] = 1;
  const byName = (a: Writer, b: Writer): number => (a.id < b.id ? -1 : 1);
  const empty = log.writers.filter(({ known }, index) => hasEvents[index] === 0 && known > 0).toSorted(byName);
  const full = log.writers.filter((_, index) => hasEvents[index] === 1);
  return [...full, ...empty.slice(-MOST_EMPTY_WRITERS)].toSorted(byName);
}

/** Names begin with the second, so that the last ones are the youngest. */
const MOST_EMPTY_WRITERS = 1000;
