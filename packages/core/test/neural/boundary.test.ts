import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { continuesWord, readWord, wordStem } from '../../src/neural/boundary.ts';
import { wordSpans } from '../../src/words.ts';

/** Characters of every kind that decides where a word ends, addresses left out. */
const someText = fc.string({ unit: fc.constantFrom(...'aBéΩ19\'’-._,: !"(\n', '\u0301', '🙂', '語'), maxLength: 6 });

describe('readWord', () => {
  it.each([
    ['', 0, true],
    ['wor', 3, true],
    ["don'", 3, true],
    ["don't", 5, true],
    ['well-', 4, true],
    ['well--', 4, false],
    ['end.', 3, true],
    ['end.”', 3, false],
    ['foo.com', 7, true],
    ['3,', 1, true],
    ['3,5', 3, true],
    ['a,', 1, false],
    ['two words', 3, false],
    ['-', 0, false],
    ['🙂', 0, false],
    ['語', 0, false],
  ])('reads %j as a word of %i units, open: %s', (text, wordLength, isOpen) => {
    expect(readWord(text)).toEqual({ wordLength, isOpen });
  });

  it('finds the words that the library finds', () => {
    fc.assert(
      fc.property(someText, (text) => {
        const first = wordSpans(text)[0];
        const { wordLength } = readWord(text);
        if (wordLength > 0) expect(first).toEqual({ start: 0, end: wordLength });
        else expect(first?.start === 0 && !/^\p{scx=Han}/u.test(text)).toBe(false);
      }),
    );
  });

  it('calls a word open exactly if some text lengthens it', () => {
    const more = ['a', '1', "'a", '-a', '.a', ',1', '\u0301', '\u0301a'];
    fc.assert(
      fc.property(someText, (text) => {
        const { wordLength, isOpen } = readWord(text);
        const lengthens = more.some((added) => readWord(text + added).wordLength > wordLength);
        expect(isOpen).toBe(lengthens || text === '');
      }),
    );
  });
});

describe('continuesWord', () => {
  it.each([
    ['don', "'t", true],
    ['don', "'", true],
    ['don', "'.", false],
    ["don'", 't', true],
    ["don'", ' ', false],
    ["don'", "'", false],
    ['well', '-', true],
    ['well', ' -', false],
    ['well', '-known', true],
    ['end', '.', true],
    ['end', '. ', false],
    ['1', ',', true],
    ['a', ',', false],
    ['1,', '0', true],
    ['1,', 'a', false],
    ['a', 's”', true],
    ['', 'a', true],
    ['', '-', false],
  ])('says of %j and then %j: %s', (word, added, expected) => {
    expect(continuesWord(wordStem(word), added, false)).toBe(expected);
  });

  it('decides by the stem as it would by the whole text', () => {
    fc.assert(
      fc.property(someText, someText, (text, added) => {
        const before = readWord(text);
        fc.pre(before.isOpen && added !== '');
        const after = readWord(text + added);
        expect(continuesWord(wordStem(text), added, false)).toBe(after.isOpen || after.wordLength > before.wordLength);
      }),
    );
  });

  it('lets a piece of a character go on', () => {
    expect(continuesWord('a', '', true)).toBe(true);
    expect(continuesWord('a', ' ', true)).toBe(false);
  });
});
