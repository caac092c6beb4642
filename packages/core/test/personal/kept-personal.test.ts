import { describe, expect, it, vi } from 'vitest';
import type { PredictionError } from '../../src/errors.ts';
import { indexedDbStore } from '../../src/indexeddb/index.ts';
import {
  createPersonal,
  exportPersonal,
  importPersonal,
  type KeptPersonal,
  type KeptPersonalOptions,
  memoryStore,
  openPersonal,
} from '../../src/personal/index.ts';
import { frameValue, STORED_VERSION } from '../../src/personal/stored-value.ts';
import { normalizeWord } from '../../src/words.ts';
import { after, channelHub, digest, holds, type OpenStore, openStore, sharedLock, strayKeys } from './stores.ts';

/** Opens a tab; what goes wrong is an error of the test, unless it is listed. */
function open(
  store: OpenStore,
  options: Partial<KeptPersonalOptions> & { errors?: PredictionError[] } = {},
): Promise<KeptPersonal> {
  const { errors, ...rest } = options;
  const onError = (error: PredictionError): void => {
    if (errors === undefined) throw error;
    errors.push(error);
  };
  return openPersonal({ store, channel: null, lock: sharedLock(), saveAfterMs: 5, onError, ...rest });
}

function learn({ personal }: KeptPersonal, text: string): void {
  const words = text.split(' ');
  for (const [place, word] of words.entries())
    personal.learn(after(...words.slice(Math.max(0, place - 2), place).map(normalizeWord)), word);
}

function words({ personal }: KeptPersonal): string[] {
  return personal
    .words()
    .map(({ word }) => word)
    .toSorted();
}

describe('a kept personal model', () => {
  it('is there again after it was closed', async () => {
    const store = openStore();
    const kept = await open(store);
    learn(kept, 'we met at Zorblax');
    kept.personal.setRule('ugh', 'blocked');
    const before = digest(kept.personal.state);
    await kept.close();
    const again = await open(store);
    expect(digest(again.personal.state)).toBe(before);
    expect(again.status).toBe('saved');
    learn(again, 'and left');
    await again.close();
    expect(words(await open(store))).toEqual(['and', 'at', 'left', 'met', 'ugh', 'we', 'zorblax']);
  });

  it('saves by itself a little later, and says so', async () => {
    const store = openStore();
    const kept = await open(store);
    const statuses: string[] = [];
    const saved = new Promise<void>((resolve) => {
      kept.onStatus((status) => {
        statuses.push(status);
        if (status === 'saved') resolve();
      });
    });
    learn(kept, 'hello');
    expect(store.values.size).toBe(0);
    await saved;
    expect(statuses).toEqual(['saving', 'saved']);
    expect(holds(store.values, 'hello')).toBe(true);
  });

  it('writes only the last segment anew while words come to its end', async () => {
    const store = openStore();
    const kept = await open(store);
    for (let round = 0; round < 30; round++) {
      learn(kept, Array.from({ length: 100 }, (_, index) => `word${index * round}`).join(' '));
      await kept.saved();
    }
    const segments = () => [...store.values.keys()].filter((key) => key.startsWith('segment.'));
    expect(segments()).toHaveLength(Math.ceil(3000 / 1024));
    const before = segments();
    learn(kept, 'more');
    await kept.saved();
    expect(segments().filter((key) => !before.includes(key))).toHaveLength(1);
    expect(await strayKeys(store)).toEqual([]);
    expect(digest((await open(store)).personal.state)).toBe(digest(kept.personal.state));
  });

  it('takes in an imported file, in the midst of what it knows', async () => {
    const store = openStore();
    const kept = await open(store, { now: () => 1_700_000_000_000 });
    learn(kept, 'now');
    await kept.saved();
    let nowMs = 1_600_000_000_000;
    const other = createPersonal({ now: () => (nowMs += 1000) });
    for (let index = 0; index < 2500; index++) other.learn(after(), `old${index}`);
    kept.personal.merge(importPersonal(exportPersonal(other.state)));
    await kept.saved();
    const again = await open(store);
    expect(digest(again.personal.state)).toBe(digest(kept.personal.state));
    expect(again.personal.state.log.length).toBe(2501);
    expect(await strayKeys(store)).toEqual([]);
  });
});

