import { PredictionError } from '../errors.ts';
import type { Distribution, LanguageModel, Query } from '../types.ts';
import type { ContinueOptions } from './generation.ts';
import type { Asked, FromWorker } from './messages.ts';
import type { NeuralModelSpec } from './open-neural-model.ts';
import type { RuntimeOptions } from './ort-session.ts';
import type { TextScore } from './scoring.ts';
import { unlessAborted } from './turns.ts';

/** A model in a worker. Questions wait while the worker is being started anew. */
export interface RemoteModel extends LanguageModel {
  next(query: Query, signal: AbortSignal): Promise<Distribution>;
  /** `GptModel.continue`. Rejects with `TypeError` for a model that is made of words. */
  continue(text: string, options?: ContinueOptions): AsyncGenerator<string, void, undefined>;
  /** `GptModel.score`. Rejects with `TypeError` for a model that is made of words. */
  score(text: string, signal?: AbortSignal): Promise<TextScore>;
  /** `GptModel.scoreAfter`. Rejects with `TypeError` for a model that is made of words. */
  scoreAfter(before: string, texts: readonly string[], signal?: AbortSignal): Promise<Float64Array>;
  /** Frees the model; the worker stays. Idempotent. */
  close(): Promise<void>;
}

/** The caller's end of a worker, as `WorkerModel` needs it. */
export interface ModelHost {
  readonly runtime: RuntimeOptions;
  ask(asked: Asked, signal: AbortSignal | undefined, onPiece?: (text: string) => void): Promise<FromWorker>;
  /** The model is closed and need not be opened in another worker. */
  forget(model: WorkerModel): void;
}

/** Questions that wait for one model's answer to the one before; of more the oldest is refused. */
const MOST_WAITING = 4;

/** A model in a worker, as its caller has it: one question at a time, and the model opened again where the worker was started anew. */
export class WorkerModel implements RemoteModel {
  name = '';
  isOpen = false;
  readonly #host: ModelHost;
  readonly #handle: number;
  readonly #read: () => Promise<NeuralModelSpec> | NeuralModelSpec;
  /** Settles when the model is open in the worker that is alive. */
  #ready: Promise<void> = Promise.resolve();
  #isAsked = false;
  readonly #waiting: { start(): void; refuse(error: Error): void }[] = [];
  #closing: Promise<void> | null = null;

  constructor(host: ModelHost, handle: number, read: () => Promise<NeuralModelSpec> | NeuralModelSpec) {
    this.#host = host;
    this.#handle = handle;
    this.#read = read;
  }

  open(signal: AbortSignal | undefined): Promise<void> {
    this.#ready = this.#open(signal);
    return this.#ready;
  }

  /** To be called when the worker has died: questions wait until the model is open in the new one. */
  reopen(death: PredictionError): void {
    this.#ready = this.#open(undefined).catch((cause) => {
      throw new PredictionError('worker-died', `${death.message} "${this.name}" could not be opened again.`, { cause });
    });
    // Whoever asks is told.
    this.#ready.catch(() => {});
  }

  async next(query: Query, signal: AbortSignal): Promise<Distribution> {
    signal.throwIfAborted();
    await this.#turn(signal);
    try {
      const answer = await this.#ask({ kind: 'next', model: this.#handle, query }, signal);
      return (answer as FromWorker & { kind: 'answer' }).distribution;
    } finally {
      this.#isAsked = false;
      this.#waiting.shift()?.start();
    }
  }

  async *continue(text: string, options: ContinueOptions = {}): AsyncGenerator<string, void, undefined> {
    const { signal, ...plain } = options;
    signal?.throwIfAborted();
    const leaving = new AbortController();
    const abort = () => leaving.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    const pieces: string[] = [];
    let wake = () => {};
    let isDone = false;
    const asked = { kind: 'continue', model: this.#handle, text, options: plain } as const;
    const done = this.#ask(asked, leaving.signal, (piece) => {
      pieces.push(piece);
      wake();
    }).finally(() => {
      isDone = true;
      wake();
    });
    // Awaited below, unless the loop is left.
    done.catch(() => {});
    try {
      for (;;) {
        const arrival = new Promise<void>((resolve) => {
          wake = resolve;
        });
        while (pieces.length > 0) yield pieces.shift()!;
        if (isDone) break;
        await arrival;
      }
      await done;
    } finally {
      signal?.removeEventListener('abort', abort);
      leaving.abort();
    }
  }

  async score(text: string, signal?: AbortSignal): Promise<TextScore> {
    signal?.throwIfAborted();
    const answer = await this.#ask({ kind: 'score', model: this.#handle, text }, signal);
    return (answer as FromWorker & { kind: 'score' }).score;
  }

  async scoreAfter(before: string, texts: readonly string[], signal?: AbortSignal): Promise<Float64Array> {
    signal?.throwIfAborted();
    const answer = await this.#ask({ kind: 'score-after', model: this.#handle, before, texts }, signal);
    return (answer as FromWorker & { kind: 'scores' }).logProbs;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #open(signal: AbortSignal | undefined): Promise<void> {
    const spec = await unlessAborted(this.#read(), signal);
    const answer = await this.#host.ask(
      { kind: 'open', model: this.#handle, spec, runtime: this.#host.runtime },
      signal,
    );
    this.name = (answer as FromWorker & { kind: 'opened' }).name;
    this.isOpen = true;
  }

  async #close(): Promise<void> {
    this.#host.forget(this);
    // A worker that is gone has freed it.
    await this.#ready.catch(() => {});
    await this.#host.ask({ kind: 'close', model: this.#handle }, undefined).catch(() => {});
  }

  async #ask(asked: Asked, signal: AbortSignal | undefined, onPiece?: (text: string) => void): Promise<FromWorker> {
    if (this.#closing !== null) {
      throw new PredictionError('closed', `The model "${this.name}" has been closed. Open it again to go on.`);
    }
    await unlessAborted(this.#ready, signal);
    return this.#host.ask(asked, signal, onPiece);
  }

  /** Resolves when no other question is being asked. Rejects with the signal's reason, or when too many newer ones have come. */
  #turn(signal: AbortSignal): Promise<void> {
    if (!this.#isAsked) {
      this.#isAsked = true;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = () => signal.removeEventListener('abort', abort);
      const turn = {
        start: () => {
          leave();
          this.#isAsked = true;
          resolve();
        },
        refuse: (error: Error) => {
          leave();
          reject(error);
        },
      };
      const abort = () => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(turn);
      if (this.#waiting.length <= MOST_WAITING) return;
      const message = `"${this.name}" was asked again and again before it had answered. Cancel questions that no longer matter.`;
      this.#waiting.shift()?.refuse(new PredictionError('model-failed', message));
    });
  }
}
