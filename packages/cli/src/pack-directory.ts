import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type PackReader, PredictionError } from '@foreword/core';

/** A reader of the pack in a folder, for `openPack`. Rejects with `PredictionError` `pack-missing` naming the path it looked for. */
export function directoryReader(directory: string): PackReader {
  return async (file, { signal, onBytes }) => {
    const path = join(directory, file);
    signal?.throwIfAborted();
    let bytes: Uint8Array;
    try {
      bytes = await readFile(path, { signal });
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw new PredictionError('pack-missing', await missingMessage(directory, path, error), { cause: error });
    }
    onBytes?.(bytes.length);
    return bytes;
  };
}

async function missingMessage(directory: string, path: string, error: unknown): Promise<string> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return `${path} cannot be read (${code}). Check its permissions.`;
  const folder = await stat(directory).catch(() => undefined);
  if (folder === undefined) return `There is no folder ${directory}. Give the folder that holds pack.json.`;
  if (!folder.isDirectory()) return `${directory} is a file, not a pack. Give the folder that holds pack.json.`;
  return `${path} is missing. Download the pack again, or build it with "foreword train".`;
}
