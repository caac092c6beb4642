import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sentenceSpans } from '../src/sentences.ts';

const sentences = (text: string) => sentenceSpans(text).map(({ start, end }) => text.slice(start, end));

describe('sentenceSpans', () => {
  it.each([
    ['One. Two! Three? Four', ['One.', 'Two!', 'Three?', 'Four']],
    ['He said “Go.” Then (he left.) Now', ['He said “Go.”', 'Then (he left.)', 'Now']],
    ['Mr. Smith met J. K. Rowling vs. Dr. No. Yes', ['Mr. Smith met J. K. Rowling vs. Dr. No.', 'Yes']],
    ['So do I. You too', ['So do I.', 'You too']],
    ['how r u. ok', ['how r u.', 'ok']],
    ['the 21st. Then 3D. Yes', ['the 21st.', 'Then 3D.', 'Yes']],
    ['Use e.g. this, i.e. that, in the U.S. today', ['Use e.g. this, i.e. that, in the U.S. today']],
    ['It costs 3.14 at foo.com now', ['It costs 3.14 at foo.com now']],
    ['Wait... what?! Really… yes', ['Wait...', 'what?!', 'Really…', 'yes']],
    ['a line\nanother\r\n\r\nthird', ['a line', 'another', 'third']],
    ['你好。再见！好', ['你好。', '再见！', '好']],
    ['هل؟ نعم', ['هل؟', 'نعم']],
    ['\ufeffOne. ', ['One.']],
    ['', []],
    [' \n ', []],
  ])('divides %j', (text, expected) => {
    expect(sentences(text)).toEqual(expected);
  });

  it('covers all that is not white space, in order', () => {
    const text = fc
      .array(fc.constantFrom('a', 'Mr', '.', '!', ' ', '\n', '”', 'I', '3', '。', '\ud83d'))
      .map((p) => p.join(''));
    fc.assert(
      fc.property(text, (t) => {
        expect(sentences(t).join('').replace(/\s/g, '')).toBe(t.replace(/\s/g, ''));
      }),
    );
  });

  it('never changes a finished sentence when more text follows', () => {
    const piece = fc.constantFrom('etc', 'Mr', 'word', 'I', 'J', '3.', '. ', '! ', '? ', ' ', '\n', '.”', '...');
    fc.assert(
      fc.property(fc.array(piece), fc.array(piece), (head, tail) => {
        const before = `${head.join('')} `;
        const finished = sentences(before).slice(0, -1);
        expect(sentences(before + tail.join('')).slice(0, finished.length)).toEqual(finished);
      }),
    );
  });

  it.each(['.', '.a', '!”', 'A.', 'a.b.', '\n'])('reads 200,000 times %j in linear time', (unit) => {
    // Quadratic reading would not end within the test's time limit.
    expect(sentenceSpans(unit.repeat(200_000))).toHaveLength(unit === '\n' ? 0 : 1);
    expect(sentenceSpans(`${unit.repeat(200_000)}b`)).toHaveLength(1);
  });
});
