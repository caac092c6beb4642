import { type EditorState, Facet } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { PathScorer, PinyinAnswer, PinyinCandidate, PinyinEngine } from '@foreword/core/pinyin';

/** A candidate that the user asks about. */
export interface PinyinAsked {
  readonly candidate: PinyinCandidate;
  /** Of which it is one; `PinyinEngine.explain` takes its composition. */
  readonly answer: PinyinAnswer;
  /** What the user did: pressed the key, or clicked with the secondary button, or kept a finger on it. */
  readonly by: 'key' | 'pointer';
  /** The text before the composition, as the engine is given it. */
  readonly before: string;
}

/** Options of `pinyinInput`. Only `engine` is needed. */
export interface PinyinInputOptions {
  /** Reads what is typed and learns what is written. */
  readonly engine: PinyinEngine;
  /** A slower model that orders whole readings anew after a pause. */
  readonly scorer?: PathScorer;
  /** The pause before the slower model is asked, in milliseconds from 0 to 2,000. Default 120. */
  readonly rerankAfterMs?: number;
  /** Where the candidates stand: a tooltip at the caret, or a panel under the text. Default `caret`. */
  readonly bar?: 'caret' | 'docked';
  /** Candidates a page, an integer from 1 to 9. Default 7. */
  readonly slots?: number;
  /** What punctuation keys type in Chinese mode: `full` for `，。？`, `half` for `,.?`. Default `full`. */
  readonly punctuation?: 'full' | 'half';
  /** Whether `.`, `,` and `:` stay as they are right after a digit: 3.14, 10:30. Default true. */
  readonly halfWidthAfterDigit?: boolean;
  /** Whether the editor begins in Chinese mode. Default true. */
  readonly startsInChinese?: boolean;
  /** Whether Shift, pressed and let go alone, changes between Chinese and English. Default true. */
  readonly shiftToggles?: boolean;
  /** Whether a plain digit right after a commit chooses among what the `foreword` extension offers next. Default true. */
  readonly associations?: boolean;
  /** Whether the engine learns what is committed. Default true. */
  readonly learn?: boolean;
  /** Whether screen readers hear the candidates after a pause, what is committed, and the mode. Default true. */
  readonly announce?: boolean;
  /** Whether to learn nothing at `pos`. */
  readonly isQuiet?: (state: EditorState, pos: number) => boolean;
  /** The key that asks about the selected candidate, where there is an `onExplain`; `false` for none. Default `Alt-Enter`. */
  readonly explainKey?: string | false;
  /** Called when the user asks why a candidate is offered. Default: nobody can ask, and a secondary click is the browser's own. */
  readonly onExplain?: (asked: PinyinAsked, view: EditorView) => void;
  /** Called after each change between Chinese (true) and English. */
  readonly onModeChange?: (isChinese: boolean, view: EditorView) => void;
}

/** `PinyinInputOptions` with its defaults. */
export type ResolvedPinyinOptions = Required<
  Omit<PinyinInputOptions, 'scorer' | 'isQuiet' | 'onExplain' | 'onModeChange'>
> &
  Pick<PinyinInputOptions, 'scorer' | 'isQuiet' | 'onExplain' | 'onModeChange'>;

/** The options of the `pinyinInput` extension in force, defaults filled in; null where there is none. The first of several wins. */
export const pinyinOptions: Facet<ResolvedPinyinOptions, ResolvedPinyinOptions | null> = Facet.define({
  combine: (values) => values[0] ?? null,
});

/** Throws `TypeError` or `RangeError` on a bad option. */
export function resolvePinyinOptions(options: PinyinInputOptions): ResolvedPinyinOptions {
  const resolved: ResolvedPinyinOptions = {
    rerankAfterMs: 120,
    bar: 'caret',
    slots: 7,
    punctuation: 'full',
    halfWidthAfterDigit: true,
    startsInChinese: true,
    shiftToggles: true,
    associations: true,
    learn: true,
    announce: true,
    explainKey: 'Alt-Enter',
    ...options,
  };
  const { engine, scorer, rerankAfterMs, bar, slots, punctuation } = resolved;
  if (typeof engine?.read !== 'function') {
    throw new TypeError(`pinyinInput: engine must be a PinyinEngine, got ${String(engine)}`);
  }
  if (scorer !== undefined && typeof scorer.scoreAfter !== 'function') {
    throw new TypeError(`pinyinInput: scorer must be a PathScorer, got ${String(scorer)}`);
  }
  if (!(rerankAfterMs >= 0 && rerankAfterMs <= 2000)) {
    throw new RangeError(`pinyinInput: rerankAfterMs must be a number from 0 to 2000, got ${String(rerankAfterMs)}`);
  }
  if (!Number.isInteger(slots) || slots < 1 || slots > 9) {
    throw new RangeError(`pinyinInput: slots must be an integer from 1 to 9, got ${String(slots)}`);
  }
  requireOneOf('bar', bar, ['caret', 'docked']);
  requireOneOf('punctuation', punctuation, ['full', 'half']);
  return resolved;
}

function requireOneOf(name: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  throw new TypeError(`pinyinInput: ${name} must be '${allowed.join("' or '")}', got ${JSON.stringify(value)}`);
}
