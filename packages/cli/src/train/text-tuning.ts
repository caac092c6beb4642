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
  words: readonly string[],
  folder: string,
  io: CommandIo,
): Promise<number[]> {
  const pace = createPacer(io);
  const texts = await readTuningTexts(plan, words, folder, io);
  const isEvent = (word: number) => word !== UNKNOWN_WORD && word !== BEGIN_SENTENCE && word !== END_SENTENCE;
  const orders = await gatherTuningOrders(texts, plan.order, isEvent, sources, pace);
  const tuned = tuneWeights(orders, {
    sources: sources.length,
    vocabularySize: words.length,
    weights: sources.map(({ weights }) => weights),
    perOrder: process.env['PER_ORDER'] === '1',
  });
  const weights = tuned.weights.map((ofSource) => ofSource.at(-1)!);
  if (!io.quiet) {
    io.stderr(
      `Tuned on ${texts.length} texts: perplexity ${Math.exp(-tuned.logProbBefore).toFixed(2)} → ${Math.exp(-tuned.logProb).toFixed(2)}.\n`,
    );
    plan.sources.forEach(({ name }, index) => {
      io.stderr(`  ${tuned.weights[index]!.map((w) => w.toPrecision(4)).join(' ')}  ${name}\n`);
    });
  }
  return weights;
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
