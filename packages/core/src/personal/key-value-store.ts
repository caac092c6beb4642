/**
 * Where bytes are kept under names: three methods, so that any storage will do. Names are up to 64 of the characters
 * `a-z 0-9 . -`. A `set` that failed or was cut may leave anything under its name, but nothing under another one.
 */
export interface KeyValueStore {
  /** The bytes under a key; undefined where there are none. Rejects where the storage cannot be read. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Puts bytes under a key, in the place of those that were there. They are not changed later. Rejects where they could not be kept. */
  set(key: string, bytes: Uint8Array): Promise<void>;
  /** Takes the bytes under a key away, if there are any. */
  delete(key: string): Promise<void>;
}

/** A store that lasts as long as the program: for tests, and for those who write the bytes elsewhere themselves. */
export function memoryStore(): KeyValueStore {
  const values = new Map<string, Uint8Array>();
  return {
    async get(key) {
      return values.get(key);
    },
    async set(key, bytes) {
      values.set(key, bytes.slice());
    },
    async delete(key) {
      values.delete(key);
    },
  };
}
