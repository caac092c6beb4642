import { PredictionError } from '../errors.ts';
import {
  decodeIndex,
  decodeIntent,
  INDEX_KEYS,
  INTENT_KEYS,
  type SavingIntent,
  type StoredIndex,
} from './index-format.ts';
import type { KeyValueStore } from './key-value-store.ts';
import { storedChecksum } from './stored-value.ts';

/** An index that was read whole. */
export interface Slot {
  readonly index: StoredIndex;
  readonly checksum: number;
}

/** What the two slots and the two intents say. */
export interface Slots {
  /** Newest first. */
  readonly whole: readonly Slot[];
  /** The bytes of slots that are no index. */
  readonly damaged: readonly Uint8Array[];
  /** Both as one: the later turn and time, the keys of both. */
  readonly intent: SavingIntent;
}

/** Reads both slots and both intents. Rejects where the store does, and with `PredictionError` `pack-too-new`. */
export async function readSlots(store: KeyValueStore): Promise<Slots> {
  const [indexes, intents] = await Promise.all([readAll(store, INDEX_KEYS), readAll(store, INTENT_KEYS)]);
  const whole: Slot[] = [];
  const damaged: Uint8Array[] = [];
  for (const bytes of indexes) {
    const index = wholeOrUndefined(() => decodeIndex(bytes));
    if (index === undefined) damaged.push(bytes);
    else whole.push({ index, checksum: storedChecksum(bytes) });
  }
  whole.sort((a, b) => b.index.generation - a.index.generation);
  // A torn intent is one whose save had written nothing yet.
  const readable = intents.flatMap((bytes) => wholeOrUndefined(() => decodeIntent(bytes)) ?? []);
  return { whole, damaged, intent: readable.reduce(joined, NO_INTENT) };
}

/** What is intended where nothing is. */
export const NO_INTENT: SavingIntent = { turn: 0, startMs: 0, keys: [] };

function joined(a: SavingIntent, b: SavingIntent): SavingIntent {
  return {
    turn: Math.max(a.turn, b.turn),
    startMs: Math.max(a.startMs, b.startMs),
    keys: [...new Set([...a.keys, ...b.keys])],
  };
}

async function readAll(store: KeyValueStore, keys: readonly string[]): Promise<Uint8Array[]> {
  const values = await Promise.all(keys.map((key) => store.get(key)));
  return values.filter((bytes) => bytes !== undefined);
}

/** What `read` gives; undefined where the bytes are damaged. */
export function wholeOrUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof PredictionError && error.code === 'file-malformed') return undefined;
    throw error;
  }
}
