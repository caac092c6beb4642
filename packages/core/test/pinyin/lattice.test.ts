import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NgramModel } from '../../src/ngram-model.ts';
import { compositionOf } from '../../src/pinyin/composition.ts';
import { createPinyinEngine } from '../../src/pinyin/engine.ts';
import { BARE_VOWEL, LONGER_ALONE } from '../../src/pinyin/lattice.ts';
import { SPELLING_COSTS } from '../../src/pinyin/spelling.ts';
import { syllableId } from '../../src/pinyin/syllables.ts';
import { PAUSE_SHARE } from '../../src/pinyin/word-probability.ts';
import { mapLogProb } from '../map-model.ts';
import { type Pairs, type Toy, toy, toyOf, toySyllables } from './toy-pinyin.ts';

/** A way to read all of the letters. */
interface Reading {
  readonly words: readonly string[];
  readonly score: number;
}

/**
 * Every row of words whose readings, written together, are the letters or go on behind them by part of a syllable, by ln P plus costs:
 * what the decoder must find. Of syllables that begin with a vowel behind other letters each costs `BARE_VOWEL`, and a single one of which
 * the letters are the beginning and a syllable too `LONGER_ALONE`.
 */
function bruteForce({ ngram, words }: Toy, letters: string, context: readonly string[]): Reading[] {
  const found: Reading[] = [];
  const extend = (rest: string, before: readonly string[], score: number): void => {
    if (rest === '') {
      found.push({ words: before, score });
      return;
    }
    for (const { word, readings } of words) {
      for (const [reading, share] of Object.entries(readings)) {
        const syllables = reading.split("'");
        const spelled = syllables.join('');
        const isPartial = spelled.startsWith(rest) && rest.length < spelled.length;
        const isBegun = rest.length > spelled.length - syllables.at(-1)!.length;
        if (!(rest.startsWith(spelled) || (isPartial && isBegun))) continue;
        const bare = syllables.filter((syllable, i) => /^[aeo]/.test(syllable) && (i > 0 || before.length > 0)).length;
        const logProb =
          before.length === 0 && context.length === 0
            ? Math.log(PAUSE_SHARE * pauseOf(ngram, word) + (1 - PAUSE_SHARE) * shareOf(ngram, word))
            : ngram.logProb([...context, ...before], word);
        // The file keeps shares in steps of a sixteenth of a nat.
        const logShare = -Math.round(-Math.log(share) * 16) / 16;
        const isLonger = syllables.length === 1 && before.length === 0 && syllableId(rest) >= 0;
        const ending = isPartial ? SPELLING_COSTS.partial + (isLonger ? LONGER_ALONE : 0) : 0;
        const costs = 2 * logShare + bare * BARE_VOWEL + ending;
        extend(rest.slice(spelled.length), [...before, word], score + logProb + costs);
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
