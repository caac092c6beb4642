import { mkdir, mkdtemp, rm, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CommandFailure } from '../command.ts';

/** Runs a job with a folder for its scratch files: the one given, which stays, or a temporary one, removed however the job ends. */
export async function withWorkFolder<T>(given: string | undefined, job: (folder: string) => Promise<T>): Promise<T> {
  if (given !== undefined) {
    await makeWritable(given);
    return job(given);
  }
  const temporary = await mkdtemp(join(tmpdir(), 'foreword-train-'));
  try {
    return await job(temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * Runs a job that will write into a folder, having made sure that it can. Folders made for it are removed again if
 * the job fails and left them empty. Throws `CommandFailure` when the folder cannot be made or written to.
 */
export async function withOutputFolder<T>(folder: string, job: () => Promise<T>): Promise<T> {
  const made = await makeWritable(folder);
  try {
    return await job();
  } catch (error) {
    for (const path of made) await rmdir(path).catch(() => {});
    throw error;
  }
}

/** Makes a folder with its parents and tries to write there; returns the folders it made, the innermost first. */
async function makeWritable(folder: string): Promise<string[]> {
  const made: string[] = [];
  try {
    await makeFolder(resolve(folder), made);
    await rmdir(await mkdtemp(join(folder, '.part-')));
    return made;
  } catch (error) {
    for (const path of made) await rmdir(path).catch(() => {});
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const reason = reasons[code] ?? `the system says ${code}`;
    throw new CommandFailure(`Nothing can be written to ${folder}: ${reason}. Give another folder.`, { cause: error });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EEXIST: 'it is a file, or in one',
  ENOTDIR: 'it is a file, or in one',
};

/** `mkdir` with `recursive` never returns where the system lets no folder be made, as in /proc. */
async function makeFolder(path: string, made: string[]): Promise<void> {
  try {
    await mkdir(path);
    made.unshift(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    const before = made.length;
    await makeFolder(dirname(path), made);
    if (made.length === before) throw error;
    await mkdir(path);
    made.unshift(path);
  }
}
