import type { KeyValueStore } from './key-value-store.ts';

/** What `fileStore` needs of Node's `node:fs/promises`, which fits as it is. */
export interface FileSystem {
  readFile(path: string): Promise<Uint8Array>;
  writeFile(path: string, bytes: Uint8Array, options?: { flush?: boolean }): Promise<unknown>;
  rename(from: string, to: string): Promise<unknown>;
  rm(path: string, options?: { force?: boolean }): Promise<unknown>;
  mkdir(path: string, options: { recursive: true }): Promise<unknown>;
}

/**
 * A store that keeps each value in a file of `folder`, which is made when it is needed: `fileStore(await import('node:fs/promises'), 'personal')`. A
 * file is written beside its place, flushed, then renamed, so that one is never half there.
 */
export function fileStore(fs: FileSystem, folder: string): KeyValueStore {
  const pathOf = (key: string): string => `${folder}/${fileName(key)}`;
  return {
    async get(key) {
      try {
        return await fs.readFile(pathOf(key));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async set(key, bytes) {
      const path = pathOf(key);
      await fs.mkdir(folder, { recursive: true });
      await fs.writeFile(path + UNFINISHED, bytes, { flush: true });
      await fs.rename(path + UNFINISHED, path);
    },
    async delete(key) {
      await fs.rm(pathOf(key), { force: true });
      await fs.rm(pathOf(key) + UNFINISHED, { force: true });
    },
  };
}

/** Ends the name of a file that is being written. No key's own file ends in it. */
const UNFINISHED = '~';

/** Safe on every file system: capitals are written in digits, for some cannot tell them from small letters. */
function fileName(key: string): string {
  const name = key.replace(/[^a-z0-9.-]|^\.|\.$/g, (character) =>
    Array.from(new TextEncoder().encode(character), (byte) => `_${byte.toString(16).padStart(2, '0')}`).join(''),
  );
  if (name === '' || name.length > LONGEST_NAME) {
    throw new RangeError(`key must be 1 to ${LONGEST_NAME} characters long as a file name, not ${name.length}`);
  }
  return name;
}

const LONGEST_NAME = 200;

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