describe('forgetting at rest', () => {
  it('leaves no byte of a forgotten word, whether it was a word, a context or written in a way of its own', async () => {
    const store = openStore();
    const kept = await open(store);
    for (let round = 0; round < 15; round++) learn(kept, `${'the quick brown fox '.repeat(30)}SecreT phrase`);
    await kept.saved();
    expect(holds(store.values, 'secret')).toBe(true);
    expect(holds(store.values, 'SecreT')).toBe(true);
    kept.personal.forget('secret');
    await kept.saved();
    expect(holds(store.values, 'secret')).toBe(false);
    expect(holds(store.values, 'SecreT')).toBe(false);
    expect(holds(store.values, 'phrase')).toBe(true);
    expect(await strayKeys(store)).toEqual([]);
    expect(words(await open(store))).not.toContain('secret');
  });

  it('leaves no byte of anything after everything was forgotten, rules included', async () => {
    const store = openStore();
    const kept = await open(store);
    learn(kept, 'private matters');
    kept.personal.setRule('unspeakable', 'blocked');
    await kept.saved();
    const exported = exportPersonal(kept.personal.state);
    kept.personal.forgetAll();
    await kept.saved();
    for (const word of ['private', 'matters', 'unspeakable']) expect(holds(store.values, word)).toBe(false);
    expect([...store.values.keys()].toSorted()).toEqual(['index.0', 'index.1', 'intent.1']);

    const again = await open(store);
    expect(words(again)).toEqual([]);
    again.personal.merge(importPersonal(exported));
    await again.saved();
    expect(words(await open(store))).toEqual(['matters', 'private', 'unspeakable']);
  });

  it('does not take old numbers for new words after everything was forgotten', async () => {
    const kept = await open(openStore());
    learn(kept, 'one two three');
    const exported = exportPersonal(kept.personal.state);
    kept.personal.forgetAll();
    learn(kept, 'four');
    kept.personal.merge(importPersonal(exported));
    expect(words(kept)).toEqual(['four', 'one', 'three', 'two']);
  });
});

