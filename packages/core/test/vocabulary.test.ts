import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openNgram } from '../src/ngram-model.ts';
import type { NgramTable } from '../src/ngram-table.ts';
import { type NgramWriterOptions, writeNgram } from '../src/ngram-writer.ts';
import { capitalise, compareUtf8, type Vocabulary } from '../src/vocabulary.ts';

const utf8 = (text: string) => Buffer.from(text, 'utf8');
const wholeText = fc.string({ unit: 'binary' });

/** A vocabulary as it comes out of a file of unigrams. */
function vocabularyOf(
  ordinary: readonly string[],
  options?: NgramWriterOptions,
  frequencies?: Float64Array,
): Vocabulary {
  const words = ['<unk>', '<s>', '</s>', ...[...ordinary].sort(compareUtf8)];
  const logProbs = Float32Array.from(words, (_, id) => (id === 1 ? -Infinity : -Math.log(words.length + (id % 3))));
  const table: NgramTable = {
    order: 1,
    words,
    levels: [{ lastWords: Uint32Array.from(words, (_, id) => id), logProbs }],
    ...(frequencies && { frequencies }),
  };
  return openNgram(writeNgram(table, options)).vocabulary;
}

describe('compareUtf8', () => {
  it('orders as the UTF-8 bytes do', () => {
    fc.assert(
      fc.property(wholeText, wholeText, (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(utf8(a), utf8(b)));
      }),
    );
    expect(compareUtf8('\uFF41', '🙂')).toBeLessThan(0);
    expect('\uFF41' < '🙂').toBe(false);
  });
});

describe('Vocabulary', () => {
  const letter = fc.constantFrom('a', 'b', 'é', '中', '\uFF41', '🙂');
  const word = fc.oneof(
    fc.string({ unit: letter, minLength: 1, maxLength: 5 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  );
  const someWords = fc.uniqueArray(word, { maxLength: 300 });

  it('finds every word by its id and every id by its word', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(someWords, fc.array(word), (ordinary, others) => {
        const vocabulary = vocabularyOf(ordinary);
        expect(vocabulary.size).toBe(3 + ordinary.length);
        const words = Array.from({ length: vocabulary.size }, (_, id) => vocabulary.word(id));
        expect(words).toEqual(['<unk>', '<s>', '</s>', ...[...ordinary].sort(compareUtf8)]);
        words.forEach((each, id) => {
          expect(vocabulary.id(each)).toBe(id);
        });
        for (const other of others) if (!ordinary.includes(other)) expect(vocabulary.id(other)).toBe(0);
      }),
    );
  });

  it('gives the words with a prefix as a range of ids', { timeout: 60_000 }, () => {
    const prefixes = fc.array(fc.oneof(fc.constant(''), word, fc.nat()), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(someWords, prefixes, (ordinary, picks) => {
        const vocabulary = vocabularyOf(ordinary);
        for (const pick of picks) {
          const picked = typeof pick === 'string' ? pick : (ordinary[pick % ordinary.length] ?? '');
          const prefix = typeof pick === 'string' ? pick : [...picked].slice(0, 1 + (pick % 3)).join('');
          const [lo, hi] = vocabulary.prefixRange(prefix);
          for (let id = 3; id < vocabulary.size; id++) {
            expect(id >= lo && id < hi).toBe(vocabulary.word(id).startsWith(prefix));
          }
        }
      }),
    );
  });

  it('knows nothing of empty, overlong or half words', () => {
    const vocabulary = vocabularyOf(['a', 'b'.repeat(255)]);
    expect(vocabulary.id('')).toBe(0);
    expect(vocabulary.id('b'.repeat(255))).toBe(4);
    expect(vocabulary.id('b'.repeat(256))).toBe(0);
    expect(vocabulary.id('中'.repeat(255))).toBe(0);
    expect(vocabulary.id('\ud83d')).toBe(0);
    expect(vocabulary.prefixRange('b'.repeat(300))).toEqual([5, 5]);
  });

  it('holds no words but the special ones', () => {
    const vocabulary = vocabularyOf([]);
    expect(vocabulary.prefixRange('')).toEqual([3, 3]);
    expect(vocabulary.prefixRange('a')).toEqual([3, 3]);
    expect(vocabulary.id('</s>')).toBe(2);
    expect(vocabulary.id('a')).toBe(0);
  });

  it('restores display forms: as it is, capitalised, all capitals, any other', () => {
    const forms: Record<string, string> = {
      london: 'London',
      nasa: 'NASA',
      iphone: 'iPhone',
      élan: 'Élan',
      ß: 'ẞ',
      ebay: 'eBay',
    };
    const vocabulary = vocabularyOf(['tree', ...Object.keys(forms)], { displayForm: (word) => forms[word] ?? word });
    for (const [normalised, display] of Object.entries({ tree: 'tree', ...forms })) {
      expect(vocabulary.displayForm(vocabulary.id(normalised))).toBe(display);
    }
    expect(vocabulary.displayForm(1)).toBe('<s>');
  });

  it('restores any display form of any word', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.dictionary(word, word, { noNullPrototype: true }), (forms) => {
        const vocabulary = vocabularyOf(Object.keys(forms), { displayForm: (each) => forms[each]! });
        for (const each of Object.keys(forms)) expect(vocabulary.displayForm(vocabulary.id(each))).toBe(forms[each]);
      }),
    );
  });

  it('marks offensive words', () => {
    const vocabulary = vocabularyOf(['darn', 'tree'], { isOffensive: (each) => each === 'darn' });
    expect([vocabulary.isOffensive(vocabulary.id('darn')), vocabulary.isOffensive(vocabulary.id('tree'))]).toEqual([
      true,
      false,
    ]);
    expect(vocabulary.isOffensive(0)).toBe(false);
  });

  it('keeps frequencies to within a quarter of a nat', () => {
    const vocabulary = vocabularyOf(['a', 'b', 'c'], {}, Float64Array.of(0, 0, 10, 700, 80, 10));
    expect(vocabulary.hasFrequencies).toBe(true);
    expect(Math.abs(vocabulary.logFrequency(3) - Math.log(700 / 800))).toBeLessThanOrEqual(0.25);
    expect(Math.abs(vocabulary.logFrequency(5) - Math.log(10 / 800))).toBeLessThanOrEqual(0.25);
    expect(vocabulary.logFrequency(1)).toBe(-Infinity);
    expect(vocabularyOf(['a']).hasFrequencies).toBe(false);
    expect(vocabularyOf(['a']).logFrequency(3)).toBe(-Infinity);
  });

  it.each([-1, 4, 0.5 + 4, Number.NaN])('refuses id %d', (id) => {
    expect(() => vocabularyOf(['a']).word(id)).toThrow(RangeError);
    expect(() => vocabularyOf(['a']).displayForm(id)).toThrow(RangeError);
  });
});

describe('capitalise', () => {
  it('raises the first letter only, surrogate pairs included', () => {
    expect(['apple', 'élan', '𐐨x', '', 'ßa'].map(capitalise)).toEqual(['Apple', 'Élan', '𐐀x', '', 'SSa']);
  });
});
