import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createPersonal,
  exportPersonal,
  importPersonal,
  mergeLogs,
  mergeRules,
  type Personal,
  type PersonalState,
  wordRules,
} from '../../src/personal/index.ts';
import { after, digest } from './stores.ts';

const START_MS = 1_700_000_000_000;
const words = ['a', 'ban', 'cat', 'Dog', 'iPhone', 'ÉTÉ', 'zoë'];

/** What three devices did: who, what, with which words, and how many milliseconds later. */
const history = fc.array(
  fc.record({
    who: fc.nat(2),
    what: fc.constantFrom('learn', 'learn', 'learn', 'reject', 'list', 'forget', 'phrase', 'since', 'rule', 'merge'),
    first: fc.constantFrom(...words),
    second: fc.constantFrom(...words),
    waitMs: fc.nat(3000),
    rule: fc.constantFrom(...wordRules, null),
    other: fc.nat(2),
  }),
  { maxLength: 60 },
);

type Deed = typeof history extends fc.Arbitrary<(infer T)[]> ? T : never;

function devices(deeds: readonly Deed[]): [PersonalState, PersonalState, PersonalState] {
  let nowMs = START_MS;
  const [a, b, c] = ['wa', 'wb', 'wc'].map((writer) => createPersonal({ writer, now: () => nowMs }));
  const all = [a!, b!, c!] as const;
  for (const deed of deeds) {
    nowMs += deed.waitMs;
    act(all[deed.who]!, deed, all[deed.other]!, nowMs);
  }
  return [a!.state, b!.state, c!.state];
}

function act(personal: Personal, { what, first, second, waitMs, rule }: Deed, other: Personal, nowMs: number): void {
  const context = after(...(waitMs % 3 === 0 ? [] : [second.toLowerCase(), first.toLowerCase()]));
  const acts = {
    learn: () => personal.learn(context, first),
    reject: () => personal.reject(context, first),
    list: () => personal.learnList([[first, 1 + waitMs]]),
    forget: () => personal.forget(first),
    phrase: () => personal.forgetPhrase(`${first} ${second}`),
    since: () => personal.forgetSince(nowMs - 4000),
    rule: () => personal.setRule(first, rule),
    merge: () => personal.merge(other.state),
  };
  acts[what]();
}

function merge(a: PersonalState, b: PersonalState): PersonalState {
  return { log: mergeLogs(a.log, b.log), rules: mergeRules(a.rules, b.rules) };
}

describe('merging', () => {
  it('does not depend on the order, the grouping or the number of merges', () => {
    fc.assert(
      fc.property(history, (deeds) => {
        const [a, b, c] = devices(deeds);
        const ab = exportPersonal(merge(a, b));
        expect(exportPersonal(merge(b, a))).toBe(ab);
        expect(exportPersonal(merge(merge(a, b), c))).toBe(exportPersonal(merge(a, merge(b, c))));
        expect(exportPersonal(merge(merge(a, b), b))).toBe(ab);
        expect(exportPersonal(merge(a, a))).toBe(exportPersonal(a));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps forgotten what any of those who knew it has forgotten', () => {
    const [a, b] = ['wa', 'wb'].map((writer) => createPersonal({ writer, now: () => START_MS }));
    a!.learn(after(), 'secret');
    a!.learn(after('secret'), 'word');
    b!.merge(a!.state);
    b!.forget('secret');
    a!.merge(b!.state);
    expect(exportPersonal(a!.state)).not.toContain('secret');
    a!.learn(after(), 'secret');
    b!.merge(a!.state);
    expect(b!.words().map(({ word }) => word)).toContain('secret');
  });

  it('merges logs of 300 writers, whatever their order in each', () => {
    const personals = Array.from({ length: 300 }, (_, index) =>
      createPersonal({ writer: `w${(index * 7919) % 300}`, now: () => START_MS + index * 100 }),
    );
    for (const [index, personal] of personals.entries()) personal.learn(after(), words[index % words.length]!);
    const upwards = personals.map(({ state }) => state).reduce(merge);
    const downwards = personals
      .map(({ state }) => state)
      .reverse()
      .reduce(merge);
    expect(upwards.log.length).toBe(300);
    expect(digest(upwards)).toBe(digest(downwards));
  });
});

describe('exporting and importing', () => {
  it('gives back what was exported', () => {
    fc.assert(
      fc.property(history, (deeds) => {
        for (const state of devices(deeds)) {
          const text = exportPersonal(state);
          const imported = importPersonal(text, START_MS + 1_000_000);
          expect(exportPersonal(imported)).toBe(text);
          expect(digest(imported)).toBe(digest(state));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('gives a model that answers the same', () => {
    const personal = createPersonal({ writer: 'wa', now: () => START_MS });
    for (const word of ['see', 'you', 'soon', 'see', 'you', 'later']) personal.learn(after('we', 'will'), word);
    const copy = createPersonal({ state: importPersonal(exportPersonal(personal.state), START_MS) });
    const query = { context: after('we', 'will'), limit: 5 };
    expect(copy.next(query)).toEqual(personal.next(query));
  });
});
