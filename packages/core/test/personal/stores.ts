import type { KeyValueStore, PersonalState, SavingChannel, SavingLock } from '../../src/personal/index.ts';
import { readSlots } from '../../src/personal/index-slots.ts';
import { SegmentWriter } from '../../src/personal/segment-format.ts';

/** A store whose values can be looked at, and that can be told to fail. */
export interface OpenStore extends KeyValueStore {
  readonly values: Map<string, Uint8Array>;
  /** What every access throws; undefined: none does. */
  failure: Error | undefined;
  /** Bytes that may still be written before the program dies; each access costs one more. A value on which it dies is torn. */
  budget: number;
}

export function openStore(values: Map<string, Uint8Array> = new Map()): OpenStore {
  const access = (cost: number): void => {
    if (store.failure) throw store.failure;
    if (store.budget <= 0) throw new Error('dead');
    store.budget -= cost + 1;
  };
  const store: OpenStore = {
    values,
    failure: undefined,
    budget: Number.POSITIVE_INFINITY,
    async get(key) {
      access(0);
      return values.get(key)?.slice();
    },
    async set(key, bytes) {
      const left = store.budget;
      access(bytes.length);
      if (store.budget >= 0) {
        values.set(key, bytes.slice());
        return;
      }
      // Odd: it never got there.
      if (left % 2 === 0) values.set(key, bytes.slice(0, left));
      throw new Error('dead');
    },
    async delete(key) {
      access(0);
      values.delete(key);
    },
  };
  return store;
}

/** Whether any value holds the UTF-8 of a text. */
export function holds(values: ReadonlyMap<string, Uint8Array>, text: string): boolean {
  return [...values.values()].some((bytes) => Buffer.from(bytes).includes(text));
}

/** Keys of values that nothing needs. */
export async function strayKeys(store: OpenStore): Promise<string[]> {
  const index = (await readSlots(store)).whole[0]?.index;
  const needed = new Set([
    'index.0',
    'index.1',
    'intent.0',
    'intent.1',
    ...(index?.segments.map(({ key }) => key) ?? []),
  ]);
  return [...store.values.keys()].filter((key) => !needed.has(key));
}

/** A lock for tabs that live in one program. */
export function sharedLock(): SavingLock {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(run: () => Promise<T>) => {
    const result = last.then(run);
    last = result.catch(() => {});
    return result;
  };
}

/** Channels of tabs that live in one program. */
export function channelHub(): () => SavingChannel {
  const channels = new Set<SavingChannel>();
  return () => {
    const channel: SavingChannel = {
      onmessage: null,
      postMessage(message) {
        const data = structuredClone(message);
        for (const other of channels) if (other !== channel) setTimeout(() => other.onmessage?.({ data }));
      },
      close: () => channels.delete(channel),
    };
    channels.add(channel);
    return channel;
  };
}

/** The same for the same knowledge; cheaper than an export. */
export function digest({ log, rules }: PersonalState): string {
  const events = Buffer.from(new SegmentWriter(log).write(0, log.length)).toString('latin1');
  const writers = log.writers.filter(({ known }) => known > 0).map(({ id, known }) => `${id} ${known}`);
  return JSON.stringify([events, writers.toSorted(), [...rules.entries].toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

/** A generator of repeatable random numbers below `bound` (mulberry32). */
export function randomNumbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  };
}

/** The context after some words. */
export function after(...words: string[]): { text: string; words: string[]; prefix: string; prefixLength: number } {
  return { text: '', words, prefix: '', prefixLength: 0 };
}
