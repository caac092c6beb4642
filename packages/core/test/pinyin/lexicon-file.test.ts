import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PredictionError } from '../../src/errors.ts';
import { compositionOf } from '../../src/pinyin/composition.ts';
import { createPinyinEngine } from '../../src/pinyin/engine.ts';
import { type LexiconEntry, writePinyinLexicon } from '../../src/pinyin/lexicon-writer.ts';
import { openPinyinLexicon, type PinyinLexicon, ROOT } from '../../src/pinyin/pinyin-lexicon.ts';
import { SYLLABLES } from '../../src/pinyin/syllables.ts';
import { toy } from './toy-pinyin.ts';

const WORDS = 50;

const anyEntries: fc.Arbitrary<LexiconEntry[]> = fc.uniqueArray(
  fc.record({
    wordId: fc.integer({ min: 3, max: WORDS - 1 }),
    syllables: fc.array(fc.oneof(fc.nat(4), fc.nat(SYLLABLES.length - 1)), { minLength: 1, maxLength: 4 }),
    share: fc.double({ min: 1e-9, max: 1, noNaN: true, minExcluded: true }),
    frequency: fc.oneof(fc.nat(3), fc.double({ min: 0, max: 1e9, noNaN: true })),
  }),
  { selector: ({ wordId, syllables }) => `${wordId} ${syllables}`, maxLength: 60 },
);

/** Every reading in a lexicon, found by going through all syllables at every node. */
function readingsOf(lexicon: PinyinLexicon): { wordId: number; syllables: number[]; logShare: number }[] {
  const found: { wordId: number; syllables: number[]; logShare: number }[] = [];
  const visit = (node: number, syllables: number[]): void => {
    for (let entry = lexicon.firstEntry(node); entry < lexicon.firstEntry(node + 1); entry++) {
      found.push({ wordId: lexicon.wordId(entry), syllables, logShare: lexicon.logShare(entry) });
    }
    for (const syllable of SYLLABLES.keys()) {
      const child = lexicon.child(node, syllable);
      if (child !== -1) visit(child, [...syllables, syllable]);
    }
  };
  visit(ROOT, []);
  return found;
}

const keyOf = ({ wordId, syllables }: { wordId: number; syllables: readonly number[] }) => `${syllables} ${wordId}`;

describe('a pinyin lexicon', () => {
  it('holds exactly what was written, costs to a sixteenth of a nat and at most 255 of them', () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        const lexicon = openPinyinLexicon(writePinyinLexicon(entries, WORDS), WORDS);
        const found = new Map(readingsOf(lexicon).map((reading) => [keyOf(reading), reading]));
        expect([...found.keys()].sort()).toEqual(entries.map(keyOf).sort());
        expect(lexicon.size).toBe(entries.length);
        for (const entry of entries) {
          const { logShare } = found.get(keyOf(entry))!;
          const expected = Math.max(Math.log(entry.share), -255 / 16);
          expect(Math.abs(logShare - expected)).toBeLessThanOrEqual(1 / 32 + 1e-12);
          expect(logShare).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  it('gives the words of a reading by falling frequency', () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        const lexicon = openPinyinLexicon(writePinyinLexicon(entries, WORDS), WORDS);
        const worth = new Map(entries.map((entry) => [keyOf(entry), entry.frequency * entry.share]));
        let before: { syllables: string; worth: number } | null = null;
        for (const reading of readingsOf(lexicon)) {
          const now = { syllables: `${reading.syllables}`, worth: worth.get(keyOf(reading))! };
          if (before?.syllables === now.syllables) expect(before.worth).toBeGreaterThanOrEqual(now.worth);
          before = now;
        }
      }),
    );
  });

  it('is the same bytes whatever order its entries come in', () => {
    fc.assert(
      fc.property(
        anyEntries.chain((entries) =>
          fc.tuple(
            fc.constant(entries),
            fc.shuffledSubarray(entries, { minLength: entries.length, maxLength: entries.length }),
          ),
        ),
        ([entries, shuffled]) => {
          expect(writePinyinLexicon(shuffled, WORDS)).toEqual(writePinyinLexicon(entries, WORDS));
        },
      ),
    );
  });

  it('may be empty', () => {
    const lexicon = openPinyinLexicon(writePinyinLexicon([], WORDS), WORDS);
    expect(lexicon.size).toBe(0);
    expect(readingsOf(lexicon)).toEqual([]);
  });

  it.each([
    ['a share of 0', { share: 0 }, /share.*above 0.*0/],
    ['a share above 1', { share: 1.5 }, /share.*at most 1.*1\.5/],
    ['a share that is no number', { share: Number.NaN }, /share/],
    ['no syllables', { syllables: [] }, /syllable/],
    ['a syllable that is none', { syllables: [0, -1] }, /syllable.*-1/],
    ['a word outside the vocabulary', { wordId: WORDS }, /wordId.*50/],
  ])('is not written with %s', (_what, change, message) => {
    const entry = { wordId: 3, syllables: [0], share: 1, frequency: 1, ...change };
    expect(() => writePinyinLexicon([entry], WORDS)).toThrow(RangeError);
    expect(() => writePinyinLexicon([entry], WORDS)).toThrow(message);
  });
});

