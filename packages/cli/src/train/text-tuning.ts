import { CommandFailure, type CommandIo } from '../command.ts';
import { createPacer } from '../progress.ts';
import type { EstimationSource } from './estimation.ts';
import type { TrainingPlan } from './plan.ts';
import { prepareText } from './prepared-text.ts';
import { SENTENCE_END } from './token-file.ts';
import { tuneWeights } from './tuning.ts';
import { gatherTuningOrders, type TuningText } from './tuning-events.ts';
import { BEGIN_SENTENCE, END_SENTENCE, mapWordIds, UNKNOWN_WORD } from './vocabulary-selection.ts';

/**
 * Tunes the sources' weights to the plan's tuning texts and says what came of it. Known words alone are asked for: what a
 * user is never offered (`</s>`, `<unk>`) should not decide. The weights are scaled so that a word of text weighs 1 on average.
 */
export async function tuneToTexts(
  plan: TrainingPlan,
  sources: readonly EstimationSource[],
  sourceWords: readonly number[],
  words: readonly string[],
  folder: string,
  io: CommandIo,
): Promise<number[]> {
  const pace = createPacer(io);
  const texts = await readTuningTexts(plan, words, folder, io);
  const isEvent = (word: number) => word !== UNKNOWN_WORD && word !== BEGIN_SENTENCE && word !== END_SENTENCE;
  const orders = await gatherTuningOrders(texts, plan.order, isEvent, sources, pace);
  const given = sources.map(({ weights }) => weights[0]!);
  const tuned = await tuneWeights(orders, given, words.length, pace);
  const weights = scaleWeights(tuned.weights, sourceWords);
  if (!io.quiet) {
    const [before, after] = [tuned.logProbBefore, tuned.logProb].map((logProb) => Math.exp(-logProb).toFixed(2));
    const list = plan.sources.map(({ name }, index) => `${name} ${weights[index]!.toPrecision(3)}`).join(', ');
    io.stderr(`Tuned the weights: perplexity ${before} before, ${after} after (without pruning). ${list}\n`);
  }
  return weights;
}

/** Scales the weights so that, over all words of all sources, they are 1 on average. */
function scaleWeights(weights: readonly number[], sourceWords: readonly number[]): number[] {
  const words = sourceWords.reduce((sum, count) => sum + count, 0);
  const weighted = sourceWords.reduce((sum, count, index) => sum + count * weights[index]!, 0);
  return weights.map((weight) => (weight * words) / weighted);
}

async function readTuningTexts(
  plan: TrainingPlan,
  words: readonly string[],
  folder: string,
  io: CommandIo,
): Promise<TuningText[]> {
  const ids = new Map(words.map((word, id) => [word, id]));
  const texts: TuningText[] = [];
  for (const { file, weight } of plan.tuning) {
    const text = await prepareText(file, { mode: plan.mode, folder, pace: createPacer(io) });
    const wordIds = mapWordIds(text.words, ids);
    const sentences: number[] = [];
    let isOpen = false;
    for (const { ids: tokens } of text.tokens.blocks()) {
      for (const token of tokens) {
        if (!isOpen) sentences.push(BEGIN_SENTENCE);
        isOpen = token !== SENTENCE_END;
        sentences.push(isOpen ? wordIds[token]! : END_SENTENCE);
      }
    }
    if (sentences.length === 0) throw new CommandFailure(`${file} holds no words to tune on.`);
    texts.push({ words: Uint32Array.from(sentences), weight });
  }
  return texts;
}
