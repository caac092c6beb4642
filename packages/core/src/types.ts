/**
 * The vocabulary of the library: read this file and `index.ts` and you can use it.
 *
 * Probabilities are natural logarithms (`logProb`, nats) everywhere.
 * A *normalised word* is NFC, lower case, with straight apostrophes: the unit every model counts in.
 */

import type { ModelDetails, WordExplanation } from './explain.ts';

/** What stands before the caret, as the models see it. */
export interface PredictionContext {
  /** The text before the caret as it was given. */
  readonly text: string;
  /**
   * The normalised words of the unfinished sentence, oldest first, without `prefix`: those within the last 400 code units
   * of the text. Empty at a sentence's start.
   */
  readonly words: readonly string[];
  /** The unfinished word at the caret, NFC, cased as typed. Empty after a space. A candidate replaces it. */
  readonly prefix: string;
  /** Length of the unfinished word in `text`, in UTF-16 code units: what accepting a candidate deletes. */
  readonly prefixLength: number;
}

/** One question to a language model. */
export interface Query {
  /** Where the word stands. */
  readonly context: PredictionContext;
  /** How many of the likeliest words to return, ≥ 0. With 0 only `also` is judged. */
  readonly limit: number;
  /** Normalised words to judge as well, whether or not they are among the likeliest or complete the prefix. */
  readonly also?: readonly string[];
}

/** A language model's answer: `words[i]` has natural log-probability `logProbs[i]`. */
export interface Distribution {
  /** Normalised words, likeliest first; then those of `query.also` that are not among them, in their order. */
  readonly words: readonly string[];
  /** ln P(word | context) over all words, not only over those that complete the prefix. -Infinity: impossible to this model. */
  readonly logProbs: Float32Array;
  /** Of a model that knows itself how much it has to say here. Then no other weight counts for it. */
  readonly confidence?: Confidence;
}

/** How much a model has to say at a place: see `weighModels`. */
export interface Confidence {
  /** What it weighs, ≥ 0, where all other models together weigh 1. Inside a word both count by P(word | letters typed). */
  readonly odds: number;
  /** P of all words that complete the prefix by this model, 0–1. */
  readonly mass: number;
}

/** Anything that knows which word comes next. */
export interface LanguageModel {
  /** Names the model in `Evidence`, e.g. `ngram`. Unique within a predictor. */
  readonly name: string;
  /**
   * The likeliest next words that complete `query.context.prefix`. A fast model answers synchronously, whatever the signal.
   * A slow one returns a promise and rejects with the signal's reason once it is aborted: at once if it is from the start,
   * which is how `predictNow` asks.
   */
  next(query: Query, signal: AbortSignal): Distribution | Promise<Distribution>;
  /** How it comes to the probability of a normalised word. For those who ask why: not fast. */
  explain?(context: PredictionContext, word: string): ModelDetails;
  /** Frees what the model holds. Idempotent. */
  close?(): Promise<void>;
}

/** How a word came into the text: letter by letter, by choosing a candidate, or by a program. */
export type WordOrigin = 'typed' | 'accepted' | 'inserted';

/** A model that learns from the user. */
export interface PersonalModel extends LanguageModel {
  /** Takes note that the user wrote `word`, cased as written, at the end of the context. */
  learn(context: PredictionContext, word: string, origin?: WordOrigin): void;
  /** Takes note that the user took `word` back, which had stood at the end of the context: it counts against it. */
  reject(context: PredictionContext, word: string): void;
  /** Whether a normalised word must not be suggested. */
  isBlocked?(word: string): boolean;
  /** Whether a normalised word may be suggested although the lexicon calls it offensive. */
  isAllowed?(word: string): boolean;
  /** How the user writes a normalised word; undefined where that is not known. */
  displayForm?(word: string): string | undefined;
}

/** A model, or a model with its weight in the mixture: greater than 0, relative to the others', 1 where none is given. */
export type PredictorModel = LanguageModel | { readonly model: LanguageModel; readonly weight: number };

