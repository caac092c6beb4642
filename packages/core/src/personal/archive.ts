import type { PredictionError } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { damagedKey, damagedKeys, damagedStorage, segmentKeysIn } from './damage.ts';
import { EventLog } from './event-log.ts';
import { foldedWriters } from './folded-writers.ts';
import {
  type Epoch,
  encodeIndex,
  encodeIntent,
  FIRST_EPOCH,
  INDEX_KEYS,
  INTENT_KEYS,
  type SegmentEntry,
  type StoredIndex,
} from './index-format.ts';
import { NO_INTENT, readSlots, type Slot, type Slots, wholeOrUndefined } from './index-slots.ts';
import type { KeyValueStore } from './key-value-store.ts';
import { LogBuilder } from './log-builder.ts';
import { RuleBook } from './rule-book.ts';
import { cutLog, cutTail, type EventPlace, placeOf } from './segment-cuts.ts';
import { readSegment } from './segment-format.ts';
import { type FreshSegment, sealedCount, segmentContent, writeSegments } from './stored-segments.ts';
import { storedChecksum } from './stored-value.ts';
import type { PersonalState } from './types.ts';

/** What is in a store. */
export interface Stored {
  readonly state: PersonalState;
  readonly epoch: Epoch;
  /** What could not be read and was left out; undefined where everything could. */
  readonly damage: PredictionError | undefined;
}

/** How a state came out of what is stored. */
export interface SaveKind {
  /** Events came to the log's end, and that was all. */
  readonly isAppended: boolean;
  /** Something was forgotten: nothing that was stored before may stay. */
  readonly isForgetting: boolean;
  /** Nothing of what is stored is in it. */
  readonly isNew: boolean;
}

/** A save that is ready to be written. */
export interface PreparedSave {
  readonly index: StoredIndex;
  readonly fresh: readonly FreshSegment[];
  readonly boundaries: readonly EventPlace[];
}

/**
 * A personal model's state in a `KeyValueStore`, as docs/personal-format.md describes it. Keys of segments are never used twice, an index names
 * only what is there, and nothing is deleted before an index says so: whatever is cut short, the state of before or after is there.
 */
export class Archive {
  readonly #store: KeyValueStore;
  readonly #now: () => number;
  /** Whether nobody else can be saving at the same time. */
  readonly #isExclusive: boolean;
  #slots: Slots = NO_SLOTS;
  /** The index whose segments are those of the state last loaded or saved, and the last event of each. */
  #current: { readonly segments: readonly SegmentEntry[]; readonly boundaries: readonly EventPlace[] } = NOTHING;
  /** The segments of the index that was loaded. */
  #source: readonly SegmentEntry[] = [];
  /** What `look` saw at that time: see `fingerprint`. */
  #seen: string = fingerprint(NO_SLOTS);
  #setAside: readonly string[] = [];
  /** Keys that are out of use, but may not have been deleted yet. */
  #doomed: readonly string[] = [];

  constructor(store: KeyValueStore, now: () => number, isExclusive: boolean) {
    this.#store = store;
    this.#now = now;
    this.#isExclusive = isExclusive;
  }

  /** When what is stored was last emptied, as far as `look` saw. */
  get epoch(): Epoch {
    return this.#slots.whole[0]?.index.epoch ?? FIRST_EPOCH;
  }

