import type { Prediction, PredictOptions, Predictor, WordExplanation, WordOrigin } from '@foreword/core';
import { PAUSE_WORD, type ScriptConverter } from '@foreword/core/pinyin';
import type { Explainer } from './explain/explain-panel.ts';

/** Asks the Chinese models or the English ones, by what the keys write just now. */
export class TwoLanguages implements Predictor {
  isChinese = true;
  /** In which characters the text is. Default simplified, as the models' words are. */
  script: ScriptConverter | undefined;
  /** Until it is there, the Chinese models answer everything. */
  english: (Predictor & Explainer) | undefined;
  readonly #chinese: Predictor & Explainer;

  constructor(chinese: Predictor & Explainer) {
    this.#chinese = chinese;
  }

  async *predict(before: string, options?: PredictOptions): AsyncGenerator<Prediction, void, undefined> {
    if (this.#answersEnglish) yield* this.english!.predict(before, options);
    else {
      const answers = this.#chinese.predict(this.#read(before), oneMore(options));
      for await (const answer of answers) yield this.#written(answer, options);
    }
  }

  predictNow(before: string, options?: PredictOptions): Prediction {
    if (this.#answersEnglish) return this.english!.predictNow(before, options);
    return this.#written(this.#chinese.predictNow(this.#read(before), oneMore(options)), options);
  }

  async explain(before: string, word: string, options?: PredictOptions): Promise<WordExplanation> {
    if (this.#answersEnglish) return this.english!.explain(before, word, options);
    const answers = [word, PAUSE_WORD].map((each) =>
      this.#chinese.explain(this.#read(before), this.#read(each), options),
    );
    const [explanation, pause] = (await Promise.all(answers)) as [WordExplanation, WordExplanation];
    // The comma has no place of its own.
    const isBehind = explanation.rank !== null && pause.rank !== null && pause.rank < explanation.rank;
    return isBehind ? { ...explanation, rank: explanation.rank - 1 } : explanation;
  }

  learn(before: string, word: string, origin?: WordOrigin): void {
    if (!isHan(word)) this.english?.learn(before, word, origin);
    // The input method has learned what it put into the text.
    else if (origin === 'accepted') this.#chinese.learn(this.#read(before), this.#read(word), origin);
  }

  reject(before: string, word: string): void {
    if (isHan(word)) this.#chinese.reject(this.#read(before), this.#read(word));
    else this.english?.reject(before, word);
  }

  async close(): Promise<void> {
    await Promise.all([this.#chinese.close(), this.english?.close()]);
  }

  get #answersEnglish(): boolean {
    return !this.isChinese && this.english !== undefined;
  }

  #read(text: string): string {
    return this.script?.read(text) ?? text;
  }

  #written(answer: Prediction, { limit = defaultLimit }: PredictOptions = {}): Prediction {
    const { script } = this;
    const words = answer.candidates.filter(({ word }) => word !== PAUSE_WORD).slice(0, limit);
    const candidates = script === undefined ? words : words.map((each) => ({ ...each, text: script.write(each.text) }));
    return { ...answer, candidates };
  }
}

/** Of `PredictOptions`. */
const defaultLimit = 5;

/** A comma is a word to the models; it has a key of its own and is not offered. */
function oneMore(options: PredictOptions = {}): PredictOptions {
  return { ...options, limit: Math.min(100, (options.limit ?? defaultLimit) + 1) };
}

function isHan(word: string): boolean {
  return /\p{sc=Han}/u.test(word);
}
