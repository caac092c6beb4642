import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import {
  type Committed,
  commitRaw,
  committed,
  type PinyinAsked,
  pinyinInput,
  toggleChinese,
} from '@foreword/codemirror/pinyin';
import { createPredictor, type Pack } from '@foreword/core';
import type { Personal } from '@foreword/core/personal';
import {
  chosenEnd,
  createPinyinEngine,
  openPinyinLexicon,
  type PinyinCandidate,
  type PinyinEngine,
  type PinyinLexicon,
  type PinyinOptions,
  type ScriptConverter,
  shuangpinSchemes,
} from '@foreword/core/pinyin';
import { forgetPinyinKeys } from './forget-pinyin-keys.ts';
import type { ModelSwitch } from './model-switch.ts';
import { PinyinKeys } from './pinyin-keys.ts';
import type { Settings } from './settings.ts';
import { barPlace, suggestions, type WritingCounter } from './suggestions.ts';
import { TwoLanguages } from './two-languages.ts';

export { chineseSettings } from './chinese-settings.ts';

/** What writing Chinese needs of the page. */
export interface ChineseHost {
  readonly models: ModelSwitch;
  /** The bytes of the pack's pinyin lexicon. */
  readonly pinyin: Uint8Array;
  readonly counter: WritingCounter;
  /** Forgets a word; returns false where nothing can be forgotten yet. */
  forget(word: { readonly word: string; readonly text: string }): boolean;
  /** Says why letters become a text. */
  explain(asked: PinyinAsked, engine: PinyinEngine, view: EditorView): void;
  /** Called when the keys write the other language from now on. */
  onMode(isChinese: boolean): void;
}

/** Writing Chinese: pinyin for the text, what comes next (联想), and English in between. Loaded only by those who write it. */
export class ChineseWriting {
  readonly #host: ChineseHost;
  readonly #lexicon: PinyinLexicon;
  readonly #predictor: TwoLanguages;
  readonly #keys: PinyinKeys;
  #personal: Personal | undefined;
  #english: Pack | undefined;
  #forgivesEnglish: boolean | undefined;
  #script: ScriptConverter | undefined;
  #engine: PinyinEngine | undefined;
  #lastKey = '';

  /** Throws `PredictionError` when the lexicon is damaged. */
  constructor(host: ChineseHost) {
    this.#host = host;
    const { vocabulary } = host.models.pack.ngram;
    this.#lexicon = openPinyinLexicon(host.pinyin, vocabulary.size);
    this.#keys = new PinyinKeys(this.#lexicon, vocabulary);
    this.#predictor = new TwoLanguages(host.models);
    host.counter.plainKeys = ({ candidate, keysSaved }) =>
      // A digit or Space would have taken what the letters become.
      /\p{sc=Han}/u.test(candidate.text) ? this.#keys.of(candidate.text) + 1 : keysSaved + 1;
  }

  /** From now on the input method knows what the writer has written, and learns. */
  join(personal: Personal): void {
    this.#personal = personal;
    this.#engine = undefined;
  }

  /** From now on English words stand among the candidates, and English is suggested while the keys write it. */
  joinEnglish(pack: Pack): void {
    this.#english = pack;
    this.#engine = undefined;
  }

  /** Loads what the settings ask for and is not there yet: to be called while the page can still load. */
  async prepare({ script }: Settings): Promise<void> {
    if (script !== 'traditional' || this.#script !== undefined) return;
    const { traditional } = await import('./traditional.ts');
    this.#script = traditional();
  }

  /** Whether the settings can be followed with what has been loaded. */
  isPreparedFor({ script }: Settings): boolean {
    return script === 'simplified' || this.#script !== undefined;
  }

  /** Whether the keys write Chinese just now, or English. */
  get isChinese(): boolean {
    return this.#predictor.isChinese;
  }

  /** The input method as the writer has set it. */
  input(settings: Settings): Extension {
    const { scorer } = this.#host.models;
    const script = settings.script === 'traditional' ? this.#script : undefined;
    this.#predictor.script = script;
    this.#setEnglish(settings.forgivesSlips);
    const engine = this.#engineFor({ ...optionsOf(settings), script });
    return [
      EditorView.domEventObservers({
        keydown: ({ key }) => {
          this.#lastKey = key;
        },
      }),
      forgetPinyinKeys((candidate) => this.#host.forget(wordOf(candidate))),
      pinyinInput({
        engine,
        ...(scorer === undefined ? {} : { scorer }),
        bar: barPlace(),
        slots: settings.slots,
        punctuation: settings.punctuation,
        startsInChinese: this.isChinese,
        announce: settings.announcements,
        onExplain: (asked, view) => this.#host.explain(asked, engine, view),
        onModeChange: (isOn) => this.#follow(isOn),
      }),
      EditorView.updateListener.of(({ transactions }) => {
        for (const transaction of transactions) {
          const done = transaction.annotation(committed);
          if (done !== undefined) this.#count(done);
        }
      }),
    ];
  }

  /** What comes next, or English words, as the writer has set it. The grey word is for English: 联想 asks for a digit. */
  suggestions(settings: Settings): Extension {
    const ghost = settings.ghost && !this.isChinese;
    return suggestions(this.#predictor, { ...settings, ghost }, this.#host.counter);
  }

  /** Lets the keys write the other language, as Shift does. */
  toggle(view: EditorView): void {
    toggleChinese(view);
    view.focus();
  }

  /** Puts the letters of an open composition into the text. To be called before the page is left. */
  finish(view: EditorView): void {
    commitRaw(view);
  }

  #follow(isOn: boolean): void {
    this.#predictor.isChinese = isOn;
    // The editor is in the middle of an update.
    queueMicrotask(() => this.#host.onMode(isOn));
  }

  #setEnglish(nearMisses: boolean): void {
    if (this.#english === undefined || nearMisses === this.#forgivesEnglish) return;
    this.#forgivesEnglish = nearMisses;
    this.#predictor.english = createPredictor(this.#english, { nearMisses });
  }

  #engineFor(options: PinyinOptions): PinyinEngine {
    if (this.#engine !== undefined) this.#engine.setOptions(options);
    this.#engine ??= createPinyinEngine({
      ngram: this.#host.models.pack.ngram,
      lexicon: this.#lexicon,
      options,
      ...(this.#personal === undefined ? {} : { personal: this.#personal }),
      ...(this.#english === undefined ? {} : { english: this.#english.ngram }),
    });
    return this.#engine;
  }

  #count({ text, composition }: Committed): void {
    const { letters, chosen } = composition;
    const rest = letters.length - chosenEnd(composition);
    // What was chosen piece by piece took a key each; so did the letters that were left as they are.
    const choices = chosen.length + (rest > 0 ? 1 : 0);
    const written = chosen.flatMap((choice) => choice.words.map(({ text }) => text)).join('');
    const plain = chosen
      .filter(({ words }) => words.length === 0)
      .reduce((sum, choice) => sum + choice.text.length, rest);
    this.#host.counter.compose({
      characters: text.length,
      plainKeys: this.#keys.of(written) + plain + 1,
      keys: letters.length + choices,
      byDigit: /^\d$/.test(this.#lastKey),
    });
  }
}

function optionsOf({ scheme, fuzzy, forgivesSlips }: Settings): PinyinOptions {
  return { scheme: scheme === 'full' ? scheme : shuangpinSchemes[scheme], fuzzy, typos: forgivesSlips };
}

/** A candidate as the writer's own model knows it. */
function wordOf({ text, words }: PinyinCandidate): { word: string; text: string } {
  return { word: words.length === 0 ? text : words.map((word) => word.text).join(''), text };
}
