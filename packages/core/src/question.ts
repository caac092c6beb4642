import { PredictionError } from './errors.ts';
import { enterJudgements, type MixedWord, type MixturePart, mix, mixWord, rankingScore } from './mixture.ts';
import type { Weighable } from './mixture-weights.ts';
import type { NearMiss } from './near-misses.ts';
import type { Confidence, Distribution, LanguageModel, PredictionContext, Query } from './types.ts';

/** A model of a predictor. */
export interface WeightedModel {
  readonly model: LanguageModel;
  /** Its weight where none was learned for it. */
  readonly weight: number;
  /** Whether it has ever answered with a promise: such models are asked last, to judge the others' words in the same breath. */
  slow: boolean;
}

/** What a question asks for. */
export interface QuestionTerms {
  readonly context: PredictionContext;
  /** How many acceptable words are wanted. */
  readonly limit: number;
  /** Which words may be suggested; of a near miss it is not asked that it begin with the letters typed. */
  accepts(word: string, isNearMiss?: boolean): boolean;
  /** Words that do not begin with the letters typed but may have been meant: with slips of the pen where what does is unlikely. */
  nearMisses(withSlips: boolean): readonly NearMiss[];
  /** The weights of the models that have answered, in their order. */
  weigh(models: readonly Weighable[]): readonly number[];
}

/**
 * One question put to all models of a mixture. Gathers their answers and has every model judge the words the others
 * proposed, without which a word that only one model proposed would count as impossible to the rest.
 */
export class Question {
  readonly #terms: QuestionTerms;
  readonly #signal: AbortSignal;
  readonly #answers: readonly Answer[];
  readonly #words = new Set<string>();
  /** Those of them that do not begin with the letters typed, and what that costs. */
  readonly #nearMisses = new Map<string, number>();
  readonly #failures: PredictionError[] = [];
  #revision = 0;
  /** Whether a slow model's promise has settled since the last `advance`. */
  #arrived = false;
  #wake: () => void = () => {};

