import { describe, expect, it } from 'vitest';
import { acceptSlot } from '../src/accept.ts';
import { armBar, moveSelection, turnPage } from '../src/choose.ts';
import { candidates } from '../src/index.ts';
import { Writer } from './writer.ts';

/** Slot and page chosen now. */
function choice(writer: Writer): [number, number] | null {
  const offer = candidates(writer.state);
  return offer && [offer.selected, offer.page];
}

function offered(words: string): Writer {
  const writer = new Writer('|', { slots: 2 });
  writer.type('p');
  return writer.answer(words);
}

describe('arming', () => {
  it('chooses the first candidate', () => {
    const writer = offered('people place');
    expect(choice(writer)).toEqual([-1, 0]);
    expect(writer.run(armBar)).toBe(true);
    expect(choice(writer)).toEqual([0, 0]);
  });

  it('begins at the first slot, wherever the likeliest candidate is held', () => {
    const writer = new Writer('|', { slots: 3 });
    writer.answer('the to people');
    writer.type('p');
    writer.answer('people place part');
    expect(writer.shown).toBe('place part people');
    writer.run(armBar);
    expect(choice(writer)).toEqual([0, 0]);
  });

  it('is left to the arrow key where the caret only moved here', () => {
    const writer = new Writer('one|\n');
    writer.moveTo(3);
    writer.moveTo(4);
    writer.answer('people');
    expect(writer.shown).toBe('people');
    expect(writer.run(armBar)).toBe(false);
  });

  it('ends with the next letter', () => {
    const writer = offered('people place');
    writer.run(armBar);
    writer.type('e');
    expect(choice(writer)).toEqual([-1, 0]);
  });
});

describe('moving the choice', () => {
  it('walks over the pages and stops at both ends', () => {
    const writer = offered('people place part power point');
    writer.run(armBar);
    const walk = (step: 1 | -1, times: number): unknown[] =>
      Array.from({ length: times }, () => {
        writer.run(moveSelection(step));
        return choice(writer);
      });
    expect(walk(1, 5)).toEqual([
      [1, 0],
      [0, 1],
      [1, 1],
      [0, 2],
      [0, 2],
    ]);
    expect(walk(-1, 5)).toEqual([
      [1, 1],
      [0, 1],
      [1, 0],
      [0, 0],
      [-1, 0],
    ]);
  });

  it('is left to the arrow keys while the bar is not armed', () => {
    expect(offered('people place').run(moveSelection(1))).toBe(false);
  });
});

describe('turning the page', () => {
  it('arms the bar at the first candidate there, which its number then accepts', () => {
    const writer = offered('people place part power');
    writer.run(turnPage(1));
    expect(choice(writer)).toEqual([0, 1]);
    expect(writer.shown).toBe('part power');
    writer.run(acceptSlot(1));
    expect(writer.text).toBe('power |');
  });

  it('is left to the page keys where there is one page', () => {
    expect(offered('people place').run(turnPage(1))).toBe(false);
  });

  it('stays at the last page', () => {
    const writer = offered('people place part');
    writer.run(turnPage(1));
    expect(writer.run(turnPage(1))).toBe(true);
    expect(choice(writer)).toEqual([0, 1]);
  });
});