/** One model's share in a candidate's probability. */
export interface Evidence {
  /** `LanguageModel.name`. */
  readonly model: string;
  /** ln P(word | context) by this model alone. */
  readonly logProb: number;
  /** Its weight in the mixture, 0–1; the weights of one candidate sum to 1. */
  readonly weight: number;
}

/** A suggested word. */
export interface Candidate {
  /** The whole word as it should appear in the text: cased to fit what was typed and where it stands. No space around it. */
  readonly text: string;
  /** The normalised word the models judged. */
  readonly word: string;
  /** ln P(word | context) of the mixture: ln Σ weight · exp(logProb) over `evidence`. */
  readonly logProb: number;
  /** What each model that has answered says of the word, in the order of their names. */
  readonly evidence: readonly Evidence[];
  /**
   * ln of what it costs in rank that the word does not begin with the letters typed but nearly: `don't` for `dont`. Below 0; absent where
   * it begins with them. Candidates stand in the order of `logProb` plus this.
   */
  readonly nearMiss?: number;
}

/** A ranked answer. A later one of the same `predict` call replaces it. */
export interface Prediction {
  /** How the text before the caret was read. */
  readonly context: PredictionContext;
  /** Best first; at most `limit`. */
  readonly candidates: readonly Candidate[];
  /** True for the last answer of a `predict` call. */
  readonly final: boolean;
}

/** Options of `Predictor.predict`. */
export interface PredictOptions {
  /**
   * The text after the caret. Inside a word (`wor|ld`) only words that begin with the letters before the caret and end with
   * those after it are candidates. Default `''`.
   */
  readonly after?: string;
  /** Most candidates to return: an integer from 1 to 100. Default 5. */
  readonly limit?: number;
  /** Ends the stream; the loop then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Predicts the next word, or completes the unfinished one, from the text before the caret. */
export interface Predictor {
  /**
   * Streams ever better answers, the first in well under a millisecond, the last with `final: true`. Leaving the loop
   * cancels the rest. Throws `TypeError`/`RangeError` on a bad argument, `PredictionError` `closed` after `close`. Where a
   * model fails, the others' answers come first, none of them final, and then `PredictionError` `model-failed`.
   */
  predict(before: string, options?: PredictOptions): AsyncIterable<Prediction>;
  /** The answer of the models that need no waiting, at once. Same arguments and errors as `predict`; `final` is true when no model is slow. */
  predictNow(before: string, options?: PredictOptions): Prediction;
  /** Tells the personal model, if there is one, that `word` was written after `before`. Default origin `typed`. */
  learn(before: string, word: string, origin?: WordOrigin): void;
  /** Tells the personal model, if there is one, that the user took back `word`, which had stood after `before`. */
  reject(before: string, word: string): void;
  /** Frees the models. Idempotent; predictions under way end with `PredictionError` `closed`. */
  close(): Promise<void>;
}

/** A predictor that mixes models, as `createPredictor` makes it. */
export interface MixturePredictor extends Predictor {
  /**
   * Replaces the models, with names of their own and weights as in `PredictorOptions.models`: a neural one that has been loaded
   * joins, one that failed leaves. Predictions under way go on with the old ones. Closes none.
   */
  setModels(models: readonly PredictorModel[]): void;
  /**
   * Says why `word` is suggested after `before`, or why not: any word, asked as `predict` asks with the same options. Rejects as `predict`
   * throws, with `RangeError` for an empty word, and with the error of a model that fails.
   */
  explain(before: string, word: string, options?: PredictOptions): Promise<WordExplanation>;
}

/** An edit that accepts a candidate: in the text before the caret delete `deleteBefore` UTF-16 code units, then type `insert`. */
export interface Acceptance {
  /** UTF-16 code units before the caret to delete. */
  readonly deleteBefore: number;
  /** What to put in their place, spaces included. */
  readonly insert: string;
  /** UTF-16 code units after the caret to step over instead of typing another space: 0 or 1. */
  readonly skipAfter: number;
}
