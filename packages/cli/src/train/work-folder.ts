import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a job with a folder for its scratch files: the one given, which stays, or a temporary one, removed however the job ends. */
export async function withWorkFolder<T>(given: string | undefined, job: (folder: string) => Promise<T>): Promise<T> {
  if (given !== undefined) {
    await mkdir(given, { recursive: true });
    return job(given);
  }
  const temporary = await mkdtemp(join(tmpdir(), 'foreword-train-'));
  try {
    return await job(temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
