import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure, type CommandIo } from '../command.ts';
import { createPacer, createProgress } from '../progress.ts';
import { chooseDisplayForm, type FormEvidence } from './casing-statistics.ts';
import { countOrReuse } from './counts-cache.ts';
import { discountsFor } from './discounts.ts';
import { type EstimatedModel, type EstimationSource, estimate } from './estimation.ts';
import type { TrainingPlan } from './plan.ts';
import { type PreparedText, prepareText } from './prepared-text.ts';
import { tuneToTexts } from './text-tuning.ts';
import { selectVocabulary } from './vocabulary-selection.ts';
import { frequenciesOf, readWordList } from './word-list.ts';

/** A trained model and what else the texts told. */
export interface TrainedModel extends EstimatedModel {
  /** How a normalised word is written inside a sentence. */
  readonly displayForm: (word: string) => string;
  /** What each source came to, in the plan's order. */
  readonly sources: readonly TrainedSource[];
}

/** One source's part in a model. */
export interface TrainedSource {
  readonly name: string;
  readonly licence: string;
  /** Words read. */
  readonly words: number;
  /** What one occurrence counted: the plan's weight, or the tuned one. */
  readonly weight: number;
}

/** Reads, counts and estimates what the plan says, with scratch files in `folder`. Throws `CommandFailure` where the texts do not allow it. */
export async function trainModel(plan: TrainingPlan, folder: string, io: CommandIo): Promise<TrainedModel> {
  const texts = await prepareSources(plan, folder, io);
  const list = plan.wordList === undefined ? undefined : await readWordList(plan.wordList);
  const words = selectVocabulary(
    list === undefined
      ? texts.flatMap((of, source) => of.map((text) => ({ ...text, weight: plan.sources[source]!.weight })))
      : [{ ...list, weight: 1 }],
    { size: plan.vocabularySize, leastOccurrences: plan.leastOccurrences, pattern: plan.wordPattern },
  );
  const counted = await countSources(plan, texts, words, folder, io);
  const sourceWords = texts.map((of) => of.reduce((sum, { occurrences }) => sum + total(occurrences), 0));
  const weights =
    plan.tuning.length === 0
      ? counted.map(({ weights }) => weights[0]!)
      : await tuneToTexts(plan, counted, sourceWords, words, join(folder, 'texts'), io);
  const sources = counted.map((source, index) => ({ ...source, weights: source.weights.map(() => weights[index]!) }));
  const progress = createProgress(io, 'Estimating', 1);
  const model = await estimate(sources, {
    order: plan.order,
    words,
    pruneCounts: plan.pruneCounts,
    ...(list && { frequencies: frequenciesOf(words, list) }),
    pace: createPacer(io),
    onProgress: (share) => progress.update(share),
  });
  progress.finish();
  return {
    ...model,
    displayForm: displayForms(words, texts.flat()),
    sources: plan.sources.map(({ name, licence }, index) => ({
      name,
      licence,
      words: sourceWords[index]!,
      weight: weights[index]!,
    })),
  };
}

/** All texts, source by source. */
async function prepareSources(plan: TrainingPlan, folder: string, io: CommandIo): Promise<PreparedText[][]> {
  const prepared: PreparedText[][] = [];
  const pace = createPacer(io);
  for (const source of plan.sources) {
    const texts: PreparedText[] = [];
    for (const file of source.files) {
      const progress = createProgress(io, `Reading ${source.name}`, (await stat(file)).size);
      const onBytes = (bytes: number) => progress.update(bytes);
      texts.push(await prepareText(file, { mode: plan.mode, folder: join(folder, 'texts'), pace, onBytes }));
      progress.finish();
    }
    if (texts.every(({ occurrences }) => total(occurrences) === 0)) {
      throw new CommandFailure(`${source.files.join(', ')} holds no words. Give a text, one or more sentences a line.`);
    }
    prepared.push(texts);
  }
  return prepared;
}

/** Counts every source and finds its discounts. */
async function countSources(
  plan: TrainingPlan,
  texts: readonly PreparedText[][],
  words: readonly string[],
  folder: string,
  io: CommandIo,
): Promise<EstimationSource[]> {
  const ids = new Map(words.map((word, id) => [word, id]));
  const sources: EstimationSource[] = [];
  for (const [index, { name, weight }] of plan.sources.entries()) {
    const progress = createProgress(io, `Counting ${name}`, 1);
    const counts = await countOrReuse(texts[index]!, ids, {
      order: plan.order,
      vocabularySize: words.length,
      folder: join(folder, 'counts'),
      memoryBytes: plan.memoryBytes,
      pace: createPacer(io),
      onProgress: (share) => progress.update(share),
    });
    progress.finish();
    const discounts = counts.orders.map(({ countsOfCounts }, k) =>
      discountsFor(name, k + 1, countsOfCounts, plan.fallbackDiscounts),
    );
    sources.push({ counts, discounts, weights: discounts.map(() => weight) });
  }
  return sources;
}

function displayForms(words: readonly string[], texts: readonly PreparedText[]): (word: string) => string {
  const evidence = new Map<string, FormEvidence[]>(words.map((word) => [word, []]));
  for (const text of texts) {
    for (const form of text.casing) evidence.get(text.words[form.wordId]!)?.push(form);
  }
  const forms = new Map(words.map((word) => [word, chooseDisplayForm(word, evidence.get(word)!)]));
  return (word) => forms.get(word) ?? word;
}

function total(occurrences: Float64Array): number {
  return occurrences.reduce((sum, count) => sum + count, 0);
}
