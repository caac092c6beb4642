import { createStore, del, get, set, type UseStore } from 'idb-keyval';
import type { KeyValueStore } from '../personal/key-value-store.ts';

export type { KeyValueStore } from '../personal/key-value-store.ts';

/**
 * A store in the browser's IndexedDB, in a database of this name that nothing else uses. Made at the first access, so that where there is no IndexedDB, or
 * none for this page, it is the access that rejects.
 */
export function indexedDbStore(name: string): KeyValueStore {
  let values: UseStore | undefined;
  const opened = (): UseStore => {
    values ??= createStore(name, 'values');
    return values;
  };
  return {
    async get(key) {
      return get<Uint8Array>(key, opened());
    },
    async set(key, bytes) {
      // IndexedDB copies the whole buffer that a view looks at.
      await set(key, bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice(), opened());
    },
    async delete(key) {
      await del(key, opened());
    },
  };
}
