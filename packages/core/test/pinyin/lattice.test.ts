import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NgramModel } from '../../src/ngram-model.ts';
import { compositionOf } from '../../src/pinyin/composition.ts';
import { createPinyinEngine } from '../../src/pinyin/engine.ts';
import { LONGER_ALONE } from '../../src/pinyin/lattice.ts';
import { BARE_VOWEL, SPELLING_COSTS, SpellingTable } from '../../src/pinyin/spelling.ts';
import { SLIP_COSTS, slipsOf } from '../../src/pinyin/syllable-slips.ts';
import { PAUSE_SHARE } from '../../src/pinyin/word-probability.ts';
import { mapLogProb } from '../map-model.ts';
import { type Pairs, type Toy, toy, toyOf, toySyllables } from './toy-pinyin.ts';

/** A way to read all of the letters. */
interface Reading {
  readonly words: readonly string[];
  readonly score: number;
}

/** A way to read the first of some letters as syllables: what is left of them, and ln of what that costs. */
interface Spelled {
  readonly rest: string;
  readonly cost: number;
}

const exact = new Set(new SpellingTable().whole.keys());
const initials = /^([^iuv]{1,2}|[^aeiouv]{3})$/;

/** How a syllable may be typed, exactly or with a slip. */
function typedAs(syllable: string): (readonly [typed: string, cost: number])[] {
  const slips = [...slipsOf(syllable)].filter(([typed]) => !exact.has(typed) && !initials.test(typed));
  return [[syllable, 0], ...slips];
}

/**
 * Every way to read letters as syllables: all of them, or so far that the letters end inside the last one. Those typed from a vowel on behind other
 * letters cost `BARE_VOWEL`, and a single one of which the letters are the beginning and a syllable too `LONGER_ALONE`.
 */
function spelled(letters: string, [syllable, ...others]: readonly string[], isFirst: boolean): Spelled[] {
  if (syllable === undefined) return [{ rest: letters, cost: 0 }];
  if (letters === '') return [];
  const bare = !isFirst && /^[aeo]/.test(letters) ? BARE_VOWEL : 0;
  const found = typedAs(syllable).flatMap(([typed, cost]) =>
    letters.startsWith(typed)
      ? spelled(letters.slice(typed.length), others, false).map(({ rest, cost: more }) => ({
          rest,
          cost: bare + cost + more,
        }))
      : [],
  );
  found.push(...swapped(letters, syllable, others, bare));
  if (others.length === 0 && letters.length < syllable.length && syllable.startsWith(letters)) {
    const isLonger = isFirst && exact.has(letters);
    found.push({ rest: '', cost: bare + SPELLING_COSTS.partial + (isLonger ? LONGER_ALONE : 0) });
  }
  return found;
}

/** Likewise the first two syllables with the letters swapped where they meet, the first of which has the letters that the second should begin with. */
function swapped(letters: string, syllable: string, [next, ...others]: readonly string[], bare: number): Spelled[] {
  if (next === undefined || syllable.length + next.length < 4 || syllable.at(-1) === next[0]) return [];
  const typed = syllable.slice(0, -1) + next[0] + syllable.at(-1) + next.slice(1);
  if (!letters.startsWith(typed)) return [];
  const bareNext = /[aeo]/.test(syllable.at(-1)!) ? BARE_VOWEL : 0;
  return spelled(letters.slice(typed.length), others, false).map(({ rest, cost }) => ({
    rest,
    cost: cost + bare + bareNext + SLIP_COSTS.swapped,
  }));
}

/** Every row of words whose readings are all of the letters, by ln P plus costs: what the decoder must find. */
function bruteForce({ ngram, words }: Toy, letters: string, context: readonly string[]): Reading[] {
  const found: Reading[] = [];
  const extend = (rest: string, before: readonly string[], score: number): void => {
    if (rest === '') {
      found.push({ words: before, score });
      return;
    }
    for (const { word, readings } of words) {
      for (const [reading, share] of Object.entries(readings)) {
        const ways = spelled(rest, reading.split("'"), before.length === 0);
        if (ways.length === 0) continue;
        const logProb =
          before.length === 0 && context.length === 0
            ? Math.log(PAUSE_SHARE * pauseOf(ngram, word) + (1 - PAUSE_SHARE) * shareOf(ngram, word))
            : ngram.logProb([...context, ...before], word);
        // The file keeps shares in steps of a sixteenth of a nat.
        const logShare = -Math.round(-Math.log(share) * 16) / 16;
        for (const { rest, cost } of ways) extend(rest, [...before, word], score + logProb + 2 * logShare + cost);
      }
    }
  };
  extend(letters, [], 0);
  // Two readings of the same word with the same letters are one.
  const best = new Map<string, Reading>();
  for (const reading of found) {
    const key = reading.words.join(' ');
    if ((best.get(key)?.score ?? -Infinity) < reading.score) best.set(key, reading);
  }
  return [...best.values()].sort((a, b) => b.score - a.score);
}

/** A text that ends in a pause and has no words that might come again. */
const PAUSE = '7，';

const pauseOf = (ngram: NgramModel, word: string) => Math.exp(ngram.logProb(['，'], word));
const shareOf = ({ vocabulary }: NgramModel, word: string) => Math.exp(vocabulary.logFrequency(vocabulary.id(word)));

