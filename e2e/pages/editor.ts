import { autocompletion, completeFromList } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { Compartment, EditorSelection, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap } from '@codemirror/view';
import * as codemirror from '@foreword/codemirror';
import { completionSource } from '@foreword/codemirror/autocomplete';
import * as pinyin from '@foreword/codemirror/pinyin';
import { createPredictor, type Predictor } from '@foreword/core';
import { FakePinyinEngine, HeldScorer } from './fake-pinyin-engine.ts';
import { HeldModel, WordListModel } from './word-list-model.ts';

/** What the tests reach for in the page. The query string says what the editor is made of. */
export interface Harness {
  view: EditorView;
  /** The extension sits in here. */
  compartment: Compartment;
  codemirror: typeof codemirror;
  EditorSelection: typeof EditorSelection;
  foreword: (options?: Partial<codemirror.ForewordOptions>) => Extension;
  slow: HeldModel;
  /** The input method, which sits in a compartment of its own. */
  pinyin: typeof pinyin & { compartment: Compartment; engine: FakePinyinEngine; scorer: HeldScorer; modes: boolean[] };
  log: {
    accepted: codemirror.Accepted[];
    reverted: codemirror.Accepted[];
    /** What stood before, the word, and how it came into the text, or `rejected`. */
    learned: [string, string, string][];
    asked: number;
    askedAt: number;
  };
}

declare global {
  interface Window {
    harness: Harness;
  }
}

const query = new URLSearchParams(location.search);
const log: Harness['log'] = { accepted: [], reverted: [], learned: [], asked: 0, askedAt: 0 };
const compartment = new Compartment();

const slow = new HeldModel('slow', ['property', 'to', 'people']);
const fast = new WordListModel('ngram');
const models = { none: [fast], beside: [fast, { model: slow, weight: 9 }], alone: [slow] }[query.get('slow') ?? 'none'];
if (models === undefined) throw new RangeError('slow must be beside or alone');
const predictor = watched(createPredictor({ models, language: query.get('language') ?? 'en' }));

const foreword: Harness['foreword'] = (options) =>
  codemirror.foreword({
    predictor,
    surfaces: surfaces(query.get('surfaces') ?? 'bar,ghost'),
    slots: Number(query.get('slots') ?? 5),
    onAccept: (done) => log.accepted.push(done),
    onRevert: (done) => log.reverted.push(done),
    ...options,
  });

const pinyinHarness: Harness['pinyin'] = {
  ...pinyin,
  compartment: new Compartment(),
  engine: new FakePinyinEngine(),
  scorer: new HeldScorer(),
  modes: [],
};

const view = new EditorView({
  parent: document.querySelector('#editor')!,
  state: EditorState.create({
    doc: query.get('doc') ?? '',
    extensions: [
      pinyinHarness.compartment.of(pinyinInput(query.get('pinyin'))),
      compartment.of(foreword()),
      query.has('plain') ? [] : drawSelection(),
      history(),
      query.has('indent') ? keymap.of([indentWithTab]) : [],
      keymap.of([...defaultKeymap, ...historyKeymap]),
      EditorView.lineWrapping,
      EditorState.allowMultipleSelections.of(true),
      EditorState.readOnly.of(query.has('readonly')),
      EditorView.theme({}, { dark: query.get('theme') === 'dark' }),
      EditorView.contentAttributes.of({ 'aria-label': 'Text', dir: query.get('dir') ?? 'ltr' }),
      completions(query.get('autocomplete')),
    ],
  }),
});
document.body.classList.toggle('dark', query.get('theme') === 'dark');
window.harness = { view, compartment, codemirror, EditorSelection, foreword, slow, pinyin: pinyinHarness, log };

function surfaces(names: string): NonNullable<codemirror.ForewordOptions['surfaces']> {
  const on = names.split(',');
  return {
    bar: on.includes('docked') ? 'docked' : on.includes('bar') && 'caret',
    ghost: on.includes('ghost'),
    popup: on.includes('popup'),
  };
}

function pinyinInput(bar: string | null): Extension {
  if (bar === null) return [];
  const { engine, scorer, modes } = pinyinHarness;
  return pinyin.pinyinInput({
    engine,
    bar: bar === 'docked' ? bar : 'caret',
    slots: 5,
    onModeChange: (isChinese) => modes.push(isChinese),
    ...(query.has('scorer') ? { scorer } : {}),
  });
}

function completions(kind: string | null): Extension {
  if (kind === null) return [];
  const list = completeFromList(['people', 'pepper', 'pelican']);
  return autocompletion({ override: [kind === 'foreword' ? completionSource(predictor) : list], interactionDelay: 0 });
}

/** The predictor with its questions and lessons logged. */
function watched(inner: Predictor): Predictor {
  return {
    predict(before, options) {
      log.asked++;
      log.askedAt = performance.now();
      return inner.predict(before, options);
    },
    predictNow: (before, options) => inner.predictNow(before, options),
    learn: (before, word, origin = 'typed') => void log.learned.push([before, word, origin]),
    reject: (before, word) => void log.learned.push([before, word, 'rejected']),
    close: () => inner.close(),
  };
}
