import type { EditorView } from '@codemirror/view';
import { describe, expect, it, vi } from 'vitest';
import { explainHint } from '../src/explain.ts';
import { type Asked, armBar, explainSelected, moveSelection } from '../src/index.ts';
import { onQuestionPress } from '../src/question-press.ts';
import { Writer } from './writer.ts';

function asking(text: string): { writer: Writer; asked: Asked[]; ask: () => boolean } {
  const asked: Asked[] = [];
  const writer = new Writer(text, { onExplain: (each) => void asked.push(each) });
  return { writer, asked, ask: () => explainSelected({ state: writer.state } as EditorView) };
}

describe('explainSelected', () => {
  it('hands over the likeliest candidate, with the text around the caret', () => {
    const { writer, asked, ask } = asking('See you |, then.');
    writer.type('tom');
    writer.answer('tomorrow tom tomatoes');
    expect(ask()).toBe(true);
    expect(asked).toMatchObject([
      { candidate: { text: 'tomorrow' }, slot: 0, by: 'key', before: 'See you tom', after: ', then.' },
    ]);
  });

  it('hands over the one that is chosen', () => {
    const { writer, asked, ask } = asking('|');
    writer.type('p');
    writer.answer('people play party');
    writer.run(armBar);
    writer.run(moveSelection(1));
    ask();
    expect(asked).toMatchObject([{ candidate: { text: 'play' }, slot: 1 }]);
  });

  it('leaves its key to others where nothing is offered, or nobody listens', () => {
    const { ask, asked } = asking('|');
    expect(ask()).toBe(false);
    const silent = new Writer('|');
    silent.type('p');
    silent.answer('people');
    expect(explainSelected({ state: silent.state } as EditorView)).toBe(false);
    expect(asked).toEqual([]);
  });

  it('changes nothing', () => {
    const { writer, ask } = asking('|');
    writer.type('p');
    writer.answer('people');
    const { state } = writer;
    ask();
    expect(writer.state).toBe(state);
  });

  it('is told of where one can ask, by the key in force', () => {
    const onExplain = () => {};
    expect(explainHint(new Writer('|').state)).toBe('');
    expect(explainHint(new Writer('|', { onExplain }).state)).toBe('Secondary click or Alt+Enter: explain.');
    expect(explainHint(new Writer('|', { onExplain, keys: { explain: 'F2' } }).state)).toContain('F2');
    expect(explainHint(new Writer('|', { onExplain, keys: false }).state)).toBe('Secondary click: explain.');
  });
});

describe('a press that asks', () => {
  /** An element without a screen, and what was heard of it. */
  function pressed(isTaken = true): {
    dom: EventTarget;
    heard: string[];
    send: (name: string, init?: object) => Event;
  } {
    const dom = new EventTarget();
    const heard: string[] = [];
    onQuestionPress(dom as HTMLElement, () => {
      heard.push('asked');
      return isTaken;
    });
    dom.addEventListener('click', () => heard.push('clicked'));
    const send = (name: string, init: object = {}): Event => {
      const event = Object.assign(new Event(name, { cancelable: true }), { clientX: 0, clientY: 0, ...init });
      dom.dispatchEvent(event);
      return event;
    };
    return { dom, heard, send };
  }

  it('is a secondary click, of which the browser then makes nothing', () => {
    const { heard, send } = pressed();
    send('pointerdown', { pointerType: 'mouse' });
    expect(send('contextmenu').defaultPrevented).toBe(true);
    expect(heard).toEqual(['asked']);
  });

  it('leaves the browser its menu where one cannot ask', () => {
    const { heard, send } = pressed(false);
    send('pointerdown', { pointerType: 'mouse' });
    expect(send('contextmenu').defaultPrevented).toBe(false);
    send('click');
    expect(heard).toEqual(['asked', 'clicked']);
  });

  it('is a finger that rests, which then does not click too', () => {
    vi.useFakeTimers();
    const { heard, send } = pressed();
    send('pointerdown', { pointerType: 'touch' });
    vi.advanceTimersByTime(600);
    // Where the browser has its own long touch, it is the same press.
    expect(send('contextmenu').defaultPrevented).toBe(true);
    send('pointerup');
    send('click');
    expect(heard).toEqual(['asked']);
    send('pointerdown', { pointerType: 'touch' });
    send('pointerup');
    vi.advanceTimersByTime(600);
    send('click');
    expect(heard).toEqual(['asked', 'clicked']);
    vi.useRealTimers();
  });

  it('is no finger that scrolls or slips, and no mouse that rests', () => {
    vi.useFakeTimers();
    const { heard, send } = pressed();
    for (const [name, init] of [
      ['pointermove', { clientX: 30 }],
      ['pointercancel', {}],
      ['pointerleave', {}],
    ] as const) {
      send('pointerdown', { pointerType: 'touch' });
      send(name, init);
      vi.advanceTimersByTime(600);
    }
    send('pointerdown', { pointerType: 'mouse' });
    vi.advanceTimersByTime(600);
    expect(heard).toEqual([]);
    vi.useRealTimers();
  });
});
