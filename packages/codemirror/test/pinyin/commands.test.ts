import { describe, expect, it } from 'vitest';
import { composing, rerankedEffect } from '../../src/pinyin/composing.ts';
import { committed } from '../../src/pinyin/index.ts';
import { Typist } from './typist.ts';

describe('choosing', () => {
  it('by Space takes the best candidate, by a digit the one of that number', () => {
    const space = new Typist().type('nihao');
    space.press(' ');
    expect(space.text).toBe('你好|');
    const digit = new Typist().type('nihao');
    digit.press('2');
    expect(digit.text).toBe('拟好|');
  });

  it('a part goes on with the rest and commits when all is covered, as one undo step', () => {
    const typist = new Typist('一|').type('nihaoshijie');
    typist.press('2');
    expect(typist.text).toBe('一|');
    expect(typist.preedit).toBe('[你好]shijie|');
    expect(typist.shown).toBe('*世界 视界 是 时 十');
    typist.press('2');
    expect(typist.text).toBe('一你好视界|');
    typist.undo();
    expect(typist.text).toBe('一|');
  });

  it('leaves an apostrophe to what follows, and takes along one that nothing follows', () => {
    const typist = new Typist().type("xi'an'");
    expect(typist.shown).toBe("*西安 西 系 xi'an'");
    typist.press('2');
    expect(typist.preedit).toBe("[西]'an'|");
    typist.press('2');
    expect(typist.text).toBe('西按|');
  });

  it('is swallowed where the page has no such number', () => {
    const typist = new Typist().type('x');
    expect(typist.press('7', '0', '9')).toEqual([true, true, true]);
    expect(typist.preedit).toBe('x|');
  });

  it('commits in one transaction with the words and what stood before', () => {
    const typist = new Typist('我说|').type('nihao');
    typist.press('3', ' ');
    const tr = typist.transactions.at(-1)!;
    expect(tr.isUserEvent('input.type')).toBe(true);
    expect(tr.annotation(committed)).toMatchObject({ text: '你好', before: '我说' });
    expect(tr.annotation(committed)?.composition.chosen.map(({ text }) => text)).toEqual(['你', '好']);
  });

  it('makes each commit an undo step of its own', () => {
    const typist = new Typist().type('ni hao ');
    expect(typist.text).toBe('你好|');
    typist.undo();
    expect(typist.text).toBe('你|');
    typist.undo();
    expect(typist.text).toBe('|');
    typist.redo();
    expect(typist.text).toBe('你|');
  });
});

describe('the selected candidate', () => {
  it('moves over the pages and stops at both ends', () => {
    const typist = new Typist().type('nihao');
    typist.press('ArrowDown');
    expect(typist.shown).toBe('你好 *拟好 你 尼 呢');
    typist.press('ArrowUp', 'ArrowUp');
    expect(typist.shown).toBe('*你好 拟好 你 尼 呢');
    typist.press(...Array<string>(5).fill('ArrowDown'));
    expect(typist.shown).toBe('*拟 逆 腻 泥 倪');
    typist.press(...Array<string>(20).fill('ArrowDown'));
    expect(typist.shown).toBe('妮 *nihao');
  });

  it.each([
    ['=', '-'],
    ['PageDown', 'PageUp'],
  ])('is the first of the page that %s and %s turn to', (next, previous) => {
    const typist = new Typist().type('nihao');
    typist.press(next);
    expect(typist.shown).toBe('*拟 逆 腻 泥 倪');
    typist.press(next, next, next);
    expect(typist.shown).toBe('*妮 nihao');
    typist.press(previous, previous, previous);
    expect(typist.shown).toBe('*你好 拟好 你 尼 呢');
  });

  it('is what Space takes, and digits go by the page shown', () => {
    const typist = new Typist().type('ni');
    typist.press('ArrowDown', ' ');
    expect(typist.text).toBe('尼|');
    typist.type('ni').press('=', '2');
    expect(typist.text).toBe('尼泥|');
  });
});

