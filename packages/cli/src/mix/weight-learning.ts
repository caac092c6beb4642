import { type ContextClass, contextClasses } from '@foreword/core';

/** One place in a text where a word was typed on, as the models saw it. */
export interface Occasion {
  readonly place: ContextClass;
  /** What it counts: greater than 0. */
  readonly weight: number;
  /** P(word | context, letters typed) of the word that was written, by each model: P(word) over P of all words with these letters. */
  readonly word: readonly number[];
}

/** Weights for each class, each list summing to 1. */
export type ClassWeights = Readonly<Record<ContextClass, readonly number[]>>;

/**
 * The weights λ under which the words that were written are the likeliest: they maximise Σ ln Σ λₘ·Pₘ(word), by EM (Dempster, Laird
 * & Rubin 1977) from even weights. Each step λₘ becomes the mean share that model m has in the mixture's P(word).
 */
export function learnWeights(occasions: readonly Occasion[], models: number): number[] {
  let weights = new Array<number>(models).fill(1 / models);
  for (let step = 0; step < STEPS; step++) {
    const shares = new Array<number>(models).fill(0);
    let count = 0;
    for (const { weight, word } of occasions) {
      const total = mixedProbability(weights, word);
      if (!(total > 0)) continue;
      for (let m = 0; m < models; m++) shares[m]! += (weight * weights[m]! * word[m]!) / total;
      count += weight;
    }
    if (count > 0) weights = shares.map((share) => share / count);
  }
  return weights;
}

/**
 * Weights for each class, by `learnWeights`. A class of few occasions leans on all classes together as if it had `PRIOR_OCCASIONS`
 * more that say what those say. No model is silenced: it may know a rare word that the others do not.
 */
export function learnClassWeights(occasions: readonly Occasion[], models: number): ClassWeights {
  const overall = learnWeights(occasions, models);
  const learned = contextClasses.map((place): [ContextClass, number[]] => {
    const own = occasions.filter((occasion) => occasion.place === place);
    const count = own.reduce((sum, { weight }) => sum + weight, 0);
    const share = count / (count + PRIOR_OCCASIONS);
    const weights = own.length === 0 ? overall : learnWeights(own, models);
    return [place, audible(weights.map((each, m) => share * each + (1 - share) * overall[m]!))];
  });
  return Object.fromEntries(learned) as unknown as ClassWeights;
}

/** Mean of −log2 P(word | context, letters typed): bits that the word still costs. */
export function remainingBits(
  occasions: readonly Occasion[],
  weights: (place: ContextClass) => readonly number[],
): number {
  let bits = 0;
  let count = 0;
  for (const { place, weight, word } of occasions) {
    bits -= weight * Math.log2(mixedProbability(weights(place), word));
    count += weight;
  }
  return bits / count;
}

/** Σ λₘ·Pₘ. */
export function mixedProbability(weights: readonly number[], probabilities: readonly number[]): number {
  let sum = 0;
  for (let m = 0; m < weights.length; m++) sum += weights[m]! * probabilities[m]!;
  return sum;
}

const STEPS = 200;
const LEAST_WEIGHT = 0.002;
const PRIOR_OCCASIONS = 50;

function audible(weights: readonly number[]): number[] {
  const kept = weights.map((each) => Math.max(each, LEAST_WEIGHT));
  const total = kept.reduce((sum, each) => sum + each, 0);
  return kept.map((each) => each / total);
}
