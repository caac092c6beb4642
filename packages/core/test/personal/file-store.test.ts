import * as fs from 'node:fs/promises';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FileSystem, fileStore, openPersonal } from '../../src/personal/index.ts';
import { after, sharedLock } from './stores.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foreword-'));
});
afterEach(() => rm(folder, { recursive: true }));

const bytes = Uint8Array.of(1, 2, 3);

describe('a store in files', () => {
  it('gives back what was put in, in a folder that it makes', async () => {
    const store = fileStore(fs, join(folder, 'deep', 'down'));
    expect(await store.get('a')).toBeUndefined();
    await store.set('a', bytes);
    await store.set('b', Uint8Array.of());
    expect(new Uint8Array((await store.get('a'))!)).toEqual(bytes);
    expect((await store.get('b'))!.length).toBe(0);
    await store.delete('a');
    await store.delete('a');
    expect(await store.get('a')).toBeUndefined();
  });

  it('keeps every key apart, whatever it is, inside its folder', async () => {
    const store = fileStore(fs, folder);
    const keys = ['a', 'A', 'a~', 'a.', '.a', '..', '../a', 'a/b', 'a\\b', 'ä', 'a_41', 'con:', '*?', ' '];
    for (const [index, key] of keys.entries()) await store.set(key, Uint8Array.of(index));
    for (const [index, key] of keys.entries()) expect([...(await store.get(key))!]).toEqual([index]);
    const files = await readdir(folder);
    expect(new Set(files.map((name) => name.toLowerCase())).size).toBe(keys.length);
    for (const name of files) expect(name).toMatch(/^[a-z0-9_][a-z0-9._-]*$/);
    await expect(store.get('')).rejects.toThrow(RangeError);
    await expect(store.set('x'.repeat(201), bytes)).rejects.toThrow(RangeError);
  });

  it('leaves a value as it was where writing is cut, and takes the rest away with it', async () => {
    const torn: FileSystem = {
      ...fs,
      async writeFile(path, content) {
        await writeFile(path, content.subarray(0, 1));
        throw new Error('no space left on device');
      },
    };
    await fileStore(fs, folder).set('a', bytes);
    await expect(fileStore(torn, folder).set('a', Uint8Array.of(7, 8, 9))).rejects.toThrow('no space');
    expect(new Uint8Array((await fileStore(fs, folder).get('a'))!)).toEqual(bytes);
    expect(await readdir(folder)).toHaveLength(2);
    await fileStore(fs, folder).delete('a');
    expect(await readdir(folder)).toEqual([]);
  });

  it('keeps a personal model, and begins anew with a word of warning where a file is torn', async () => {
    const open = (errors: unknown[] = []) =>
      openPersonal({
        store: fileStore(fs, folder),
        channel: null,
        lock: sharedLock(),
        onError: (error) => errors.push(error),
      });
    const kept = await open();
    kept.personal.learn(after(), 'hello');
    await kept.close();
    const again = await open();
    expect(again.personal.words().map(({ word }) => word)).toEqual(['hello']);
    again.personal.forget('hello');
    await again.close();
    expect((await readdir(folder)).toSorted()).toEqual(['index.0', 'index.1', 'intent.1']);
    for (const name of ['index.0', 'index.1']) await writeFile(join(folder, name), Uint8Array.of(70, 87));
    const errors: unknown[] = [];
    const anew = await open(errors);
    expect(anew.personal.words()).toEqual([]);
    expect(errors).toEqual([expect.objectContaining({ code: 'file-malformed' })]);
  });
});