/** Whole readings as the engine finds them, of each text the best. */
function wholeReadings({ ngram, lexicon }: Toy, letters: string, before: string): Reading[] {
  const { candidates } = createPinyinEngine({ ngram, lexicon }).read(compositionOf(letters), { before, sentences: 20 });
  return candidates
    .filter(({ logProb }) => logProb !== undefined)
    .map(({ words, score }) => ({ words: words.map(({ text }) => text), score }));
}

/** The best of each text: candidates are told apart by what they write. */
function byText(readings: readonly Reading[]): Reading[] {
  const seen = new Set<string>();
  return readings.filter(({ words }) => !seen.has(words.join('')) && seen.add(words.join('')));
}

/** Asserts that the decoder found the best readings there are. Equally good ones may come in any order. */
function expectBest(model: Toy, letters: string, before: string, context: readonly string[]): void {
  const readings = bruteForce(model, letters, context);
  const scores = new Map(readings.map(({ words, score }) => [words.join(' '), score]));
  // Far below the best the search is a beam's, not exact.
  const expected = byText(readings.filter(({ score }) => score > readings[0]!.score - 7)).slice(0, 6);
  const found = wholeReadings(model, letters, before).slice(0, expected.length);
  expect(found.length).toBe(expected.length);
  found.forEach(({ score, words }, i) => {
    expect(Math.abs(score - expected[i]!.score), `${words} for ${expected[i]!.words}`).toBeLessThan(1e-6);
    expect(Math.abs(score - scores.get(words.join(' '))!), `${words}`).toBeLessThan(1e-6);
  });
}

const syllables = fc.array(fc.constantFrom(...toySyllables), { minLength: 1, maxLength: 5 });

describe('the decoder', () => {
  it('finds the best of all readings, in order, after words', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(syllables, (parts) => {
        expectBest(toy, parts.join(''), PAUSE, ['，']);
      }),
      { numRuns: 150 },
    );
  });

  it('finds them where nothing stands before: half as after a pause, half by frequency', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(syllables, (parts) => {
        expectBest(toy, parts.join(''), '', []);
      }),
      { numRuns: 150 },
    );
  });

  const smallWords = ['甲', '乙', '丙', '丁', '甲乙', '乙丙', '丙丁甲'];
  const probability = fc.double({ min: 0.02, max: 0.4, noNaN: true });
  const anyToy = fc
    .record({
      frequencies: fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 9, maxLength: 9 }),
      readings: fc.array(fc.constantFrom('a', 'an', 'gan', 'ga', 'na', 'nan', 'xi', 'xian'), {
        minLength: 4,
        maxLength: 4,
      }),
      pairs: fc.uniqueArray(
        fc.tuple(fc.constantFrom('，', ...smallWords), fc.constantFrom(...smallWords), probability),
        {
          selector: ([left, right]) => left + right,
          maxLength: 12,
        },
      ),
    })
    .map(({ frequencies, readings, pairs }): Toy => {
      const reading = (word: string) =>
        [...word].map((character) => readings['甲乙丙丁'.indexOf(character)]!).join("'");
      const words = smallWords.map((word, i) => ({
        word,
        frequency: frequencies[i]!,
        readings: { [reading(word)]: 1 },
      }));
      const followers: Record<string, Record<string, number>> = {};
      for (const [left, right, p] of pairs) {
        followers[left] ??= {};
        // All of one context's together stay below 1.
        followers[left][right] = p / 5;
      }
      return toyOf([...words, { word: '，', frequency: frequencies[7]!, readings: {} }], followers as Pairs);
    });

  it('finds them in any small model', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(anyToy, fc.array(fc.nat(6), { minLength: 1, maxLength: 4 }), (model, picks) => {
        const letters = picks.map((pick) => Object.keys(model.words[pick]!.readings)[0]!.replaceAll("'", '')).join('');
        expectBest(model, letters, PAUSE, ['，']);
      }),
      { numRuns: 150 },
    );
  });

  it('says what each path costs beyond its words', () => {
    const engine = createPinyinEngine({ ngram: toy.ngram, lexicon: toy.lexicon });
    const find = (letters: string, text: string) =>
      engine.read(compositionOf(letters), { before: PAUSE }).candidates.find((each) => each.text === text)!;
    const { score, logProb } = find('xing', '行');
    expect(logProb).toBeCloseTo(mapLogProb(toy.model, ['，'], '行'), 4);
    expect(score - logProb!).toBeCloseTo((-2 * Math.round(-Math.log(0.75) * 16)) / 16, 6);
    const initials = find('zgr', '中国人');
    expect(initials.score - initials.logProb!).toBeCloseTo(3 * SPELLING_COSTS.initial, 5);
    const partial = find('zhonggu', '中国');
    expect(partial.score - partial.logProb!).toBeCloseTo(SPELLING_COSTS.partial, 5);
    const alone = find('ha', '好');
    expect(alone.score - alone.logProb!).toBeCloseTo(SPELLING_COSTS.partial + LONGER_ALONE, 5);
    const bare = find('xian', '西安');
    expect(bare.score - bare.logProb!).toBeCloseTo(BARE_VOWEL, 5);
    const apart = find("xi'an", '西安');
    expect(apart.score - apart.logProb!).toBeCloseTo(0, 6);
  });
});
