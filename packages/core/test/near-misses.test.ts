import { describe, expect, it } from 'vitest';
import { nearMisses } from '../src/near-misses.ts';
import { openNgram } from '../src/ngram-model.ts';
import { writeNgram } from '../src/ngram-writer.ts';
import { compareUtf8, type Vocabulary } from '../src/vocabulary.ts';

/** Words, likeliest first. */
const english = [
  ...[
    'the',
    'to',
    'and',
    "don't",
    'there',
    'he',
    "it's",
    'its',
    'for',
    'great',
    'friend',
    'please',
    'receive',
    'until',
  ],
  ...['received', 'definitely', 'wont', "won't", 'o’neill', 'tomorrow', 'anthem', "rock'n'roll", 'freight'],
];
const vocabulary = vocabularyOf(english);

function vocabularyOf(likeliestFirst: readonly string[]): Vocabulary {
  const words = ['<unk>', '<s>', '</s>', ...[...likeliestFirst].sort(compareUtf8)];
  const logProbs = Float32Array.from(words, (word, id) =>
    id < 3 ? -20 : -Math.log(2 * (1 + likeliestFirst.indexOf(word))),
  );
  const lastWords = Uint32Array.from(words, (_, id) => id);
  return openNgram(writeNgram({ order: 1, words, levels: [{ lastWords, logProbs }] })).vocabulary;
}

const found = (letters: string, withSlips = true, words = vocabulary) =>
  nearMisses(words, letters, withSlips).map(({ word }) => word);

describe('nearMisses', () => {
  it.each([
    ['dont', ["don't"]],
    ['its', ["it's"]],
    ['don', []],
    ['won', []],
    ["don't", []],
    ['d', []],
    ['', []],
    ['döner', []],
    ['3rd', []],
  ])('of %j with no more than an apostrophe left out are %j', (letters, expected) => {
    expect(found(letters, false)).toEqual(expected);
  });

  it.each([
    ['teh', 'the', 'two letters swapped'],
    ['hte', 'the', 'the first two swapped'],
    ['recie', 'receive', 'two swapped in what is begun'],
    ['tomorow', 'tomorrow', 'one of two left out'],
    ['untill', 'until', 'one doubled'],
    ['plese', 'please', 'a letter left out'],
    ['frriend', 'friend', 'a letter too many'],
    ['definate', 'definitely', 'a vowel for another'],
    ['grear', 'great', 'a key beside it'],
    ['grekt', 'great', 'any other letter'],
  ])('of %j holds %j: %s', (letters, expected) => {
    expect(found(letters)).toContain(expected);
    expect(found(letters, false)).toEqual([]);
  });

  it('are whole words behind three letters, and none behind two', () => {
    expect(found('teh')).not.toContain('there');
    expect(found('ot')).toEqual([]);
    expect(found('theer')).toContain('there');
  });

  it('leave the first letter as it was typed, but for a swap', () => {
    expect(found('xhere')).toEqual([]);
    expect(found('lease')).toEqual([]);
  });

  it('are never words that begin with the letters', () => {
    for (const letters of ['rec', 'the', 'fr', 'friend', 'wont']) {
      for (const word of found(letters)) expect(word.startsWith(letters)).toBe(false);
    }
  });

  it('stand likeliest first, at most eight, each once and below certainty', () => {
    const near = nearMisses(vocabulary, 'fre', true);
    expect(near.length).toBeLessThanOrEqual(8);
    for (const { logCost } of near) expect(logCost).toBeLessThan(0);
    const many = Array.from('abcdefghijklmnopqrstuvwxyz', (letter) => `ste${letter}p`);
    expect(found('step', true, vocabularyOf(many))).toHaveLength(8);
    expect(found('step', true, vocabularyOf(['stepa', 'staep', 'sstep'])).sort()).toEqual(['sstep', 'staep']);
    expect(found('teh', true, vocabularyOf(['meh', 'the', 'tech']))).toEqual(['the', 'tech']);
  });
});
