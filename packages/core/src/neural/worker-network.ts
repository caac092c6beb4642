import { PredictionError } from '../errors.ts';
import type { NeuralFiles } from '../pack.ts';
import type { Asked, FromWorker } from './messages.ts';
import type { AttentionModel } from './ort-attention.ts';
import { type ChoiceModel, checkCandidates } from './ort-choice.ts';
import type { RuntimeOptions } from './ort-session.ts';

/** The caller's end of a worker, as `WorkerNetwork` needs it. */
export interface NetworkHost {
  /** Grows when the worker is started anew. */
  readonly generation: number;
  readonly runtime: RuntimeOptions;
  ask(asked: Asked, signal: AbortSignal | undefined): Promise<FromWorker>;
}

/** A network in a worker that is no language model. Opened again by itself where the worker was started anew. */
export class WorkerNetwork {
  readonly #host: NetworkHost;
  readonly #handle: number;
  readonly #kind: 'open-attention' | 'open-choice';
  readonly #read: () => Promise<NeuralFiles> | NeuralFiles;
  #generation = -1;
  #ready: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | null = null;

  constructor(
    host: NetworkHost,
    handle: number,
    kind: 'open-attention' | 'open-choice',
    read: () => Promise<NeuralFiles> | NeuralFiles,
  ) {
    this.#host = host;
    this.#handle = handle;
    this.#kind = kind;
    this.#read = read;
  }

  /** Resolves when it is open in the worker that is alive. */
  async open(signal?: AbortSignal): Promise<void> {
    const { generation } = this.#host;
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#ready = this.#open(signal).catch((error) => {
        this.#generation = -1;
        throw error;
      });
    }
    await this.#ready;
  }

  /** Asks it something once it is open. */
  async ask(asked: (handle: number) => Asked): Promise<FromWorker> {
    if (this.#closing !== null) {
      const what = this.#kind === 'open-attention' ? 'attention' : 'choice';
      throw new PredictionError('closed', `The ${what} model has been closed. Open it again to go on.`);
    }
    await this.open();
    return this.#host.ask(asked(this.#handle), undefined);
  }

  close(): Promise<void> {
    this.#closing ??= this.#ready
      .then(() => this.#host.ask({ kind: 'close', model: this.#handle }, undefined))
      // A worker that is gone has freed it.
      .then(ignore, ignore);
    return this.#closing;
  }

  async #open(signal: AbortSignal | undefined): Promise<void> {
    const files = await this.#read();
    await this.#host.ask({ kind: this.#kind, model: this.#handle, files, runtime: this.#host.runtime }, signal);
  }
}

/** A GPT that shows its attention, in a worker. */
export function remoteAttention(network: WorkerNetwork): AttentionModel {
  return {
    async read(text) {
      const answer = await network.ask((model) => ({ kind: 'attend', model, text }));
      return (answer as FromWorker & { kind: 'attention' }).attention;
    },
    close: () => network.close(),
  };
}

/** A GPT that chooses, in a worker. */
export function remoteChoice(network: WorkerNetwork): ChoiceModel {
  return {
    async score(context, candidates) {
      checkCandidates(candidates);
      const answer = await network.ask((model) => ({ kind: 'choose', model, context, candidates }));
      return (answer as FromWorker & { kind: 'choice' }).scores;
    },
    close: () => network.close(),
  };
}

function ignore(): void {}
