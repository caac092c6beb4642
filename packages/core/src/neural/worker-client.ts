import { PredictionError } from '../errors.ts';
import type { NeuralFiles } from '../pack.ts';
import type { Asked, FromWorker, ToWorker } from './messages.ts';
import type { NeuralModelSpec } from './open-neural-model.ts';
import type { AttentionModel } from './ort-attention.ts';
import type { ChoiceModel } from './ort-choice.ts';
import type { RuntimeOptions } from './ort-session.ts';
import { reviveError } from './remote-error.ts';
import { unlessAborted } from './turns.ts';
import { type RemoteModel, WorkerModel } from './worker-model.ts';
import { remoteAttention, remoteChoice, WorkerNetwork } from './worker-network.ts';
import { listen, type ThreadPort } from './worker-port.ts';

/** A worker that holds neural models, so that the page goes on while they compute. */
export interface NeuralWorker {
  /**
   * Opens a model there. `read` gives its files, which are handed over and no longer there afterwards; it is called again when the worker
   * has died and is started anew: `() => packModelSpec(pack, 'gpt')`. Rejects as `read` and `openNeuralModel` do, with the signal's reason when it is aborted, and
   * with `PredictionError` `worker-died` or `closed`.
   */
  open(
    read: () => Promise<NeuralModelSpec> | NeuralModelSpec,
    options?: { readonly signal?: AbortSignal },
  ): Promise<RemoteModel>;
  /**
   * Opens there what `openAttention` opens on this thread: `() => pack.readModel('gpt', { inspect: true })`. `read` and rejections as for
   * `open`. Opened again at its next question where the worker was started anew.
   */
  openAttention(
    read: () => Promise<NeuralFiles> | NeuralFiles,
    options?: { readonly signal?: AbortSignal },
  ): Promise<AttentionModel>;
  /**
   * Opens there what `openChoice` opens on this thread: `() => pack.readModel('choice')`. `read` and rejections as for `open`. Opened again
   * at its next question where the worker was started anew.
   */
  openChoice(
    read: () => Promise<NeuralFiles> | NeuralFiles,
    options?: { readonly signal?: AbortSignal },
  ): Promise<ChoiceModel>;
  /** Ends the worker and frees all that its models hold. Idempotent; what is under way rejects with `PredictionError` `closed`. */
  close(): Promise<void>;
}

/** Options of `startNeuralWorker`. */
export interface NeuralWorkerOptions {
  /**
   * Starts the thread: a browser's or Node's `Worker` that runs `hostModels`. Default: a browser's worker with the script of
   * `@foreword/core/worker`, where bundlers find it by themselves.
   */
  readonly createWorker?: () => ThreadPort & { terminate(): unknown };
  /** How the networks are run. */
  readonly runtime?: RuntimeOptions;
  /** Called when the worker has died. `restarting` is true the first time: it is started anew and its models are opened again. */
  readonly onDeath?: (error: PredictionError, restarting: boolean) => void;
  /**
   * A worker that says nothing for this long while something is asked of it, twice over, is dead; six times as long while a
   * model is being opened. Default 10,000.
   */
  readonly silenceMs?: number;
}

/** Starts a worker for neural models. It costs no more than a thread until the first model is opened. */
export function startNeuralWorker(options: NeuralWorkerOptions = {}): NeuralWorker {
  return new WorkerClient(options);
}

function createBrowserWorker(): Worker {
  return new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
}

/** What was asked of the worker and not answered yet. */
interface Pending {
  resolve(message: FromWorker): void;
  reject(error: unknown): void;
  onPiece?(text: string): void;
  /** Opening starts a runtime and reads weights in one go: silent for long on a slow machine. */
  readonly isOpening: boolean;
}

/** How many times longer a worker may be silent while it opens a model. */
const OPENING_PATIENCE = 6;

class WorkerClient implements NeuralWorker {
  readonly #options: NeuralWorkerOptions;
  readonly #models = new Set<WorkerModel>();
  readonly #pending = new Map<number, Pending>();
  readonly #silenceMs: number;
  #worker: (ThreadPort & { terminate(): unknown }) | null = null;
  #lastId = 0;
  #lastModel = 0;
  /** Why nothing can be asked any more. */
  #end: PredictionError | null = null;
  #hasDied = false;
  generation = 0;
  #watch: ReturnType<typeof setTimeout> | undefined;

  constructor(options: NeuralWorkerOptions) {
    const { silenceMs = 10_000 } = options;
    if (!(silenceMs > 0)) throw new RangeError(`silenceMs must be greater than 0, not ${silenceMs}`);
    this.#options = options;
    this.#silenceMs = silenceMs;
    this.#start();
  }

