import { EditorSelection, EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isComposing, setChinese, toggleChinese } from '../../src/pinyin/index.ts';
import { Typist } from './typist.ts';

describe('letters', () => {
  it('are composed at the caret and stay out of the document', () => {
    const typist = new Typist('甲|乙').type('nihao');
    expect(typist.text).toBe('甲|乙');
    expect(typist.preedit).toBe('nihao|');
    expect(typist.shown).toBe('*你好 拟好 你 尼 呢');
    expect(isComposing(typist.state)).toBe(true);
  });

  it('are read after the text before them', () => {
    const typist = new Typist('我说|你').type('ni');
    expect(new Set(typist.engine.contexts)).toEqual(new Set(['我说']));
  });

  it('are left alone in English mode, in a read-only editor, and in one that cannot be edited', () => {
    const english = new Typist('|', { startsInChinese: false }).type('ni');
    expect(english.text).toBe('ni|');
    for (const extension of [EditorState.readOnly.of(true), EditorView.editable.of(false)]) {
      expect(new Typist('|', {}, extension).press('n')).toEqual([false]);
    }
  });

  it('that follow a capital are an English word, to its end', () => {
    const typist = new Typist().type("Hello-it's ni");
    expect(typist.text).toBe("Hello-it's |");
    expect(typist.preedit).toBe('ni|');
  });

  it('of an English word that was corrected still belong to it', () => {
    const typist = new Typist().type('Hex');
    typist.apply(typist.state.update({ changes: { from: 2, to: 3 }, userEvent: 'delete.backward' }));
    expect(typist.type('llo').text).toBe('Hello|');
  });

  it('are pinyin again behind an English word that the caret was taken to', () => {
    const typist = new Typist('|').type('Hello');
    typist.moveTo(0);
    typist.moveTo(5);
    expect(typist.type('ni').preedit).toBe('ni|');
  });

  it('may be capitals, apostrophes and ü once there is a composition', () => {
    expect(new Typist().type("n'Hü").preedit).toBe("n'Hü|");
  });

  it('are 500 and more without harm', () => {
    const letters = 'nihao'.repeat(100);
    const typist = new Typist().type(letters);
    expect(typist.preedit).toBe(`${letters}|`);
    typist.press(' ');
    expect(typist.text).toBe(`${'你好'.repeat(100)}|`);
  });
});

describe('the caret in the pinyin', () => {
  it('moves by letters, to the ends, and by syllables round and round', () => {
    const typist = new Typist().type('nihao');
    const after = (...keys: string[]): string | null => {
      typist.press(...keys);
      return typist.preedit;
    };
    expect(after('ArrowLeft')).toBe('niha|o');
    expect(after('Home')).toBe('|nihao');
    expect(after('ArrowLeft')).toBe('|nihao');
    expect(after('Tab')).toBe('ni|hao');
    expect(after('Tab')).toBe('nihao|');
    expect(after('Tab')).toBe('|nihao');
    expect(after('Shift-Tab')).toBe('nihao|');
    expect(after('Shift-Tab')).toBe('ni|hao');
    expect(after('ArrowRight')).toBe('nih|ao');
    expect(after('End')).toBe('nihao|');
  });

  it('passes over apostrophes by Tab', () => {
    const typist = new Typist().type("xi'an");
    typist.press('Tab', 'Tab');
    expect(typist.preedit).toBe("xi|'an");
    typist.press('Tab');
    expect(typist.preedit).toBe("xi'an|");
  });

  it('is where letters go in and out', () => {
    const typist = new Typist().type('nao');
    typist.press('Home', 'ArrowRight', 'i', 'h');
    expect(typist.preedit).toBe('nih|ao');
    typist.press('Delete', 'Backspace');
    expect(typist.preedit).toBe('ni|o');
  });

  it('leaves nothing when the last letter is deleted', () => {
    const typist = new Typist('一|').type('n');
    typist.press('Backspace');
    expect(typist.preedit).toBeNull();
    expect(typist.press('Backspace')).toEqual([false]);
    expect(typist.text).toBe('一|');
  });

  it('keeps its keys at the very start', () => {
    const typist = new Typist('一|').type('n');
    expect(typist.press('Home', 'Backspace')).toEqual([true, true]);
    expect(typist.preedit).toBe('|n');
  });
});

