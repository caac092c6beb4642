import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptCandidate, typeAfterAcceptance } from '../src/acceptance.ts';
import { readContext } from '../src/context.ts';
import type { Acceptance } from '../src/types.ts';

/** The text after the edit, `|` at the caret. */
function apply(before: string, after: string, { deleteBefore, insert, skipAfter }: Acceptance): string {
  const stepped = after.slice(0, skipAfter);
  return `${before.slice(0, before.length - deleteBefore)}${insert}${stepped}|${after.slice(skipAfter)}`;
}

/** Splits `wor|ld` at its caret and accepts. */
function accept(text: string, candidate: string): string {
  const [before = '', after = ''] = text.split('|');
  return apply(before, after, acceptCandidate(before, after, candidate));
}

describe('acceptCandidate', () => {
  it.each([
    ['Hel|', 'Hello', 'Hello |'],
    ['Hello |', 'world', 'Hello world |'],
    ['in lon|', 'London', 'in London |'],
    ['I don’|', 'don’t', 'I don’t |'],
    ['nai\u0308v|', 'naïve', 'naïve |'],
    ['wor| next', 'world', 'world |next'],
    ['wor|\u00a0next', 'world', 'world\u00a0|next'],
    ['wor|\nnext', 'world', 'world |\nnext'],
    ['wor|\tnext', 'world', 'world|\tnext'],
    ['wor|.', 'world', 'world|.'],
    ['wor|, and', 'world', 'world|, and'],
    ['(wor|)', 'world', '(world|)'],
    ['"wor|"', 'world', '"world|"'],
    ['“wor|”', 'world', '“world|”'],
    ['wor|…', 'world', 'world|…'],
    ['wor|؟', 'مرحبا', 'مرحبا|؟'],
    ['the |cat', 'black', 'the black |cat'],
    ['see |(note)', 'also', 'see also |(note)'],
    ['so |👍', 'good', 'so good |👍'],
    ['Hello.|', 'The', 'Hello. The |'],
    ['Hello,|', 'the', 'Hello, the |'],
    ['He (left)|', 'then', 'He (left) then |'],
    ['He said "|"', 'go', 'He said "go|"'],
    ['(|', 'the', '(the |'],
    ['- |', 'item', '- item |'],
    ['a @|', 'ann', 'a @ann |'],
    ['我们|', '学习', '我们学习|'],
    ['我们| x', '学习', '我们学习| x'],
    ['我们。|', '学习', '我们。学习|'],
    ['wor|我', 'world', 'world|我'],
    ['สวัสดีคร|', 'ครับ', 'สวัสดีครับ|'],
    ['שלום עו|', 'עולם', 'שלום עולם |'],
    ['wo|ld', 'world', 'wor|ld'],
    ['Wo|LD peace', 'WorLD', 'Wor|LD peace'],
    ["do|'t", "don't", "don|'t"],
  ])('turns %j with %j into %j', (text, candidate, expected) => {
    expect(accept(text, candidate)).toBe(expected);
  });

  it('takes the context of the prediction in the place of the text', () => {
    expect(acceptCandidate(readContext('in lon'), '', 'London')).toEqual(acceptCandidate('in lon', '', 'London'));
  });

  it('never doubles a space and never changes the text around the word', () => {
    const word = fc.stringMatching(/^[a-z]{1,6}$/);
    const before = fc.constantFrom('', 'One ', 'One. ', 'One, ', '(', 'One\n');
    const after = fc.constantFrom('', ' two', '.', ', two', ')', '\ntwo', '"', ' ');
    fc.assert(
      fc.property(before, word, fc.nat(6), after, (head, candidate, typed, tail) => {
        const full = head + candidate.slice(0, typed);
        const edit = acceptCandidate(full, tail, candidate);
        const text = apply(full, tail, edit);
        expect(text.replace('|', '')).not.toMatch(/ {2}/);
        expect(text.startsWith(head)).toBe(true);
        expect(text.endsWith(tail.slice(edit.skipAfter))).toBe(true);
        expect(text).toContain(candidate);
      }),
    );
  });
});

describe('typeAfterAcceptance', () => {
  it.each([
    ...['.', ',', '?', '!', ':', ';', ')', ']', '}', '”', '…', '،', '。'].map((mark) => [
      'Hello ',
      mark,
      `Hello${mark}|`,
    ]),
    ['Hello ', ' ', 'Hello |'],
    ['Hello ', 'w', 'Hello w|'],
    ['Hello ', '(', 'Hello (|'],
    ['Hello ', '-', 'Hello -|'],
    ['Hello ', '\n', 'Hello \n|'],
    ['你好', '。', '你好。|'],
    ['你好', ' ', '你好 |'],
  ])('turns %j and the key %j into %j', (before, typed, expected) => {
    expect(apply(before!, '', typeAfterAcceptance(before!, typed!))).toBe(expected);
  });
});
