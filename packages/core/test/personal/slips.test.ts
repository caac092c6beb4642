import { describe, expect, it } from 'vitest';
import { isOneSlipApart, looksLikeSlip } from '../../src/personal/slips.ts';
import { unigramModel } from './unigram-model.ts';

const ngram = unigramModel({
  the: 0.3,
  receive: 0.01,
  well: 0.05,
  known: 0.05,
  dog: 0.01,
  glass: 0.01,
  "don't": 0.01,
  rarest: 1e-7,
});

describe('looksLikeSlip', () => {
  it.each([
    ['letters swapped', 'teh'],
    ['letters swapped', 'recieve'],
    ['a letter left out', 'receve'],
    ['a first letter left out', 'eceive'],
    ['a letter doubled', 'receivve'],
    ['a key beside it hit', 'rexeive'],
    ['a key beside it hit too', 'receivew'],
    ['an apostrophe left out', 'dont'],
    ['a slip in a part', 'well-knwon'],
    ['a last letter doubled', 'glasss'],
  ])('sees %s: %s', (_, word) => {
    expect(looksLikeSlip(word, ngram)).toBe(true);
  });

  it.each([
    ['new words', 'zorblax'],
    ['a letter that is far from its key', 'receipe'],
    ['plurals and possessives', 'dogs'],
    ['plurals and possessives', "dog's"],
    ['neighbours of words that hardly anyone uses', 'rarset'],
    ['one letter', 'x'],
    ['compounds of known words', 'dog-the'],
  ])('lets %s be: %s', (_, word) => {
    expect(looksLikeSlip(word, ngram)).toBe(false);
  });
});

describe('isOneSlipApart', () => {
  it.each([
    ['the', 'teh', true],
    ['the', 'then', true],
    ['the', 'he', true],
    ['the', 'tje', true],
    ['the', 'the', false],
    ['the', 'eth', false],
    ['abcd', 'badc', false],
    ['aa', 'a', true],
    ['', 'a', true],
    ['abc', 'acb', true],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(isOneSlipApart(a, b)).toBe(expected);
    expect(isOneSlipApart(b, a)).toBe(expected);
  });
});
