/** Runs `run` while nobody else who uses the same store runs theirs; gives what it gives. */
export type SavingLock = <T>(run: () => Promise<T>) => Promise<T>;

/** How those who use the same store tell each other of saves: a `BroadcastChannel` fits. Messages must not come back to who sent them. */
export interface SavingChannel {
  postMessage(message: unknown): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  close(): void;
}

/** What is told through a channel after a save. */
export interface SavedMessage {
  readonly kind: 'saved';
  /** Whether something was forgotten, which must not wait. */
  readonly isUrgent: boolean;
}

/** The browser's Web Lock of a name; undefined where there are none: in Node, and on pages without https. */
export function webLock(name: string): SavingLock | undefined {
  // They reach as far as IndexedDB does. Those of Node 24 end with the process, while others may write the same files.
  if (typeof indexedDB === 'undefined' || typeof navigator === 'undefined') return undefined;
  const locks = navigator.locks as LockManager | undefined;
  if (locks === undefined) return undefined;
  return <T>(run: () => Promise<T>) => locks.request(name, run) as Promise<T>;
}

/** The broadcast channel of a name; null where there are none. In Node it does not keep the program running. */
export function broadcastChannel(name: string): SavingChannel | null {
  if (typeof BroadcastChannel === 'undefined') return null;
  const channel = new BroadcastChannel(name);
  if ('unref' in channel && typeof channel.unref === 'function') channel.unref();
  return channel as SavingChannel;
}

/** The message in what came through a channel; undefined where it is none. */
export function savedMessage(data: unknown): SavedMessage | undefined {
  if (typeof data !== 'object' || data === null || !('kind' in data) || data.kind !== 'saved') return undefined;
  return { kind: 'saved', isUrgent: 'isUrgent' in data && data.isUrgent === true };
}
