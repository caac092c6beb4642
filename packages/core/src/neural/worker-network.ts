import { PredictionError } from '../errors.ts';
import type { NeuralFiles } from '../pack.ts';
import type { Asked, FromWorker } from './messages.ts';
import type { Attention, AttentionModel } from './ort-attention.ts';
import type { RuntimeOptions } from './ort-session.ts';

/** The caller's end of a worker, as `WorkerAttention` needs it. */
export interface AttentionHost {
  /** Grows when the worker is started anew. */
  readonly generation: number;
  readonly runtime: RuntimeOptions;
  ask(asked: Asked, signal: AbortSignal | undefined): Promise<FromWorker>;
}

/** A GPT that shows its attention, in a worker. Opened again by itself where the worker was started anew. */
export class WorkerAttention implements AttentionModel {
  readonly #host: AttentionHost;
  readonly #handle: number;
  readonly #read: () => Promise<NeuralFiles> | NeuralFiles;
  #generation = -1;
  #ready: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | null = null;

  constructor(host: AttentionHost, handle: number, read: () => Promise<NeuralFiles> | NeuralFiles) {
    this.#host = host;
    this.#handle = handle;
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

  async read(text: string): Promise<Attention> {
    if (this.#closing !== null) {
      throw new PredictionError('closed', 'The attention model has been closed. Open it again to go on.');
    }
    await this.open();
    const answer = await this.#host.ask({ kind: 'attend', model: this.#handle, text }, undefined);
    return (answer as FromWorker & { kind: 'attention' }).attention;
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
    await this.#host.ask({ kind: 'open-attention', model: this.#handle, files, runtime: this.#host.runtime }, signal);
  }
}

function ignore(): void {}
