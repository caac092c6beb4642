import { type NeuralModelName, neuralModelNames, type PredictionError } from '@foreword/core';
import type { ModelStatus } from './model-status.ts';
import { type ModelName, type ModelSwitch, modelSizeBytes } from './model-switch.ts';
import type { NeuralListener, NeuralParts } from './neural.ts';
import { hideNotice, showNotice } from './notices.ts';
import type { Store } from './store.ts';
import { formatBytes, type StringKey, text } from './strings.ts';

/** What loading the neural models needs of the page. */
export interface NeuralHost {
  readonly models: ModelSwitch;
  readonly status: ModelStatus;
  readonly store: Store;
  /** Called when a model has come or gone. */
  onChange(): void;
}

/** Loads the pack's neural models behind the page, in two steps, for between them the page shuts its door. */
export class NeuralModels {
  readonly #host: NeuralHost;
  readonly #names: readonly NeuralModelName[];
  #parts: NeuralParts | undefined;

  constructor(host: NeuralHost) {
    this.#host = host;
    const { models } = host.models.pack.manifest;
    this.#names = neuralModelNames.filter((name) => models[name] !== undefined);
  }

  /** Reads all files, unless the device is not up to it or asks to save data. Resolves to whether there is anything to start. */
  async read(): Promise<boolean> {
    const { models, status, store } = this.#host;
    if (this.#names.length === 0) return false;
    if (!hasSimd()) {
      status.show({ kind: 'unavailable' });
      return false;
    }
    const totalBytes = this.#names.reduce(
      (sum, name) => sum + modelSizeBytes(models.pack, name),
      import.meta.env.RUNTIME_BYTES,
    );
    if (savesData() && store.get('neural') !== 'wanted') {
      this.#ask(totalBytes);
      return false;
    }
    status.show({ kind: 'loading', receivedBytes: 0, totalBytes });
    try {
      // The comparison too, which cannot be fetched later.
      const [{ readNeural }] = await Promise.all([import('./neural.ts'), import('./comparison.ts')]);
      this.#parts = await readNeural(models.pack, this.#names, totalBytes, this.#listener);
    } catch (error) {
      this.#report(this.#names, error);
    }
    if (this.#parts === undefined || this.#parts.specs.size === 0) status.show({ kind: 'ready' });
    return this.#parts !== undefined && this.#parts.specs.size > 0;
  }

  /** Opens what was read. Needs no connection. Resolves when each model answers or has failed. */
  async start(): Promise<void> {
    if (this.#parts === undefined) return;
    this.#host.status.show({ kind: 'starting' });
    const { startNeural } = await import('./neural.ts');
    await startNeural(this.#parts, this.#listener);
    this.#host.status.show({ kind: 'ready' });
  }

  /** To be called when a question has been answered with the help of one. */
  noteAnswer(): void {
    hideNotice('neural.restarting');
  }

  readonly #listener: NeuralListener = {
    progress: (receivedBytes, totalBytes) => this.#host.status.show({ kind: 'loading', receivedBytes, totalBytes }),
    opened: (name, model) => {
      this.#host.models.add(name, model);
      performance.mark(`foreword:${name}`);
      this.#host.onChange();
    },
    failed: (name, error) => this.#report([name], error),
    died: (error, restarting) => this.#reportDeath(error, restarting),
  };

  #ask(totalBytes: number): void {
    this.#host.status.show({ kind: 'waiting' });
    showNotice({
      message: 'neural.ask',
      values: { size: formatBytes(totalBytes) },
      // The door is shut by then; the page opens it anew.
      action: {
        label: 'neural.load',
        run: () => {
          this.#host.store.set('neural', 'wanted');
          location.reload();
        },
      },
    });
  }

  #report(names: readonly NeuralModelName[], error: unknown): void {
    console.error(error);
    const code = (error as Partial<PredictionError> | null)?.code;
    const message: StringKey =
      code === 'pack-missing'
        ? 'neural.missing'
        : code === 'pack-corrupt' || code === 'file-malformed'
          ? 'neural.corrupt'
          : 'neural.failed';
    const values = { models: listed(names), message: error instanceof Error ? error.message : String(error) };
    showNotice({ message, values, action: { label: 'retry', run: () => location.reload() } });
  }

  #reportDeath(error: PredictionError, restarting: boolean): void {
    console.error(error);
    if (restarting) {
      showNotice({ message: 'neural.restarting' });
      return;
    }
    hideNotice('neural.restarting');
    for (const name of this.#names) this.#host.models.remove(name);
    this.#host.onChange();
    showNotice({ message: 'neural.died', action: { label: 'neural.reload', run: () => location.reload() } });
  }
}

function listed(names: readonly ModelName[]): string {
  return names.map((name) => text(`model.${name}`)).join(', ');
}

function savesData(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}

/** Whether WebAssembly has SIMD here, without which ONNX Runtime does not start: a function that makes a vector of zero. */
export function hasSimd(): boolean {
  const header = [0, 97, 115, 109, 1, 0, 0, 0];
  const types = [1, 5, 1, 96, 0, 1, 123];
  const functions = [3, 2, 1, 0];
  const code = [10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
  return WebAssembly.validate(Uint8Array.from([...header, ...types, ...functions, ...code]));
}
