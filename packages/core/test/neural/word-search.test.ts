import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SearchEffort } from '../../src/neural/known-paths.ts';
import { TokenIndex } from '../../src/neural/token-index.ts';
import { type SearchTerms, WordSearch } from '../../src/neural/word-search.ts';
import { normalizeWord, wordSpans } from '../../src/words.ts';
import { type Logits, scatteredLogits, ToyTokenizer } from './toy-gpt.ts';

const tokenizer = new ToyTokenizer([
  ...[' a', ' ab', ' A', ' b', ' don', ' 1', ' ', ' (', '\n', ' a.”', ' Ω'],
  ...['a', 'b', 'n', "'t", "'", '-', '.', ',', '1', '”', '!', 'b”', 'bé'],
  ...[Uint8Array.of(0x20, 0xc3), Uint8Array.of(0xc3), Uint8Array.of(0xa9), Uint8Array.of(0xa9, 0x62)],
]);
const { size } = tokenizer;
const index = new TokenIndex(tokenizer);
const startIds = new Set(index.spaced.ids);

/** Turns logits into probabilities. */
function softmaxInPlace(logits: Float32Array): void {
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  for (let id = 0; id < logits.length; id++) logits[id] = Math.exp(logits[id]!) / total;
}

/** The given logits, but no word is longer than three tokens, and half a character is followed by its other half. */
function shortWords(logits: Logits): Logits {
  return (history) => {
    const values = Array.from(logits(history));
    const start = history.findLastIndex((id) => startIds.has(id));
    const last = tokenizer.bytes(history.at(-1) ?? 0).at(-1);
    for (let id = 0; id < size; id++) {
      const [first = 0] = tokenizer.bytes(id);
      const isWhole = last !== 0xc3 && first < 0x80;
      const isOtherHalf = last === 0xc3 && first === 0xa9;
      const isLetter = /[abn1]/.test(String.fromCharCode(first)) || first === 0xc3;
      const isTooLong = history.length - start >= 3 && first !== 0x20 && first !== 0x0a;
      if (!(isWhole || isOtherHalf || (last !== 0xc3 && first === 0xc3)) || (isTooLong && !isOtherHalf))
        values[id] = -60;
      if (last === 0x20 && !isLetter) values[id] = -60;
    }
    return values;
  };
}

const exhaustive: SearchEffort = { beams: 8, deepest: 8, endShares: new Float32Array(size), tolerance: 1e-10 };
const asks = (prefix: string, limit: number, also: SearchTerms['also'] = new Map()): SearchTerms => ({
  prefix,
  limit,
  also,
});

function search(logits: Logits, effort: SearchEffort, isSpaced = true): WordSearch {
  return new WordSearch(index, Float32Array.from(logits([])), isSpaced, effort);
}

/** Runs what the search plans; returns the numbers of paths of each run. */
function settle(words: WordSearch, logits: Logits, terms: SearchTerms, mostRuns = Infinity): number[] {
  const batches: number[] = [];
  for (let paths = words.plan(terms); paths.length > 0 && batches.length < mostRuns; paths = words.plan(terms)) {
    expect(new Set(paths.map(({ depth }) => depth)).size).toBe(1);
    batches.push(paths.length);
    const next = new Float32Array(paths.length * size);
    for (const [row, path] of paths.entries()) {
      const ids = new Int32Array(path.depth);
      path.write(ids, 0);
      next.set(logits([...ids]), row * size);
    }
    words.enter(paths, next);
  }
  return batches;
}

function found(words: WordSearch, prefix = '', limit = 10_000): Map<string, number> {
  const { words: list, probabilities } = words.words(prefix, limit);
  return new Map(list.map((word, at) => [word, probabilities[at]!]));
}

/**
 * P(word) by writing on token by token until the first word of the text, as the library divides texts, can change no more.
 * Knows nothing of tables, prefixes or paths.
 */
