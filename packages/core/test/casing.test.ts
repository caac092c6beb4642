import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caseCandidate } from '../src/casing.ts';
import { normalizeWord } from '../src/words.ts';

const inside = (displayForm: string, prefix: string) => caseCandidate(displayForm, { prefix, startsSentence: false });
const atStart = (displayForm: string, prefix: string) => caseCandidate(displayForm, { prefix, startsSentence: true });

describe('caseCandidate', () => {
  it.each([
    ['hello', '', 'hello'],
    ['London', '', 'London'],
    ['hello', 'hel', 'hello'],
    ['hello', 'Hel', 'Hello'],
    ['hello', 'H', 'Hello'],
    ['hello', 'HE', 'HELLO'],
    ['hello', 'hEl', 'hEllo'],
    ['hello', 'HEl', 'HEllo'],
    ['London', 'lon', 'London'],
    ['London', 'LON', 'LONDON'],
    ['I', 'i', 'I'],
    ["I'm", 'i', "I'm"],
    ["I'm", 'I', "I'm"],
    ["I'm", 'i’', 'I’m'],
    ["don't", 'don’', 'don’t'],
    ["don't", "DON'", "DON'T"],
    ['iPhone', 'ip', 'iPhone'],
    ['iPhone', 'Ip', 'IPhone'],
    ['McDonald', 'mcd', 'McDonald'],
    ['McDonald', 'McD', 'McDonald'],
    ['NASA', 'na', 'NASA'],
    ['NASA', 'N', 'NASA'],
    ['well-known', 'Well‑', 'Well‑known'],
    ['3d', '3', '3d'],
    ['3d', '3D', '3D'],
    ['été', 'É', 'Été'],
    ['straße', 'STRA', 'STRASSE'],
    ['مرحبا', 'مر', 'مرحبا'],
    ['𐐨𐐩', '𐐀', '𐐀𐐩'],
  ])('writes %j after typing %j as %j', (displayForm, prefix, expected) => {
    expect(inside(displayForm, prefix)).toBe(expected);
  });

  it.each([
    ['hello', '', 'Hello'],
    ['iPhone', '', 'iPhone'],
    ['été', '', 'Été'],
    ['𐐨𐐩', '', '𐐀𐐩'],
    ['3rd', '', '3rd'],
    ['', '', ''],
    // Who typed a small letter there meant it.
    ['hello', 'hel', 'hello'],
  ])("writes %j after typing %j at a sentence's start as %j", (displayForm, prefix, expected) => {
    expect(atStart(displayForm, prefix)).toBe(expected);
  });

  it('uses the upper case of the language', () => {
    expect(caseCandidate('istanbul', { prefix: '', startsSentence: true, language: 'tr' })).toBe('İstanbul');
    expect(caseCandidate('istanbul', { prefix: '', startsSentence: true })).toBe('Istanbul');
  });

  it('gives the dictionary form where lower case changes the length of what was typed', () => {
    expect(inside('istanbul', 'İs')).toBe('istanbul');
  });

  it('changes nothing that was typed but small letters to capitals, and always completes it', () => {
    const displayForm = fc.stringMatching(/^[a-zA-Zé'’-]{1,10}$/);
    const casing = fc.array(fc.boolean(), { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(displayForm, casing, fc.nat(10), fc.boolean(), (form, capitals, length, startsSentence) => {
        const prefix = [...form.slice(0, length)]
          .map((letter, index) => (capitals[index] ? letter.toUpperCase() : letter.toLowerCase()))
          .join('');
        const text = caseCandidate(form, { prefix, startsSentence });
        expect(normalizeWord(text)).toBe(normalizeWord(form));
        for (let index = 0; index < prefix.length; index++) {
          expect([prefix[index], prefix[index]!.toUpperCase()]).toContain(text[index]);
        }
      }),
    );
  });
});