const bytes = toy.lexiconBytes;
const vocabularySize = toy.ngram.vocabulary.size;

/** Everything an engine does with a lexicon, none of which may throw or run on. */
function use(lexicon: PinyinLexicon): void {
  const engine = createPinyinEngine({ ngram: toy.ngram, lexicon });
  for (const letters of ['xian', 'zgr', "ni'haozhongg", 'fangan'])
    engine.read(compositionOf(letters), { before: '我' });
}

/** Whether the file was taken; only a `PredictionError` may refuse it. */
function isAccepted(damaged: Uint8Array): boolean {
  let lexicon: PinyinLexicon;
  try {
    lexicon = openPinyinLexicon(damaged, vocabularySize);
  } catch (error) {
    if (!(error instanceof PredictionError)) throw error;
    return false;
  }
  use(lexicon);
  return true;
}

describe('a damaged pinyin lexicon', () => {
  it('is refused at every length short of the whole, and with bytes behind', () => {
    for (let length = 0; length < bytes.length; length++) expect(isAccepted(bytes.slice(0, length))).toBe(false);
    expect(isAccepted(Uint8Array.of(...bytes, 0, 0, 0, 0, 0, 0, 0, 0))).toBe(false);
  });

  it('says what is wrong', () => {
    const changed = (offset: number, ...values: number[]) => {
      const copy = bytes.slice();
      copy.set(values, offset);
      return () => openPinyinLexicon(copy, vocabularySize);
    };
    const malformed = (message: RegExp) =>
      expect.objectContaining({
        name: 'PredictionError',
        code: 'file-malformed',
        message: expect.stringMatching(message),
      });
    expect(() => openPinyinLexicon(new Uint8Array(0), 9)).toThrow(malformed(/it has 0 bytes.*40.*foreword pinyin/));
    expect(changed(0, 0)).toThrow(malformed(/does not begin with FWPINYI/));
    expect(changed(8, 2)).toThrow(expect.objectContaining({ code: 'pack-too-new' }));
    expect(changed(8, 0)).toThrow(malformed(/header is damaged/));
    expect(changed(12, 1, 2, 3, 4)).toThrow(malformed(/header is damaged/));
    expect(changed(16, 0)).toThrow(malformed(/bytes, its header says/));
    expect(changed(20, 255)).toThrow(malformed(/bytes, its header says/));
    expect(changed(28, 1)).toThrow(malformed(/syllables, not/));
    expect(() => openPinyinLexicon(bytes, vocabularySize + 1)).toThrow(
      malformed(new RegExp(`vocabulary of ${vocabularySize} words, not of ${vocabularySize + 1}`)),
    );
  });

  it('is answered from or refused, whatever was changed', { timeout: 120_000 }, () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.constantFrom(1, 2, 4, 8, 16, 32, 64, 128, 255)), {
          minLength: 1,
          maxLength: 4,
        }),
        (flips) => {
          const damaged = bytes.slice();
          for (const [place, bits] of flips) damaged[place]! ^= bits;
          if (isAccepted(damaged)) accepted++;
        },
      ),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it('is refused where a node would be its own child', () => {
    // Node 0 gives all its children to node 1, which is then the first of them.
    const damaged = bytes.slice();
    const nodes = new DataView(bytes.buffer).getUint32(20, true);
    const childCounts = 40 + Math.ceil((nodes * 2) / 8) * 8;
    const view = new DataView(damaged.buffer);
    view.setUint16(childCounts + 2, view.getUint16(childCounts, true) + view.getUint16(childCounts + 2, true), true);
    view.setUint16(childCounts, 0, true);
    expect(isAccepted(damaged)).toBe(false);
  });

  it('is read from any place in a buffer, a Buffer of Node too', () => {
    const larger = Buffer.alloc(bytes.length + 16, 0xaa);
    for (let offset = 0; offset < 9; offset++) {
      larger.set(bytes, offset);
      const lexicon = openPinyinLexicon(larger.subarray(offset, offset + bytes.length), vocabularySize);
      expect(readingsOf(lexicon)).toEqual(readingsOf(toy.lexicon));
    }
  });
});
