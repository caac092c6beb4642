import { type NeuralModelName, type Pack, PredictionError } from '@foreword/core';
import { type NeuralModelSpec, packModelSpec, type RemoteModel, startNeuralWorker } from '@foreword/core/neural';
import workerUrl from '@foreword/core/worker?worker&url';
import mjsUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { languageOf, packFileUrl } from './packs.ts';
import { forgetFile, forgetReplaced, readStored } from './stored-files.ts';

/** What the neural models tell of. */
export interface NeuralListener {
  progress(receivedBytes: number, totalBytes: number): void;
  /** The model answers from now on. */
  opened(name: NeuralModelName, model: RemoteModel): void;
  /** The model stays off, this one alone. */
  failed(name: NeuralModelName, error: unknown): void;
  /** The worker died; `restarting` as `NeuralWorkerOptions.onDeath` has it. */
  died(error: PredictionError, restarting: boolean): void;
}

/** The neural models' files, all in memory. */
export interface NeuralParts {
  readonly pack: Pack;
  readonly specs: ReadonlyMap<NeuralModelName, NeuralModelSpec>;
  readonly runtime: { readonly worker: string; readonly mjs: string; readonly wasm: string };
}

/**
 * Reads whatever the models need, one after another, so that nothing is left to be fetched. A model that cannot be had is
 * told of and left out; rejects with `PredictionError` `pack-missing` when ONNX Runtime cannot be had.
 */
export async function readNeural(
  pack: Pack,
  names: readonly NeuralModelName[],
  totalBytes: number,
  listener: NeuralListener,
): Promise<NeuralParts> {
  let doneBytes = 0;
  const reporter = (): ((receivedBytes: number) => void) => {
    let lastBytes = 0;
    return (receivedBytes) => {
      // Of the next file, as they are told of one after another.
      doneBytes += receivedBytes < lastBytes ? receivedBytes : receivedBytes - lastBytes;
      lastBytes = receivedBytes;
      listener.progress(Math.min(doneBytes, totalBytes), totalBytes);
    };
  };
  const runtime = await readRuntime(reporter());
  const specs = new Map<NeuralModelName, NeuralModelSpec>();
  for (const name of names) {
    try {
      specs.set(name, await readModel(pack, name, reporter()));
    } catch (error) {
      listener.failed(name, error);
    }
  }
  await forgetReplaced();
  return { pack, specs, runtime };
}

/** Opens the models in a worker, the smallest first. Never rejects: what fails is told of. */
export async function startNeural({ pack, specs, runtime }: NeuralParts, listener: NeuralListener): Promise<void> {
  const worker = startNeuralWorker({
    createWorker: () => new Worker(runtime.worker, { type: 'module', name: 'foreword-neural' }),
    runtime: { wasmPaths: { mjs: runtime.mjs, wasm: runtime.wasm }, threads: threads() },
    onDeath: (error, restarting) => listener.died(error, restarting),
  });
  for (const name of specs.keys()) {
    // Handed over to the worker; one that is started anew reads what is stored on this device.
    const read = (): Promise<NeuralModelSpec> | NeuralModelSpec => take(specs, name) ?? packModelSpec(pack, name);
    try {
      listener.opened(name, await worker.open(read));
    } catch (error) {
      listener.failed(name, error);
    }
  }
}

function take<K, V>(map: ReadonlyMap<K, V>, key: K): V | undefined {
  const value = map.get(key);
  (map as Map<K, V>).delete(key);
  return value;
}

// Two threads are worth a third of the time where the machine has cores to spare, and cost time where it has not.
function threads(): number {
  return crossOriginIsolated && navigator.hardwareConcurrency >= 4 ? 2 : 1;
}

async function readModel(
  pack: Pack,
  name: NeuralModelName,
  report: (receivedBytes: number) => void,
): Promise<NeuralModelSpec> {
  const read = () => packModelSpec(pack, name, { onProgress: ({ receivedBytes }) => report(receivedBytes) });
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof PredictionError && error.code === 'pack-corrupt')) throw error;
    // It may have been damaged on this device, or by a cache on the way.
    const { graph, weights, vocabulary, endShares } = pack.manifest.models[name] ?? {};
    for (const file of [graph, weights, vocabulary, endShares]) {
      if (file) await forgetFile(packFileUrl(languageOf(pack), file.file));
    }
    return read();
  }
}

/** The addresses to start from: of copies in memory, which need no connection. While developing, of the server. */
async function readRuntime(report: (receivedBytes: number) => void): Promise<NeuralParts['runtime']> {
  if (!import.meta.env.PROD) return { worker: workerUrl, mjs: mjsUrl, wasm: wasmUrl };
  const copy = async (url: string, type: string): Promise<string> =>
    URL.createObjectURL(new Blob([await readStored(url, { onBytes: report })], { type }));
  return {
    worker: await copy(workerUrl, 'text/javascript'),
    mjs: await copy(mjsUrl, 'text/javascript'),
    wasm: await copy(wasmUrl, 'application/wasm'),
  };
}
