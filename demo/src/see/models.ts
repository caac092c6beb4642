import {
  createPredictor,
  type MixturePredictor,
  type NeuralFiles,
  type NeuralModelName,
  neuralModelNames,
  openPack,
  type Pack,
  type PackFile,
  PredictionError,
  type Predictor,
  urlReader,
} from '@foreword/core';
import type { AttentionModel, ChoiceModel, NeuralWorker, RemoteModel, Tokenizer } from '@foreword/core/neural';
import type { NeuralListener, NeuralParts } from '../neural.ts';
import { packFileUrl, packOf } from '../packs.ts';
import { readStored } from '../stored-files.ts';
import { Similarity } from './similarity.ts';

/** How the neural models stand. */
export type NeuralState = 'absent' | 'loading' | 'starting' | 'ready' | 'failed';

/** Tables of vectors that can be looked at. */
export type TableName = 'word2vec' | 'nnlm' | 'gpt';
export const tableNames: readonly TableName[] = ['word2vec', 'nnlm', 'gpt'];

/** Who is told of the models. */
export interface ModelsHost {
  /** The neural models stand otherwise than before. */
  changed(): void;
  /** So many bytes of the neural models have come. */
  progressed(receivedBytes: number, totalBytes: number): void;
}

/** What of a model stays here: its own bytes are handed over to the worker. */
type KeptFiles = Readonly<Record<'weights' | 'vocabulary', Uint8Array>>;

/** The English pack's models: the n-gram at once, the others when they are asked for. */
export class Models {
  readonly pack: Pack;
  /** The learned mixture of those models that answer. */
  readonly predictor: MixturePredictor;
  neural: NeuralState = 'absent';
  /** Why the neural models are not there. */
  failure = '';
  readonly #host: ModelsHost;
  readonly #remote = new Map<NeuralModelName, RemoteModel>();
  readonly #kept = new Map<TableName | NeuralModelName, KeptFiles>();
  readonly #tables = new Map<TableName, Promise<Similarity>>();
  #inspected: Uint8Array | undefined;
  #attention: Promise<AttentionModel> | undefined;
  /** The tuned model's, its vocabulary aside, which is the GPT's. */
  #tuned: Omit<NeuralFiles, 'vocabulary'> | undefined;
  #choice: Promise<ChoiceModel> | undefined;
  #tokenizer: Promise<Tokenizer> | undefined;
  #parts: NeuralParts | undefined;
  #worker: NeuralWorker | undefined;

  constructor(pack: Pack, host: ModelsHost) {
    this.pack = pack;
    this.#host = host;
    this.predictor = createPredictor(pack);
  }

  /** The neural models that the pack holds. */
  get inPack(): readonly NeuralModelName[] {
    return neuralModelNames.filter((name) => this.pack.manifest.models[name] !== undefined);
  }

  /** Bytes of all that reading the neural models may fetch, decompressed. */
  get neuralBytes(): number {
    const files = new Map<string, number>();
    const { choice } = this.pack.manifest.models;
    for (const name of [...this.inPack, ...(choice === undefined ? [] : (['choice'] as const))]) {
      const { graph, weights, vocabulary, endShares, inspect } = this.pack.manifest.models[name]!;
      for (const file of [graph, weights, vocabulary, endShares, inspect])
        if (file) files.set(file.file, file.sizeBytes);
    }
    const { vectors } = this.pack.manifest;
    if (vectors !== undefined) files.set(vectors.weights.file, vectors.weights.sizeBytes);
    return [...files.values()].reduce((sum, size) => sum + size, import.meta.env.RUNTIME_BYTES);
  }

  /** Whether the tuned model was read. */
  get hasTuned(): boolean {
    return this.#tuned !== undefined;
  }

  /** The GPT itself, for writing on; undefined until it answers. */
  get gpt(): RemoteModel | undefined {
    return this.#remote.get('gpt');
  }

