import {
  contextReaderOf,
  createLadder,
  createPredictor,
  type Ladder,
  type LadderConditions,
  type LanguageModel,
  type MixturePredictor,
  type NeuralModelName,
  neuralModelNames,
  type Pack,
  type PersonalModel,
  type Prediction,
  PredictionError,
  type PredictOptions,
  type Predictor,
  type PredictorOptions,
  type WordExplanation,
  type WordOrigin,
} from '@foreword/core';
import type { PathScorer } from '@foreword/core/pinyin';
import { RecentMedian } from './recent-median.ts';

/** The writer's choice of who suggests: one model, or `auto`, the mixture of what this machine can afford. */
export type ModelChoice = 'auto' | ModelName;
/** A model of a pack. */
export type ModelName = 'ngram' | NeuralModelName;

export const modelNames: readonly ModelName[] = ['ngram', ...neuralModelNames];
export const modelChoices: readonly ModelChoice[] = ['auto', ...modelNames];

/** Who gave the final answer to a question. */
export interface ModelAnswer {
  /** In the order of `modelNames`. */
  readonly models: readonly ModelName[];
  /** From the question to the answer. */
  readonly ms: number;
}

/** What the switch tells of. */
export interface ModelSwitchListener {
  answered(answer: ModelAnswer): void;
  /** A model failed a question; what the others said stands. */
  failed(error: PredictionError): void;
}

/** Gibibytes of device memory below which the GPT is left out of the mixture. */
const leastMemoryForGptGiB = 2;

/**
 * A predictor that asks whom the writer has chosen. Whatever is chosen, the n-gram answers first and at once. Models
 * join as they are loaded; a question never fails for a model that does.
 */
export class ModelSwitch implements Predictor {
  /** A choice whose model is not there is `auto` until it is. */
  choice: ModelChoice = 'auto';
  readonly pack: Pack;
  readonly #listener: ModelSwitchListener;
  readonly #models = new Map<ModelName, LanguageModel>();
  readonly #alone = new Map<ModelName, MixturePredictor>();
  readonly #members: readonly ModelName[];
  readonly #ladder: Ladder;
  #personal: PersonalModel | undefined;
  #forgivesSlips = true;
  #mixture: MixturePredictor;
  readonly #speeds = new Map<ModelChoice, RecentMedian>();

