import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContext, splitsCharacter, wordRemainder } from '../src/context.ts';
import { sentenceSpans } from '../src/sentences.ts';
import { normalizeWord, wordSpans } from '../src/words.ts';

describe('readContext', () => {
  it.each([
    ['', [], ''],
    ['Hel', [], 'Hel'],
    ['Hello ', ['hello'], ''],
    ['Hello, wor', ['hello'], 'wor'],
    ['He left. Then sh', ['then'], 'sh'],
    ['He left.', [], ''],
    ['He left.” ', [], ''],
    ['Dear Mr. ', ['dear', 'mr'], ''],
    ['Dear Mr.', ['dear', 'mr'], ''],
    ['a line\nDo', [], 'Do'],
    ["I don'", ['i'], "don'"],
    ['I don’t', ['i'], 'don’t'],
    ['a well-', ['a'], 'well-'],
    ['a well-kn', ['a'], 'well-kn'],
    ['wait - ', ['wait'], ''],
    ["the 'qu", ['the'], 'qu'],
    ['mail ann@', ['mail'], 'ann@'],
    ['mail ann@example.c', ['mail'], 'ann@example.c'],
    ['see https://exa', ['see'], 'https://exa'],
    ['at 7:3', ['at'], '7:3'],
    ['pay $5', ['pay'], '5'],
    ['nice 👍🏽', ['nice'], ''],
    ['nice 👩‍👩‍👧 fam', ['nice'], 'fam'],
    ['x\u0000y', ['x'], 'y'],
    ['low \ud83d', ['low'], ''],
    ['שלום עול', ['שלום'], 'עול'],
    ['مرحبا بال', ['مرحبا'], 'بال'],
    ['我们学习', ['我们', '学习'], ''],
    ['สวัสดีครับ', ['สวัสดี'], 'ครับ'],
    ['\ufeffHi', [], 'Hi'],
    ['a\r\nb', [], 'b'],
    ['so\u00a0what', ['so'], 'what'],
  ])('reads %j', (before, words, prefix) => {
    const context = readContext(before);
    expect(context).toEqual({ text: before, words, prefix: prefix.normalize('NFC'), prefixLength: prefix.length });
  });

  it('composes the prefix and counts its length as it stands in the text', () => {
    expect(readContext('nai\u0308v')).toMatchObject({ prefix: 'naïv', prefixLength: 5 });
  });

  it('reads what the trainer reads: the words of the last sentence', () => {
    const piece = fc.constantFrom('Don’t', 'mr', 'e', '3', 'x-y', 'ab', '. ', ', ', ' ', '! ', '\n', ' “');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = `${pieces.join('')} last`;
        const { start, end } = sentenceSpans(text).at(-1)!;
        const sentence = text.slice(start, end);
        const trained = wordSpans(sentence).map((span) => normalizeWord(sentence.slice(span.start, span.end)));
        const { words, prefix } = readContext(text);
        expect([...words, prefix]).toEqual(trained);
      }),
    );
  });

  it('gives words that are normalised and a prefix that ends the text, for any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const { words, prefix, prefixLength } = readContext(text);
        expect(words.map(normalizeWord)).toEqual(words);
        expect(text.slice(text.length - prefixLength).normalize('NFC')).toBe(prefix);
        expect(prefix).not.toMatch(/\s/u);
      }),
    );
  });

  it('reads the same however long the text before its last sentence is', () => {
    const sentence = 'This is the sentence that I am wri';
    const expected = readContext(sentence);
    expect(readContext(`${'word. '.repeat(100_000)}${sentence}`)).toMatchObject({
      words: expected.words,
      prefix: 'wri',
    });
  });

  it('looks at no more than the last few hundred units of a text without spaces', () => {
    for (const unit of ['a', '.', '我', '👍', 'a.b', '\ud83d', "a'"]) {
      const text = unit.repeat(1_000_000);
      expect(readContext(text).prefixLength).toBeLessThanOrEqual(400);
    }
  });

  it('keeps at least eight words of a long sentence', () => {
    expect(readContext('twenty-letter-words-are '.repeat(100)).words.length).toBeGreaterThanOrEqual(8);
  });
});

describe('wordRemainder', () => {
  it.each([
    ['wor', 'ld of', 'ld'],
    ['wor', ' ld', ''],
    ['', 'world', ''],
    ['the ', 'world', ''],
    ['don', '’t do', '’t'],
    ["don'", 't do', 't'],
    ['well', '-known x', '-known'],
    ['end', '. Next', ''],
    ['end', '.Next', '.Next'],
    ['“hi', '”', ''],
    ["'hi", "'", ''],
    ['3.', '14', '14'],
    ['e', '\u0301a', '\u0301a'],
    ['ann@ex', 'ample.com', 'ample.com'],
    ['我们', '学习', ''],
    ['a', '我', ''],
  ])('of %j and %j is %j', (before, after, expected) => {
    expect(wordRemainder(before, after)).toBe(expected);
  });
});

describe('splitsCharacter', () => {
  it('is true only between the halves of a surrogate pair', () => {
    expect(splitsCharacter('a\ud83d', '\udc4d')).toBe(true);
    expect(splitsCharacter('a👍', 'b')).toBe(false);
    expect(splitsCharacter('a\ud83d', 'b')).toBe(false);
    expect(splitsCharacter('', '')).toBe(false);
  });
});