describe('the first and the last character', () => {
  it.each([
    ['[', '世', '世 shi'],
    [']', '界', '界 jie'],
  ])('of a word are chosen by %s', (key, character, lesson) => {
    const typist = new Typist().type('shijie');
    typist.press(key);
    expect(typist.text).toBe(`${character}|`);
    expect(typist.transactions.at(-1)!.annotation(committed)?.composition.chosen[0]?.words).toEqual([
      { text: lesson.split(' ')[0], reading: lesson.split(' ')[1], start: 0, end: 'shijie'.length },
    ]);
  });

  it('of the selected word, not of the first', () => {
    const typist = new Typist().type('shijie');
    typist.press('ArrowDown', '[');
    expect(typist.text).toBe('视|');
  });

  it('are punctuation where the candidate is no Chinese', () => {
    const typist = new Typist().type('x');
    typist.press('[');
    expect(typist.text).toBe('x【|');
  });
});

describe('Enter', () => {
  it('commits the letters as typed, behind what was chosen', () => {
    const raw = new Typist().type("xi'an");
    raw.press('Enter');
    expect(raw.text).toBe("xi'an|");
    const part = new Typist().type('nihao');
    part.press('3', 'Enter');
    expect(part.text).toBe('你hao|');
  });
});

describe('Escape', () => {
  it('throws the composition away and leaves the text', () => {
    const typist = new Typist('一|').type('nihao');
    typist.press('3', 'Escape');
    expect(typist.preedit).toBeNull();
    expect(typist.text).toBe('一|');
    expect(typist.press('Escape')).toEqual([false]);
  });
});

describe('Backspace', () => {
  it('right after choices takes them back one by one, then letters', () => {
    const typist = new Typist().type('nihaoshi');
    const after = (...keys: string[]): string | null => {
      typist.press(...keys);
      return typist.preedit;
    };
    expect(after('4')).toBe('[你]haoshi|');
    expect(after('3')).toBe('[你][号]shi|');
    expect(after('Backspace')).toBe('[你]haoshi|');
    expect(after('Backspace')).toBe('nihaoshi|');
    expect(after('Backspace')).toBe('nihaosh|');
  });

  it('after another letter takes that letter', () => {
    const typist = new Typist().type('nihao');
    typist.press('3', 's', 'Backspace');
    expect(typist.preedit).toBe('[你]hao|');
    typist.press('Backspace');
    expect(typist.preedit).toBe('[你]ha|');
  });

  it('at the end of a choice takes that choice back', () => {
    const typist = new Typist().type('nihao');
    typist.press('3', 'h', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft');
    expect(typist.preedit).toBe('[你]|haoh');
    typist.press('Backspace');
    expect(typist.preedit).toBe('ni|haoh');
  });
});

describe('fixing one word', () => {
  it('leaves the ones before', () => {
    const typist = new Typist().type('nihaoshijie');
    typist.press('4', '2');
    expect(typist.preedit).toBe('[你][好]shijie|');
    typist.press('Tab', 'Backspace');
    expect(typist.preedit).toBe('[你]hao|shijie');
    typist.press('3');
    expect(typist.preedit).toBe('[你][号]|shijie');
    typist.press('End', ' ');
    expect(typist.text).toBe('你号世界|');
  });

  it('by its letters does so too', () => {
    const typist = new Typist().type('nihaoshijie');
    typist.press('4', '2', 'Tab', 'ArrowLeft', 'x');
    expect(typist.preedit).toBe('[你]x|haoshijie');
  });
});

describe('a reordered answer', () => {
  const reorder = (typist: Typist): void => {
    const asked = composing(typist.state)!.answer;
    const answer = { ...asked, candidates: [...asked.candidates].reverse() };
    typist.apply(typist.state.update({ effects: rerankedEffect.of({ asked, answer }) }));
  };

  it('is shown in the place of the one that was asked about', () => {
    const typist = new Typist().type('xian');
    reorder(typist);
    expect(typist.shown).toBe('*xian 现 先');
  });

  it('is dropped once the user has moved, and where it answers another composition', () => {
    const moved = new Typist().type('xian');
    moved.press('ArrowDown');
    reorder(moved);
    expect(moved.shown).toBe('先 *现 xian');
    const late = new Typist().type('xia');
    const asked = composing(late.state)!.answer;
    late.type('n');
    late.apply(late.state.update({ effects: rerankedEffect.of({ asked, answer: { ...asked, candidates: [] } }) }));
    expect(late.shown).toBe('*先 现 xian');
  });
});
