import { PredictionError } from '../errors.ts';
import { Archive, type SaveKind, type Stored } from './archive.ts';
import { mergeLogs } from './derived-logs.ts';
import type { EventLog } from './event-log.ts';
import { foldedWriters } from './folded-writers.ts';
import { compareEpochs, type Epoch, FIRST_EPOCH } from './index-format.ts';
import type { KeptPersonal, KeptPersonalOptions, SavingStatus } from './kept-personal.ts';
import { OwnEvents } from './own-events.ts';
import { createPersonal, type Personal } from './personal.ts';
import { mergeRules, RuleBook } from './rule-book.ts';
import {
  broadcastChannel,
  type SavedMessage,
  type SavingChannel,
  type SavingLock,
  savedMessage,
  webLock,
} from './saving.ts';
import type { PersonalChange, PersonalState } from './types.ts';
import { randomHex } from './writer-name.ts';

/** Keeps a personal model in a store: see `openPersonal`. */
export class Keeper implements KeptPersonal {
  readonly #options: KeptPersonalOptions;
  readonly #saveAfterMs: number;
  readonly #now: () => number;
  readonly #archive: Archive;
  readonly #lock: SavingLock;
  readonly #isExclusive: boolean;
  readonly #channel: SavingChannel | null;
  readonly #listeners: Set<(status: SavingStatus) => void> = new Set();
  #personal!: Personal;
  #own!: OwnEvents;
  #epoch: Epoch = FIRST_EPOCH;
  /** What is not saved yet; null where all is. */
  #unsaved: SaveKind | null = null;
  #isTakingIn = false;
  #status: SavingStatus = 'saved';
  #error: PredictionError | undefined;
  /** The pass that runs, and the one that follows it. */
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerMs = Number.POSITIVE_INFINITY;
  #lastPassMs = 0;
  #isClosed = false;
  #stopListening: () => void = () => {};

  constructor(options: KeptPersonalOptions, saveAfterMs: number) {
    const name = options.name ?? 'foreword.personal';
    const lock = options.lock ?? webLock(name);
    this.#options = options;
    this.#saveAfterMs = saveAfterMs;
    this.#now = options.now ?? Date.now;
    this.#isExclusive = lock !== undefined;
    this.#lock = lock ?? ((run) => run());
    this.#archive = new Archive(options.store, this.#now, this.#isExclusive);
    this.#channel = options.channel === undefined ? broadcastChannel(name) : options.channel;
  }

  get personal(): Personal {
    return this.#personal;
  }

  get status(): SavingStatus {
    return this.#status;
  }

  get error(): PredictionError | undefined {
    return this.#error;
  }

