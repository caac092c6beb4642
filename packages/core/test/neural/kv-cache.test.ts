import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KvCache } from '../../src/neural/kv-cache.ts';
import { openCausalBackend } from '../../src/neural/ort-backend.ts';
import { logSoftmax, modelFiles } from './fixtures.ts';
import { scatteredLogits, ToyBackend } from './toy-gpt.ts';

const SIZE = 8;
const backendOf = (contextLength = 64) => new ToyBackend(SIZE, scatteredLogits(SIZE, 1, 60), contextLength);
const count = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => (from + i) % SIZE);
const lengths = ({ runs }: ToyBackend) => runs.splice(0).map(({ length, past }) => [length, past]);

describe('KvCache', () => {
  it('runs what was appended and nothing else', async () => {
    const backend = backendOf();
    const cache = new KvCache(backend, 40);
    await cache.feed(count(0, 3));
    await cache.feed(count(0, 4));
    expect(lengths(backend)).toEqual([
      [3, 1],
      [1, 4],
    ]);
    expect(cache.length).toBe(4);
  });

  it('runs the last token alone where text was deleted, and none where only its rows are wanted', async () => {
    const backend = backendOf();
    const cache = new KvCache(backend, 40);
    await cache.feed(count(0, 9));
    lengths(backend);
    await cache.hold(count(0, 7));
    expect(lengths(backend)).toEqual([]);
    await cache.feed(count(0, 5));
    expect(lengths(backend)).toEqual([[1, 5]]);
  });

  it('reads at most 16 tokens at a time, from the first that changed', async () => {
    const backend = backendOf();
    const cache = new KvCache(backend, 40);
    await cache.feed(count(0, 40));
    expect(lengths(backend)).toEqual([
      [16, 1],
      [16, 17],
      [8, 33],
    ]);
    const changed = count(0, 40);
    changed[30] = 0;
    await cache.feed(changed);
    expect(lengths(backend)).toEqual([[10, 31]]);
  });

  it('gives after any edits what a fresh one gives', async () => {
    const texts = fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 40 });
    const edit = fc.record({ ids: texts, kept: fc.nat(40), isHeld: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { maxLength: 8 }), async (edits) => {
        const cache = new KvCache(backendOf(), 40);
        let text: number[] = [];
        for (const { ids, kept, isHeld } of edits) {
          text = [...text.slice(0, kept), ...ids].slice(0, 40);
          const wanted = Int32Array.from(text);
          const fresh = new KvCache(backendOf(), 40);
          if (isHeld) {
            await cache.hold(wanted);
            await fresh.hold(wanted);
            const length = Math.max(1, wanted.length - 1);
            const branch = Int32Array.of(3, 4, 5, 6);
            expect(await cache.branch(branch, 2, length)).toEqual(await fresh.branch(branch, 2, length));
          } else {
            expect(await cache.feed(wanted)).toEqual(await fresh.feed(wanted));
          }
        }
      }),
    );
  });

  it('stops between two runs when it is aborted, and goes on from there the next time', async () => {
    const backend = backendOf();
    const cache = new KvCache(backend, 40);
    const controller = new AbortController();
    backend.onRun = () => setTimeout(() => controller.abort(new Error('stale')));
    // The abort comes as an event of its own: it is seen only if the cache lets events happen.
    const feeding = (async () => {
      for (;;) await cache.feed(count(0, 40), controller.signal).finally(() => cache.hold(Int32Array.of(7)));
    })();
    await expect(feeding).rejects.toThrow('stale');
    backend.onRun = () => {};
    expect(await cache.feed(count(0, 40))).toEqual(await new KvCache(backendOf(), 40).feed(count(0, 40)));
  });

  it('keeps what it had when a run fails', async () => {
    const backend = backendOf();
    const cache = new KvCache(backend, 40);
    await cache.feed(count(0, 5));
    backend.failure = new Error('out of memory');
    await expect(cache.feed(count(0, 9))).rejects.toThrow('out of memory');
    expect(cache.length).toBe(5);
    lengths(backend);
    await cache.feed(count(0, 9));
    expect(lengths(backend)).toEqual([[4, 6]]);
  });

  it.each([0, 1.5, 64])('refuses a capacity of %d in a context of 64', (capacity) => {
    expect(() => new KvCache(backendOf(), capacity)).toThrow(RangeError);
  });

  it('refuses no tokens, too many, and a branch behind what it holds', async () => {
    const cache = new KvCache(backendOf(), 40);
    await expect(cache.feed(new Int32Array(0))).rejects.toThrow(RangeError);
    await expect(cache.feed(count(0, 41))).rejects.toThrow(RangeError);
    await expect(cache.branch(Int32Array.of(1), 1, 1)).rejects.toThrow(RangeError);
  });
});

describe('KvCache over a trained network', () => {
  it.each(['gpt-tiny', 'hf-tiny'])('gives after any edits what a fresh one gives (%s)', async (folder) => {
    const backend = await openCausalBackend(modelFiles(folder, 'gpt'));
    const capacity = Math.min(40, backend.contextLength - 1);
    const ids = fc.array(fc.integer({ min: 1, max: backend.vocabularySize - 1 }), {
      minLength: 1,
      maxLength: capacity,
    });
    const edit = fc.record({ added: ids, kept: fc.nat(capacity) });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 2, maxLength: 4 }), async (edits) => {
        const cache = new KvCache(backend, capacity);
        let text: number[] = [];
        for (const { added, kept } of edits) {
          text = [...text.slice(0, kept), ...added].slice(0, capacity);
          const logProbs = logSoftmax(await cache.feed(Int32Array.from(text)));
          const expected = logSoftmax(await new KvCache(backend, capacity).feed(Int32Array.from(text)));
          for (const [id, logProb] of logProbs.entries()) expect(Math.abs(logProb - expected[id]!)).toBeLessThan(1e-5);
        }
      }),
      { numRuns: 10 },
    );
    await backend.close();
  });
});
