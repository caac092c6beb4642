import type { EventLog } from './event-log.ts';
import { SEGMENT_EVENTS } from './segment-format.ts';

/** Where an event stands in a log's order. */
export interface EventPlace {
  readonly seconds: number;
  readonly writer: string;
  readonly number: number;
}

/** The events `start … end - 1` of a log. */
export interface Cut {
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts a log into segments, behind the last events of those that are stored, so that a segment in which nothing changed stays what it
 * is. `boundaries` ascend. One that has grown is divided; neighbours that are half full together become one.
 */
export function cutLog(log: EventLog, boundaries: readonly EventPlace[]): Cut[] {
  const cuts: Cut[] = [];
  let start = 0;
  for (const boundary of boundaries) {
    const end = firstBehind(log, boundary, start);
    cuts.push(...pieces(start, end));
    start = end;
  }
  return joined([...cuts, ...pieces(start, log.length)]);
}

/** Cuts the events from `start` on into segments that are full, and one more. */
export function cutTail(log: EventLog, start: number): Cut[] {
  return pieces(start, log.length);
}

/** The place of an event. */
export function placeOf(log: EventLog, index: number): EventPlace {
  const writer = log.writers[log.writerIndexes[index]!]!.id;
  return { seconds: log.seconds[index]!, writer, number: log.numbers[index]! };
}

function pieces(start: number, end: number): Cut[] {
  const cuts: Cut[] = [];
  for (let from = start; from < end; from += SEGMENT_EVENTS) {
    cuts.push({ start: from, end: Math.min(end, from + SEGMENT_EVENTS) });
  }
  return cuts;
}

function joined(cuts: readonly Cut[]): Cut[] {
  const result: Cut[] = [];
  for (const cut of cuts) {
    const last = result.at(-1);
    if (last !== undefined && cut.end - last.start <= SEGMENT_EVENTS / 2) {
      result[result.length - 1] = { start: last.start, end: cut.end };
    } else {
      result.push(cut);
    }
  }
  return result;
}

/** The first event from `start` on that stands behind a place. */
function firstBehind(log: EventLog, place: EventPlace, start: number): number {
  let low = start;
  let high = log.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBehind(placeOf(log, middle), place)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function isBehind(a: EventPlace, b: EventPlace): boolean {
  if (a.seconds !== b.seconds) return a.seconds > b.seconds;
  return a.writer === b.writer ? a.number > b.number : a.writer > b.writer;
}
