import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keystrokeRules } from '../../src/evaluate/keystroke-rule.ts';

function typed(rule: string, line: string): { text: string; words: string[] } {
  const { text, wordBounds } = keystrokeRules.find(({ name }) => name === rule)!.typedLine(line);
  const words: string[] = [];
  for (let i = 0; i < wordBounds.length; i += 2) words.push(text.slice(wordBounds[i], wordBounds[i + 1]));
  return { text, words };
}

describe('vertanen', () => {
  it('types letters and apostrophes and turns all else into single spaces', () => {
    expect(typed('vertanen', "  No, thanks — I'm just looking.  ").text).toBe("No thanks I'm just looking");
    expect(typed('vertanen', 'Did you get my u-bill?').words).toEqual(['Did', 'you', 'get', 'my', 'u', 'bill']);
    expect(typed('vertanen', "size 9's or 10").text).toBe("size 's or");
    expect(typed('vertanen', '2 + 2 = 4').words).toEqual([]);
  });

  it('straightens apostrophes and drops those that quote', () => {
    expect(typed('vertanen', "don’t say ‘dogs’ or 'cats'").text).toBe("don't say dogs or cats");
  });

  it('knows the letters of every alphabet, composed or not', () => {
    expect(typed('vertanen', 'Cafe\u0301 — naïve, Привет!').words).toEqual(['Café', 'naïve', 'Привет']);
  });

  const comm = new URL('../../../../../shared/eval/dev/en/comm.txt', import.meta.url);
  it.runIf(existsSync(comm))('reads 885 words and 4,233 characters in comm.txt, as published', () => {
    const lines = readFileSync(comm, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => typed('vertanen', line));
    expect(lines.length).toBe(128);
    expect(lines.reduce((sum, { words }) => sum + words.length, 0)).toBe(885);
    expect(lines.reduce((sum, { text }) => sum + text.length, 0)).toBe(4233);
  });
});

describe('the other rules', () => {
  it('keep digits and the hyphens inside words', () => {
    for (const rule of ['vertanen-digits', 'trnka-mccoy', 'presage']) {
      expect(typed(rule, "A well-known u-bill - 9's, -5!").text).toBe("A well-known u-bill 9's 5");
    }
  });

  it('type the line as it is written under onboard', () => {
    const { text, words } = typed('onboard', '  No,  thanks (I’m  "well-known")! ');
    expect(text).toBe('No, thanks (I\'m "well-known")!');
    expect(words).toEqual(['No', 'thanks', "I'm", 'well-known']);
  });
});

describe('every rule', () => {
  it('gives ascending word bounds inside its text, without space in a word, and cleans its own text no further', () => {
    fc.assert(
      fc.property(fc.constantFrom(...keystrokeRules), fc.string({ unit: 'binary' }), (rule, line) => {
        const { text, wordBounds } = rule.typedLine(line);
        let last = 0;
        for (let i = 0; i < wordBounds.length; i += 2) {
          expect(wordBounds[i]).toBeGreaterThanOrEqual(last);
          expect(wordBounds[i + 1]).toBeGreaterThan(wordBounds[i]!);
          last = wordBounds[i + 1]!;
          expect(text.slice(wordBounds[i], last)).not.toMatch(/\s/);
        }
        expect(last).toBeLessThanOrEqual(text.length);
        expect(rule.typedLine(text)).toEqual({ text, wordBounds });
      }),
    );
  });
});
