import { type ContextClass, isInsideWord } from './context-class.ts';
import type { Confidence } from './types.ts';

/** Weights learned for one set of models: what share each has in the mixture, by the kind of place. */
export interface MixtureWeights {
  /** `LanguageModel.name` of each. */
  readonly models: readonly string[];
  /**
   * For each class the models' weights in their order: greater than 0, only their ratios count. Inside a word they weigh
   * P(word | context, letters typed), else P(word | context).
   */
  readonly classes: Readonly<Record<ContextClass, readonly number[]>>;
}

/** A model whose weight is asked for. */
export interface Weighable {
  /** `LanguageModel.name`. */
  readonly name: string;
  /** Its weight where no learned one is known: greater than 0. */
  readonly weight: number;
  /** By this model, the probability of all words together that complete what is typed, or of those that were judged. */
  readonly mass: number;
  /** Of a model that weighs itself. */
  readonly confidence?: Confidence | undefined;
}

/**
 * The weights of the models that have answered, in their order, for mixing P(word | context). Those of the learned set that shares
 * the most models with them, and of such sets the smallest, sum to 1; a model outside that set (the user's own, say) keeps its
 * `weight` beside them. So a set with a model missing falls back on the rest of a larger one. Without a set that fits all keep
 * their `weight`.
 *
 * Inside a word a learned weight is divided by the model's `mass`, so that words stand in the order of the mixture of P(word | letters).
 * Otherwise a model that happened to expect the letters would also outvote the others on which word they begin: over 120
 * lines of four held-out texts, n-gram and GPT, that costs 0.014 bits a word and half a point of KS@1.
 *
 * A model with `confidence` weighs its `odds` against all others together, inside a word likewise by P(word | letters).
 */
export function weighModels(
  mixtures: readonly MixtureWeights[],
  place: ContextClass,
  models: readonly Weighable[],
): number[] {
  const others = models.filter(({ confidence }) => confidence === undefined);
  const weights = weighOthers(mixtures, place, others);
  const together = others.reduce((sum, { mass }, index) => sum + weights[index]! * (isInsideWord(place) ? mass : 1), 0);
  let next = 0;
  return models.map(({ confidence }) => {
    if (confidence === undefined) return weights[next++]!;
    const { odds, mass } = confidence;
    // Where the others know no word with these letters, what they weigh does not matter.
    if (!(together > 0)) return 1;
    return isInsideWord(place) && mass > 0 ? (odds * together) / mass : odds * together;
  });
}

/** The weights of models that do not weigh themselves. */
function weighOthers(mixtures: readonly MixtureWeights[], place: ContextClass, models: readonly Weighable[]): number[] {
  const mixture = bestFit(mixtures, models);
  const greatestMass = models.reduce((greatest, { mass }) => Math.max(greatest, mass), 0);
  const learned = models.map(({ name, mass }) => {
    const index = mixture?.models.indexOf(name) ?? -1;
    if (index < 0) return 0;
    const weight = mixture!.classes[place][index]!;
    // A model to which all are impossible has nothing to say, whatever its weight.
    return isInsideWord(place) && greatestMass > 0 ? weight / (mass > 0 ? mass : greatestMass) : weight;
  });
  const total = learned.reduce((sum, weight) => sum + weight, 0);
  return models.map(({ weight }, index) => (learned[index]! > 0 ? learned[index]! / total : weight));
}

function bestFit(mixtures: readonly MixtureWeights[], models: readonly Weighable[]): MixtureWeights | undefined {
  let best: MixtureWeights | undefined;
  let mostShared = 0;
  for (const mixture of mixtures) {
    const shared = models.filter(({ name }) => mixture.models.includes(name)).length;
    const isBetter =
      shared > mostShared || (shared === mostShared && mixture.models.length < (best?.models.length ?? 0));
    if (shared === 0 || !isBetter) continue;
    best = mixture;
    mostShared = shared;
  }
  return best;
}
