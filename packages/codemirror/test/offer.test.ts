import { EditorSelection, EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ghostOf } from '../src/accept.ts';
import { armBar, dismiss, suggest } from '../src/choose.ts';
import { candidates, setSurfaces } from '../src/index.ts';
import { answerEffect, focusEffect, surfacesOf } from '../src/offer.ts';
import { candidate, Writer } from './writer.ts';

describe('an answer', () => {
  it('is shown at the start of the unfinished word', () => {
    const writer = new Writer('The |');
    writer.type('p');
    writer.answer('people place');
    expect(candidates(writer.state)).toMatchObject({ from: 'The '.length, to: 'The p'.length, lead: 0, selected: -1 });
    expect(writer.shown).toBe('people place');
  });

  it('to another place is dropped', () => {
    const writer = new Writer('The |');
    writer.type('p');
    const late = { pos: 4, prefixLength: 0, ranked: [candidate('to')], final: true, ms: 1 };
    writer.dispatch({ effects: answerEffect.of(late) });
    expect(writer.shown).toBeNull();
  });

  it('that is empty takes the surfaces away', () => {
    const writer = new Writer('|');
    writer.type('q');
    expect(writer.answer('queen').answer('').shown).toBeNull();
  });

  it('is cut into pages of slots', () => {
    const writer = new Writer('|', { slots: 2 });
    writer.type('p');
    writer.answer('people place part power point');
    expect(writer.shown).toBe('people place');
    expect(candidates(writer.state)?.pages).toBe(3);
  });
});

describe('typing through', () => {
  it('keeps the candidates that still fit in their slots, and the ghost, before a new answer', () => {
    const writer = new Writer('|');
    writer.type('p');
    writer.answer('people place part');
    writer.type('a');
    expect(writer.shown).toBe('- - part');
    writer.answer('part party pass');
    expect(writer.shown).toBe('party pass part');
    expect(candidates(writer.state)?.lead).toBe(2);
    expect(ghostOf(writer.state)?.text).toBe('rt');
  });

  it('shortens the ghost letter by letter until the word is whole', () => {
    const writer = new Writer('|');
    writer.type('p');
    writer.answer('part');
    const ghosts = [...'art'].map((letter) => {
      writer.type(letter);
      return ghostOf(writer.state)?.text ?? null;
    });
    expect(ghosts).toEqual(['rt', 't', null]);
  });

  it('shows nothing once no candidate fits', () => {
    const writer = new Writer('|');
    writer.type('p');
    writer.answer('people');
    writer.type('x');
    expect(writer.shown).toBeNull();
  });

  it('is not fooled by case', () => {
    const writer = new Writer('|');
    writer.type('P');
    writer.answer('People');
    writer.type('E');
    expect(writer.shown).toBe('People');
  });

  it('ends with the word', () => {
    const writer = new Writer('|');
    writer.type('p');
    writer.answer('people');
    writer.type(' ');
    expect(writer.shown).toBeNull();
  });

  it('never moves a candidate that is shown before and after', () => {
    const words = ['part', 'party', 'past', 'people', 'pe', 'place', 'plain', 'plan', 'power'];
    fc.assert(
      fc.property(fc.shuffledSubarray(words), fc.constantFrom('a', 'e', 'l'), (ranked, letter) => {
        const writer = new Writer('|', { slots: 2 });
        writer.type('p');
        const before = writer.answer(ranked.join(' ')).shown?.split(' ') ?? [];
        writer.type(letter);
        const fitting = ranked.filter((word) => word.startsWith(`p${letter}`));
        const after = writer.answer(fitting.join(' ')).shown?.split(' ') ?? [];
        // With fewer candidates than slots there is no gap to hold a place behind.
        const kept = fitting.length < 2 ? [] : after.filter((word) => before.includes(word));
        expect(kept.map((word) => after.indexOf(word))).toEqual(kept.map((word) => before.indexOf(word)));
      }),
    );
  });
});

describe('a later answer', () => {
  it('neither moves nor takes away what is on show, whether it holds it or not', () => {
    const writer = new Writer('|', { slots: 3 });
    writer.type('p');
    writer.answer('people place part', false).answer('power part people');
    expect(writer.shown).toBe('people place part');
  });

  it('fills the free slots, and gains the others with the next letter', () => {
    const writer = new Writer('|', { slots: 3 });
    writer.type('p');
    writer.answer('people place', false).answer('power part people');
    expect(writer.shown).toBe('people place power');
    writer.type('o');
    expect(writer.answer('power pool post').shown).toBe('pool post power');
  });

  it('keeps the ghost while its word is among the candidates', () => {
    const writer = new Writer('|', { slots: 3 });
    writer.type('p');
    writer.answer('people place part', false).answer('power part people');
    expect(ghostOf(writer.state)?.text).toBe('eople');
  });

  it('changes nothing while the user is choosing', () => {
    const writer = new Writer('|', { slots: 2 });
    writer.type('p');
    writer.answer('people place', false).run(armBar);
    expect(writer.answer('power part').shown).toBe('people place');
    expect(candidates(writer.state)).toMatchObject({ selected: 0, final: true });
  });
});

