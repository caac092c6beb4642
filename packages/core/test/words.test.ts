import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeWord, wordSpans } from '../src/words.ts';

const words = (text: string) => wordSpans(text).map(({ start, end }) => text.slice(start, end));

describe('wordSpans', () => {
  it.each([
    ["Don't stop, well-known Mr. X!", ["Don't", 'stop', 'well-known', 'Mr', 'X']],
    ['the dogs’ bowl — “it’s”', ['the', 'dogs', 'bowl', 'it’s']],
    ["'twas rock 'n' roll", ['twas', 'rock', 'n', 'roll']],
    ['1,000.50 at 7:30, on 1/2', ['1,000.50', 'at', '7:30', 'on', '1/2']],
    ['either/or, this:that', ['either', 'or', 'this', 'that']],
    ['the U.S. and foo.com...so', ['the', 'U.S', 'and', 'foo.com', 'so']],
    ['well--known snake_case _it_', ['well', 'known', 'snake_case', 'it']],
    ['mail first.last+tag@example.co.uk, now', ['mail', 'first.last+tag@example.co.uk', 'now']],
    ['see https://example.com/a?b=1, (http://x.y/z).', ['see', 'https://example.com/a?b=1', 'http://x.y/z']],
    ['www.example.com/path/ and/or', ['www.example.com/path/', 'and', 'or']],
    ['a 👍🏽 b 👩‍👩‍👧 c 🇩🇪 1️⃣ d❤️', ['a', 'b', 'c', 'd']],
    ['naïve nai\u0308ve', ['naïve', 'nai\u0308ve']],
    ['𝒜bc 𐐀', ['𝒜bc', '𐐀']],
    ['שלום צה״ל مرحبا', ['שלום', 'צה״ל', 'مرحبا']],
    ['می\u200cخواهم', ['می\u200cخواهم']],
    ['hy\u00adphen', ['hy\u00adphen']],
    ['GPTは3月', ['GPT', 'は', '3', '月']],
    ['我们学习', ['我们', '学习']],
    ['สวัสดีครับ', ['สวัสดี', 'ครับ']],
    ['\u0000a\u0000b \ud800 c\udc00d', ['a', 'b', 'c', 'd']],
    ['', []],
    ["' - ... 👍", []],
  ])('divides %j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('gives ascending spans that start with a letter or digit and hold no white space', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        let previous = 0;
        for (const { start, end } of wordSpans(text)) {
          expect(start).toBeGreaterThanOrEqual(previous);
          expect(end).toBeGreaterThan(start);
          expect(text.slice(start, end)).not.toMatch(/\s/u);
          expect(text.slice(start, end)).toMatch(/^[\p{L}\p{N}\p{M}]/u);
          previous = end;
        }
      }),
    );
  });

  it('reads words joined by spaces back as they were', () => {
    const word = fc.stringMatching(/^[a-zäß]{1,5}(['’-][a-z]{1,4})?$/);
    fc.assert(
      fc.property(fc.array(word), fc.constantFrom(' ', ', ', '\n', ' “'), (list, gap) => {
        expect(words(list.join(gap))).toEqual(list);
      }),
    );
  });

  it.each([
    ['a', 1],
    ['a+', 200_000],
    ['a.', 1],
    ["a'", 1],
    ['1,', 1],
    ['a@', 100_000],
    ['http://', 1],
    ['www.a/', 1],
    ['👍', 0],
    ['.', 0],
    ['\ud800', 0],
    ['e\u0301', 1],
    ['-', 0],
  ])('reads 200,000 times %j in linear time', (unit, expected) => {
    // Quadratic reading would not end within the test's time limit.
    expect(wordSpans(unit.repeat(200_000))).toHaveLength(expected);
  });
});

describe('normalizeWord', () => {
  it.each([
    ['Hello', 'hello'],
    ['DON’T', "don't"],
    ['well‑known', 'well-known'],
    ['E\u0301te\u0301', 'été'],
    ['IΣTANBUL', 'iσtanbul'],
    ['hy\u00adphen', 'hyphen'],
    ['\ud800', '\ud800'],
  ])('turns %j into %j', (word, expected) => {
    expect(normalizeWord(word)).toBe(expected);
  });

  it('changes nothing when applied twice and does not depend on the composition of the input', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (word) => {
        const once = normalizeWord(word);
        expect(normalizeWord(once)).toBe(once);
        expect(once.normalize('NFC')).toBe(once);
        expect(normalizeWord(word.normalize('NFD'))).toBe(once);
      }),
    );
  });
});