  constructor(pack: Pack, conditions: LadderConditions, listener: ModelSwitchListener) {
    this.pack = pack;
    this.#listener = listener;
    this.#members = mixtureMembers(pack);
    this.#ladder = createLadder({
      rungs: this.#members.map((name, index) => ({
        models: this.#members.slice(0, index + 1),
        needsSimd: index > 0,
        ...(name === 'gpt' ? { leastMemoryGiB: leastMemoryForGptGiB } : {}),
      })),
      conditions,
    });
    this.#mixture = this.#predictor([pack.ngram], { ladder: this.#ladder });
    this.add('ngram', pack.ngram);
  }

  /** The models the pack holds, loaded or not. */
  get inPack(): readonly ModelName[] {
    return modelNames.filter((name) => this.pack.manifest.models[name] !== undefined);
  }

  /** The choices that the pack leaves. */
  get offered(): readonly ModelChoice[] {
    return ['auto', ...this.inPack];
  }

  /** The writer's choice, loaded or not; `auto` where it was made of another language's pack and this one has no such model. */
  get wanted(): ModelChoice {
    return this.offered.includes(this.choice) ? this.choice : 'auto';
  }

  /** Those that can answer. */
  get loaded(): readonly ModelName[] {
    return modelNames.filter((name) => this.#models.has(name));
  }

  /** The choice in force. */
  get chosen(): ModelChoice {
    return this.choice !== 'auto' && this.#models.has(this.choice) ? this.choice : 'auto';
  }

  /** What puts whole sentences into a better order: a GPT that has been loaded, unless the writer has chosen to do without. */
  get scorer(): PathScorer | undefined {
    const model = this.chosen === 'auto' || this.chosen === 'gpt' ? this.#models.get('gpt') : undefined;
    return model !== undefined && 'scoreAfter' in model ? (model as LanguageModel & PathScorer) : undefined;
  }

  /** Lets a loaded model answer. */
  add(name: ModelName, model: LanguageModel): void {
    this.#models.set(name, model);
    this.#alone.set(name, this.#predictor([model], this.#own));
    this.#mix();
  }

  /** Leaves a model out from now on. */
  remove(name: ModelName): void {
    this.#models.delete(name);
    this.#alone.delete(name);
    this.#mix();
  }

  /** From now on the writer's own model answers beside whoever is chosen, and learns. */
  join(personal: PersonalModel): void {
    this.#personal = personal;
    this.#build();
  }

  /** Whether words are offered that were typed with a slip. Default true. */
  get forgivesSlips(): boolean {
    return this.#forgivesSlips;
  }

  set forgivesSlips(forgives: boolean) {
    if (forgives === this.#forgivesSlips) return;
    this.#forgivesSlips = forgives;
    this.#build();
  }

  setConditions(conditions: LadderConditions): void {
    this.#ladder.setConditions(conditions);
  }

  /** Median milliseconds of the latest final answers under a choice; undefined before the first. */
  medianMs(choice: ModelChoice): number | undefined {
    return this.#speeds.get(choice)?.value;
  }

  /**
   * Predictors of each choice that can answer, for comparing them: without the ladder, and told of nothing. They do without
   * the writer's own model, which has learned the very words that the comparison replays.
   */
  rivals(): ReadonlyMap<ModelChoice, Predictor> {
    const rivals = new Map<ModelChoice, Predictor>();
    for (const [name, model] of this.#models) rivals.set(name, this.#predictor([model]));
    const members = this.#loadedMembers();
    if (members.length > 1) rivals.set('auto', this.#predictor(members));
    return rivals;
  }

  async *predict(before: string, options: PredictOptions = {}): AsyncGenerator<Prediction, void, undefined> {
    const { chosen } = this;
    const began = performance.now();
    let last: Prediction | undefined;
    try {
      if (chosen !== 'auto' && chosen !== 'ngram') {
        last = { ...this.#alone.get('ngram')!.predictNow(before, options), final: false };
        yield last;
      }
      const predictor = chosen === 'auto' ? this.#mixture : this.#alone.get(chosen)!;
      for await (const prediction of predictor.predict(before, options)) {
        last = prediction;
        if (prediction.final) this.#note(chosen, prediction, performance.now() - began);
        yield prediction;
      }
    } catch (error) {
      if (options.signal?.aborted || !(error instanceof PredictionError)) throw error;
      this.#listener.failed(error);
      if (last !== undefined) yield { ...last, final: true };
    }
  }

  predictNow(before: string, options?: PredictOptions): Prediction {
    return this.#mixture.predictNow(before, options);
  }

  /** Why a word is suggested, or why it is not, by whom the writer has chosen. */
  explain(before: string, word: string, options?: PredictOptions): Promise<WordExplanation> {
    const { chosen } = this;
    return (chosen === 'auto' ? this.#mixture : this.#alone.get(chosen)!).explain(before, word, options);
  }

  learn(before: string, word: string, origin?: WordOrigin): void {
    this.#mixture.learn(before, word, origin);
  }

  reject(before: string, word: string): void {
    this.#mixture.reject(before, word);
  }

  close(): Promise<void> {
    return this.#mixture.close();
  }

  #predictor(
    models: readonly LanguageModel[],
    own: Pick<PredictorOptions, 'ladder' | 'personal'> = {},
  ): MixturePredictor {
    const { lexicon, manifest, ngram } = this.pack;
    const { language, mixtures = [] } = manifest;
    const readContext = contextReaderOf(language, ngram.vocabulary);
    const nearMisses = this.#forgivesSlips;
    return createPredictor({ models, lexicon, language, mixtures, readContext, nearMisses, ...own });
  }

  get #own(): Pick<PredictorOptions, 'personal'> {
    return this.#personal === undefined ? {} : { personal: this.#personal };
  }

  #build(): void {
    this.#mixture = this.#predictor(this.#loadedMembers(), { ladder: this.#ladder, ...this.#own });
    for (const [name, model] of this.#models) this.#alone.set(name, this.#predictor([model], this.#own));
  }

  #loadedMembers(): LanguageModel[] {
    return this.#members.flatMap((name) => this.#models.get(name) ?? []);
  }

  #mix(): void {
    this.#mixture.setModels(this.#loadedMembers());
  }

  #note(choice: ModelChoice, { candidates }: Prediction, ms: number): void {
    const speed = this.#speeds.get(choice) ?? new RecentMedian(100);
    this.#speeds.set(choice, speed);
    speed.add(ms);
    const answering = new Set(candidates[0]?.evidence.map(({ model }) => model));
    this.#listener.answered({ models: modelNames.filter((name) => answering.has(name)), ms });
  }
}

/** The models of the automatic mixture, cheapest first: those of the largest set that weights were learned for, else all. */
function mixtureMembers({ manifest }: Pack): ModelName[] {
  const largest = (manifest.mixtures ?? []).reduce<readonly string[]>(
    (most, { models }) => (models.length > most.length ? models : most),
    [],
  );
  const inPack = modelNames.filter((name) => manifest.models[name] !== undefined);
  return largest.length > 1 ? inPack.filter((name) => name === 'ngram' || largest.includes(name)) : inPack;
}

/** Bytes of a model's files, decompressed. */
export function modelSizeBytes({ manifest }: Pack, name: ModelName): number {
  if (name === 'ngram') return manifest.models.ngram.sizeBytes;
  const { graph, weights, vocabulary, endShares } = manifest.models[name] ?? {};
  return [graph, weights, vocabulary, endShares].reduce((sum, file) => sum + (file?.sizeBytes ?? 0), 0);
}
