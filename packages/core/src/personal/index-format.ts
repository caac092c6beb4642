import { ByteReader, malformedValue } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { Writer } from './event-log.ts';
import { RuleBook, wordRules } from './rule-book.ts';
import { frameValue, openValue, type Upgrade } from './stored-value.ts';

/** When everything was forgotten last: what an older epoch learned is not to come back. */
export interface Epoch {
  /** Random; empty where nothing was ever forgotten as a whole. */
  readonly id: string;
  /** Milliseconds since 1970; 0 likewise. */
  readonly startMs: number;
}

/** The epoch of a model that was never emptied. */
export const FIRST_EPOCH: Epoch = { id: '', startMs: 0 };

/** Above 0 where `a` is the later one, 0 where both are the same. */
export function compareEpochs(a: Epoch, b: Epoch): number {
  return a.startMs - b.startMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Where a segment is, and what it must be. */
export interface SegmentEntry {
  readonly key: string;
  readonly sizeBytes: number;
  readonly checksum: number;
  readonly events: number;
}

/** All that is stored beside the events. Described byte by byte in docs/personal-format.md. */
export interface StoredIndex {
  /** Counts up with every save; of two indexes the one with the greater generation holds. */
  readonly generation: number;
  readonly epoch: Epoch;
  /** Whether the other slot must still be overwritten, for something was forgotten that it tells. */
  readonly mustReplaceOther: boolean;
  /** By their names. */
  readonly writers: readonly Writer[];
  /** In the order of their events. */
  readonly segments: readonly SegmentEntry[];
  /** Keys that this save took out of use: to be deleted, if they are still there. */
  readonly doomed: readonly string[];
  /** Keys of damaged values that were kept. */
  readonly setAside: readonly string[];
  readonly rules: RuleBook;
}

/** The slots that an index alternates between: generation g is in slot g mod 2. */
export const INDEX_KEYS = ['index.0', 'index.1'] as const;

/** Writes an index as a stored value. */
export function encodeIndex(index: StoredIndex): Uint8Array {
  const out = new ByteWriter();
  out.varint(index.generation);
  out.text(index.epoch.id);
  out.varint(index.epoch.startMs);
  out.byte(index.mustReplaceOther ? 1 : 0);
  out.list(index.writers, ({ id, known }) => {
    out.text(id);
    out.varint(known);
  });
  out.list(index.segments, ({ key, sizeBytes, checksum, events }) => {
    out.text(key);
    out.varint(sizeBytes);
    out.uint32(checksum);
    out.varint(events);
  });
  out.list(index.doomed, (key) => out.text(key));
  out.list(index.setAside, (key) => out.text(key));
  const rules = [...index.rules.entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
  out.list(rules, ([word, { rule, madeMs }]) => {
    out.text(word);
    out.byte(rule === null ? 0 : 1 + wordRules.indexOf(rule));
    out.varint(madeMs);
  });
  return frameValue('index', out.finish());
}

/** Reads an index. Throws `PredictionError` `file-malformed` or `pack-too-new`. */
export function decodeIndex(bytes: Uint8Array, upgradesFrom?: ReadonlyMap<number, Upgrade>): StoredIndex {
  const reader = new ByteReader(openValue('index', bytes, upgradesFrom));
  const index: StoredIndex = {
    generation: reader.varint(),
    epoch: { id: reader.text(), startMs: reader.varint() },
    mustReplaceOther: reader.byte() === 1,
    writers: reader.list(() => ({ id: reader.text(), known: reader.varint() })),
    segments: reader.list(() => ({
      key: reader.text(),
      sizeBytes: reader.varint(),
      checksum: reader.uint32(),
      events: reader.varint(),
    })),
    doomed: reader.list(() => reader.text()),
    setAside: reader.list(() => reader.text()),
    rules: readRules(reader),
  };
  if (!reader.isAtEnd) throw malformedValue(`its content of ${reader.bytes.length} bytes ends at byte ${reader.place}`);
  return index;
}

function readRules(reader: ByteReader): RuleBook {
  const rules = new RuleBook();
  reader.list(() => {
    const word = reader.text();
    const code = reader.below(1 + wordRules.length, 'rule');
    rules.entries.set(word, { rule: code === 0 ? null : wordRules[code - 1]!, madeMs: reader.varint() });
  });
  return rules;
}

/** The keys that a save is going to write: what it leaves behind where it is cut. */
export interface SavingIntent {
  /** Counts up with every intent. */
  readonly turn: number;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly keys: readonly string[];
}

/** Where intents are: that of turn t in t mod 2, so that one which is cut leaves the one before. */
export const INTENT_KEYS = ['intent.0', 'intent.1'] as const;

/** Writes an intent as a stored value. */
export function encodeIntent({ turn, startMs, keys }: SavingIntent): Uint8Array {
  const out = new ByteWriter();
  out.varint(turn);
  out.varint(startMs);
  out.list(keys, (key) => out.text(key));
  return frameValue('intent', out.finish());
}

/** Reads an intent. Throws `PredictionError` `file-malformed` or `pack-too-new`. */
export function decodeIntent(bytes: Uint8Array): SavingIntent {
  const reader = new ByteReader(openValue('intent', bytes));
  return { turn: reader.varint(), startMs: reader.varint(), keys: reader.list(() => reader.text()) };
}
