import type { Distribution, LanguageModel, Query } from '../src/types.ts';
import { normalizeWord } from '../src/words.ts';

/** A model that gives each word one probability whatever the context, and answers as `LanguageModel` demands. */
export class FixedModel implements LanguageModel {
  readonly name: string;
  readonly queries: Query[] = [];
  readonly #probabilities: ReadonlyMap<string, number>;

  constructor(name: string, probabilities: Record<string, number>) {
    this.name = name;
    this.#probabilities = new Map(Object.entries(probabilities));
  }

  next(query: Query): Distribution {
    this.queries.push(query);
    return this.answer(query);
  }

  answer({ context, limit, also = [] }: Query): Distribution {
    const prefix = normalizeWord(context.prefix);
    const best = [...this.#probabilities.keys()].filter((word) => word.startsWith(prefix));
    best.sort((a, b) => this.#probabilities.get(b)! - this.#probabilities.get(a)!);
    const words = [...new Set([...best.slice(0, limit), ...also])];
    return { words, logProbs: Float32Array.from(words, (word) => Math.log(this.#probabilities.get(word) ?? 0)) };
  }
}

/** A slow model: each question waits until the test calls `release` or `fail`, or its signal is aborted. */
export class SlowModel implements LanguageModel {
  readonly name: string;
  readonly queries: Query[] = [];
  aborted = 0;
  closed = 0;
  readonly #fixed: FixedModel;
  readonly #waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];

  constructor(name: string, probabilities: Record<string, number>) {
    this.name = name;
    this.#fixed = new FixedModel(name, probabilities);
  }

  next(query: Query, signal: AbortSignal): Promise<Distribution> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.aborted++;
        reject(signal.reason);
      };
      if (signal.aborted) return abort();
      this.queries.push(query);
      signal.addEventListener('abort', abort);
      this.#waiting.push({ resolve: () => resolve(this.#fixed.answer(query)), reject });
    });
  }

  /** Answers the oldest question that waits. */
  release(): void {
    this.#waiting.shift()!.resolve();
  }

  fail(error: unknown): void {
    this.#waiting.shift()!.reject(error);
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  async close(): Promise<void> {
    this.closed++;
  }
}
