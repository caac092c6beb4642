import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomically } from '../src/atomic-write.ts';
import { CommandFailure } from '../src/command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foreword-write-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('writeFileAtomically', () => {
  it('writes text, bytes and pieces of both in their order', async () => {
    await writeFileAtomically(join(folder, 'text'), 'héllo');
    await writeFileAtomically(join(folder, 'bytes'), new Uint8Array([1, 2, 3]));
    await writeFileAtomically(join(folder, 'pieces'), ['a', 'b', new Uint8Array([0x63]), 'd', '€'.repeat(700_000)]);
    expect(readFileSync(join(folder, 'text'), 'utf8')).toBe('héllo');
    expect([...readFileSync(join(folder, 'bytes'))]).toEqual([1, 2, 3]);
    expect(readFileSync(join(folder, 'pieces'), 'utf8')).toBe(`abcd${'€'.repeat(700_000)}`);
    expect(readdirSync(folder).sort()).toEqual(['bytes', 'pieces', 'text']);
  });

  it('keeps the older file and leaves nothing behind when the content fails', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'older');
    const failing = function* () {
      yield 'new';
      throw new Error('no more');
    };
    await expect(writeFileAtomically(path, failing())).rejects.toThrow('no more');
    expect(readFileSync(path, 'utf8')).toBe('older');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('does the same when it is interrupted, between pieces or before the first', async () => {
    const path = join(folder, 'file');
    const controller = new AbortController();
    const interrupted = function* () {
      yield 'new';
      controller.abort(new Error('Interrupted.'));
      yield 'er';
    };
    await expect(writeFileAtomically(path, interrupted(), controller.signal)).rejects.toThrow('Interrupted.');
    await expect(writeFileAtomically(path, 'new', controller.signal)).rejects.toThrow('Interrupted.');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says what is wrong with the place and what to do', async () => {
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'folder'));
    const cases = {
      'none/file': /its folder does not exist/,
      'file/file': /its folder is a file/,
      folder: /it is a folder/,
    };
    for (const [path, message] of Object.entries(cases)) {
      const failure = writeFileAtomically(join(folder, path), 'new');
      await expect(failure).rejects.toThrow(CommandFailure);
      await expect(failure).rejects.toThrow(message);
    }
    expect(readdirSync(folder).sort()).toEqual(['file', 'folder']);
  });
});
