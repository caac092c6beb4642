import { PredictionError } from '@foreword/core';
import { CommandFailure } from './command.ts';

/** One line for a person: what was found and what to do. Unforeseen errors keep their stack, for they are ours to mend. */
export function failureMessage(error: unknown): string {
  if (error instanceof CommandFailure || error instanceof PredictionError || error instanceof RangeError) {
    return oneLine(error.message);
  }
  if (!(error instanceof Error)) return oneLine(String(error));
  const { code, path } = error as NodeJS.ErrnoException;
  const advice = code === undefined ? undefined : systemAdvice[code];
  if (advice !== undefined) return `${path ?? 'The file'} ${advice}`;
  if (code !== undefined) return oneLine(error.message);
  return error.stack ?? error.message;
}

const systemAdvice: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist. Check the path.',
  ENOTDIR: 'does not exist: part of the path is a file. Check the path.',
  EISDIR: 'is a folder, not a file. Give the path of a file.',
  EACCES: 'cannot be opened: permission denied. Change its permissions or give another path.',
  EPERM: 'cannot be opened: permission denied. Change its permissions or give another path.',
  EROFS: 'cannot be written: the file system is read-only. Give another path.',
  ENOSPC: 'cannot be written: the disk is full. Free some space and run again.',
  EMFILE: 'cannot be opened: too many files are open. Raise "ulimit -n".',
};

function oneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, ' ');
}