describe('a caret taken elsewhere', () => {
  it('leaves behind what was chosen and the letters, in one undo step', () => {
    const typist = new Typist('一二|').type('nihao');
    typist.press('3');
    expect(typist.preedit).toBe('[你]hao|');
    typist.moveTo(0);
    expect(typist.text).toBe('|一二你hao');
    expect(typist.preedit).toBeNull();
    typist.undo();
    expect(typist.state.doc.toString()).toBe('一二');
  });

  it('keeps its new place, before and behind', () => {
    const behind = new Typist('一|二三').type('ni');
    behind.moveTo(3);
    expect(behind.text).toBe('一ni二三|');
  });

  it('by a change of the text takes the composition along', () => {
    const typist = new Typist('一|').type('ni');
    typist.apply(typist.state.update({ changes: { from: 0, insert: '零' } }));
    typist.insert('你😀', 'input.paste');
    expect(typist.text).toBe('零一你😀|');
    expect(typist.preedit).toBe('ni|');
    typist.press(' ');
    expect(typist.text).toBe('零一你😀你|');
  });

  it('by undo takes the composition along too', () => {
    const typist = new Typist().type('ni ');
    typist.type('hao').undo();
    expect(typist.text).toBe('|');
    typist.press(' ');
    expect(typist.text).toBe('好|');
  });
});

describe('a selection', () => {
  it('is replaced by the commit, and by nothing before', () => {
    const typist = new Typist('一二三|');
    typist.moveTo(1, 2);
    typist.type('ni');
    expect(typist.state.doc.toString()).toBe('一二三');
    typist.press(' ');
    expect(typist.text).toBe('一你|三');
  });

  it('of several carets gets the commit at each, in one undo step', () => {
    const typist = new Typist('一\n二|');
    const carets = [EditorSelection.cursor(1), EditorSelection.cursor(3)];
    typist.apply(typist.state.update({ selection: EditorSelection.create(carets, 1) }));
    typist.type('ni ').type(',');
    expect(typist.state.doc.toString()).toBe('一你，\n二你，');
    typist.undo();
    typist.undo();
    expect(typist.state.doc.toString()).toBe('一\n二');
  });

  it('is left as it was by Escape', () => {
    const typist = new Typist('一二三|');
    typist.moveTo(1, 2);
    typist.type('ni').press('Escape');
    expect(typist.state.selection.main).toMatchObject({ from: 1, to: 2 });
  });
});

describe('the mode', () => {
  it('changes with a command, which puts in what is composed', () => {
    const typist = new Typist().type('nihao');
    expect(typist.run(toggleChinese)).toBe(true);
    expect(typist.text).toBe('nihao|');
    expect(typist.type('ni').text).toBe('nihaoni|');
    typist.run(toggleChinese);
    expect(typist.type('ni').preedit).toBe('ni|');
  });

  it('changes with an effect, which leaves the composition open', () => {
    const typist = new Typist().type('ni');
    typist.apply(typist.state.update({ effects: setChinese.of(false) }));
    expect(typist.type('hao').preedit).toBe('nihao|');
    typist.press(' ');
    expect(typist.type('ni').text).toBe('你好ni|');
  });
});

describe('whatever keys are pressed', () => {
  const keys = [
    ...'nihao\'vüNH019 -=[],.;"',
    'Enter',
    'Escape',
    'Backspace',
    'Delete',
    'Tab',
    'Shift-Tab',
    'Home',
    'End',
  ];
  const moves = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown'];

  it('the letters are in the composition or the document until they are deleted, chosen or thrown away', () => {
    const removing = /^(?: |\d|\[|\]|[,.;"=-]|Escape|Backspace|Delete)$/;
    const harmless = [...keys, ...moves].filter((key) => !removing.test(key));
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...harmless), { maxLength: 40 }), (pressed) => {
        const typist = new Typist();
        const typed = pressed.filter((key) => /^[a-zA-ZüÜ']$/.test(key)).length;
        typist.press(...pressed);
        typist.press('Enter');
        expect(typist.state.doc.toString().replaceAll(/[‘’]/g, "'").length).toBe(typed);
      }),
    );
  });

  it('nothing throws, and Enter ends with no composition', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...keys, ...moves), { maxLength: 60 }), (pressed) => {
        const typist = new Typist('甲|乙');
        typist.press(...pressed, 'Enter');
        expect(typist.preedit).toBeNull();
        expect(typist.state.doc.toString()).toMatch(/^甲.*乙$/s);
      }),
    );
  });
});
