import { sentenceSpans, wordSpans } from '@foreword/core';
import { describe, expect, it } from 'vitest';
import { CasingStatistics, chooseDisplayForm } from '../../src/train/casing-statistics.ts';
import { WordTable } from '../../src/train/word-table.ts';

/** The display forms that a text gives to words. */
function formsIn(text: string, words: readonly string[]): string[] {
  const table = new WordTable();
  const casing = new CasingStatistics(table);
  for (const { start, end } of sentenceSpans(text)) {
    const sentence = text.slice(start, end);
    casing.readSentence(sentence, wordSpans(sentence));
  }
  const evidence = [...casing.evidence()];
  return words.map((word) =>
    chooseDisplayForm(
      word,
      evidence.filter(({ wordId }) => table.words[wordId] === word),
    ),
  );
}

describe('the display form of a word', () => {
  it('is how it is mostly written inside sentences', () => {
    expect(
      formsIn('On Monday I saw an iPhone in London. The NASA man and I left on Monday. We will see.', [
        'monday',
        'i',
        'iphone',
        'london',
        'nasa',
        'saw',
      ]),
    ).toEqual(['Monday', 'I', 'iPhone', 'London', 'NASA', 'saw']);
  });

  it('is not decided by beginnings of sentences and quotations', () => {
    const text =
      'However, it rained. However, Tom stayed. I left, however. He said: “Then go.” Note: Then we (But not he) left then.';
    expect(formsIn(text, ['however', 'then', 'but', 'tom'])).toEqual(['however', 'then', 'But', 'Tom']);
  });

  it('is not decided by text that is all lower case or all capitals', () => {
    expect(
      formsIn('i saw london\ni like it\nBUY NOW IN LONDON\nNOW\nYes, London and I.', ['i', 'london', 'now']),
    ).toEqual(['I', 'London', 'now']);
  });

  it('is lower case if it was never seen inside a sentence, but somewhere so written', () => {
    expect(formsIn('Hello there.\nhello you', ['hello'])).toEqual(['hello']);
    expect(formsIn('Paris is far.', ['paris', 'nowhere'])).toEqual(['Paris', 'nowhere']);
  });

  it('goes to lower case unless capitals are twice as frequent, and keeps straight apostrophes', () => {
    expect(formsIn('See the Dean and the dean.', ['dean'])).toEqual(['dean']);
    expect(formsIn('See the Dean, the Dean and the dean.', ['dean'])).toEqual(['dean']);
    expect(formsIn('See the Dean, the Dean, the Dean and the dean.', ['dean'])).toEqual(['Dean']);
    expect(formsIn('The O’Brien boys.', ["o'brien"])).toEqual(["O'Brien"]);
  });
});
