import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CommandFailure } from './command.ts';

/** What a file is written from: one piece, or pieces as they are made. */
export type FileContent = string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/**
 * Writes a file so that it is either whole or not there: under a temporary name in the same folder, then renamed.
 * On any failure, or once `signal` is aborted, the temporary file is removed and an older file stays as it was.
 * Throws `CommandFailure` for a missing or read-only folder and a full disk, else the signal's reason or the content's own error.
 */
export async function writeFileAtomically(path: string, content: FileContent, signal?: AbortSignal): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.part`);
  try {
    await writePieces(temporary, content, signal);
    signal?.throwIfAborted();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw writeFailure(path, error);
  }
}

async function writePieces(path: string, content: FileContent, signal: AbortSignal | undefined): Promise<void> {
  const file = await open(path, 'wx');
  try {
    const pieces = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
    let batch: string[] = [];
    let batchLength = 0;
    const flush = async () => {
      if (batchLength > 0) await file.writeFile(batch.join(''));
      batch = [];
      batchLength = 0;
    };
    for await (const piece of pieces) {
      signal?.throwIfAborted();
      if (typeof piece !== 'string') {
        await flush();
        await file.writeFile(piece);
      } else {
        // Lines of an ARPA file come one by one; a write each would be some hundred times slower.
        batch.push(piece);
        batchLength += piece.length;
        if (batchLength >= BATCH_LENGTH) await flush();
      }
    }
    await flush();
    await file.sync();
  } finally {
    await file.close();
  }
}

const BATCH_LENGTH = 1 << 20;

const writeAdvice: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist. Create it first.',
  ENOTDIR: 'its folder is a file. Give another path.',
  EISDIR: 'it is a folder. Give the path of a file.',
  EACCES: 'the folder is not writable. Give another path or change its permissions.',
  EPERM: 'the folder is not writable. Give another path or change its permissions.',
  EROFS: 'the file system is read-only. Give another path.',
  ENOSPC: 'the disk is full. Free some space and run again; nothing half-written was left.',
  EDQUOT: 'the disk quota is used up. Free some space and run again; nothing half-written was left.',
};

function writeFailure(path: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const advice = writeAdvice[code];
  return advice === undefined ? error : new CommandFailure(`${path} cannot be written: ${advice}`, { cause: error });
}
