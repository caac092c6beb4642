/** Why a word is suggested at a place, or why it is not. See `MixturePredictor.explain`. */
export interface WordExplanation {
  /** The word asked about, normalised. */
  readonly word: string;
  /** ln P(word | context) of the mixture: ln Σ `share` over `models`. -Infinity where no model knows it. */
  readonly logProb: number;
  /**
   * Its place among all words that may be suggested, 1 for the likeliest: exact up to the limit that was asked for, behind that no
   * less than this. Null where there are `obstacles`.
   */
  readonly rank: number | null;
  /** `Candidate.nearMiss`: absent where the word begins with the letters typed, or is suggested for no letters like them. */
  readonly nearMiss?: number;
  /** Why it is not suggested however likely it is. Empty: it is, where its rank is within the limit. */
  readonly obstacles: readonly Obstacle[];
  /** What each model that was asked says, in the order of their names. */
  readonly models: readonly ModelExplanation[];
}

/**
 * What keeps a word from being suggested: `blocked` by the user or the page, `offensive` by the lexicon, `letters` that it does not
 * begin with, or end with behind the caret, `unknown` to all models, a `place` where nothing is: inside a word with nothing to complete.
 */
export type Obstacle = 'blocked' | 'offensive' | 'letters' | 'unknown' | 'place';

/** One model's part in a word's probability. */
export interface ModelExplanation {
  /** `LanguageModel.name`. */
  readonly model: string;
  /** Its weight in the mixture, 0–1; those of all models sum to 1. */
  readonly weight: number;
  /** ln P(word | context) by this model alone. */
  readonly logProb: number;
  /** weight · exp(logProb). All shares sum to the word's probability. */
  readonly share: number;
  /** How it comes to that, of a model that can tell. */
  readonly details?: ModelDetails;
}

/** How a model comes to a word's probability. */
export type ModelDetails = NgramDetails | PersonalDetails;

/** How an n-gram model does: from the longest n-gram that it has, by way of what backing off to it costs. */
export interface NgramDetails {
  readonly kind: 'ngram';
  /** Length of the n-gram that answers; 0 for a word outside the vocabulary. */
  readonly order: number;
  /** From the longest context to none; empty for a word outside the vocabulary. */
  readonly steps: readonly BackoffStep[];
  /** ln of the word's share of the (weighted) training text, quantised. Null where that is not known. */
  readonly logFrequency: number | null;
}

/** One order of a back-off model (Katz 1987, eq. 16). */
export interface BackoffStep {
  /** Length of the n-gram: the words of `context` and the word. */
  readonly order: number;
  /** The words before, oldest first: `<s>` is the sentence's start, `<unk>` a word outside the vocabulary. */
  readonly context: readonly string[];
  /** ln P that the model keeps for this n-gram; null where it has none. */
  readonly ngramLogProb: number | null;
  /** ln of the weight of backing off from this context to the next shorter one; 0 for none at all. */
  readonly logBackoff: number;
  /** The sum of `logBackoff` over all longer contexts: what an answer of this order is weighed by. */
  readonly logWeight: number;
  /** ln P(word | context): `ngramLogProb`, or where there is none `logBackoff` and the next step's. */
  readonly logProb: number;
}

/** How the personal model does: from counts that fade with each word written since. */
export interface PersonalDetails {
  readonly kind: 'personal';
  /** How often the word was learned, not faded; see `PersonalWord.count`. */
  readonly count: number;
  /** When last, in milliseconds since 1970; 0 where it never was. */
  readonly lastUsedMs: number;
  /** Words written since it was last learned; null where it never was. */
  readonly wordsSince: number | null;
  /** How much speaks for a word that no dictionary knows: about how often it was written. */
  readonly evidence: number;
  /** Whether a new word has enough of it to be suggested at all. True for words of the dictionary. */
  readonly isTrusted: boolean;
  /** By the number of words before that count, none, one and two: the word's faded count, and that of all words found there. */
  readonly counts: readonly [FadedCount, FadedCount, FadedCount];
  /** What all of the user's words weigh here against the other models together. */
  readonly odds: number;
}

/** What is left of a count. */
export interface FadedCount {
  /** Of the word. */
  readonly word: number;
  /** Of all of the user's words that were found at the place. */
  readonly all: number;
}
