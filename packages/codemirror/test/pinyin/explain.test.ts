import type { EditorView } from '@codemirror/view';
import { describe, expect, it } from 'vitest';
import { explainSelected, moveSelection, type PinyinAsked } from '../../src/pinyin/index.ts';
import { Typist } from './typist.ts';

describe('explainSelected of pinyin', () => {
  const asking = (text: string) => {
    const asked: PinyinAsked[] = [];
    const typist = new Typist(text, { onExplain: (each) => void asked.push(each) });
    return { typist, asked, ask: () => explainSelected({ state: typist.state } as EditorView) };
  };

  it('hands over what Space takes, with its answer and the text before', () => {
    const { typist, asked, ask } = asking('他说：|。');
    typist.type('nihaoshijie');
    expect(ask()).toBe(true);
    expect(asked).toMatchObject([
      {
        candidate: { text: '你好世界' },
        answer: { composition: { letters: 'nihaoshijie' } },
        by: 'key',
        before: '他说：',
      },
    ]);
    expect(typist.preedit).toBe('nihaoshijie|');
    typist.run(moveSelection(1));
    ask();
    expect(asked[1]!.candidate.text).toBe('你好');
  });

  it('leaves its key to others where nothing is composed, or nobody listens', () => {
    const { ask, asked } = asking('|');
    expect(ask()).toBe(false);
    const silent = new Typist().type('ni');
    expect(explainSelected({ state: silent.state } as EditorView)).toBe(false);
    expect(asked).toEqual([]);
  });
});