  /** Looks what is stored; returns whether that is something else than what was last loaded or saved here. Costs four reads. */
  async look(): Promise<boolean> {
    this.#slots = await readSlots(this.#store);
    const isNew = fingerprint(this.#slots) !== this.#seen;
    if (isNew) this.#doomed = [...this.#doomed, ...(this.#slots.whole[0]?.index.doomed ?? [])];
    return isNew;
  }

  /** Loads what `look` saw. */
  async load(): Promise<Stored> {
    for (let attempt = 1; ; attempt++) {
      for (const slot of this.#slots.whole) {
        const state = await this.#read(slot, false);
        if (state === undefined) continue;
        const isNewest = slot === this.#slots.whole[0];
        const damage = isNewest
          ? undefined
          : damagedStorage('the newest save cannot be read, the one before was taken');
        return { state, epoch: slot.index.epoch, damage };
      }
      // Without a lock another tab may have saved, and deleted, while this one read.
      const before = fingerprint(this.#slots);
      await this.look();
      if (attempt === MOST_ATTEMPTS || fingerprint(this.#slots) === before) return this.#salvage();
    }
  }

  /** Does what the save that wrote the newest index could not do any more: to be called after `load`. */
  async finish(): Promise<void> {
    const [newest] = this.#slots.whole;
    if (newest === undefined ? this.#slots.damaged.length > 0 : newest.index.segments !== this.#source) return;
    const unfinished = this.#isIntentOver() ? this.#leftovers() : [];
    if (newest?.index.mustReplaceOther) {
      const replaced = await this.#writeIndex(replacement(newest.index));
      this.#slots = { ...this.#slots, whole: [replaced], damaged: [] };
      this.#seen = fingerprint(this.#slots);
    }
    await this.#delete([...new Set([...this.#doomed, ...unfinished])]);
  }

  /** Makes a state ready for `commit`. Encodes what has changed: 1 ms where events were appended, some 30 ms for 100,000 events. */
  prepare({ log, rules }: PersonalState, epoch: Epoch, { isAppended, isForgetting, isNew }: SaveKind): PreparedSave {
    const { segments, boundaries } = isNew ? NOTHING : this.#current;
    const sealed = sealedCount(segments);
    const kept = isAppended ? sealed : 0;
    const keptEvents = segments.slice(0, kept).reduce((sum, { events }) => sum + events, 0);
    const cuts = isAppended ? cutTail(log, keptEvents) : cutLog(log, boundaries.slice(0, sealed));
    const written = writeSegments(log, cuts, segments);
    const entries = [...segments.slice(0, kept), ...written.entries];
    const named = new Set(entries.map(({ key }) => key));
    const setAside = isForgetting ? [] : [...this.#setAside, ...damagedKeys(this.#slots)];
    const index: StoredIndex = {
      generation: 1 + Math.max(0, ...this.#slots.whole.map((slot) => slot.index.generation)),
      epoch,
      mustReplaceOther: isForgetting,
      writers: foldedWriters(log),
      segments: entries,
      doomed: this.#outOfUse(named, new Set(setAside)),
      setAside,
      rules,
    };
    return {
      index,
      fresh: written.fresh,
      boundaries: [...boundaries.slice(0, kept), ...cuts.map(({ end }) => placeOf(log, end - 1))],
    };
  }

  /** Writes a save. Where it rejects, the state of before is stored, or this one if only deleting failed. */
  async commit({ index, fresh, boundaries }: PreparedSave): Promise<void> {
    const startMs = Math.max(0, Math.floor(this.#now()));
    const intended = [...fresh.map(({ key }) => key), ...this.#leftovers()];
    if (intended.length > 0) await this.#writeIntent(startMs, intended);
    for (const { key, bytes } of fresh) await this.#store.set(key, bytes);
    for (const bytes of this.#slots.damaged) {
      const key = damagedKey(bytes);
      if (index.setAside.includes(key)) await this.#store.set(key, bytes);
    }
    let newest = await this.#writeIndex(index);
    if (index.mustReplaceOther) newest = await this.#writeIndex(replacement(index));
    this.#slots = { whole: [newest], damaged: [], intent: NO_INTENT };
    this.#seen = fingerprint(this.#slots);
    this.#current = { segments: index.segments, boundaries };
    this.#source = index.segments;
    this.#setAside = index.setAside;
    // Without a lock another tab may be naming them again at this moment: they go with the next save.
    if (this.#isExclusive || index.mustReplaceOther) await this.#delete(index.doomed);
    else this.#doomed = index.doomed;
  }

  async #writeIntent(startMs: number, keys: readonly string[]): Promise<void> {
    const turn = this.#slots.intent.turn + 1;
    await this.#store.set(INTENT_KEYS[turn % INTENT_KEYS.length]!, encodeIntent({ turn, startMs, keys }));
  }

  async #writeIndex(index: StoredIndex): Promise<Slot> {
    const bytes = encodeIndex(index);
    await this.#store.set(INDEX_KEYS[index.generation % INDEX_KEYS.length]!, bytes);
    return { index, checksum: storedChecksum(bytes) };
  }

  /** The state of an index; undefined where a segment is missing or damaged, unless these are left out. */
  async #read(slot: Slot, leavesOut: boolean): Promise<PersonalState | undefined> {
    const { index } = slot;
    const values = await Promise.all(index.segments.map(({ key }) => this.#store.get(key)));
    const contents = values.map((bytes, place) => segmentContent(bytes, index.segments[place]!));
    if (!leavesOut && contents.includes(undefined)) return undefined;
    const events = index.segments.reduce((sum, entry) => sum + entry.events, 0);
    const builder = new LogBuilder(index.writers, events);
    const writerIndexes = new Map(index.writers.map(({ id }, place) => [id, place]));
    const segments: SegmentEntry[] = [];
    const ends: number[] = [];
    const isRead = wholeOrUndefined(() => {
      for (const [place, content] of contents.entries()) {
        if (content === undefined) continue;
        readSegment(new ByteReader(content), builder, writerIndexes);
        segments.push(index.segments[place]!);
        ends.push(builder.length);
      }
      return true;
    });
    if (!isRead) return undefined;
    const log = builder.finish();
    this.#current = { segments, boundaries: ends.map((end) => placeOf(log, end - 1)) };
    this.#source = index.segments;
    this.#seen = fingerprint(this.#slots);
    this.#setAside = index.setAside;
    return { log, rules: index.rules };
  }

  /** What can be read of a store that is damaged. Nothing is overwritten: what cannot be read is kept where it is, or under another key. */
  async #salvage(): Promise<Stored> {
    const [newest] = this.#slots.whole;
    if (newest !== undefined) {
      const state = await this.#read(newest, true);
      if (state !== undefined) {
        const read = new Set(this.#current.segments.map(({ key }) => key));
        const lost = newest.index.segments.filter(({ key }) => !read.has(key));
        this.#setAside = [...this.#setAside, ...lost.map(({ key }) => key)];
        const events = lost.reduce((sum, entry) => sum + entry.events, 0);
        return { state, epoch: newest.index.epoch, damage: damagedStorage(`${events} of its words cannot be read`) };
      }
    }
    this.#current = NOTHING;
    this.#source = [];
    this.#seen = fingerprint(this.#slots);
    const state = { log: new EventLog(), rules: new RuleBook() };
    if (newest === undefined && this.#slots.damaged.length === 0)
      return { state, epoch: FIRST_EPOCH, damage: undefined };
    this.#setAside = newest?.index.segments.map(({ key }) => key) ?? segmentKeysIn(this.#slots.damaged);
    return { state, epoch: this.epoch, damage: damagedStorage('neither of its indexes can be read') };
  }

  /** Deletes values; keeps in mind those that could not be. */
  async #delete(keys: readonly string[]): Promise<void> {
    this.#doomed = keys;
    for (const key of keys) await this.#store.delete(key);
    this.#doomed = [];
  }

  /** Keys of values that an index with these segments does not need. */
  #outOfUse(named: ReadonlySet<string>, setAside: ReadonlySet<string>): string[] {
    const used = this.#slots.whole.flatMap(({ index }) => [...index.segments.map(({ key }) => key), ...index.setAside]);
    const own = [...this.#current.segments.map(({ key }) => key), ...this.#setAside, ...this.#doomed];
    const leftovers = this.#isIntentOver() ? this.#leftovers() : [];
    return [...new Set([...used, ...own, ...leftovers])].filter((key) => !named.has(key) && !setAside.has(key));
  }

  /** Keys that the last save wanted to write, but no index tells of: it was cut, or, without a lock, goes on elsewhere. */
  #leftovers(): string[] {
    const newest = this.#slots.whole[0]?.index;
    const told = new Set(newest?.segments.map(({ key }) => key));
    for (const key of [...(newest?.doomed ?? []), ...(newest?.setAside ?? [])]) told.add(key);
    return this.#slots.intent.keys.filter((key) => !told.has(key));
  }

  #isIntentOver(): boolean {
    return this.#isExclusive || Math.abs(this.#now() - this.#slots.intent.startMs) > LONGEST_SAVE_MS;
  }
}

const NOTHING = { segments: [], boundaries: [] };
const NO_SLOTS: Slots = { whole: [], damaged: [], intent: NO_INTENT };
const MOST_ATTEMPTS = 5;
/** Without a lock: after so long a save that was begun is taken to have been cut. */
const LONGEST_SAVE_MS = 10_000;

/** Differs where something else is stored. */
function fingerprint({ whole, damaged }: Slots): string {
  return whole[0] === undefined
    ? `damaged ${damaged.map(damagedKey)}`
    : `${whole[0].index.generation} ${whole[0].checksum}`;
}

/** The same index for the other slot. */
function replacement(index: StoredIndex): StoredIndex {
  return { ...index, generation: index.generation + 1, mustReplaceOther: false };
}