describe('nothing is offered', () => {
  const at = (text: string, extensions: ConstructorParameters<typeof Writer>[2] = []): Writer => {
    const writer = new Writer(text, {}, extensions);
    writer.type('p');
    return writer.answer('people');
  };

  it('for several carets', () => {
    const writer = at('a |', EditorState.allowMultipleSelections.of(true));
    expect(writer.shown).toBe('people');
    writer.dispatch({ selection: EditorSelection.create([EditorSelection.cursor(0), EditorSelection.cursor(3)], 1) });
    expect(writer.shown).toBeNull();
  });

  it('for a selection', () => {
    const writer = at('a |');
    writer.moveTo(1, 3);
    expect(writer.answer('people').shown).toBeNull();
  });

  it('in a read-only editor, or one that cannot be edited', () => {
    expect(at('a |', EditorState.readOnly.of(true)).shown).toBeNull();
    expect(at('a |', EditorView.editable.of(false)).shown).toBeNull();
  });

  it('without the focus', () => {
    const writer = at('a |');
    writer.dispatch({ effects: focusEffect.of(false) });
    expect(writer.shown).toBeNull();
  });

  it('while an input method composes', () => {
    const writer = at('a |');
    writer.type('e', 'input.type.compose');
    expect(writer.shown).toBeNull();
  });

  it('where the host asks for quiet', () => {
    const writer = new Writer('// |', { isQuiet: (state, pos) => state.doc.lineAt(pos).text.startsWith('//') });
    writer.type('p');
    expect(writer.answer('people').shown).toBeNull();
  });

  it('while another extension has its list open', () => {
    expect(at('a |', EditorView.contentAttributes.of({ 'aria-haspopup': 'listbox' })).shown).toBeNull();
  });
});

describe('a move of the caret', () => {
  it('takes the offer away and, over text that goes on, brings none', () => {
    const writer = new Writer('one two|');
    writer.type(' ');
    writer.answer('three');
    writer.moveTo(3);
    expect(writer.shown).toBeNull();
    expect(writer.answer('ones').shown).toBeNull();
  });

  it('to the end of a line brings the bar but no ghost', () => {
    const writer = new Writer('one\ntwo|');
    writer.moveTo(3);
    expect(writer.answer('ones').shown).toBe('ones');
    expect(ghostOf(writer.state)).toBeNull();
  });
});

describe('the ghost', () => {
  it('is drawn at the end of a line only', () => {
    const writer = new Writer('in |,  out');
    writer.type('p');
    writer.answer('people');
    expect(writer.shown).toBe('people');
    expect(ghostOf(writer.state)).toBeNull();
  });

  it('stays away where accepting would rewrite what was typed', () => {
    const writer = new Writer('|');
    writer.type('teh');
    expect(ghostOf(writer.answer('the').state)).toBeNull();
  });

  it('goes with the setting, and the candidates stay', () => {
    const writer = new Writer('|');
    writer.type('p');
    writer.answer('people').dispatch({ effects: setSurfaces.of({ ghost: false }) });
    expect(ghostOf(writer.state)).toBeNull();
    expect(surfacesOf(writer.state)).toEqual({ bar: 'caret', ghost: false, popup: false });
    expect(writer.shown).toBe('people');
  });
});

describe('a dismissal', () => {
  it('lasts for the word at the caret', () => {
    const writer = new Writer('The |');
    writer.type('p');
    writer.answer('people');
    expect(writer.run(dismiss)).toBe(true);
    expect(writer.shown).toBeNull();
    writer.type('e');
    expect(writer.answer('people').shown).toBeNull();
    writer.type('g ');
    expect(writer.answer('board').shown).toBe('board');
  });

  it('still holds when the caret comes back', () => {
    const writer = new Writer('The |');
    writer.type('p');
    writer.answer('people');
    writer.run(dismiss);
    writer.moveTo(0);
    writer.moveTo(5);
    expect(writer.answer('people').shown).toBeNull();
  });

  it('leaves Esc alone when nothing is shown', () => {
    const writer = new Writer('The |');
    expect(writer.run(dismiss)).toBe(false);
  });

  it('is lifted on request', () => {
    const writer = new Writer('The |');
    writer.type('p');
    writer.answer('people');
    writer.run(dismiss);
    writer.run(suggest);
    expect(writer.shown).toBe('people');
  });
});
