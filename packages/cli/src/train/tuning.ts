// Hot: the objective is evaluated some hundred times over all events.
import { maximise } from './maximisation.ts';
import type { TuningOrder } from './tuning-events.ts';

/** Tuned weights and how good they are. */
export interface TunedWeights {
  /** By source. */
  readonly weights: readonly number[];
  /** Weighted mean ln P per word of the tuning texts, before and after. */
  readonly logProbBefore: number;
  readonly logProb: number;
}

/**
 * Finds the source weights under which the unpruned estimate gives the tuning texts the highest mean ln P, starting from
 * `weights`. (Weights for each order apart were tried: 0.5 % less perplexity on fifteen sources, not worth their number.)
 */
export async function tuneWeights(
  orders: readonly TuningOrder[],
  weights: readonly number[],
  vocabularySize: number,
  pace: () => Promise<void> | undefined,
): Promise<TunedWeights> {
  const objective = new TuningObjective(orders, weights.length, vocabularySize);
  const start = Float64Array.from(weights, Math.log);
  const logProbBefore = objective.evaluate(start, new Float64Array(start.length));
  const climb = (logWeights: Float64Array, gradient: Float64Array) => objective.evaluate(logWeights, gradient);
  const { point, value } = await maximise(climb, start, pace);
  return { weights: Array.from(point, Math.exp), logProbBefore, logProb: value };
}

/** Mean ln P of the tuning texts as a function of the logarithms of the weights. */
export class TuningObjective {
  readonly #orders: readonly TuningOrder[];
  readonly #sources: number;
  readonly #vocabularySize: number;
  /** By order and k-gram: P, then what the objective gains with it. */
  readonly #probabilities: Float64Array[];
  readonly #gains: Float64Array[];

  constructor(orders: readonly TuningOrder[], sources: number, vocabularySize: number) {
    this.#orders = orders;
    this.#sources = sources;
    this.#vocabularySize = vocabularySize;
    this.#probabilities = orders.map(({ size }) => new Float64Array(size));
    this.#gains = orders.map(({ size }) => new Float64Array(size));
  }

  /** The objective at `logWeights`, one per source. Fills in `gradient`, of the same length. */
  evaluate(logWeights: Float64Array, gradient: Float64Array): number {
    const weights = logWeights.map(Math.exp);
    gradient.fill(0);
    let value = 0;
    this.#orders.forEach((order, index) => {
      value += this.#estimate(order, index, weights);
    });
    for (let index = this.#orders.length - 1; index >= 0; index--) {
      this.#propagate(this.#orders[index]!, index, weights, gradient);
    }
    return value;
  }

  /** P of all k-grams of an order, from those of the order below; returns the order's share of the objective. */
  #estimate(order: TuningOrder, index: number, weights: Float64Array): number {
    const sources = this.#sources;
    const lower = this.#probabilities[index - 1];
    const own = this.#probabilities[index]!;
    const gains = this.#gains[index]!;
    let value = 0;
    for (let ngram = 0; ngram < order.size; ngram++) {
      const lowerProbability = lower ? lower[order.suffixes[ngram]!]! : 1 / (this.#vocabularySize - 1);
      const context = order.contexts[ngram]! * sources;
      let discounted = 0;
      let total = 0;
      let leftOver = 0;
      for (let source = 0; source < sources; source++) {
        const weight = weights[source]!;
        discounted += weight * order.discounted[ngram * sources + source]!;
        total += weight * order.totals[context + source]!;
        leftOver += weight * order.leftOvers[context + source]!;
      }
      const probability = total === 0 ? lowerProbability : (discounted + leftOver * lowerProbability) / total;
      own[ngram] = probability;
      const weight = order.weights[ngram]!;
      gains[ngram] = weight / probability;
      if (weight > 0) value += weight * Math.log(probability);
    }
    return value;
  }

  /** Hands the gains of an order's k-grams to the weights and to the order below. */
  #propagate(order: TuningOrder, index: number, weights: Float64Array, gradient: Float64Array): void {
    const sources = this.#sources;
    const lower = this.#probabilities[index - 1];
    const lowerGains = this.#gains[index - 1];
    for (let ngram = 0; ngram < order.size; ngram++) {
      const gain = this.#gains[index]![ngram]!;
      if (gain === 0) continue;
      const suffix = order.suffixes[ngram]!;
      const lowerProbability = lower ? lower[suffix]! : 1 / (this.#vocabularySize - 1);
      const probability = this.#probabilities[index]![ngram]!;
      const context = order.contexts[ngram]! * sources;
      let total = 0;
      let leftOver = 0;
      for (let source = 0; source < sources; source++) {
        total += weights[source]! * order.totals[context + source]!;
        leftOver += weights[source]! * order.leftOvers[context + source]!;
      }
      if (total === 0) {
        if (lowerGains) lowerGains[suffix]! += gain;
        continue;
      }
      if (lowerGains) lowerGains[suffix]! += (gain * leftOver) / total;
      const scale = gain / total;
      for (let source = 0; source < sources; source++) {
        const slope =
          order.discounted[ngram * sources + source]! +
          order.leftOvers[context + source]! * lowerProbability -
          order.totals[context + source]! * probability;
        gradient[source]! += scale * weights[source]! * slope;
      }
    }
  }
}
