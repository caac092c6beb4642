import { PredictionError } from './errors.ts';
import type { Distribution, Evidence } from './types.ts';

/** A model's part in a mixture. */
export interface MixturePart {
  /** `LanguageModel.name`. */
  readonly model: string;
  /** Greater than 0. Only its share of the sum over all parts counts. */
  readonly weight: number;
  /** What the model said of each word it was asked about. */
  readonly judgements: ReadonlyMap<string, number>;
}

/** A word's probability in a mixture. */
export interface MixedWord {
  readonly word: string;
  /** ln Σ weight · exp(logProb) over `evidence`. */
  readonly logProb: number;
  /** One entry for each part, in the parts' order, the weights summing to 1. */
  readonly evidence: readonly Evidence[];
  /** ln of what it costs in rank that the word does not begin with the letters typed, below 0; absent where it does. */
  readonly nearMiss?: number;
}

/** By word: `MixedWord.nearMiss`. */
export type NearMissCosts = ReadonlyMap<string, number>;

/** What candidates are ranked by: ln P(word | context), and below that where the word is only nearly what was typed. */
export function rankingScore({ logProb, nearMiss = 0 }: Pick<MixedWord, 'logProb' | 'nearMiss'>): number {
  return logProb + nearMiss;
}

/**
 * Linear mixture (Jelinek & Mercer 1980): P(w) = Σ λₘ·Pₘ(w), λ the weights divided by their sum. Likeliest first, equal
 * ones in the order of their code units; impossible words are left out. A word that a part has not judged is
 * impossible to it, so have every part judge all `words`. For the same sums in the same order pass parts sorted by name.
 */
export function mix(
  words: Iterable<string>,
  parts: readonly MixturePart[],
  costs: NearMissCosts = new Map(),
): MixedWord[] {
  return Array.from(words, (word) => mixWord(word, parts, costs.get(word)))
    .filter(({ logProb }) => logProb > -Infinity)
    .sort((a, b) => rankingScore(b) - rankingScore(a) || (a.word < b.word ? -1 : 1));
}

/** One word of `mix`, impossible or not. */
export function mixWord(word: string, parts: readonly MixturePart[], nearMiss?: number): MixedWord {
  const totalWeight = parts.reduce((sum, part) => sum + part.weight, 0);
  let probability = 0;
  const evidence: Evidence[] = [];
  for (const part of parts) {
    const logProb = part.judgements.get(word) ?? -Infinity;
    const weight = part.weight / totalWeight;
    probability += weight * Math.exp(logProb);
    evidence.push({ model: part.model, logProb, weight });
  }
  return { word, logProb: Math.log(probability), evidence, ...(nearMiss === undefined ? {} : { nearMiss }) };
}

/**
 * Enters a model's answer into its judgements. Throws `PredictionError` `model-failed` for an answer that no distribution
 * gives: as many words as log-probabilities, none of them NaN or above 0.
 */
export function enterJudgements(judgements: Map<string, number>, model: string, answer: Distribution): void {
  const { words, logProbs } = answer;
  if (words.length !== logProbs.length) {
    throw new PredictionError(
      'model-failed',
      `Model "${model}" answered ${words.length} words with ${logProbs.length} log-probabilities.`,
    );
  }
  for (let index = 0; index < words.length; index++) {
    const logProb = logProbs[index]!;
    // Rounding in a model's softmax may lift a certainty a little above 0.
    if (!(logProb <= 0.01)) {
      throw new PredictionError(
        'model-failed',
        `Model "${model}" gave "${words[index]}" the log-probability ${logProb}.`,
      );
    }
    judgements.set(words[index]!, logProb);
  }
}
