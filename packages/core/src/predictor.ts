import { completesRemainder } from './acceptance.ts';
import { caseCandidate, caseNearMiss } from './casing.ts';
import { contextReaderOf } from './chinese-context.ts';
import { readContext, splitsCharacter, wordRemainder } from './context.ts';
import { contextClass } from './context-class.ts';
import { PredictionError } from './errors.ts';
import type { Obstacle, WordExplanation } from './explain.ts';
import type { Ladder } from './ladder.ts';
import type { Lexicon } from './lexicon.ts';
import type { MixedWord } from './mixture.ts';
import { type MixtureWeights, weighModels } from './mixture-weights.ts';
import type { Pack } from './pack.ts';
import { Question, type QuestionTerms, type WeightedModel } from './question.ts';
import type {
  Candidate,
  MixturePredictor,
  PersonalModel,
  Prediction,
  PredictionContext,
  PredictOptions,
  PredictorModel,
  WordOrigin,
} from './types.ts';
import { normalizeWord } from './words.ts';

/** What a predictor is made of. */
export interface PredictorOptions {
  /** At least one, with names of their own. Weights are relative, greater than 0, default 1; those in `mixtures` go before. */
  readonly models: readonly PredictorModel[];
  /** Weights learned for sets of models, as a pack has them. Those of one set sum to 1; see `weighModels`. Default: none. */
  readonly mixtures?: readonly MixtureWeights[];
  /** Chooses before each question which models are asked, and is told how long the final answer took. Default: all are asked. */
  readonly ladder?: Ladder;
  /** How words are written and which are never suggested. Default: all in lower case, all suggested. */
  readonly lexicon?: Lexicon;
  /** What has learned from the user: it is asked too, learns, and says which words are blocked and how they are written. Default: none. */
  readonly personal?: PersonalModel;
  /** Reads the text before the caret. Default `readContext`; for a Chinese pack in the words of its vocabulary. */
  readonly readContext?: (before: string) => PredictionContext;
  /** Whether a normalised word must not be suggested, in whatever case. */
  readonly isBlocked?: (word: string) => boolean;
  /**
   * Whether words are offered that do not begin with the letters typed but nearly: an apostrophe left out, a slip of the pen. They stand
   * where their probability and what such a slip costs puts them. Default true, where the lexicon knows any.
   */
  readonly nearMisses?: boolean;
  /** BCP 47 tag of the text's language, for upper case. Default: Unicode's rules for no language in particular. */
  readonly language?: string;
}

/**
 * Makes a predictor of a pack or of models of your own. One made of a pack answers from the n-gram until `setModels` gives it
 * more, which the pack's learned weights then mix; `own` says what is the user's. Throws `TypeError`/`RangeError` on bad options.
 */
export function createPredictor(
  options: PredictorOptions | Pack,
  own: Pick<PredictorOptions, 'personal' | 'isBlocked' | 'ladder' | 'nearMisses'> = {},
): MixturePredictor {
  if (!('ngram' in options)) return new ModelMixer({ ...options, ...own });
  const { ngram, lexicon, manifest } = options;
  const { language, mixtures = [] } = manifest;
  return new ModelMixer({
    models: [ngram],
    lexicon,
    language,
    mixtures,
    readContext: contextReaderOf(language, ngram.vocabulary),
    ...own,
  });
}

class ModelMixer implements MixturePredictor {
  readonly #options: PredictorOptions;
  readonly #read: (before: string) => PredictionContext;
  #models: readonly WeightedModel[];
  readonly #running = new Set<AbortController>();
  #closing: Promise<void> | null = null;

  constructor(options: PredictorOptions) {
    checkLanguage(options.language);
    this.#options = options;
    this.#read = options.readContext ?? readContext;
    this.#models = checkedModels(options.models, options.personal);
  }

  predict(before: string, options: PredictOptions = {}): AsyncIterable<Prediction> {
    this.#checkOpen();
    return this.#stream(checkedTask(before, options, this.#read), options.signal);
  }