  async open(
    read: () => Promise<NeuralModelSpec> | NeuralModelSpec,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<RemoteModel> {
    signal?.throwIfAborted();
    const handle = ++this.#lastModel;
    const model = new WorkerModel(this, handle, read);
    this.#models.add(model);
    try {
      await model.open(signal);
      return model;
    } catch (error) {
      this.#models.delete(model);
      // It may have been opened before the worker heard that it is no longer wanted.
      this.#post({ kind: 'close', id: ++this.#lastId, model: handle });
      throw error;
    }
  }

  async openAttention(
    read: () => Promise<NeuralFiles> | NeuralFiles,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<AttentionModel> {
    return remoteAttention(await this.#openNetwork('open-attention', read, signal));
  }

  async openChoice(
    read: () => Promise<NeuralFiles> | NeuralFiles,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<ChoiceModel> {
    return remoteChoice(await this.#openNetwork('open-choice', read, signal));
  }

  async close(): Promise<void> {
    this.#finish(new PredictionError('closed', 'The worker has been closed. Start a new one to go on.'));
  }

  get runtime(): RuntimeOptions {
    return this.#options.runtime ?? {};
  }

  forget(model: WorkerModel): void {
    this.#models.delete(model);
  }

  /** Asks the worker something. Rejects with the signal's reason as soon as it is aborted, and cancels it there. */
  ask(asked: Asked, signal: AbortSignal | undefined, onPiece?: (text: string) => void): Promise<FromWorker> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#end !== null) throw this.#end;
      const id = ++this.#lastId;
      this.#post({ ...asked, id } as ToWorker);
      const abort = () => {
        this.#pending.delete(id);
        this.#post({ kind: 'cancel', id });
        reject(signal?.reason);
      };
      const settled = () => signal?.removeEventListener('abort', abort);
      signal?.addEventListener('abort', abort, { once: true });
      this.#pending.set(id, {
        resolve: (message) => {
          settled();
          resolve(message);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
        isOpening: asked.kind.startsWith('open'),
        ...(onPiece === undefined ? {} : { onPiece }),
      });
      this.#watchOver();
    });
  }

  async #openNetwork(
    kind: 'open-attention' | 'open-choice',
    read: () => Promise<NeuralFiles> | NeuralFiles,
    signal: AbortSignal | undefined,
  ): Promise<WorkerNetwork> {
    signal?.throwIfAborted();
    const handle = ++this.#lastModel;
    const network = new WorkerNetwork(this, handle, kind, read);
    try {
      await unlessAborted(network.open(signal), signal);
      return network;
    } catch (error) {
      this.#post({ kind: 'close', id: ++this.#lastId, model: handle });
      throw error;
    }
  }

  #post(message: ToWorker): void {
    const files = message.kind === 'open' ? message.spec : 'files' in message ? message.files : null;
    this.#worker?.postMessage(message, buffersOf(files));
  }

  #start(): void {
    const worker = (this.#options.createWorker ?? createBrowserWorker)();
    this.#worker = worker;
    this.generation++;
    // What comes from a worker that has been given up is not heard.
    listen<FromWorker>(
      worker,
      (message) => worker === this.#worker && this.#receive(message),
      (cause) => worker === this.#worker && this.#died(cause),
    );
  }

  #receive(message: FromWorker): void {
    clearTimeout(this.#watch);
    this.#watch = undefined;
    const pending = this.#pending.get(message.id);
    if (message.kind === 'piece') pending?.onPiece?.(message.text);
    else {
      this.#pending.delete(message.id);
      if (message.kind === 'failed') pending?.reject(reviveError(message.error));
      else pending?.resolve(message);
    }
    this.#watchOver();
  }

  /** Some ways to die are silent: whoever owes an answer is asked now and then whether it is alive. */
  #watchOver(): void {
    if (this.#watch !== undefined || this.#pending.size === 0) return;
    const isOpening = [...this.#pending.values()].some((pending) => pending.isOpening);
    const patienceMs = isOpening ? OPENING_PATIENCE * this.#silenceMs : this.#silenceMs;
    this.#watch = setTimeout(() => {
      this.#post({ kind: 'ping', id: 0 });
      this.#awaitPing(performance.now(), patienceMs);
    }, patienceMs);
  }

  #awaitPing(askedMs: number, patienceMs: number): void {
    this.#watch = setTimeout(() => {
      this.#watch = undefined;
      // A machine that has been asleep, and the worker with it, is given another chance.
      const hasSlept = performance.now() - askedMs > 2 * patienceMs;
      if (this.#pending.size === 0 || hasSlept) this.#watchOver();
      else this.#died(new Error(`it has not answered for ${2 * patienceMs} ms`));
    }, patienceMs);
  }

  #died(cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : `it ended with code ${cause}`;
    const restarting = !this.#hasDied;
    const advice = restarting
      ? 'It is being started anew.'
      : 'It died before and is not started again: load the page anew.';
    const error = new PredictionError('worker-died', `The worker of the neural models died: ${reason}. ${advice}`, {
      cause,
    });
    this.#hasDied = true;
    if (!restarting) this.#finish(error);
    else {
      this.#endThread(error);
      this.#start();
      for (const model of this.#models) if (model.isOpen) model.reopen(error);
    }
    this.#options.onDeath?.(error, restarting);
  }

  #finish(error: PredictionError): void {
    if (this.#end !== null) return;
    this.#end = error;
    this.#endThread(error);
    this.#models.clear();
  }

  /** Ends the thread and rejects all that it owes. */
  #endThread(error: PredictionError): void {
    clearTimeout(this.#watch);
    this.#watch = undefined;
    const worker = this.#worker;
    this.#worker = null;
    worker?.terminate();
    const owed = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of owed) reject(error);
  }
}

/** The buffers of a model's files, to be handed over instead of copied; where one file is a part of a larger buffer it is copied. */
function buffersOf(value: unknown): ArrayBuffer[] {
  if (value instanceof Uint8Array || value instanceof Float32Array) {
    const { buffer, byteLength } = value;
    return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
  }
  if (typeof value !== 'object' || value === null || value instanceof Map) return [];
  return [...new Set(Object.values(value).flatMap(buffersOf))];
}
