// Hot: `pruningCosts` visits every n-gram of the unpruned model.
import { searchAscending } from './ascending-search.ts';
import type { EstimatedModel } from './estimation.ts';
import { BEGIN_SENTENCE, UNKNOWN_WORD } from './vocabulary-selection.ts';

/**
 * What leaving out each n-gram would cost: the relative entropy, in nats per word of text, between the model and the model
 * without it (Stolcke 1998, eq. 3–5). The context's probability is its share of the text, for Kneser–Ney's own lower orders
 * are no marginals (Chelba et al. 2010). N-grams that end in `<unk>`
 * cost nothing: they are never suggested. `costs[k - 1]` for the k-grams; empty for unigrams, which are never left out.
 * (Estimating the lower orders anew for the n-grams left out, after Siivola, Hirsimäki & Virpioja 2007, was tried with these
 * costs: keeping 1.5 of 18 million n-grams it had 0.2 % less perplexity, 0.5 % more bytes and saved no more keystrokes.)
 */
export async function pruningCosts(
  model: EstimatedModel,
  pace: () => Promise<void> | undefined,
  onProgress?: (share: number) => void,
): Promise<Float32Array[]> {
  const { levels } = model.table;
  const words = wordsOfText(model);
  const costs = levels.map((level, index) => new Float32Array(index === 0 ? 0 : level.lastWords.length));
  for (let k = levels.length; k >= 2; k--) {
    const contexts = levels[k - 2]!.lastWords.length;
    for (let context = 0; context < contexts; context++) {
      if ((context & 0x3fff) === 0) {
        await pace();
        onProgress?.((levels.length - k + context / contexts) / (levels.length - 1));
      }
      const share = model.occurrences[k - 2]![context]! / words;
      priceContext(model, k, context, share, costs[k - 1]!);
    }
  }
  return costs;
}

/** Words of the text, sentence ends among them, as the model weighs them. */
function wordsOfText({ occurrences }: EstimatedModel): number {
  return occurrences[0]!.reduce((sum, count, word) => (word === BEGIN_SENTENCE ? sum : sum + count), 0);
}

/** Prices the k-grams of one context that makes up `share` of the text. */
function priceContext(model: EstimatedModel, k: number, context: number, share: number, costs: Float32Array): void {
  const { levels } = model.table;
  const { firstChild, logBackoffs, logProbs: lowerLogProbs, lastWords: lowerWords } = levels[k - 2]!;
  const { lastWords, logProbs } = levels[k - 1]!;
  const start = firstChild![context]!;
  const end = firstChild![context + 1]!;
  if (start === end) return;
  let position = 0;
  let lowerEnd = lowerWords.length;
  if (k > 2) {
    const suffix = model.suffixes[k - 2]![context]!;
    position = levels[k - 3]!.firstChild![suffix]!;
    lowerEnd = levels[k - 3]!.firstChild![suffix + 1]!;
  }
  // Until all are known, `costs` holds the order below's ln P of each word.
  let lowerRest = 1;
  for (let child = start; child < end; child++) {
    position = searchAscending(lowerWords, lastWords[child]!, position, lowerEnd);
    costs[child] = lowerLogProbs[position]!;
    lowerRest -= Math.exp(lowerLogProbs[position]!);
  }
  const logBackoff = logBackoffs![context]!;
  const rest = Math.exp(logBackoff) * Math.max(lowerRest, 0);
  for (let child = start; child < end; child++) {
    const logProb = logProbs[child]!;
    const lowerLogProb = costs[child]!;
    const prob = Math.exp(logProb);
    if (lastWords[child] === UNKNOWN_WORD) {
      costs[child] = 0;
      continue;
    }
    const newLogBackoff = Math.log((rest + prob) / (Math.max(lowerRest, 0) + Math.exp(lowerLogProb)));
    costs[child] = share * (prob * (logProb - lowerLogProb - newLogBackoff) + rest * (logBackoff - newLogBackoff));
  }
}

/**
 * Which n-grams stay, 1 or 0 by level and index: those that cost `threshold` or more, and what they begin and end with. (A file
 * holds the ends of its n-grams in any case, and with them backing off is exact.)
 */
export function keptAbove(model: EstimatedModel, costs: readonly Float32Array[], threshold: number): Uint8Array[] {
  const { levels, order } = model.table;
  const kept: Uint8Array[] = levels.map(({ lastWords }) => new Uint8Array(lastWords.length));
  for (let k = order; k >= 2; k--) {
    const { firstChild } = levels[k - 2]!;
    const own = kept[k - 1]!;
    const contexts = kept[k - 2]!;
    const prices = costs[k - 1]!;
    for (let context = 0; context < contexts.length; context++) {
      let hasKept = false;
      for (let child = firstChild![context]!; child < firstChild![context + 1]!; child++) {
        if (prices[child]! >= threshold) own[child] = 1;
        if (own[child] === 0) continue;
        hasKept = true;
        if (k > 2) contexts[suffixOf(model, k, context, child)] = 1;
      }
      if (hasKept) contexts[context] = 1;
    }
  }
  kept[0]!.fill(1);
  return kept;
}

/** Index in the level below of a k-gram's suffix, k > 2, which a model without pruning always has. */
function suffixOf({ table, suffixes }: EstimatedModel, k: number, context: number, ngram: number): number {
  const { firstChild } = table.levels[k - 3]!;
  const suffix = suffixes[k - 2]![context]!;
  const word = table.levels[k - 1]!.lastWords[ngram]!;
  return searchAscending(table.levels[k - 2]!.lastWords, word, firstChild![suffix]!, firstChild![suffix + 1]!);
}
