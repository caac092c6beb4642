import type { EventLog } from './event-log.ts';
import type { SegmentEntry } from './index-format.ts';
import { wholeOrUndefined } from './index-slots.ts';
import type { Cut } from './segment-cuts.ts';
import { SEGMENT_EVENTS, SegmentWriter } from './segment-format.ts';
import { frameValue, openValue, storedChecksum } from './stored-value.ts';
import { randomHex } from './writer-name.ts';

/** A segment that is to be written. */
export interface FreshSegment {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** Encodes cuts of a log; those whose bytes are stored already are not written again. */
export function writeSegments(
  log: EventLog,
  cuts: readonly Cut[],
  stored: readonly SegmentEntry[],
): { entries: SegmentEntry[]; fresh: FreshSegment[] } {
  const writer = new SegmentWriter(log);
  const known = new Map(stored.map((entry) => [`${entry.checksum} ${entry.sizeBytes} ${entry.events}`, entry]));
  const fresh: FreshSegment[] = [];
  const entries = cuts.map(({ start, end }): SegmentEntry => {
    const bytes = frameValue('segment', writer.write(start, end));
    const facts = { sizeBytes: bytes.length, checksum: storedChecksum(bytes), events: end - start };
    const same = known.get(`${facts.checksum} ${facts.sizeBytes} ${facts.events}`);
    if (same !== undefined) return same;
    const key = `segment.${randomHex(8)}`;
    fresh.push({ key, bytes });
    return { key, ...facts };
  });
  return { entries, fresh };
}

/** The content of a segment; undefined where these bytes are not what the index says. */
export function segmentContent(bytes: Uint8Array | undefined, entry: SegmentEntry): Uint8Array | undefined {
  if (bytes === undefined || bytes.length !== entry.sizeBytes || storedChecksum(bytes) !== entry.checksum)
    return undefined;
  return wholeOrUndefined(() => openValue('segment', bytes));
}

/** Number of segments at the beginning that are not added to. */
export function sealedCount(segments: readonly SegmentEntry[]): number {
  const last = segments.at(-1);
  return last === undefined || last.events >= SEGMENT_EVENTS ? segments.length : segments.length - 1;
}
