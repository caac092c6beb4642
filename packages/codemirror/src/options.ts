import { type EditorState, Facet } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { Candidate, Predictor } from '@foreword/core';
import type { Accepted } from './accepted.ts';

/** Which of the three surfaces draw the candidates. All of them draw the same ones. */
export interface Surfaces {
  /** The numbered candidate bar: a tooltip at the caret, a panel under the text, or none. */
  readonly bar: 'caret' | 'docked' | false;
  /** The rest of the leading candidate, greyed, after the caret at a line's end. */
  readonly ghost: boolean;
  /** The candidates as a list under the word. */
  readonly popup: boolean;
}

/** Key names as in CodeMirror's keymaps (`Mod-Space`), `false` for none. */
export interface ForewordKeys {
  /** Accepts the ghost while there is one. Default `Tab`. */
  readonly acceptGhost: string | false;
  /** Accepts the ghost's next word. Default `Ctrl-ArrowRight`, on a Mac `Alt-ArrowRight`; the left arrow where text runs to the left. */
  readonly acceptGhostWord: string | false;
  /** Arms the bar after typing: digits, arrows and Enter then choose. Default `ArrowDown`. */
  readonly arm: string | false;
  /** Puts all surfaces away for the word at the caret. Default `Escape`. */
  readonly dismiss: string | false;
  /** Right after an accept, puts back what was typed. Default `Backspace`. */
  readonly revert: string | false;
  /** Together with a digit, chooses that slot at any time. Default `Alt`. */
  readonly choose: 'Alt' | 'Ctrl' | 'Meta' | false;
  /** Asks about the chosen candidate, or the likeliest, where there is an `onExplain`. Default `Alt-Enter`. */
  readonly explain: string | false;
}

/** A candidate that the user asks about. */
export interface Asked {
  readonly candidate: Candidate;
  /** Its slot on the page, from 0. */
  readonly slot: number;
  /** What the user did: pressed the key, or clicked with the secondary button, or kept a finger on it. */
  readonly by: 'key' | 'pointer';
  /** The text around the caret, as the predictor is given it: for `MixturePredictor.explain`. */
  readonly before: string;
  readonly after: string;
}

/** An answer of the predictor that has just been shown. */
export interface Answered {
  /** From the question to this answer, in milliseconds. */
  readonly ms: number;
  /** From the question to its first answer, whether that was shown or held back, in milliseconds. */
  readonly firstMs: number;
  /** Candidates in the answer, before they are cut into pages. */
  readonly count: number;
  /** Whether no better answer to the same question follows. */
  readonly final: boolean;
}

/** Options of `foreword`. Only `predictor` is needed. */
export interface ForewordOptions {
  /** Answers all questions and learns. The extension does not close it. */
  readonly predictor: Predictor;
  /** Default `{ bar: 'caret', ghost: true, popup: false }`; `bar: true` means `'caret'`. */
  readonly surfaces?: Partial<Omit<Surfaces, 'bar'>> & { readonly bar?: Surfaces['bar'] | true };
  /** Candidates shown at a time, an integer from 1 to 9. Default 5. */
  readonly slots?: number;
  /** Pages of candidates to turn, an integer from 1 to 10. Default 3. */
  readonly pages?: number;
  /** Changes some keys, or with `false` binds none. */
  readonly keys?: Partial<ForewordKeys> | false;
  /**
   * How long an answer that a better one follows is held back, in milliseconds from 0 to 200: what is shown once does not move, so a
   * better answer that comes by then takes its place unseen. Default 32, two frames of most screens; an answer that is final is never held.
   */
  readonly patienceMs?: number;
  /** Whether the predictor learns the words that are accepted or typed. Default true. */
  readonly learn?: boolean;
  /** Whether screen readers hear the candidates after a pause in typing. Default true. */
  readonly announce?: boolean;
  /** Whether to offer and learn nothing at `pos`, e.g. inside code. Called often: keep it cheap. */
  readonly isQuiet?: (state: EditorState, pos: number) => boolean;
  /** Called after each accept. */
  readonly onAccept?: (accepted: Accepted, view: EditorView) => void;
  /** Called after an accept was taken back with Backspace. */
  readonly onRevert?: (accepted: Accepted, view: EditorView) => void;
  /** Called when the user asks why a candidate is offered. Default: nobody can ask, and a secondary click is the browser's own. */
  readonly onExplain?: (asked: Asked, view: EditorView) => void;
  /** Called after each answer that was shown. */
  readonly onAnswer?: (answered: Answered, view: EditorView) => void;
}

/** The options of the `foreword` extension in force, defaults filled in; null where there is none. The first of several wins. */
export const forewordOptions: Facet<ResolvedOptions, ResolvedOptions | null> = Facet.define({
  combine: (values) => values[0] ?? null,
});

/** `ForewordOptions` with its defaults. */
export type ResolvedOptions = Required<
  Omit<ForewordOptions, 'surfaces' | 'keys' | 'isQuiet' | 'onAccept' | 'onRevert' | 'onExplain' | 'onAnswer'>
> &
  Pick<ForewordOptions, 'isQuiet' | 'onAccept' | 'onRevert' | 'onExplain' | 'onAnswer'> & {
    readonly surfaces: Surfaces;
    readonly keys: ForewordKeys;
  };

/** Throws `TypeError` or `RangeError` on a bad option. */
export function resolveOptions(options: ForewordOptions): ResolvedOptions {
  const { predictor, surfaces, slots = 5, pages = 3, patienceMs = 32, keys, ...others } = options;
  if (typeof predictor?.predict !== 'function') {
    throw new TypeError(`foreword: predictor must be a Predictor, got ${describe(predictor)}`);
  }
  requireInteger('slots', slots, 9);
  requireInteger('pages', pages, 10);
  if (!(patienceMs >= 0 && patienceMs <= 200)) {
    throw new RangeError(`foreword: patienceMs must be a number from 0 to 200, got ${describe(patienceMs)}`);
  }
  return {
    learn: true,
    announce: true,
    ...others,
    predictor,
    slots,
    pages,
    patienceMs,
    surfaces: resolveSurfaces(surfaces),
    keys: keys === false ? noKeys : { ...defaultKeys, ...keys },
  };
}

function resolveSurfaces(surfaces: ForewordOptions['surfaces'] = {}): Surfaces {
  const { bar = 'caret', ghost = true, popup = false } = surfaces;
  if (typeof bar !== 'boolean' && bar !== 'caret' && bar !== 'docked') {
    throw new TypeError(`foreword: surfaces.bar must be 'caret', 'docked' or a boolean, got ${describe(bar)}`);
  }
  return { bar: bar === true ? 'caret' : bar, ghost, popup };
}

function requireInteger(name: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new RangeError(`foreword: ${name} must be an integer from 1 to ${most}, got ${describe(value)}`);
  }
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

const isMac = (): boolean => typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);

const noKeys: ForewordKeys = {
  acceptGhost: false,
  acceptGhostWord: false,
  arm: false,
  dismiss: false,
  revert: false,
  choose: false,
  explain: false,
};

const defaultKeys: ForewordKeys = {
  acceptGhost: 'Tab',
  acceptGhostWord: isMac() ? 'Alt-ArrowRight' : 'Ctrl-ArrowRight',
  arm: 'ArrowDown',
  dismiss: 'Escape',
  revert: 'Backspace',
  choose: 'Alt',
  explain: 'Alt-Enter',
};