  /** What answers now, by name: each model alone, and `mixture` where there are several. Made anew with each call. */
  answering(): ReadonlyMap<string, Predictor> {
    const alone = [this.pack.ngram, ...this.#remote.values()].map((model) => {
      const predictor = createPredictor(this.pack);
      predictor.setModels([model]);
      return [model.name, predictor] as const;
    });
    return new Map<string, Predictor>([...alone, ...(alone.length > 1 ? [['mixture', this.predictor] as const] : [])]);
  }

  /**
   * Reads all that the neural models need, so that nothing is left to be fetched. Resolves to whether there is anything to start. The
   * tuned model is fetched only where it `isAsked` for: the others may lie here because the writing page wanted them.
   */
  async read(isAsked: boolean): Promise<boolean> {
    this.#show('loading');
    try {
      const [{ readNeural }] = await Promise.all([import('../neural.ts'), import('./weight-table.ts')]);
      const { pack } = this;
      this.#parts = await readNeural(pack, this.inPack, this.neuralBytes, this.#listener);
      if (pack.manifest.models.gpt?.inspect !== undefined) {
        this.#inspected = (await pack.readModel('gpt', { inspect: true })).graph;
      }
      for (const [name, spec] of this.#parts.specs) {
        if (!('files' in spec)) continue;
        const { weights, vocabulary } = spec.files;
        this.#kept.set(name, { weights: weights.slice(), vocabulary: vocabulary.slice() });
      }
      if (pack.manifest.vectors !== undefined) this.#kept.set('word2vec', await pack.readVectors());
      await this.#readTuned(isAsked).catch((error: unknown) => this.#note(error));
      return this.#parts.specs.size > 0;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  /** Opens what was read. Needs no connection. Never rejects: what fails is told of. */
  async start(): Promise<void> {
    if (this.#parts === undefined) return;
    this.#show('starting');
    const { packModelSpec, startNeuralWorker } = await import('@foreword/core/neural');
    const { specs, runtime } = this.#parts;
    this.#worker = startNeuralWorker({
      createWorker: () => new Worker(runtime.worker, { type: 'module', name: 'foreword-neural' }),
      runtime: { wasmPaths: { mjs: runtime.mjs, wasm: runtime.wasm } },
      onDeath: (error, restarting) => {
        if (!restarting) this.#fail(error);
      },
    });
    for (const name of specs.keys()) {
      let spec = specs.get(name);
      // Handed over to the worker; one that is started anew reads what is stored on this device.
      const read = () => {
        const handed = spec ?? packModelSpec(this.pack, name);
        spec = undefined;
        return handed;
      };
      await this.#worker.open(read).then(
        (model) => this.#remote.set(name, model),
        (error: unknown) => this.#note(error),
      );
    }
    this.#mix();
    this.#show(this.#remote.size > 0 ? 'ready' : 'failed');
  }

  /** The tables that are here. */
  get tables(): readonly TableName[] {
    return tableNames.filter((name) => this.#kept.has(name));
  }

  /** Vectors of words. Rejects with `PredictionError` where its model was not read. */
  table(name: TableName): Promise<Similarity> {
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = this.#openTable(name);
      this.#tables.set(name, table);
    }
    return table;
  }

  /** The GPT's attention, which is opened with the first call. Rejects as `openAttention` does. */
  attention(): Promise<AttentionModel> {
    this.#attention ??= this.#openAttention();
    return this.#attention;
  }

  /** The GPT tuned to choose the next turn, which is opened with the first call. Rejects as `openChoice` does. */
  tuned(): Promise<ChoiceModel> {
    this.#choice ??= this.#openTuned();
    return this.#choice;
  }

  /** Divides a text as the GPT does. */
  tokenizer(): Promise<Tokenizer> {
    const { vocabulary } = this.#files('gpt');
    this.#tokenizer ??= import('./weight-table.ts').then(({ openTokenizer }) => openTokenizer(vocabulary));
    return this.#tokenizer;
  }

  async #openTable(name: TableName): Promise<Similarity> {
    const tables = await import('./weight-table.ts');
    const files = this.#files(name);
    if (name !== 'gpt') return new Similarity(tables.wordTable(files));
    // Rarer words than the NNLM knows are mostly beginnings of words to the GPT.
    const { vocabularySize } = this.pack.manifest.models.nnlm!;
    const words = new Set(tables.wordsOf(this.#files('nnlm').vocabulary, vocabularySize));
    return new Similarity(tables.gptTable(files, words));
  }

  async #openAttention(): Promise<AttentionModel> {
    const graph = this.#inspected;
    if (graph === undefined || this.#worker === undefined) throw notRead('gpt');
    return this.#worker.openAttention(() => {
      const { weights, vocabulary } = this.#files('gpt');
      // What the worker is given is no longer here.
      return { graph: graph.slice(), weights: weights.slice(), vocabulary: vocabulary.slice() };
    });
  }

  async #readTuned(isAsked: boolean): Promise<void> {
    const { choice } = this.pack.manifest.models;
    if (choice === undefined || !(isAsked || (await areStored([choice.graph, choice.weights])))) return;
    const { graph, weights } = await this.pack.readModel('choice');
    this.#tuned = { graph, weights };
  }

  async #openTuned(): Promise<ChoiceModel> {
    const files = this.#tuned;
    if (files === undefined || this.#worker === undefined) throw notRead('choice');
    const { vocabulary } = this.#files('gpt');
    // Copies: what the worker is given is no longer here.
    return this.#worker.openChoice(() => ({
      graph: files.graph.slice(),
      weights: files.weights.slice(),
      vocabulary: vocabulary.slice(),
    }));
  }

  #files(name: TableName | NeuralModelName): KeptFiles {
    const files = this.#kept.get(name);
    if (files === undefined) throw notRead(name);
    return files;
  }

  /** Of reading alone. */
  readonly #listener: NeuralListener = {
    progress: (receivedBytes, totalBytes) => this.#host.progressed(receivedBytes, totalBytes),
    opened: () => {},
    failed: (_, error) => this.#note(error),
    died: () => {},
  };

  /** The mixture of the largest set of loaded models that weights were learned for. */
  #mix(): void {
    const loaded = new Map<string, RemoteModel>(this.#remote);
    const sets = (this.pack.manifest.mixtures ?? []).map(({ models }) => models.filter((name) => name !== 'ngram'));
    const possible = sets.filter((names) => names.every((name) => loaded.has(name)));
    const largest = possible.reduce<readonly string[]>(
      (most, names) => (names.length > most.length ? names : most),
      [],
    );
    this.predictor.setModels([this.pack.ngram, ...largest.map((name) => loaded.get(name)!)]);
  }

  #fail(error: unknown): void {
    this.#note(error);
    this.#remote.clear();
    this.#mix();
    this.#show('failed');
  }

  #note(error: unknown): void {
    console.error(error);
    this.failure = error instanceof Error ? error.message : String(error);
  }

  #show(state: NeuralState): void {
    this.neural = state;
    document.documentElement.setAttribute('data-neural', state);
    this.#host.changed();
  }
}

