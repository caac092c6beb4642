import { describe, expect, it } from 'vitest';
import { createPersonal, type KeptPersonal, openPersonal, type Personal } from '../../src/personal/index.ts';
import { after, digest, holds, type OpenStore, openStore, randomNumbers, sharedLock, strayKeys } from './stores.ts';

const KILLS = 1000;

function open(store: OpenStore): Promise<KeptPersonal> {
  // Saving is asked for: no timer is to run after the kill.
  return openPersonal({ store, channel: null, lock: sharedLock(), saveAfterMs: 1e9 });
}

describe('a program that dies while it saves', () => {
  it('finds the state of before or after, wherever it died', async () => {
    const random = randomNumbers(42);
    const [few, many] = [seeds(60), seeds(1050)];
    const store = openStore();
    const first = await open(store);
    first.personal.merge(many.state);
    await first.saved();

    const outcomes = { before: 0, after: 0 };
    for (let kill = 0; kill < KILLS; kill++) {
      const kept = await open(store);
      const before = digest(kept.personal.state);
      const forgotten = change(kept, kill, random);
      const later = digest(kept.personal.state);
      store.budget = random(3) === 0 ? random(40_000) : random(3000);
      await kept.saved().catch(() => {});
      await kept.close();

      // It may die in cleaning up as well.
      store.budget = random(4) === 0 ? random(1500) : Number.POSITIVE_INFINITY;
      await open(store);
      store.budget = Number.POSITIVE_INFINITY;
      const again = await open(store);
      const found = digest(again.personal.state);
      expect([before, later]).toContain(found);
      outcomes[found === later ? 'after' : 'before']++;
      if (found === later && found !== before && forgotten !== '') expect(holds(store.values, forgotten)).toBe(false);
      expect(await strayKeys(store)).toEqual([]);
      if (again.personal.state.log.length === 0) {
        again.personal.merge((random(4) === 0 ? many : few).state);
        await again.saved();
      }
    }
    expect(outcomes.before).toBeGreaterThan(KILLS / 10);
    expect(outcomes.after).toBeGreaterThan(KILLS / 10);
  });
});

describe('a program that dies while it saves for the first time', () => {
  it('finds nothing or all, wherever it died', async () => {
    for (let budget = 0, isThere = false; !isThere; budget++) {
      const store = openStore();
      const kept = await open(store);
      kept.personal.learn(after(), 'hello');
      store.budget = budget;
      const isSaved = await kept.saved().then(
        () => true,
        () => false,
      );
      await kept.close();
      store.budget = Number.POSITIVE_INFINITY;
      const again = await open(store);
      isThere = again.personal.state.log.length === 1;
      expect(isThere ? again.personal.words()[0]!.word : 'nothing').toBe(isThere ? 'hello' : 'nothing');
      expect(isThere || !isSaved).toBe(true);
      again.personal.learn(after(), 'world');
      await again.saved();
      expect((await open(store)).personal.state.log.length).toBe(isThere ? 2 : 1);
    }
  });
});

function seeds(count: number): Personal {
  const personal = createPersonal({ now: () => 1_600_000_000_000 });
  for (let index = 0; index < count; index++) personal.learn(after(), `seed${index % 90}`);
  return personal;
}

/** Learns, forgets or decides something; returns a word that must be nowhere afterwards. */
function change({ personal }: KeptPersonal, kill: number, random: (bound: number) => number): string {
  const what = random(20);
  if (what === 0) {
    personal.forgetAll();
    return 'seed';
  }
  if (what < 5) {
    const word = `seed${random(90)}`;
    personal.forget(word);
    return '';
  }
  if (what < 7) {
    personal.setRule(`rule${random(5)}`, 'blocked');
    return '';
  }
  if (what < 9) {
    personal.learn(after(), `transient${kill}`);
    personal.forget(`transient${kill}`);
    return `transient${kill}`;
  }
  for (let words = random(30); words >= 0; words--) personal.learn(after('some'), `seed${random(90)}`);
  return '';
}
