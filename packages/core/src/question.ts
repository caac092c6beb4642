import { PredictionError } from './errors.ts';
import { enterJudgements, type MixedWord, mix } from './mixture.ts';
import type { Distribution, LanguageModel, PredictionContext } from './types.ts';

/** A model of a predictor. */
export interface WeightedModel {
  readonly model: LanguageModel;
  readonly weight: number;
  /** Whether it has ever answered with a promise: such models are asked last, to judge the others' words in the same breath. */
  slow: boolean;
}

/** What a question asks for. */
export interface QuestionTerms {
  readonly context: PredictionContext;
  /** How many acceptable words are wanted. */
  readonly limit: number;
  /** Which words may be suggested. */
  accepts(word: string): boolean;
}

/**
 * One question put to all models of a mixture. Gathers their answers and has every model judge the words the others
 * proposed, without which a word that only one model proposed would count as impossible to the rest.
 */
export class Question {
  readonly #models: readonly WeightedModel[];
  readonly #terms: QuestionTerms;
  readonly #signal: AbortSignal;
  readonly #answers: Answer[] = [];
  readonly #words = new Set<string>();
  readonly #failures: PredictionError[] = [];
  /** Whether a slow model's promise has settled since the last `advance`. */
  #arrived = false;
  #wake: () => void = () => {};

  /** Asks nothing yet. Aborting the signal cancels what the models are doing. */
  constructor(models: readonly WeightedModel[], terms: QuestionTerms, signal: AbortSignal) {
    this.#models = models;
    this.#terms = terms;
    this.#signal = signal;
  }

  /** Asks all models; those that need no waiting have answered and judged each other's words when it returns. */
  ask(): void {
    for (const asked of this.#models) if (!asked.slow) this.#askWidening(asked);
    this.#judge();
    for (const asked of this.#models) {
      if (asked.slow) this.#ask(asked, { limit: this.#breadth(), also: [...this.#words] });
    }
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

  /** How many models' answers are in the mixture. */
  get answered(): number {
    return this.#answers.filter(({ state }) => state === 'answered').length;
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
    const parts = this.#answers
      .filter(({ state }) => state === 'answered')
      .map(({ asked, judgements }) => ({ model: asked.model.name, weight: asked.weight, judgements }));
    return mix(this.#words, parts).slice(0, this.#terms.limit);
  }

  /** With several models the best of the mixture may stand lower in each one's own list. */
  #breadth(): number {
    return this.#models.length === 1 ? this.#terms.limit : 2 * this.#terms.limit + 10;
  }

  /** Asks one model for more and more words until enough are acceptable or it has no more. */
  #askWidening(asked: WeightedModel): void {
    for (let limit = this.#breadth(); ; limit *= 4) {
      const answer = this.#ask(asked, { limit });
      if (answer.state !== 'answered' || limit * 4 > MOST_WORDS) return;
      if (answer.judgements.size < limit || this.#words.size >= this.#terms.limit) return;
    }
  }

  #ask(asked: WeightedModel, terms: { limit: number; also?: readonly string[] }): Answer {
    let answer = this.#answers.find((known) => known.asked === asked);
    if (answer === undefined) {
      answer = { asked, judgements: new Map(), state: 'pending' };
      this.#answers.push(answer);
    }
    const { also = [] } = terms;
    try {
      const result = asked.model.next({ context: this.#terms.context, ...terms }, this.#signal);
      if ('then' in result) this.#await(answer, result, also);
      else this.#enter(answer, result, also);
    } catch (error) {
      // `predictNow` asks with an aborted signal: refusing it is no failure, anything else thrown is.
      this.#fail(answer, error, this.#signal.aborted && error === this.#signal.reason);
    }
    return answer;
  }

  #await(answer: Answer, result: Promise<Distribution>, also: readonly string[]): void {
    answer.asked.slow = true;
    answer.state = answer.state === 'answered' ? 'judging' : 'pending';
    result
      .then((distribution) => this.#enter(answer, distribution, also))
      .catch((error: unknown) => this.#fail(answer, error, this.#signal.aborted))
      .finally(() => {
        this.#arrived = true;
        this.#wake();
      });
  }

  #enter(answer: Answer, distribution: Distribution, also: readonly string[]): void {
    const { judgements } = answer;
    enterJudgements(judgements, answer.asked.model.name, distribution);
    for (const word of also) if (!judgements.has(word)) judgements.set(word, -Infinity);
    for (const word of distribution.words) if (this.#terms.accepts(word)) this.#words.add(word);
    answer.state = 'answered';
  }

  #fail(answer: Answer, error: unknown, cancelled: boolean): void {
    answer.state = 'failed';
    if (!cancelled) this.#failures.push(modelFailure(answer.asked.model.name, error));
  }

  /** Has every model that has answered judge the words it has not judged yet. */
  #judge(): void {
    for (const answer of this.#answers) {
      if (answer.state !== 'answered') continue;
      const missing = [...this.#words].filter((word) => !answer.judgements.has(word));
      if (missing.length > 0) this.#ask(answer.asked, { limit: 0, also: missing });
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
  state: 'pending' | 'answered' | 'judging' | 'failed';
}

/** Most words one model is asked for in search of acceptable ones. */
const MOST_WORDS = 1024;

function modelFailure(model: string, error: unknown): PredictionError {
  if (error instanceof PredictionError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new PredictionError('model-failed', `Model "${model}" failed: ${message}`, { cause: error });
}