describe('several tabs', () => {
  it('lose nothing of 10,000 words typed in turn', async () => {
    const store = openStore();
    const [lock, channel] = [sharedLock(), channelHub()];
    const tabs = await Promise.all([0, 1].map(() => open(store, { lock, channel: channel() })));
    for (let index = 0; index < 10_000; index++) {
      learn(tabs[index % 2]!, `word${index % 700}`);
      if (index % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await tabs[0]!.saved();
    await tabs[1]!.saved();
    await tabs[0]!.saved();
    const third = await open(store, { lock });
    for (const tab of [...tabs, third]) {
      expect(tab.personal.state.log.length).toBe(10_000);
      expect(digest(tab.personal.state)).toBe(digest(third.personal.state));
    }
    expect(await strayKeys(store)).toEqual([]);
  });

  it('tell each other of what they learn and forget', async () => {
    const store = openStore();
    const [lock, channel] = [sharedLock(), channelHub()];
    const [a, b] = [await open(store, { lock, channel: channel() }), await open(store, { lock, channel: channel() })];
    learn(a, 'shared secret');
    await seen(b, () => words(b).includes('secret'));
    b.personal.forget('secret');
    await seen(a, () => !words(a).includes('secret'));
    a.personal.setRule('ugh', 'blocked');
    await seen(b, () => b.personal.isBlocked('ugh'));
    expect(holds(store.values, 'secret')).toBe(false);
    learn(a, 'farewell');
    await a.close();
    await seen(b, () => words(b).includes('farewell'));
  });

  it('do not bring back with their saves what another one forgot', async () => {
    const store = openStore();
    const lock = sharedLock();
    const [a, b] = [await open(store, { lock }), await open(store, { lock })];
    learn(a, 'my secret is out');
    await a.saved();
    await b.saved();
    expect(words(b)).toContain('secret');
    a.personal.forget('secret');
    for (let round = 0; round < 5; round++) {
      learn(b, `noise number ${'abcde'[round]}`);
      await (round === 2 ? a : b).saved();
    }
    await a.saved();
    expect(words(a)).not.toContain('secret');
    expect(words(b)).not.toContain('secret');
    expect(holds(store.values, 'secret')).toBe(false);
    expect(words(b)).toContain('noise');
    expect(words(a)).toEqual(words(b));
  });

  it('are emptied with the one that forgets everything, but for what they learned since then', async () => {
    const store = openStore();
    const lock = sharedLock();
    let nowMs = 1_700_000_000_000;
    const now = () => nowMs;
    const [a, b] = [await open(store, { lock, now }), await open(store, { lock, now })];
    learn(a, 'from a');
    await a.saved();
    learn(b, 'from b');
    b.personal.setRule('old', 'blocked');
    await b.saved();
    learn(b, 'unsaved private');
    nowMs += 1;
    a.personal.forgetAll();
    nowMs += 1;
    learn(b, 'unsaved news');
    b.personal.setRule('new', 'pinned');
    const exported = exportPersonal(b.personal.state);
    await a.saved();
    await b.saved();
    await a.saved();
    for (const tab of [a, b, await open(store, { lock })]) expect(words(tab)).toEqual(['new', 'news', 'unsaved']);
    expect(b.personal.isBlocked('old')).toBe(false);
    for (const word of ['from', 'private', 'old']) expect(holds(store.values, word)).toBe(false);
    b.personal.merge(importPersonal(exported, nowMs));
    expect(words(b)).toContain('private');
  });

  it('agree where both forget everything at once', async () => {
    const store = openStore();
    const lock = sharedLock();
    const [a, b] = [await open(store, { lock }), await open(store, { lock })];
    learn(a, 'from a');
    learn(b, 'from b');
    a.personal.forgetAll();
    b.personal.forgetAll();
    await Promise.all([a.saved(), b.saved()]);
    await a.saved();
    expect(words(a)).toEqual([]);
    expect(words(b)).toEqual([]);
    expect([...store.values.keys()].filter((key) => key.startsWith('segment.'))).toEqual([]);
  });

  it('do not take back what was forgotten as a whole, where an older save comes to the fore', async () => {
    const store = openStore();
    const kept = await open(store);
    learn(kept, 'old words');
    await kept.saved();
    const older = structuredClone(store.values);
    kept.personal.forgetAll();
    await kept.saved();
    learn(kept, 'new');
    for (const [key, bytes] of older) store.values.set(key, bytes);
    store.values.delete('index.0');
    await kept.saved();
    expect(words(kept)).toEqual(['new']);
    expect(words(await open(store))).toEqual(['new']);
    expect(holds(store.values, 'old')).toBe(false);
    expect(await strayKeys(store)).toEqual([]);
  });

  it('lose nothing without a lock, as long as they are open', async () => {
    const store = openStore();
    const channel = channelHub();
    const tabs = await Promise.all([0, 1, 2].map(() => openPersonal({ store, channel: channel(), saveAfterMs: 1 })));
    for (let index = 0; index < 900; index++) {
      learn(tabs[index % 3]!, `word${index}`);
      if (index % 30 === 0) await Promise.all(tabs.map((tab) => tab.saved()));
    }
    for (let round = 0; round < 3; round++) for (const tab of tabs) await tab.saved();
    const last = await openPersonal({ store, channel: null });
    for (const tab of [...tabs, last]) expect(tab.personal.state.log.length).toBe(900);
    await Promise.all(tabs.map((tab) => tab.close()));
  });
});

describe('a save that failed', () => {
  it('leaves nothing behind once the next one has succeeded', async () => {
    for (let budget = 1; budget < 2000; budget += 37) {
      const store = openStore();
      const kept = await open(store, { errors: [] });
      learn(kept, 'one two three');
      await kept.saved();
      learn(kept, `${'four five six seven eight nine ten '.repeat(8)}secret`);
      store.budget = budget;
      await kept.saved().catch(() => {});
      store.budget = Number.POSITIVE_INFINITY;
      kept.personal.forget('secret');
      await kept.saved();
      expect(await strayKeys(store)).toEqual([]);
      expect(holds(store.values, 'secret')).toBe(false);
      expect(digest((await open(store)).personal.state)).toBe(digest(kept.personal.state));
    }
  });

  it('leaves nothing behind where the one after it failed as well, once the store is opened again', async () => {
    for (let budget = 100; budget < 1000; budget += 61) {
      const store = openStore();
      const kept = await open(store, { errors: [] });
      for (const word of ['one', 'two', 'three']) {
        learn(kept, word);
        store.budget = budget;
        await kept.saved().catch(() => {});
      }
      store.budget = Number.POSITIVE_INFINITY;
      const errors: PredictionError[] = [];
      await open(store, { errors });
      // A first index that is torn looks like a damaged one: what it names is kept.
      if (errors.length === 0) expect(await strayKeys(store)).toEqual([]);
    }
  });
});

describe('failing storage', () => {
  it('is survived, told once, and made up for when there is room again', async () => {
    const store = openStore();
    const errors: PredictionError[] = [];
    const kept = await open(store, { errors });
    learn(kept, 'first');
    await kept.saved();
    store.failure = new DOMException('full', 'QuotaExceededError');
    for (const word of ['second', 'third']) {
      learn(kept, word);
      await expect(kept.saved()).rejects.toHaveProperty('code', 'storage-failed');
    }
    expect(errors.map(({ code, cause }) => [code, cause])).toEqual([['storage-failed', store.failure]]);
    expect(kept.status).toBe('failed');
    expect(kept.error).toBe(errors[0] && kept.error);
    store.failure = undefined;
    const saved = new Promise<void>((resolve) => kept.onStatus((status) => status === 'saved' && resolve()));
    learn(kept, 'fourth');
    await saved;
    expect(kept.error).toBeUndefined();
    expect(words(await open(store))).toEqual(['first', 'fourth', 'second', 'third']);
  });

  it('does not keep the model from working in memory', async () => {
    const store = openStore();
    store.failure = new Error('blocked');
    const errors: PredictionError[] = [];
    const kept = await open(store, { errors });
    expect(kept.status).toBe('failed');
    learn(kept, 'still here');
    await kept.saved().catch(() => {});
    await kept.close();
    expect(words(kept)).toEqual(['here', 'still']);
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('Error: blocked')]);
  });

  it('is merged with what is there as soon as it can be read', async () => {
    const store = openStore();
    const before = await open(store);
    learn(before, 'from before');
    await before.close();
    store.failure = new Error('locked');
    const kept = await open(store, { errors: [] });
    learn(kept, 'meanwhile');
    store.failure = undefined;
    await kept.saved();
    expect(words(kept)).toEqual(['before', 'from', 'meanwhile']);
    expect(words(await open(store))).toEqual(['before', 'from', 'meanwhile']);
  });

  it('is what there is where there is no IndexedDB', async () => {
    const errors: PredictionError[] = [];
    const kept = await openPersonal({
      store: indexedDbStore('foreword'),
      channel: null,
      onError: (error) => errors.push(error),
    });
    learn(kept, 'hello');
    await expect(kept.saved()).rejects.toHaveProperty('code', 'storage-failed');
    expect(errors).toHaveLength(1);
    await kept.close();
  });
});

