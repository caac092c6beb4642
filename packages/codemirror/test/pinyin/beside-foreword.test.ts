import { readContext } from '@foreword/core';
import { describe, expect, it } from 'vitest';
import { foreword } from '../../src/foreword.ts';
import { candidates } from '../../src/index.ts';
import { answerEffect, focusEffect } from '../../src/offer.ts';
import type { PinyinInputOptions } from '../../src/pinyin/index.ts';
import { candidate, silentPredictor } from '../writer.ts';
import { Typist } from './typist.ts';

function typistBeside(text = '|', options: Partial<PinyinInputOptions> = {}): Typist {
  const typist = new Typist(text, options, foreword({ predictor: silentPredictor }));
  typist.apply(typist.state.update({ effects: focusEffect.of(true) }));
  return typist;
}

/** The predictor's answer to the text as it stands. */
function answer(typist: Typist, ...words: string[]): void {
  const pos = typist.state.selection.main.head;
  const { prefixLength } = readContext(typist.state.sliceDoc(0, pos));
  const ranked = words.map(candidate);
  typist.apply(
    typist.state.update({ effects: answerEffect.of({ pos, prefixLength, ranked, final: true, ms: 1, firstMs: 1 }) }),
  );
}

const offered = (typist: Typist): string | undefined =>
  candidates(typist.state)
    ?.candidates.map((each) => each?.text)
    .join(' ');

describe('what foreword offers', () => {
  it('is put away while composing, and there again when the composition is thrown away', () => {
    const typist = typistBeside('你|');
    typist.insert('好');
    answer(typist, '世界', '吗');
    expect(offered(typist)).toBe('世界 吗');
    typist.type('n');
    expect(offered(typist)).toBeUndefined();
    typist.press('Escape');
    expect(offered(typist)).toBe('世界 吗');
  });

  it('comes right after a commit, where a digit chooses', () => {
    const typist = typistBeside().type('nihao ');
    answer(typist, '世界', '吗');
    expect(offered(typist)).toBe('世界 吗');
    expect(typist.press('2')).toEqual([true]);
    expect(typist.text).toBe('你好吗|');
  });

  it('goes on after what a digit chose', () => {
    const typist = typistBeside().type('nihao ');
    answer(typist, '世界');
    typist.press('1');
    answer(typist, '和平');
    typist.press('1');
    expect(typist.text).toBe('你好世界和平|');
  });

  it('leaves a digit alone that has no candidate, that follows typing, or without the option', () => {
    const few = typistBeside().type('nihao ');
    answer(few, '世界');
    expect(few.press('2')).toEqual([false]);
    expect(few.text).toBe('你好2|');
    const typed = typistBeside().type('nihao ');
    typed.insert('x');
    answer(typed, '世界');
    expect(typed.press('1')).toEqual([false]);
    const off = typistBeside('|', { associations: false }).type('nihao ');
    answer(off, '世界');
    expect(off.press('1')).toEqual([false]);
  });

  it('is passed over by Space, Enter, Backspace, letters and punctuation', () => {
    const typist = typistBeside().type('nihao ');
    answer(typist, '世界');
    expect(typist.press(' ', 'Enter', 'Backspace')).toEqual([false, false, false]);
    const letter = typistBeside().type('nihao ');
    answer(letter, '世界');
    letter.type('shijie').press(',');
    expect(letter.text).toBe('你好世界，|');
  });
});
