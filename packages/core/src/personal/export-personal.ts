import type { EventLog, LearnedEvent, Writer } from './event-log.ts';
import { PORTABLE_FORMAT, PORTABLE_VERSION } from './portable-limits.ts';
import type { PersonalState } from './types.ts';

/**
 * All that a model knows as JSON, to be moved to another device, kept or read: format `foreword-personal`, described in
 * docs/personal-format.md. The same knowledge gives the same text. What was forgotten is not in it, but that it was: importing keeps it forgotten.
 */
export function exportPersonal({ log, rules }: PersonalState): string {
  const events = eventLines(log);
  const writers = log.writers
    .map(({ id, known }, index): Writer & { lines: readonly string[] } => ({ id, known, lines: events[index] ?? [] }))
    .filter(({ known }) => known > 0)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, known, lines }) => `{"id":${JSON.stringify(id)},"known":${known},"events":[${block(lines)}]}`);
  const decisions = [...rules.entries]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([word, { rule, madeMs }]) => `${JSON.stringify(word)}:${JSON.stringify({ rule, madeMs })}`);
  const head = `"format":${JSON.stringify(PORTABLE_FORMAT)},"version":${PORTABLE_VERSION}`;
  return `{${head},\n"writers":[${block(writers)}],\n"rules":{${block(decisions)}}}\n`;
}

/** By writer index: its events in the order of their numbers, which is the log's. */
function eventLines(log: EventLog): string[][] {
  const lines = log.writers.map((): string[] => []);
  for (let index = 0; index < log.length; index++) {
    lines[log.writerIndexes[index]!]!.push(eventLine(log.event(index), log.numbers[index]!));
  }
  return lines;
}

/** What goes without saying is left out. */
function eventLine(event: LearnedEvent, number: number): string {
  const { word, kind, seconds, previous, beforePrevious, written, isSuspect, familiarity, count } = event;
  return JSON.stringify({
    number,
    seconds,
    kind,
    word,
    ...(previous !== '' && { previous }),
    ...(beforePrevious !== '' && { beforePrevious }),
    ...(written !== word && { written }),
    ...(familiarity !== 'new' && { familiarity }),
    ...(isSuspect && { isSuspect }),
    ...(kind === 'listed' && { count }),
  });
}

function block(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${lines.join(',\n')}\n`;
}