  predictNow(before: string, options: PredictOptions = {}): Prediction {
    this.#checkOpen();
    options.signal?.throwIfAborted();
    const task = checkedTask(before, options, this.#read);
    const question = this.#question(task, AbortSignal.abort());
    question.ask();
    if (question.failure !== null) throw question.failure;
    return this.#prediction(task, question.mixed(), question.isComplete);
  }

  learn(before: string, word: string, origin: WordOrigin = 'typed'): void {
    for (const model of this.#learners(before, word)) model.learn(this.#read(before), word, origin);
  }

  reject(before: string, word: string): void {
    for (const model of this.#learners(before, word)) model.reject(this.#read(before), word);
  }

  #learners(before: string, word: string): PersonalModel[] {
    this.#checkOpen();
    checkText('before', before);
    checkText('word', word);
    return this.#models.flatMap(({ model }) => ('learn' in model ? [model as PersonalModel] : []));
  }

  setModels(models: readonly PredictorModel[]): void {
    this.#checkOpen();
    this.#models = checkedModels(models, this.#options.personal);
  }

  async explain(before: string, word: string, options: PredictOptions = {}): Promise<WordExplanation> {
    this.#checkOpen();
    options.signal?.throwIfAborted();
    checkText('word', word);
    const normalized = normalizeWord(word);
    if (normalized === '') throw new RangeError('word must not be empty');
    const task = checkedTask(before, options, this.#read);
    const models = this.#models;
    return this.#run(options.signal, async (signal) => {
      const question = this.#question(task, signal);
      question.ask();
      while (!question.isComplete) {
        if (!question.pending) throw question.failure;
        await question.advance();
      }
      const { mixed, rank } = await question.explain(normalized);
      const { logProb, evidence, nearMiss } = mixed;
      const obstacles = this.#obstacles(task).filter(
        ([name, isMet]) => !(name === 'letters' && nearMiss !== undefined) && isMet(normalized),
      );
      const names = obstacles.map(([name]) => name);
      if (logProb === -Infinity && evidence.length > 0) names.push('unknown');
      return {
        word: normalized,
        logProb,
        rank: names.length === 0 ? rank : null,
        ...(nearMiss === undefined ? {} : { nearMiss }),
        obstacles: names,
        models: evidence.map((part) => {
          const { model } = models.find(({ model }) => model.name === part.model)!;
          const details = model.explain?.(task.context, normalized);
          const share = part.weight * Math.exp(part.logProb);
          return { ...part, share, ...(details === undefined ? {} : { details }) };
        }),
      };
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async *#stream(task: Task, signal: AbortSignal | undefined): AsyncGenerator<Prediction, void, undefined> {
    this.#checkOpen();
    signal?.throwIfAborted();
    const controller = new AbortController();
    const abort = () => controller.abort(signal?.reason);
    signal?.addEventListener('abort', abort);
    this.#running.add(controller);
    const began = performance.now();
    let answeredMs = -1;
    try {
      const question = this.#question(task, controller.signal);
      question.ask();
      for (let shown = 0; ; await question.advance()) {
        const { isComplete: final, revision } = question;
        if (final) answeredMs = performance.now() - began;
        if (final || revision > shown) yield this.#prediction(task, question.mixed(), final);
        if (final) return;
        controller.signal.throwIfAborted();
        if (!question.pending) throw question.failure;
        shown = revision;
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#running.delete(controller);
      controller.abort();
      this.#options.ladder?.record(answeredMs < 0 ? performance.now() - began : answeredMs, answeredMs >= 0);
    }
  }

  /** Calls `work` with a signal that `close` aborts too. */
  async #run<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const abort = () => controller.abort(signal?.reason);
    signal?.addEventListener('abort', abort);
    this.#running.add(controller);
    try {
      return await work(controller.signal);
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#running.delete(controller);
      controller.abort();
    }
  }

  /** What may keep a word from being suggested, and whether it does: cheapest and likeliest first. */
  #obstacles({ context, remainder, silent }: Task): [Obstacle, (word: string) => boolean][] {
    const { lexicon, isBlocked, personal } = this.#options;
    const typed = normalizeWord(context.prefix);
    const completes = (word: string) =>
      word.startsWith(typed) && word !== '' && (remainder === '' || completesRemainder(word, typed, remainder));
    return [
      ['letters', (word) => !completes(word)],
      ['offensive', (word) => lexicon?.isOffensive(word) === true && personal?.isAllowed?.(word) !== true],
      ['blocked', (word) => isBlocked?.(word) === true || personal?.isBlocked?.(word) === true],
      ['place', () => silent],
    ];
  }

  #question(task: Task, signal: AbortSignal): Question {
    const { context, limit, remainder, silent } = task;
    const obstacles = this.#obstacles(task);
    const accepts = (word: string, isNearMiss = false) =>
      !obstacles.some(([name, isMet]) => !(isNearMiss && name === 'letters') && isMet(word));
    const { lexicon, nearMisses: isCorrecting = true } = this.#options;
    const nearMisses = (withSlips: boolean) =>
      isCorrecting && remainder === '' ? (lexicon?.nearMisses?.(normalizeWord(context.prefix), withSlips) ?? []) : [];
    const models = silent ? [] : this.#models.filter(({ model }) => this.#options.ladder?.allows(model.name) ?? true);
    return new Question(models, { context, limit, accepts, nearMisses, weigh: this.#weigh(context) }, signal);
  }

  #weigh(context: PredictionContext): QuestionTerms['weigh'] {
    const { mixtures = [], lexicon } = this.#options;
    const place = contextClass(context, (word) => lexicon?.isKnown?.(word) ?? true);
    return (models) => weighModels(mixtures, place, models);
  }

  #prediction(task: Task, words: readonly MixedWord[], final: boolean): Prediction {
    const { context } = task;
    const candidates = words.map((mixed): Candidate => ({ text: this.#textOf(mixed, task), ...mixed }));
    return { context, candidates, final };
  }

  #textOf({ word, nearMiss }: MixedWord, { context, remainder }: Task): string {
    const { lexicon, language, personal } = this.#options;
    const startsSentence = context.words.length === 0;
    const place = { prefix: context.prefix, startsSentence, language };
    const isKnown = lexicon?.isKnown?.(word) ?? false;
    const form = (isKnown ? undefined : personal?.displayForm?.(word)) ?? lexicon?.displayForm(word) ?? word;
    if (nearMiss !== undefined) return caseNearMiss(form, place);
    const text = caseCandidate(form, place);
    return text.slice(0, text.length - remainder.length) + remainder;
  }

  async #close(): Promise<void> {
    for (const controller of this.#running) controller.abort(closedError());
    const closing = await Promise.allSettled(this.#models.map(({ model }) => model.close?.()));
    for (const result of closing) if (result.status === 'rejected') throw result.reason;
  }

  #checkOpen(): void {
    if (this.#closing !== null) throw closedError();
  }
}

/** One `predict` call, its arguments checked. */
interface Task {
  readonly context: PredictionContext;
  readonly limit: number;
  /** The rest of the word behind a caret that stands inside it. */
  readonly remainder: string;
  /** Whether nothing can be right at the caret: inside a word with nothing to complete, or inside a character. */
  readonly silent: boolean;
}

function checkedTask(before: string, options: PredictOptions, read: (before: string) => PredictionContext): Task {
  const { after = '', limit = 5 } = options;
  checkText('before', before);
  checkText('after', after);
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= 100)) {
    throw new RangeError(`limit must be an integer from 1 to 100, not ${limit}`);
  }
  const context = read(before);
  const remainder = wordRemainder(before, after);
  const silent = (remainder !== '' && context.prefix === '') || splitsCharacter(before, after);
  return { context, limit, remainder, silent };
}

function checkText(name: string, value: unknown): void {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string, not ${typeof value}`);
}

function checkLanguage(language: string | undefined): void {
  try {
    if (language !== undefined) new Intl.Locale(language);
  } catch {
    throw new RangeError(`language must be a BCP 47 tag, not "${language}"`);
  }
}

/** Sorted by name, so that sums come out the same to the last bit whatever order the caller lists the models in. */
function checkedModels(models: readonly PredictorModel[], personal: PersonalModel | undefined): WeightedModel[] {
  if (models.length === 0) throw new RangeError('models must hold at least one model');
  const weighted = [...models, ...(personal === undefined ? [] : [personal])].map((entry) => ({
    weight: 1,
    slow: false,
    ...('model' in entry ? entry : { model: entry }),
  }));
  weighted.sort((a, b) => (a.model.name < b.model.name ? -1 : 1));
  for (const [index, { model, weight }] of weighted.entries()) {
    if (!(weight > 0 && weight < Infinity)) {
      throw new RangeError(`weight of model "${model.name}" must be a number greater than 0, not ${weight}`);
    }
    if (weighted[index + 1]?.model.name === model.name) {
      throw new RangeError(`models must have different names, two are named "${model.name}"`);
    }
  }
  return weighted;
}

function closedError(): PredictionError {
  return new PredictionError('closed', 'The predictor has been closed. Create a new one to go on.');
}
