import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PredictionError } from '@foreword/core';
import { afterAll, describe, expect, it } from 'vitest';
import { directoryReader } from '../src/pack-directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'foreword-directory-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('directoryReader', () => {
  it('reads a file of the folder and says how much came', async () => {
    writeFileSync(join(folder, 'ngram.bin'), new Uint8Array([1, 2, 3]));
    const received: number[] = [];
    const bytes = await directoryReader(folder)('ngram.bin', { onBytes: (count) => received.push(count) });
    expect([...bytes]).toEqual([1, 2, 3]);
    expect(received).toEqual([3]);
  });

  it('says whether the file, the folder or a pack is missing', async () => {
    const cases: [string, RegExp][] = [
      [folder, /pack\.json is missing\. Download the pack again/],
      [join(folder, 'none'), /There is no folder .*none/],
      [join(folder, 'ngram.bin'), /ngram\.bin is a file, not a pack/],
    ];
    for (const [directory, message] of cases) {
      const failure = directoryReader(directory)('pack.json', {});
      await expect(failure).rejects.toThrow(message);
      await expect(failure).rejects.toSatisfy(
        (error) => error instanceof PredictionError && error.code === 'pack-missing',
      );
    }
  });

  it('rejects with the reason of an aborted signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(directoryReader(folder)('ngram.bin', { signal })).rejects.toThrow('enough');
  });
});