/** Opens the English pack. `attempt` counts from 0; a later one asks past every cache. Rejects as `openPack` does. */
export function openEnglish(attempt: number): Promise<Pack> {
  const folder = packOf('en').url;
  const first = urlReader(new URL(attempt === 0 ? folder : `${folder}?attempt=${attempt}`, document.baseURI).href);
  // What comes after the n-gram is kept where the writing page finds it too.
  return openPack((file, options) =>
    file === 'pack.json' || file === packFiles.ngram
      ? first(file, options)
      : readStored(packFileUrl('en', file), options),
  );
}

/** The n-gram's file, which the service worker keeps. */
const packFiles = { ngram: 'ngram.bin' };

/** Whether the neural models' files lie on this device, so that reading them asks the network for nothing. */
export async function isNeuralStored(models: Models): Promise<boolean> {
  const { manifest } = models.pack;
  const files = models.inPack.flatMap((name) => {
    const { graph, weights, vocabulary } = manifest.models[name]!;
    return [graph, weights, vocabulary];
  });
  if (manifest.vectors !== undefined) files.push(manifest.vectors.weights);
  return files.length > 0 && (await areStored(files));
}

async function areStored(files: readonly PackFile[]): Promise<boolean> {
  if (!('caches' in globalThis)) return false;
  const urls = files.map(({ file }) => new URL(packFileUrl('en', file), document.baseURI).href);
  const found = await Promise.all(urls.map((url) => caches.match(url).catch(() => undefined)));
  return found.every((response) => response !== undefined);
}

function notRead(name: string): PredictionError {
  return new PredictionError('pack-missing', `The files of "${name}" were not read. Load the models first.`);
}
