import { undo } from '@codemirror/commands';
import { acceptCandidate, normalizeWord } from '@foreword/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptGhost, acceptGhostWord, acceptSelected, acceptSlot, ghostOf, revertAccept } from '../src/accept.ts';
import { armBar } from '../src/choose.ts';
import { accepted, candidates, reverted } from '../src/index.ts';
import { Writer } from './writer.ts';

/** A writer who typed `typed` at the caret in `text` and was offered `words`. */
function offered(text: string, typed: string, words: string): Writer {
  const writer = new Writer(text);
  for (const letter of typed) writer.type(letter);
  return writer.answer(words);
}

describe('accepting a slot', () => {
  it('replaces the unfinished word in one transaction and says so', () => {
    const writer = offered('The |', 'pe', 'people pepper');
    const before = writer.transactions.length;
    expect(writer.run(acceptSlot(1, 'key'))).toBe(true);
    expect(writer.text).toBe('The pepper |');
    expect(writer.transactions.length).toBe(before + 1);
    const tr = writer.transactions.at(-1);
    expect(tr?.isUserEvent('input.complete')).toBe(true);
    expect(tr?.annotation(accepted)).toMatchObject({
      slot: 1,
      by: 'key',
      from: 'The '.length,
      to: 'The pepper '.length,
      typed: 'pe',
      inserted: 'pepper ',
      space: 'inserted',
      keysSaved: 'pepper '.length - 'pe'.length - 1,
    });
  });

  it('touches no letter that stays', () => {
    const writer = offered('The |', 'pe', 'people');
    writer.run(acceptSlot(0));
    writer.transactions.at(-1)?.changes.iterChanges((fromA, toA, _fromB, _toB, inserted) => {
      expect([fromA, toA, inserted.toString()]).toEqual([6, 6, 'ople ']);
    });
  });

  it('rewrites the case of what was typed', () => {
    const writer = offered('In |', 'lon', 'London');
    writer.run(acceptSlot(0));
    expect(writer.text).toBe('In London |');
  });

  it('steps over a space that is there', () => {
    const writer = offered('The | of', 'pe', 'people');
    writer.run(acceptSlot(0));
    expect(writer.text).toBe('The people |of');
    expect(writer.transactions.at(-1)?.annotation(accepted)?.space).toBe('stepped');
  });

  it('is refused where there is no such slot or no offer', () => {
    const writer = offered('The |', 'pe', 'people');
    expect(writer.run(acceptSlot(1))).toBe(false);
    expect(new Writer('The |').run(acceptSlot(0))).toBe(false);
  });

  it('writes what acceptCandidate says, wherever the caret stands', () => {
    const texts = fc.array(fc.constantFrom('a', 'to', ' ', '.', ',', '\n', 'é', '’', '🙂'), { maxLength: 8 });
    fc.assert(
      fc.property(texts, texts, fc.constantFrom('', 'p', 'pe'), (left, right, prefix) => {
        const before = left.join('') + prefix;
        const after = right.join('');
        const writer = new Writer(`${before}|${after}`);
        writer.type('p');
        writer.answer('people');
        if (writer.shown === null) return;
        writer.run(acceptSlot(0));
        const { deleteBefore, insert, skipAfter } = acceptCandidate(`${before}p`, after, 'people');
        const start = `${before}p`.slice(0, before.length + 1 - deleteBefore) + insert;
        expect(writer.text).toBe(`${start}${after.slice(0, skipAfter)}|${after.slice(skipAfter)}`);
      }),
    );
  });
});

describe('undo', () => {
  it('takes back the accept alone, though more was typed at once after it', () => {
    const writer = offered('The |', 'pe', 'people');
    writer.run(acceptSlot(0));
    writer.type('a');
    undo({ state: writer.state, dispatch: (tr) => writer.dispatch(tr) });
    expect(writer.text).toBe('The people |');
  });
});

