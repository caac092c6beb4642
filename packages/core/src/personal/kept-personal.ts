import type { PredictionError } from '../errors.ts';
import { Keeper } from './keeper.ts';
import type { KeyValueStore } from './key-value-store.ts';
import type { Personal } from './personal.ts';
import type { SavingChannel, SavingLock } from './saving.ts';
import type { PersonalOptions } from './types.ts';

/** Whether all that was learned is stored, is about to be, or could not be: then the model goes on in memory. */
export type SavingStatus = 'saved' | 'saving' | 'failed';

/** Options of `openPersonal`. */
export interface KeptPersonalOptions extends Omit<PersonalOptions, 'state'> {
  readonly store: KeyValueStore;
  /** Names the lock and the channel: the same for all who use the same store, and for nobody else. Default `foreword.personal`. */
  readonly name?: string;
  /** Milliseconds that what is learned waits for more, so that both are saved at once. What is forgotten does not wait. Default 1000. */
  readonly saveAfterMs?: number;
  /**
   * Told once of what is damaged, and once each time that saving begins to fail: `PredictionError` `storage-failed`, `file-malformed` or `pack-too-new`.
   */
  readonly onError?: (error: PredictionError) => void;
  /**
   * Keeps others who use the same store from saving at the same time. Default: Web Locks, where there are any. Without a lock too nothing is lost as long
   * as both are open.
   */
  readonly lock?: SavingLock;
  /** Tells others who use the same store of a save. Default: a BroadcastChannel, where there are any; null for none: they learn of it with their next save. */
  readonly channel?: SavingChannel | null;
}

/** A personal model that is kept in a store, by as many tabs and programs at once as there are. */
export interface KeptPersonal {
  readonly personal: Personal;
  readonly status: SavingStatus;
  /** What keeps it from being saved, while `status` is `failed`. */
  readonly error: PredictionError | undefined;
  /** Calls `listener` after each change of `status`; returns what ends that. */
  onStatus(listener: (status: SavingStatus) => void): () => void;
  /** Saves now what is not saved yet, and takes in what others saved. Rejects with `PredictionError` where that fails. */
  saved(): Promise<void>;
  /** Saves what is not saved yet and ends saving; the model goes on in memory. Failing is told to `onError` alone. */
  close(): Promise<void>;
}

/**
 * Opens the personal model that is in a store, and keeps it there: what is learned is saved a second later, what others learn is taken in, what is
 * forgotten anywhere is forgotten everywhere. Where the store cannot be read the model begins empty, in memory, and merges with what is there as soon as
 * it can be. Rejects only where an option is wrong.
 */
export async function openPersonal(options: KeptPersonalOptions): Promise<KeptPersonal> {
  const { saveAfterMs = 1000 } = options;
  if (!(saveAfterMs >= 0)) throw new RangeError(`saveAfterMs must be a number ≥ 0, not ${saveAfterMs}`);
  const keeper = new Keeper(options, saveAfterMs);
  await keeper.open();
  return keeper;
}
