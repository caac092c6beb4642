import { describe, expect, it } from 'vitest';
import { committed } from '../../src/pinyin/index.ts';
import { lessonsOf } from '../../src/pinyin/learner.ts';
import { Typist } from './typist.ts';

/** What is to be learned from the last commit: what stood before, and the words. */
function lessons(typist: Typist): [string, string][] {
  const done = typist.transactions.at(-1)!.annotation(committed);
  return done ? lessonsOf(done).map(({ before, words }) => [before, words.map(({ text }) => text).join(' ')]) : [];
}

describe('a lesson', () => {
  it('is all the words of a commit, in order, after the text before', () => {
    const typist = new Typist('我说|').type('nihaoshijie');
    typist.press(' ');
    expect(lessons(typist)).toEqual([['我说', '你好 世界']]);
  });

  it('is what was chosen part by part', () => {
    const typist = new Typist().type('nihao');
    typist.press('3', '2');
    expect(lessons(typist)).toEqual([['', '你 号']]);
  });

  it('may be one word where it was chosen part by part, and not where it was chosen as a whole', () => {
    const isOne = (typist: Typist) =>
      lessonsOf(typist.transactions.at(-1)!.annotation(committed)!).map((lesson) => lesson.isOne);
    const whole = new Typist().type('nihaoshijie');
    whole.press(' ');
    expect(isOne(whole)).toEqual([false]);
    const parts = new Typist().type('nihao');
    parts.press('3', '2');
    expect(isOne(parts)).toEqual([true]);
  });

  it('is no letter that was committed as typed', () => {
    const raw = new Typist().type('nihao');
    raw.press('Enter');
    expect(lessons(raw)).toEqual([]);
    const part = new Typist().type('nihao');
    part.press('3', 'Enter');
    expect(lessons(part)).toEqual([['', '你']]);
  });

  it('begins anew behind what is no word', () => {
    const composition = {
      letters: 'niokhao',
      caret: 7,
      chosen: [
        { text: '你', start: 0, end: 2, words: [{ text: '你', reading: 'ni', start: 0, end: 2 }] },
        { text: 'ok', start: 2, end: 4, words: [] },
        { text: '好', start: 4, end: 7, words: [{ text: '好', reading: 'hao', start: 4, end: 7 }] },
      ],
    };
    const found = lessonsOf({ text: '你ok好', composition, before: '。' });
    expect(found.map(({ before, words }) => [before, words.map(({ text }) => text)])).toEqual([
      ['。', ['你']],
      ['。你ok', ['好']],
    ]);
  });
});