describe('Backspace', () => {
  it('right after an accept puts back what was typed, in one step', () => {
    const writer = offered('The |', 'pe', 'people');
    writer.run(acceptSlot(0));
    expect(writer.run(revertAccept)).toBe(true);
    expect(writer.text).toBe('The pe|');
    expect(writer.transactions.at(-1)?.annotation(reverted)?.candidate.text).toBe('people');
    expect(writer.run(revertAccept)).toBe(false);
  });

  it('puts back the case and leaves a space that was stepped over', () => {
    const writer = offered('In | town', 'lon', 'London');
    writer.run(acceptSlot(0));
    writer.run(revertAccept);
    expect(writer.text).toBe('In lon| town');
  });

  it.each([
    ['another key', (writer: Writer) => writer.type('a')],
    ['a move and the way back', (writer: Writer) => [writer.moveTo(0), writer.moveTo(11)]],
    ['another deletion', (writer: Writer) => writer.backspace()],
  ])('deletes as ever after %s', (_name, edit) => {
    const writer = offered('The |', 'pe', 'people');
    writer.run(acceptSlot(0));
    edit(writer);
    expect(writer.run(revertAccept)).toBe(false);
  });

  it("still reverts after someone else's edit elsewhere", () => {
    const writer = offered('The |', 'pe', 'people');
    writer.run(acceptSlot(0));
    writer.dispatch({ changes: { from: 0, insert: 'So: ' } });
    writer.run(revertAccept);
    expect(writer.text).toBe('So: The pe|');
  });

  it('always restores the text as it was before the accept', () => {
    const words = fc.constantFrom('people', 'Paris', 'p', 'PDF', 'pan-American', "p's");
    fc.assert(
      fc.property(
        fc.constantFrom('', 'a ', 'a. ', '"'),
        fc.constantFrom('', ' b', '. b', ')'),
        words,
        (left, right, word) => {
          const writer = offered(`${left}|${right}`, 'p', word);
          const before = writer.text;
          if (!writer.run(acceptSlot(0))) return;
          writer.run(revertAccept);
          expect(writer.text).toBe(before);
        },
      ),
    );
  });
});

describe('the ghost', () => {
  it('is what Tab adds, but for the space', () => {
    fc.assert(
      fc.property(fc.constantFrom('p', 'P', 'pe'), fc.constantFrom('people', 'People', 'pepper'), (typed, word) => {
        const writer = offered('so |', typed, word);
        const ghost = ghostOf(writer.state)?.text;
        if (ghost === undefined) return;
        writer.run(acceptGhost);
        expect(normalizeWord(writer.text)).toBe(normalizeWord(`so ${typed}${ghost} |`));
      }),
    );
  });

  it('follows the choice while the bar is armed, and Enter takes that too', () => {
    const writer = offered('The |', 'p', 'people place');
    expect(writer.run(acceptSelected)).toBe(false);
    writer.run(armBar);
    expect(ghostOf(writer.state)).toMatchObject({ text: 'eople', slot: 0 });
    writer.run(acceptSelected);
    expect(writer.text).toBe('The people |');
  });

  it('is refused when there is none', () => {
    const writer = offered('The | of', 'p', 'people');
    expect(candidates(writer.state)).not.toBeNull();
    expect(writer.run(acceptGhost)).toBe(false);
    expect(writer.run(acceptGhostWord)).toBe(false);
  });

  it('gives its first word alone where it has several', () => {
    const writer = new Writer('|');
    writer.type('p');
    writer.answerWith(['part of the']);
    writer.run(acceptGhostWord);
    expect(writer.text).toBe('part|');
    expect(writer.run(revertAccept)).toBe(true);
    expect(writer.text).toBe('p|');
  });

  it('gives all of its one word, with the space', () => {
    const writer = offered('|', 'p', 'people');
    writer.run(acceptGhostWord);
    expect(writer.text).toBe('people |');
  });
});
