import {
  type ContextClass,
  contextClass,
  contextReaderOf,
  createPredictor,
  type LanguageModel,
  normalizeWord,
  type Prediction,
  type PredictionContext,
  type Predictor,
  type Vocabulary,
  vocabularyLexicon,
  weighModels,
} from '@foreword/core';
import type { AskPredictor } from '../evaluate/ideal-user.ts';
import type { TypedLine } from '../evaluate/keystroke-rule.ts';
import { finalAnswer, type OpenedModel } from '../open-model.ts';
import { type ClassWeights, mixedProbability, type Occasion } from './weight-learning.ts';

/** What the models said at one place in a text. */
interface RecordedPlace {
  readonly context: PredictionContext;
  readonly place: ContextClass;
  readonly words: readonly string[];
  /** By word: its probability by each model. */
  readonly probabilities: readonly (readonly number[])[];
  /** By each model: probability of these words together. */
  readonly masses: readonly number[];
}

/** What the models of a mixture say at every place where an ideal user might look, so that any weights can be tried on it at once. */
export class Recording {
  readonly #models: readonly LanguageModel[];
  readonly #vocabulary: Vocabulary;
  readonly #read: (before: string) => PredictionContext;
  /** Weighs all models alike, whatever weights the pack has. */
  readonly #predictor: Predictor;
  readonly #places = new Map<string, RecordedPlace>();

  constructor({ models, ngram, pack }: Pick<OpenedModel, 'models' | 'ngram' | 'pack'>) {
    const { vocabulary } = ngram;
    const readContext = contextReaderOf(pack?.manifest.language, vocabulary);
    this.#models = models;
    this.#vocabulary = vocabulary;
    this.#read = readContext;
    this.#predictor = createPredictor({ models, lexicon: vocabularyLexicon(vocabulary), readContext });
  }

  /**
   * Types a line and asks before each letter of each word until every model has the word first. Gives the occasions to learn from,
   * each counting `weight`.
   */
  async type({ text, wordBounds }: TypedLine, weight: number): Promise<Occasion[]> {
    const occasions: Occasion[] = [];
    for (let i = 0; i < wordBounds.length; i += 2) {
      const [start, end] = [wordBounds[i]!, wordBounds[i + 1]!];
      for (let caret = start; caret < end; caret++) {
        const before = text.slice(0, caret);
        const { prefixLength } = this.#read(before);
        const word = normalizeWord(text.slice(caret - prefixLength, end));
        occasions.push(await this.occasion(before, word, weight));
        if (this.#isFirst(before, word)) break;
      }
    }
    return occasions.filter(({ word }) => word.some((probability) => probability > 0));
  }

  /** Asks what comes after a text, where `word` was written. */
  async occasion(before: string, word: string, weight: number): Promise<Occasion> {
    const recorded = this.#places.get(before) ?? (await this.#record(before));
    this.#places.set(before, recorded);
    const { context, place, words, probabilities, masses } = recorded;
    const known = words.indexOf(word);
    const judged = known >= 0 ? probabilities[known]! : await this.#judge(context, word);
    if (context.prefix === '') return { place, weight, word: judged, offered: known >= 0 ? masses : null };
    // A word that is missing in the list belongs to those with these letters as well.
    const all = known >= 0 ? masses : masses.map((mass, m) => mass + judged[m]!);
    return { place, weight, word: judged.map((p, m) => (p > 0 ? p / all[m]! : 0)) };
  }

  /** A predictor that mixes what was recorded by these weights; for places that were recorded. */
  ask(classes: ClassWeights): AskPredictor {
    const names = this.#models.map(({ name }) => name);
    return (before, limit): Prediction => {
      const { context, place, words, probabilities, masses } = this.#places.get(before)!;
      const models = names.map((name, m) => ({ name, weight: 1, mass: masses[m]! }));
      const weights = weighModels([{ models: names, classes }], place, models);
      const candidates = words
        .map((word, index) => {
          const logProb = Math.log(mixedProbability(weights, probabilities[index]!));
          return { word, text: word, logProb, evidence: [] };
        })
        .filter(({ logProb }) => logProb > -Infinity)
        .sort((a, b) => b.logProb - a.logProb || (a.word < b.word ? -1 : 1));
      return { context, candidates: candidates.slice(0, limit), final: true };
    };
  }

  async #record(before: string): Promise<RecordedPlace> {
    const { context, candidates } = await finalAnswer(this.#predictor, before, CANDIDATES);
    const names = this.#models.map(({ name }) => name);
    const probabilities = candidates.map(({ evidence }) =>
      names.map((name) => Math.exp(evidence.find(({ model }) => model === name)!.logProb)),
    );
    return {
      context,
      place: contextClass(context, (word) => this.#vocabulary.id(word) !== 0),
      words: candidates.map(({ word }) => word),
      probabilities,
      masses: names.map((_, m) => probabilities.reduce((sum, each) => sum + each[m]!, 0)),
    };
  }

  async #judge(context: PredictionContext, word: string): Promise<number[]> {
    const { signal } = new AbortController();
    const answers = this.#models.map((model) => model.next({ context, limit: 0, also: [word] }, signal));
    const judged = await Promise.all(answers);
    return judged.map(({ words, logProbs }) => Math.exp(logProbs[words.indexOf(word)]!));
  }

  /** Whether every model by itself has the word before all others. */
  #isFirst(before: string, word: string): boolean {
    const { words, probabilities } = this.#places.get(before)!;
    const own = probabilities[words.indexOf(word)];
    return (
      own?.every((probability, m) => probabilities.every((each) => each === own || each[m]! < probability)) ?? false
    );
  }
}

/** Candidates recorded at each place: twice what the ideal user looks at. */
const CANDIDATES = 20;