function bruteForce(logits: Logits, isSpaced: boolean): Map<string, number> {
  const words = new Map<string, number>();
  const visit = (ids: number[], probability: number) => {
    if (probability < 1e-12) return;
    const text = tokenizer
      .decode(ids)
      .replace(/\ufffd+$/, '')
      .slice(isSpaced ? 1 : 0);
    const span = wordSpans(text)[0];
    const hasEnded = ids.at(-1) === tokenizer.endOfText;
    const isDecided =
      hasEnded ||
      (text !== '' && (span === undefined || span.start > 0 || /^(?:..|[^\w'.,-])/su.test(text.slice(span.end))));
    if (isDecided) {
      const word = span?.start === 0 ? normalizeWord(text.slice(0, span.end)) : '';
      words.set(word, (words.get(word) ?? 0) + probability);
      return;
    }
    const next = Float32Array.from(logits(ids));
    softmaxInPlace(next);
    for (let id = 0; id < size; id++) visit([...ids, id], probability * next[id]!);
  };
  const starts = isSpaced ? index.spaced.ids : index.glued.ids;
  const first = Float32Array.from(logits([])).map((value, id) => (starts.includes(id) ? value : -Infinity));
  softmaxInPlace(first);
  for (const id of starts) visit([id], first[id]!);
  return words;
}

const seeds = fc.integer({ min: 1, max: 1e9 });
const prefixes = fc.constantFrom(
  '',
  'a',
  'ab',
  "don'",
  'a-',
  'a.b',
  '1,',
  'é',
  'bé',
  'zz',
  'aaaaaaaaaaaaaaaa',
  '語',
  '🙂',
);

describe('WordSearch', () => {
  it('divides all probability among words: they sum to 1', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const logits = shortWords(scatteredLogits(size, seed));
        const words = search(logits, exhaustive);
        settle(words, logits, asks('', 10));
        const total = [...found(words).values()].reduce((sum, p) => sum + p, 0);
        expect(Math.abs(total - 1)).toBeLessThan(1e-5);
      }),
      { numRuns: 10 },
    );
  });

  it.each([true, false])('gives each word the probability that writing on gives it (spaced: %s)', (isSpaced) => {
    const logits = shortWords(scatteredLogits(size, 3));
    const words = search(logits, exhaustive, isSpaced);
    settle(words, logits, asks('', 10));
    const expected = bruteForce(logits, isSpaced);
    expected.delete('');
    const answer = found(words);
    for (const word of new Set([...expected.keys(), ...answer.keys()])) {
      expect(Math.abs((answer.get(word) ?? 0) - (expected.get(word) ?? 0)), word).toBeLessThan(1e-6);
    }
    expect(answer.size).toBeGreaterThan(30);
  });

  it('adds up what is left of a word in any case and any tokens', () => {
    const logits = shortWords(scatteredLogits(size, 5));
    const words = search(logits, exhaustive);
    settle(words, logits, asks('', 10));
    const p = (...texts: string[]) => {
      let probability = 1;
      const before: number[] = [];
      for (const text of texts) {
        const next = Float32Array.from(logits(before));
        if (before.length === 0) for (let id = 0; id < size; id++) if (!startIds.has(id)) next[id] = -Infinity;
        softmaxInPlace(next);
        probability *= next[tokenizer.id(text)]!;
        before.push(tokenizer.id(text));
      }
      return probability;
    };
    // " ab", " a" + "b" and " A" + "b" begin the words that begin with "ab"; " " + "a" + "b" does too.
    const beginning =
      p(' ab') + p(' a', 'b') + p(' A', 'b') + p(' ', 'a', 'b') + p(' a', 'b”') + p(' A', 'b”') + p(' ', 'a', 'b”');
    const more = p(' a', 'bé') + p(' A', 'bé') + p(' ', 'a', 'bé');
    const total = [...found(words, 'ab').values()].reduce((sum, value) => sum + value, 0);
    expect(total).toBeCloseTo(beginning + more, 6);
  });

  it('never gives words more than all probability, however little has been run', () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: size, maxLength: size });
    fc.assert(
      fc.property(seeds, shares, fc.array(prefixes, { maxLength: 3 }), fc.nat(3), (seed, endShares, asked, runs) => {
        const logits = scatteredLogits(size, seed);
        const words = search(logits, {
          beams: 3,
          deepest: 4,
          endShares: Float32Array.from(endShares),
          tolerance: Infinity,
        });
        for (const prefix of asked) settle(words, logits, asks(prefix, 5), runs);
        const answer = found(words);
        const total = [...answer.values()].reduce((sum, p) => sum + p, 0);
        expect(total).toBeLessThan(1 + 1e-5);
        const also = new Map(["don't", 'abba', 'bébé'].map((word) => [word, [tokenizer.encode(word)]]));
        const unknown = words.judge(also).filter((_, at) => !answer.has([...also.keys()][at]!));
        expect(unknown.reduce((sum, p) => sum + p, total)).toBeLessThan(1 + 1e-5);
      }),
    );
  });

  it('answers with words that complete the prefix, the likeliest first, and at most as many as asked for', () => {
    fc.assert(
      fc.property(seeds, prefixes, fc.nat(6), (seed, prefix, limit) => {
        const logits = scatteredLogits(size, seed);
        const words = search(logits, { ...exhaustive, tolerance: 1e-3 });
        settle(words, logits, asks(prefix, limit));
        const answer = [...found(words, prefix, limit)];
        expect(answer.length).toBeLessThanOrEqual(limit);
        for (const [at, [word, p]] of answer.entries()) {
          expect(word.startsWith(prefix) && word !== '').toBe(true);
          expect(p > 0 && p <= (answer[at - 1]?.[1] ?? 1)).toBe(true);
        }
      }),
    );
  });

  it('finds under a prefix what it finds without one, whatever it was asked before', () => {
    fc.assert(
      fc.property(seeds, fc.array(prefixes, { maxLength: 3 }), prefixes, (seed, before, prefix) => {
        const logits = shortWords(scatteredLogits(size, seed));
        const effort = { ...exhaustive, tolerance: 1e-7 };
        const asked = search(logits, effort);
        for (const earlier of before) settle(asked, logits, asks(earlier, 5));
        settle(asked, logits, asks(prefix, 5));
        const fresh = search(logits, effort);
        settle(fresh, logits, asks(prefix, 5));
        const answer = found(asked, prefix);
        const expected = found(fresh, prefix);
        for (const word of new Set([...answer.keys(), ...expected.keys()])) {
          expect(Math.abs((answer.get(word) ?? 0) - (expected.get(word) ?? 0)), word).toBeLessThan(1e-5);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('judges a word as it would find it', () => {
    const judged = fc.constantFrom('a', 'ab', 'abb', "don't", 'a-b', 'a.b', '1,1', 'bé', 'abéb', 'Ω'.toLowerCase());
    fc.assert(
      fc.property(seeds, fc.uniqueArray(judged, { minLength: 1 }), (seed, list) => {
        const logits = shortWords(scatteredLogits(size, seed));
        const effort = { ...exhaustive, tolerance: 1e-8 };
        const all = search(logits, effort);
        settle(all, logits, asks('', 5));
        const judge = search(logits, effort);
        const also = new Map(list.map((word) => [word, [tokenizer.encode(word)]]));
        settle(judge, logits, asks('', 0, also));
        const answer = found(all);
        for (const [at, p] of judge.judge(also).entries()) {
          expect(Math.abs(p - (answer.get(list[at]!) ?? 0)), list[at]).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('runs nothing for a question it has just answered', () => {
    const logits = scatteredLogits(size, 4);
    const words = search(logits, { ...exhaustive, tolerance: 1e-4 });
    expect(settle(words, logits, asks('a', 5)).length).toBeGreaterThan(0);
    expect(settle(words, logits, asks('a', 5))).toEqual([]);
    expect(settle(words, logits, asks('ab', 5))).toEqual([]);
  });

  it('takes the word of the end shares where it has them, instead of a run', () => {
    const logits = scatteredLogits(size, 4);
    const endShares = new Float32Array(size).fill(1);
    const words = search(logits, { beams: 8, deepest: 8, endShares, tolerance: Infinity });
    expect(settle(words, logits, asks('a', 5))).toEqual([]);
    const first = Float32Array.from(logits([]), (value, id) => (startIds.has(id) ? value : -Infinity));
    softmaxInPlace(first);
    const p = (text: string) => first[tokenizer.id(text)]!;
    expect(found(words).get('a')).toBeCloseTo(p(' a') + p(' A') + p(' a.”'), 6);
    expect(found(words).get('ab')).toBeCloseTo(p(' ab'), 6);
  });

  it('runs the paths on which most is open, at most as many as it has beams, and none where little is', () => {
    const don = tokenizer.id(' don');
    // " don" is e⁵ times as likely as each other token that begins with a letter; further on all tokens are equally likely.
    const isLetter = (id: number) => /^ \p{L}/u.test(tokenizer.decode([id])) && tokenizer.bytes(id)[1] !== 0xc3;
    const logits: Logits = (history) =>
      Array.from({ length: size }, (_, id) => (history.length > 0 || isLetter(id) ? (id === don ? 5 : 0) : -Infinity));
    const endShares = new Float32Array(size).fill(0.97);
    endShares[don] = 0;
    const words = search(logits, { beams: 2, deepest: 8, endShares, tolerance: Infinity });
    expect(words.plan(asks('', 5)).map(({ key }) => key)).toEqual(['don', 'a']);
    expect(words.plan(asks('b', 5))).toEqual([]);
    expect(found(words).has('don')).toBe(false);
    const others = index.spaced.ids.filter(isLetter).length - 1;
    const ending = size - index.followers('a', new Uint8Array(0)).ids.length;
    settle(words, (history) => (history.length > 0 ? new Float32Array(size) : logits(history)), asks('', 5), 1);
    // What does not lengthen the word ends it; so do joiners and half a character, by their end share.
    const undecided = ["'", '-', '.', 'half a character'].length;
    const p = Math.exp(5) / (Math.exp(5) + others);
    expect(found(words).get('don')).toBeCloseTo((p * (ending + 0.97 * undecided)) / size, 6);
  });
});