describe('damaged storage', () => {
  async function filled(): Promise<OpenStore> {
    const store = openStore();
    const kept = await open(store);
    learn(kept, 'precious words');
    kept.personal.setRule('rule', 'blocked');
    await kept.saved();
    learn(kept, 'more');
    await kept.close();
    return store;
  }

  it('begins empty where neither index can be read, and keeps their bytes until something is forgotten', async () => {
    const store = await filled();
    const damaged = ['index.0', 'index.1'].map((key) => {
      const bytes = store.values.get(key)!;
      bytes[bytes.length - 1]! ^= 1;
      return bytes.slice();
    });
    const errors: PredictionError[] = [];
    const kept = await open(store, { errors });
    expect(words(kept)).toEqual([]);
    expect(errors.map(({ code }) => code)).toEqual(['file-malformed']);
    learn(kept, 'anew');
    await kept.saved();
    for (const bytes of damaged) expect([...store.values.values()]).toContainEqual(bytes);
    expect(holds(store.values, 'precious')).toBe(true);
    expect(errors).toHaveLength(1);
    expect(words(await open(store))).toEqual(['anew']);
    kept.personal.forget('anew');
    await kept.saved();
    expect(holds(store.values, 'precious')).toBe(false);
    expect(holds(store.values, 'rule')).toBe(false);
  });

  it('loses only the words of a segment that cannot be read', async () => {
    const store = openStore();
    const kept = await open(store);
    for (let index = 0; index < 2500; index++) learn(kept, `word${index}`);
    await kept.close();
    const [key] = [...store.values].find(([, bytes]) => Buffer.from(bytes).includes('word1500'))!;
    store.values.get(key)![100]! ^= 255;
    const errors: PredictionError[] = [];
    const again = await open(store, { errors });
    expect(again.personal.state.log.length).toBe(2500 - 1024);
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('1024 of its words')]);
    await again.saved();
    expect(store.values.has(key)).toBe(true);
    expect((await open(store)).personal.state.log.length).toBe(2500 - 1024);
  });

  it('goes on where the user has deleted everything meanwhile', async () => {
    const store = openStore();
    const kept = await open(store);
    learn(kept, 'here');
    await kept.saved();
    store.values.clear();
    learn(kept, 'again');
    await kept.saved();
    expect(words(await open(store))).toEqual(['again', 'here']);
  });

  it('is not touched where a later version wrote it', async () => {
    const store = await filled();
    const content = store.values.get('index.0')!.slice(20);
    store.values.set('index.0', frameValue('index', content, STORED_VERSION + 1));
    const before = structuredClone(store.values);
    const errors: PredictionError[] = [];
    const kept = await open(store, { errors });
    learn(kept, 'ignored');
    await expect(kept.saved()).rejects.toHaveProperty('code', 'pack-too-new');
    await kept.close();
    expect(store.values).toEqual(before);
    expect(words(kept)).toEqual(['ignored']);
    expect(errors.map(({ code }) => code)).toEqual(['pack-too-new']);
  });
});

describe('options', () => {
  it("may be left out: then the browser's lock and channel of that name are used", async () => {
    const names: string[] = [];
    const lock = sharedLock();
    const request = (name: string, run: () => Promise<unknown>): Promise<unknown> => {
      names.push(name);
      return lock(run);
    };
    vi.stubGlobal('navigator', { locks: { request } });
    vi.stubGlobal('indexedDB', {});
    const store = memoryStore();
    const name = `test ${Math.random()}`;
    const [a, b] = [await openPersonal({ store, name }), await openPersonal({ store, name })];
    vi.unstubAllGlobals();
    learn(a, 'hello');
    await a.saved();
    await seen(b, () => words(b).includes('hello'));
    expect(new Set(names)).toEqual(new Set([name]));
    await Promise.all([a.close(), b.close()]);
  });

  it('are refused where they are wrong', async () => {
    await expect(openPersonal({ store: memoryStore(), saveAfterMs: -1 })).rejects.toThrow(RangeError);
  });
});

/** Waits until a model has come to where it is to be. */
async function seen({ personal }: KeptPersonal, isThere: () => boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    const check = (): void => {
      if (isThere()) resolve();
    };
    personal.onChange(check);
    check();
  });
}