  /** Asks nothing yet. Aborting the signal cancels what the models are doing. */
  constructor(models: readonly WeightedModel[], terms: QuestionTerms, signal: AbortSignal) {
    this.#answers = models.map((asked) => ({
      asked,
      judgements: new Map(),
      confidence: undefined,
      state: 'pending',
    }));
    this.#terms = terms;
    this.#signal = signal;
  }

  /** Asks all models; those that need no waiting have answered and judged each other's words when it returns. */
  ask(): void {
    const slow = this.#answers.filter(({ asked }) => asked.slow);
    for (const answer of this.#answers) if (!slow.includes(answer)) this.#askWidening(answer);
    this.#addNearMisses();
    this.#judge();
    for (const answer of slow) this.#ask(answer, { limit: this.#breadth(), also: [...this.#words] });
    this.#judge();
  }

  /**
   * Waits for the next slow model and until all that have answered have judged each other's words. Two slow models
   * therefore cost one further question each before the second one counts. Rejects with the signal's reason.
   */
  async advance(): Promise<void> {
    do {
      this.#signal.throwIfAborted();
      if (!this.#arrived) await this.#arrival();
      this.#arrived = false;
      this.#judge();
    } while (this.#answers.some(({ state }) => state === 'judging'));
  }

  /** Grows with every answer that comes in: 0 while there is none. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether every model's answer is in the mixture. */
  get isComplete(): boolean {
    return !this.pending && this.#answers.every(({ state }) => state === 'answered');
  }

  /** Whether `advance` has something to wait for. */
  get pending(): boolean {
    return this.#arrived || this.#answers.some(({ state }) => state === 'pending' || state === 'judging');
  }

  /** What the failed models failed with, as one error; null when none has failed. */
  get failure(): PredictionError | null {
    const [first, ...others] = this.#failures;
    if (first === undefined || others.length === 0) return first ?? null;
    const names = `${this.#failures.length} models failed: ${this.#failures.map(({ message }) => message).join(' ')}`;
    return new PredictionError(first.code, names, { cause: new AggregateError(this.#failures) });
  }

  /** The best acceptable words by all models that have answered. */
  mixed(): MixedWord[] {
    return this.#mix(this.#words, this.#parts()).slice(0, this.#terms.limit);
  }

  /**
   * Any word as `mixed` would have it, and its place among the acceptable words found. Has it judged by those who have not judged it, which
   * changes nothing else. To be asked when the question is complete. Rejects with the signal's reason.
   */
  async explain(word: string): Promise<{ readonly mixed: MixedWord; readonly rank: number }> {
    for (const { asked, judgements } of this.#answers) {
      if (judgements.has(word)) continue;
      const query = { context: this.#terms.context, limit: 0, also: [word] };
      enterJudgements(judgements, asked.model.name, await this.#asking(asked.model, query));
    }
    const parts = this.#parts();
    const near = mixWord(word, parts, this.#nearMisses.get(word));
    const mixed = this.#isWorthOffering(near) ? near : mixWord(word, parts);
    const better = this.#mix([...this.#words, word], parts).findIndex((other) => other.word === word);
    return { mixed, rank: 1 + Math.max(0, better) };
  }

  #mix(words: Iterable<string>, parts: readonly MixturePart[]): MixedWord[] {
    return mix(words, parts, this.#nearMisses).filter((mixed) => this.#isWorthOffering(mixed));
  }

  #isWorthOffering(mixed: MixedWord): boolean {
    return mixed.nearMiss === undefined || rankingScore(mixed) > leastNearMiss(this.#terms.context.prefix.length);
  }

  async #asking(model: LanguageModel, query: Query): Promise<Distribution> {
    try {
      return await model.next(query, this.#signal);
    } catch (error) {
      this.#signal.throwIfAborted();
      throw modelFailure(model.name, error);
    }
  }

  /** What the models that have answered say, and how much each counts. */
  #parts(): MixturePart[] {
    const answered = this.#answers.filter(({ state }) => state === 'answered');
    const weights = this.#terms.weigh(
      answered.map(({ asked, judgements, confidence }) => ({
        name: asked.model.name,
        weight: asked.weight,
        mass: this.#mass(judgements),
        confidence,
      })),
    );
    return answered.map(({ asked, judgements }, index) => ({
      model: asked.model.name,
      weight: weights[index]!,
      judgements,
    }));
  }

  #addNearMisses(): void {
    const { context, accepts, nearMisses } = this.#terms;
    if (context.prefix === '') return;
    const parts = this.#parts();
    const mass = mix(this.#words, parts).reduce((sum, { logProb }) => sum + Math.exp(logProb), 0);
    for (const { word, logCost } of nearMisses(parts.length > 0 && mass < UNLIKELY)) {
      if (this.#words.has(word) || !accepts(word, true)) continue;
      this.#words.add(word);
      this.#nearMisses.set(word, logCost);
    }
  }

  /** P of all words found that complete what is typed, by one model. */
  #mass(judgements: ReadonlyMap<string, number>): number {
    let mass = 0;
    for (const word of this.#words)
      if (!this.#nearMisses.has(word)) mass += Math.exp(judgements.get(word) ?? -Infinity);
    return mass;
  }

  /** With several models the best of the mixture may stand lower in each one's own list. */
  #breadth(): number {
    return this.#answers.length === 1 ? this.#terms.limit : 2 * this.#terms.limit + 10;
  }

  /** Asks one model for more and more words until enough are acceptable or it has no more. */
  #askWidening(answer: Answer): void {
    for (let limit = this.#breadth(); ; limit = Math.min(4 * limit, MOST_WORDS)) {
      this.#ask(answer, { limit });
      const { state, judgements } = answer;
      const isExhausted = state !== 'answered' || judgements.size < limit || limit >= MOST_WORDS;
      if (isExhausted || this.#words.size >= this.#terms.limit) return;
    }
  }

  #ask(answer: Answer, terms: { limit: number; also?: readonly string[] }): void {
    const { also = [] } = terms;
    try {
      const result = answer.asked.model.next({ context: this.#terms.context, ...terms }, this.#signal);
      if ('then' in result) this.#await(answer, result, also);
      else this.#enter(answer, result, also);
    } catch (error) {
      this.#fail(answer, error);
    }
  }

  #await(answer: Answer, result: Promise<Distribution>, also: readonly string[]): void {
    answer.asked.slow = true;
    answer.state = answer.state === 'answered' ? 'judging' : 'pending';
    const arrive = (enter: () => void) => {
      try {
        enter();
      } catch (error) {
        this.#fail(answer, error);
      }
      // In the same microtask, or the question would for a moment look answered without having been judged.
      this.#arrived = true;
      this.#wake();
    };
    result.then(
      (distribution) => arrive(() => this.#enter(answer, distribution, also)),
      (error: unknown) => arrive(() => this.#fail(answer, error)),
    );
  }

  #enter(answer: Answer, distribution: Distribution, also: readonly string[]): void {
    const { judgements } = answer;
    enterJudgements(judgements, answer.asked.model.name, distribution);
    for (const word of also) if (!judgements.has(word)) judgements.set(word, -Infinity);
    for (const word of distribution.words) if (this.#terms.accepts(word)) this.#words.add(word);
    answer.confidence = distribution.confidence;
    answer.state = 'answered';
    this.#revision++;
  }

  #fail(answer: Answer, error: unknown): void {
    answer.state = 'failed';
    // `predictNow` asks with an aborted signal: to refuse it is no failure.
    if (this.#signal.aborted && error === this.#signal.reason) return;
    this.#failures.push(modelFailure(answer.asked.model.name, error));
  }

  /** Has every model that has answered judge the words it has not judged yet. */
  #judge(): void {
    for (const answer of this.#answers) {
      if (answer.state !== 'answered') continue;
      const missing = [...this.#words].filter((word) => !answer.judgements.has(word));
      if (missing.length > 0) this.#ask(answer, { limit: 0, also: missing });
    }
  }

  /** Resolves when a slow model's promise settles; rejects when the signal is aborted. */
  #arrival(): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => reject(this.#signal.reason);
      this.#signal.addEventListener('abort', abort, { once: true });
      this.#wake = () => {
        this.#signal.removeEventListener('abort', abort);
        resolve();
      };
    });
  }
}

/** A model's answer as far as it has come: `judging` after it has answered once and while it judges others' words. */
interface Answer {
  readonly asked: WeightedModel;
  readonly judgements: Map<string, number>;
  /** Of a model that weighs itself. */
  confidence: Confidence | undefined;
  state: 'pending' | 'answered' | 'judging' | 'failed';
}

/** Most words one model is asked for in search of acceptable ones. */
const MOST_WORDS = 1024;
/** P of all words that complete what is typed, below which a slip of the pen is looked for. */
const UNLIKELY = 1e-4;

/** The ranking score below which a near miss is only in the way of a name that nobody knows. The more letters, the surer. */
function leastNearMiss(letters: number): number {
  return Math.log(1e-8) - Math.max(0, letters - 4) * Math.log(30);
}

function modelFailure(model: string, error: unknown): PredictionError {
  if (error instanceof PredictionError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new PredictionError('model-failed', `Model "${model}" failed: ${message}`, { cause: error });
}
