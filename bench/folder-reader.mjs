import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Reads a pack's files from a folder, for `openPack`. */
export function folderReader(folder) {
  return async (file) => new Uint8Array(await readFile(join(folder, file)));
}
