import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrangeLater, arrangeSlots } from '../src/slots.ts';
import type { Candidate } from '../src/types.ts';

const candidate = (word: string, text = word): Candidate => ({ word, text, logProb: -1, evidence: [] });
const words = (candidates: readonly Candidate[]) => candidates.map(({ word }) => word).join(' ');
const list = (text: string) =>
  text
    .split(' ')
    .filter(Boolean)
    .map((word) => candidate(word));
const someWords = fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { maxLength: 8 });
const arrange = (shown: string, ranked: string, slots: number) => words(arrangeSlots(list(shown), list(ranked), slots));

describe('arrangeSlots', () => {
  it.each([
    ['', 'a b c', 3, 'a b c'],
    ['', 'a b c d', 3, 'a b c'],
    ['a b c', 'c b a', 3, 'a b c'],
    ['a b c', 'd c e', 3, 'd e c'],
    ['a b c', 'x y z', 3, 'x y z'],
    ['a b c', 'c', 3, 'c'],
    ['a b c', '', 3, ''],
    ['a b c', 'd c', 2, 'd c'],
    ['a b', 'x x b', 3, 'x b'],
    ['a a', 'a b', 2, 'a b'],
    ['a', 'a', 0, ''],
  ])('with %j shown and %j ranked fills %i slots with %j', (shown, ranked, slots, expected) => {
    expect(arrange(shown, ranked, slots)).toBe(expected);
  });

  it('lets a near miss have only the place that it costs', () => {
    const near: Candidate = { word: 'near', text: 'near', logProb: -1, evidence: [], nearMiss: -5 };
    const exact: Candidate = { word: 'exact', text: 'exact', logProb: -4, evidence: [] };
    expect(words(arrangeSlots([exact, near], [exact, near], 2))).toBe('exact near');
    const cheap = { ...near, nearMiss: -0.1 };
    expect(words(arrangeSlots([exact, cheap], [exact, cheap], 2))).toBe('near exact');
  });

  it('leaves free slots that were empty, to newcomers', () => {
    expect(words(arrangeSlots([null, candidate('b')], list('b a'), 2))).toBe('a b');
  });

  it('shows the newest text of a word that stays', () => {
    expect(arrangeSlots([candidate('london', 'london')], [candidate('london', 'London')], 1)[0]?.text).toBe('London');
  });

  it.each([-1, 1.5, Number.NaN])('refuses %d slots', (slots) => {
    expect(() => arrangeSlots([], [], slots)).toThrow(RangeError);
  });

  it('lets a word that is more than the ratio likelier pass, and no other', () => {
    const likely = (word: string, prob: number): Candidate => ({ ...candidate(word), logProb: Math.log(prob) });
    const shown = [likely('a', 0.1), likely('b', 0.2), likely('c', 0.15)];
    const ranked = [likely('b', 0.5), likely('c', 0.3), likely('a', 0.2)];
    expect(words(arrangeSlots(shown, ranked, 3, Number.POSITIVE_INFINITY))).toBe('a b c');
    expect(words(arrangeSlots(shown, ranked, 3, 3))).toBe('a b c');
    expect(words(arrangeSlots(shown, ranked, 3, 2))).toBe('b a c');
    expect(words(arrangeSlots(shown, ranked, 3))).toBe('a b c');
  });

  it('leaves no word behind one that it outweighs by more than the ratio', () => {
    const someCandidates = fc.uniqueArray(
      fc.record({ word: fc.constantFrom(...'abcdefghij'), logProb: fc.double({ min: -20, max: 0, noNaN: true }) }),
      { maxLength: 8, selector: ({ word }) => word },
    );
    fc.assert(
      fc.property(someWords, someCandidates, fc.nat(6), (shown, ranked, slots) => {
        const sorted = ranked
          .map(({ word, logProb }) => ({ ...candidate(word), logProb }))
          .sort((a, b) => b.logProb - a.logProb);
        const arranged = arrangeSlots(
          shown.map((word) => candidate(word)),
          sorted,
          slots,
        );
        for (const [slot, { logProb }] of arranged.entries()) {
          for (const behind of arranged.slice(slot)) expect(behind.logProb - logProb).toBeLessThanOrEqual(Math.log(10));
        }
      }),
    );
  });

  it.each([1, 0, -1, Number.NaN])('refuses a ratio of %d', (ratio) => {
    expect(() => arrangeSlots([], [], 1, ratio)).toThrow(RangeError);
  });

  it('keeps every shown word that is still ranked in its slot when the slots are full', () => {
    fc.assert(
      fc.property(someWords, someWords, fc.integer({ min: 1, max: 5 }), (shown, ranked, slots) => {
        fc.pre(ranked.length >= slots);
        const arranged = arrangeSlots(
          shown.map((word) => candidate(word)),
          ranked.map((word) => candidate(word)),
          slots,
        );
        expect(arranged).toHaveLength(slots);
        expect(new Set(arranged.map(({ word }) => word)).size).toBe(slots);
        for (const [slot, word] of shown.slice(0, slots).entries()) {
          if (ranked.includes(word)) expect(arranged[slot]!.word).toBe(word);
        }
      }),
    );
  });

  it('changes nothing when the same answer comes again', () => {
    fc.assert(
      fc.property(someWords, someWords, fc.nat(6), (shown, ranked, slots) => {
        const once = arrangeSlots(
          shown.map((word) => candidate(word)),
          ranked.map((word) => candidate(word)),
          slots,
        );
        expect(
          words(
            arrangeSlots(
              once,
              ranked.map((word) => candidate(word)),
              slots,
            ),
          ),
        ).toBe(words(once));
      }),
    );
  });
});

describe('arrangeLater', () => {
  const later = (shown: string, ranked: string, slots: number) => words(arrangeLater(list(shown), list(ranked), slots));

  it.each([
    ['a b c', 'd c a', 3, 'a b c'],
    ['a b', 'd c a', 3, 'a b d'],
    ['', 'd c a', 2, 'd c'],
    ['a b', '', 3, 'a b'],
    ['a b c d', 'e', 2, 'a b'],
  ])('shown %j and ranked %j give %s slots: %j', (shown, ranked, slots, expected) => {
    expect(later(shown, ranked, slots)).toBe(expected);
  });

  it('moves nothing that is shown and repeats nothing', () => {
    fc.assert(
      fc.property(someWords, someWords, fc.nat(6), (shown, ranked, slots) => {
        const arranged = arrangeLater(
          shown.map((word) => candidate(word)),
          ranked.map((word) => candidate(word)),
          slots,
        ).map(({ word }) => word);
        expect(arranged.slice(0, shown.length)).toEqual(shown.slice(0, slots));
        expect(new Set(arranged).size).toBe(arranged.length);
        expect(arranged).toHaveLength(Math.min(slots, new Set([...shown, ...ranked]).size));
      }),
    );
  });

  it('gives a shown word its newest text and evidence', () => {
    const newest = { ...candidate('a'), text: 'A' };
    expect(arrangeLater([candidate('a')], [newest], 1)).toEqual([newest]);
  });
});
