import type { Env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { PredictionError } from '../errors.ts';
import { halfFloat, toHalfFloat } from './half-float.ts';
import { Turns } from './turns.ts';

/** How ONNX Runtime is run. */
export interface RuntimeOptions {
  /**
   * Where its WebAssembly build is: the URLs of `ort-wasm-simd-threaded.mjs` and `.wasm` of the package `onnxruntime-web`, for
   * `webgpu` of `ort-wasm-simd-threaded.asyncify.*`. Default: beside its script, where Node and most bundlers have it. What the
   * first network is opened with holds for the whole thread.
   */
  readonly wasmPaths?: { readonly mjs: string; readonly wasm: string };
  /** Threads of the WebAssembly build. Default: 2 where the page is cross-origin isolated and has 4 cores or more, else 1. */
  readonly threads?: number;
  /**
   * `wasm` (the default) is the processor. `webgpu` is the graphics card; its build is a larger download. `fastest` opens both where
   * there is a graphics card, measures, and keeps the faster: for small networks mostly `wasm`.
   */
  readonly device?: 'wasm' | 'webgpu' | 'fastest';
}

/** A network in ONNX, ready to run on one device. */
export interface OrtSession {
  readonly device: 'wasm' | 'webgpu';
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Runs the network once no other of this thread is running. Rejects with `PredictionError` `model-failed` or `closed`. */
  run(feeds: Readonly<Record<string, Feed>>): Promise<Record<string, Fetched>>;
  /** Frees it, after the run under way. Idempotent. The memory of the WebAssembly build never shrinks: only ending the thread gives it back. */
  close(): Promise<void>;
}

/** An input or output. */
export interface Port {
  readonly name: string;
  /** ONNX's name of the numbers: `float32`, `int64`, `float16` … */
  readonly type: string;
  /** A name stands for a dimension that may vary. */
  readonly shape: readonly (number | string)[];
}

/** Numbers for an input. Integers go in as `Int32Array` whatever the input's type, halves as `Float32Array`. */
export interface Feed {
  readonly data: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** Numbers of an output, which are the caller's. Halves come as `Float32Array`. */
export interface Fetched {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Files that a graph refers to, by the name it has for each. */
export type ExternalData = Readonly<Record<string, Uint8Array>>;

/**
 * Opens a graph; `what` names it in errors. Takes time and memory in proportion to its weights. Rejects with `PredictionError` `file-malformed`
 * where the bytes are no graph that this build can run, `model-failed` where there is no memory for it or the build itself is missing.
 */
export async function openOrtSession(
  what: string,
  graph: Uint8Array,
  externalData: ExternalData,
  device: 'wasm' | 'webgpu',
  options: RuntimeOptions = {},
): Promise<OrtSession> {
  const runtime = await loadRuntime(device, options);
  const files = Object.entries(externalData).map(([path, data]) => ({ path, data }));
  try {
    const session = await inTurn(() =>
      runtime.InferenceSession.create(graph, {
        executionProviders: [device],
        externalData: files,
        // Errors are thrown; they need not be printed as well.
        logSeverityLevel: 4,
      }),
    );
    return new RunnableSession(what, device, runtime, session);
  } catch (error) {
    if (isOutOfMemory(error)) throw outOfMemory(what, error);
    if (/no available backend/.test(messageOf(error))) {
      const message = `ONNX Runtime could not be started: ${messageOf(error)}. Say in wasmPaths where its files are.`;
      throw new PredictionError('model-failed', message, { cause: error });
    }
    throw new PredictionError('file-malformed', `${what} cannot be opened: ${messageOf(error)}`, { cause: error });
  }
}

type Runtime = Pick<typeof import('onnxruntime-web/wasm'), 'InferenceSession' | 'Tensor'> & { readonly env: Env };

async function loadRuntime(device: 'wasm' | 'webgpu', options: RuntimeOptions): Promise<Runtime> {
  // Two builds: a page that never asks for the graphics card loads the smaller one.
  const runtime: Runtime =
    device === 'wasm' ? await import('onnxruntime-web/wasm') : await import('onnxruntime-web/webgpu');
  const { wasm } = runtime.env;
  wasm.numThreads = options.threads ?? defaultThreads();
  wasm.proxy = false;
  if (options.wasmPaths !== undefined) wasm.wasmPaths = { ...options.wasmPaths };
  return runtime;
}

function defaultThreads(): number {
  const { crossOriginIsolated = false, navigator } = globalThis as {
    crossOriginIsolated?: boolean;
    navigator?: { hardwareConcurrency?: number };
  };
  return crossOriginIsolated && (navigator?.hardwareConcurrency ?? 1) >= 4 ? 2 : 1;
}

class RunnableSession implements OrtSession {
  readonly device: 'wasm' | 'webgpu';
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly #what: string;
  readonly #runtime: Runtime;
  readonly #session: InferenceSession;
  readonly #types: ReadonlyMap<string, string>;
  #closing: Promise<void> | null = null;

  constructor(what: string, device: 'wasm' | 'webgpu', runtime: Runtime, session: InferenceSession) {
    this.device = device;
    this.inputs = session.inputMetadata.map(portOf);
    this.outputs = session.outputMetadata.map(portOf);
    this.#what = what;
    this.#runtime = runtime;
    this.#session = session;
    this.#types = new Map(this.inputs.map(({ name, type }) => [name, type]));
  }

  async run(feeds: Readonly<Record<string, Feed>>): Promise<Record<string, Fetched>> {
    if (this.#closing !== null) throw new PredictionError('closed', `${this.#what} has been closed.`);
    return inTurn(async () => {
      const tensors: Record<string, Tensor> = {};
      for (const [name, feed] of Object.entries(feeds)) tensors[name] = this.#tensor(name, feed);
      try {
        return fetched(await this.#session.run(tensors, { logSeverityLevel: 4 }));
      } catch (error) {
        if (isOutOfMemory(error)) throw outOfMemory(this.#what, error);
        throw new PredictionError('model-failed', `${this.#what} failed: ${messageOf(error)}`, { cause: error });
      } finally {
        for (const tensor of Object.values(tensors)) tensor.dispose();
      }
    });
  }

  close(): Promise<void> {
    this.#closing ??= inTurn(() => this.#session.release());
    return this.#closing;
  }

  #tensor(name: string, { data, shape }: Feed): Tensor {
    const { Tensor } = this.#runtime;
    const type = this.#types.get(name);
    if (data instanceof Int32Array) {
      if (type === 'int64') return new Tensor('int64', widened(data), shape);
      return type === 'bool' ? new Tensor('bool', Uint8Array.from(data), shape) : new Tensor('int32', data, shape);
    }
    return type === 'float16' ? new Tensor('float16', toHalfFloats(data), shape) : new Tensor('float32', data, shape);
  }
}

const turns = new Turns();

/** All sessions of a thread share one: the graphics card's runs for ever where two overlap. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  return turns.take(work);
}

function portOf(metadata: InferenceSession.ValueMetadata): Port {
  return metadata.isTensor ? { ...metadata } : { name: metadata.name, type: 'not a tensor', shape: [] };
}

function fetched(outputs: InferenceSession.ReturnType): Record<string, Fetched> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => {
      const { data, dims, type } = output as Tensor;
      output.dispose();
      return [name, { data: asFloats(data, type), shape: dims }];
    }),
  );
}

function asFloats(data: Tensor.DataType, type: Tensor.Type): Float32Array {
  if (data instanceof Float32Array) return data;
  if (type === 'float16' && data instanceof Uint16Array) return Float32Array.from(data, halfFloat);
  return Float32Array.from(data as ArrayLike<number>, Number);
}

function toHalfFloats(data: Float32Array): Uint16Array {
  return Uint16Array.from(data, toHalfFloat);
}

/** 64-bit integers of 32-bit ones ≥ 0. */
function widened(ids: Int32Array): BigInt64Array {
  const wide = new BigInt64Array(ids.length);
  const halves = new Int32Array(wide.buffer);
  for (let index = 0; index < ids.length; index++) halves[2 * index] = ids[index]!;
  return wide;
}

function isOutOfMemory(error: unknown): boolean {
  return /bad_alloc|out of memory|allocation failed|could not allocate|Memory\.grow/i.test(messageOf(error));
}

function outOfMemory(what: string, cause: unknown): PredictionError {
  const message = `There is not memory enough for ${what}. Close other pages, or choose a smaller model.`;
  return new PredictionError('model-failed', message, { cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
