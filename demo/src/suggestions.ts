import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { type Accepted, type Asked, foreword } from '@foreword/codemirror';
import type { Predictor } from '@foreword/core';
import type { Explainer } from './explain/explain-panel.ts';
import { Savings } from './savings.ts';
import type { Settings } from './settings.ts';

/** What the page hears from the editor. */
export interface WritingListener {
  typed(characters: number): void;
  accepted(accepted: Accepted): void;
  /** The share of keys saved so far, in percent. */
  saved(percent: number): void;
  dismissed(): void;
  /** The writer asks why a word is suggested; `explainer` can say. */
  asked(asked: Asked, explainer: Explainer, view: EditorView): void;
  /** A composition of pinyin was put into the text. */
  composed(composed: Composed): void;
  /** Milliseconds from the question to its first answer. */
  answered(ms: number): void;
}

/** What a composition of pinyin cost. */
export interface Composed {
  /** What was put into the text. */
  readonly characters: number;
  /** Keys by full pinyin and Space. */
  readonly plainKeys: number;
  /** Letters typed and candidates chosen. */
  readonly keys: number;
  /** Whether a digit chose last. */
  readonly byDigit: boolean;
}

const touch = matchMedia('(pointer: coarse), (max-width: 40rem)');

/** The suggestions as the writer has set them: at the caret, or docked above the keyboard of a small or touched screen. */
export function suggestions(predictor: Predictor & Explainer, settings: Settings, count: WritingCounter): Extension {
  return foreword({
    predictor,
    slots: settings.slots,
    surfaces: {
      bar: settings.bar && barPlace(),
      ghost: settings.ghost,
      popup: settings.popup,
    },
    keys: {
      ...(settings.tabAccepts ? {} : { acceptGhost: false }),
      ...(settings.digitsChoose ? {} : { choose: false }),
    },
    announce: settings.announcements,
    onAccept: (accepted) => count.accept(accepted),
    onRevert: (accepted) => count.revert(accepted),
    onExplain: (asked, view) => count.listener.asked(asked, predictor, view),
    onAnswer: ({ firstMs }) => count.listener.answered(firstMs),
  });
}

/** Where bars stand: docked above the keyboard of a small or touched screen, else at the caret. */
export function barPlace(): 'docked' | 'caret' {
  return touch.matches ? 'docked' : 'caret';
}

/** Calls `listener` when the window changes between a small or touched screen and a desk. */
export function onScreenChange(listener: () => void): void {
  touch.addEventListener('change', listener);
}

/** Counts what is typed, taken and taken back, over all settings of one visit. */
export class WritingCounter {
  readonly listener: WritingListener;
  /** Keys that an accepted word takes by hand. Default: one for each character it adds to the text. */
  plainKeys: (accepted: Accepted) => number = ({ keysSaved }) => keysSaved + 1;
  readonly #savings = new Savings();

  constructor(listener: WritingListener) {
    this.listener = listener;
  }

  /** Watches typing and Esc. The suggestions report the rest. */
  get extension(): Extension {
    return [
      EditorView.updateListener.of((update) => {
        for (const transaction of update.transactions) {
          // What pinyin becomes is told of by `compose`.
          if (!transaction.isUserEvent('input.type') || transaction.isUserEvent('input.type.pinyin')) continue;
          // An input method may write a word anew for each letter of it; only its growth was typed.
          const grownBy = transaction.newDoc.length - transaction.startState.doc.length;
          this.#type(Math.max(0, grownBy));
        }
      }),
      EditorView.domEventObservers({
        keydown: (event) => {
          if (event.key === 'Escape' && !event.isComposing) this.listener.dismissed();
        },
      }),
    ];
  }

  #type(characters: number): void {
    this.#savings.typed(characters);
    this.listener.typed(characters);
    this.#report();
  }

  compose(composed: Composed): void {
    this.#savings.composed(composed.plainKeys, composed.keys);
    this.listener.typed(composed.characters);
    this.listener.composed(composed);
    this.#report();
  }

  accept(accepted: Accepted): void {
    this.#savings.accepted(this.plainKeys(accepted));
    this.listener.accepted(accepted);
    this.#report();
  }

  revert(accepted: Accepted): void {
    this.#savings.takenBack(this.plainKeys(accepted));
    this.#report();
  }

  #report(): void {
    const { percent } = this.#savings;
    if (percent !== undefined) this.listener.saved(percent);
  }
}