  async open(): Promise<void> {
    const stored = await this.#load();
    const { ngram, writer, scope, now } = this.#options;
    this.#personal = createPersonal({
      ...(ngram && { ngram }),
      ...(writer !== undefined && { writer }),
      ...(scope && { scope }),
      ...(now && { now }),
      ...(stored && { state: stored.state }),
    });
    this.#epoch = stored?.epoch ?? FIRST_EPOCH;
    this.#own = new OwnEvents(this.#personal, this.#now);
    if (stored?.damage) this.#unsaved = REWRITTEN;
    this.#stopListening = this.#personal.onChange((change) => this.#note(change));
    if (this.#channel) this.#channel.onmessage = ({ data }) => this.#hear(savedMessage(data));
  }

  onStatus(listener: (status: SavingStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  saved(): Promise<void> {
    if (this.#isClosed) return this.#running;
    this.#cancelTimer();
    return this.#requestPass();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    const last = this.#unsaved === null ? this.#running : this.saved();
    this.#isClosed = true;
    this.#stopListening();
    this.#cancelTimer();
    // It has been told already.
    await last.catch(() => {});
    if (this.#channel) this.#channel.onmessage = null;
    this.#channel?.close();
  }

  /** What is stored; undefined where it cannot be read. */
  async #load(): Promise<Stored | undefined> {
    try {
      return await this.#lock(async () => {
        await this.#archive.look();
        const stored = await this.#archive.load();
        if (stored.damage) this.#options.onError?.(stored.damage);
        // What was read is good, whether or not cleaning up succeeds.
        await this.#archive.finish().catch((error: unknown) => this.#fail(error));
        return stored;
      });
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #note(change: PersonalChange): void {
    if (this.#isTakingIn) return;
    if (change === 'emptied') this.#epoch = { id: randomHex(8), startMs: this.#startOfEpoch() };
    this.#own.note(this.#personal);
    this.#mark(KINDS[change]);
    this.#passAfter(change === 'forgotten' || change === 'emptied' ? 0 : this.#saveAfterMs);
  }

  #startOfEpoch(): number {
    return Math.max(Math.floor(this.#now()), this.#epoch.startMs + 1);
  }

  #mark(kind: SaveKind): void {
    const before = this.#unsaved ?? kind;
    this.#unsaved = {
      isAppended: before.isAppended && kind.isAppended,
      isForgetting: before.isForgetting || kind.isForgetting,
      isNew: before.isNew || kind.isNew,
    };
    if (this.#status === 'saved') this.#setStatus('saving');
  }

  #hear(message: SavedMessage | undefined): void {
    if (message === undefined || this.#isClosed) return;
    // Taking in a great model's state costs time, at most a twentieth of which is spent on it.
    this.#passAfter(message.isUrgent ? 0 : Math.max(this.#saveAfterMs, 20 * this.#lastPassMs));
  }

  #passAfter(delayMs: number): void {
    if (delayMs >= this.#timerMs) return;
    this.#cancelTimer();
    this.#timerMs = delayMs;
    this.#timer = setTimeout(() => {
      this.#cancelTimer();
      // Failing has been told by the pass itself.
      this.#requestPass().catch(() => {});
    }, delayMs);
  }

  #cancelTimer(): void {
    clearTimeout(this.#timer);
    this.#timerMs = Number.POSITIVE_INFINITY;
  }

  /** One pass that begins after this call, however often it is asked for until then. */
  #requestPass(): Promise<void> {
    this.#next ??= this.#running
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        this.#running = this.#pass();
        return this.#running;
      });
    return this.#next;
  }

  /** Takes in what others saved, then saves what is not saved yet. */
  async #pass(): Promise<void> {
    const startMs = Date.now();
    try {
      const saved = await this.#lock(() => this.#exchange());
      if (saved !== null) this.#tell({ kind: 'saved', isUrgent: saved.isForgetting });
    } catch (error) {
      throw this.#fail(error);
    } finally {
      this.#lastPassMs = Date.now() - startMs;
    }
    this.#error = undefined;
    this.#setStatus(this.#unsaved === null ? 'saved' : 'saving');
  }

  /** Returns what kind of save there was; null where there was nothing to save. */
  async #exchange(): Promise<SaveKind | null> {
    if (await this.#archive.look()) {
      const isOutdated = this.#unsaved?.isNew === true && compareEpochs(this.#archive.epoch, this.#epoch) < 0;
      if (!isOutdated) {
        this.#takeIn(await this.#archive.load());
        await this.#archive.finish();
      }
    }
    const kind = this.#unsaved;
    if (kind === null) return null;
    const prepared = this.#archive.prepare(this.#personal.state, this.#epoch, kind);
    this.#unsaved = null;
    try {
      await this.#archive.commit(prepared);
    } catch (error) {
      this.#mark({ ...kind, isAppended: false });
      throw error;
    }
    return kind;
  }

  #takeIn({ state, epoch, damage }: Stored): void {
    if (damage) this.#options.onError?.(damage);
    const order = compareEpochs(epoch, this.#epoch);
    if (order < 0) this.#mark(KINDS.emptied);
    else if (order > 0) this.#startOver(state, epoch);
    else if (this.#unsaved === null && this.#isExclusive && !damage) this.#replace(state);
    else this.#merge(state);
  }

  #merge({ log, rules }: PersonalState): void {
    const own = this.#personal.state;
    const merged = { log: mergeLogs(own.log, log), rules: mergeRules(own.rules, rules) };
    this.#replace(merged);
    if (this.#unsaved !== null || !isSame(merged, { log, rules })) this.#mark(REWRITTEN);
  }

  /** Everything was forgotten elsewhere: only what was learned and decided here since then stays, under a new name. */
  #startOver(state: PersonalState, epoch: Epoch): void {
    this.#epoch = epoch;
    this.#unsaved = null;
    const since = this.#own.since(epoch.startMs, this.#personal);
    const rules = new RuleBook();
    for (const [word, entry] of this.#personal.state.rules.entries) {
      if (entry.madeMs > epoch.startMs) rules.entries.set(word, entry);
    }
    this.#replace({ log: mergeLogs(state.log, since.log), rules: mergeRules(state.rules, rules) }, since.writer);
    this.#own = since.own;
    if (since.log.length > 0 || rules.entries.size > 0) this.#mark(REWRITTEN);
  }

  #replace(state: PersonalState, writer?: string): void {
    this.#isTakingIn = true;
    try {
      this.#personal.replace(state, writer);
    } finally {
      this.#isTakingIn = false;
    }
    // Too many events were thinned out: segments are not what the log is any more.
    if (this.#personal.state.log.length !== state.log.length) this.#mark(REWRITTEN);
  }

  #tell(message: SavedMessage): void {
    this.#channel?.postMessage(message);
  }

  /** Notes a failure, and tells of it unless the one before is not over yet. */
  #fail(cause: unknown): PredictionError {
    const error = cause instanceof PredictionError ? cause : storageFailed(cause);
    const isTold = this.#error?.code === error.code;
    this.#error = error;
    this.#setStatus('failed');
    if (!isTold) this.#options.onError?.(error);
    return error;
  }

  #setStatus(status: SavingStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    for (const listener of this.#listeners) listener(status);
  }
}

const REWRITTEN: SaveKind = { isAppended: false, isForgetting: false, isNew: false };
const KINDS: Readonly<Record<PersonalChange, SaveKind>> = {
  appended: { isAppended: true, isForgetting: false, isNew: false },
  rewritten: REWRITTEN,
  forgotten: { isAppended: false, isForgetting: true, isNew: false },
  emptied: { isAppended: false, isForgetting: true, isNew: true },
};

function storageFailed(cause: unknown): PredictionError {
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return new PredictionError(
    'storage-failed',
    `The personal model's storage failed (${reason}). What is learned stays in memory and is saved with the next change, if that is possible then.`,
    { cause },
  );
}

/** Whether two states, the first of which has all that the second has, are the same. */
function isSame(a: PersonalState, b: PersonalState): boolean {
  if (a.log.length !== b.log.length || a.rules.entries.size !== b.rules.entries.size) return false;
  for (let index = 0; index < a.log.length; index++) if (a.log.leftOf(index) !== b.log.leftOf(index)) return false;
  for (const [word, { rule, madeMs }] of a.rules.entries) {
    const other = b.rules.entries.get(word);
    if (other?.rule !== rule || other.madeMs !== madeMs) return false;
  }
  return knownOf(a.log) === knownOf(b.log);
}

function knownOf(log: EventLog): number {
  return foldedWriters(log).reduce((sum, { known }) => sum + known, 0);
}
