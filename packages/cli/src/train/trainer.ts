import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFailure, type CommandIo } from '../command.ts';
import { createPacer, createProgress } from '../progress.ts';
import { chooseDisplayForm, type FormEvidence } from './casing-statistics.ts';
import { type Discounts, discountsFor } from './discounts.ts';
import { type EstimatedModel, type EstimationSource, estimate } from './estimation.ts';
import type { SourcePlan, TrainingPlan } from './plan.ts';
import { type PreparedText, prepareText } from './prepared-text.ts';
import { countSource, type SourceCounts } from './source-counts.ts';
import { mapWordIds, selectVocabulary } from './vocabulary-selection.ts';

/** A trained model and what else the texts told. */
export interface TrainedModel extends EstimatedModel {
  /** How a normalised word is written inside a sentence. */
  readonly displayForm: (word: string) => string;
  /** `discounts[source][k - 1]`. */
  readonly discounts: readonly (readonly Discounts[])[];
  /** Words of each source. */
  readonly sourceWords: readonly number[];
}

/** Reads, counts and estimates what the plan says. Throws `CommandFailure` where the texts do not allow it. */
export async function trainModel(plan: TrainingPlan, io: CommandIo): Promise<TrainedModel> {
  return withWorkFolder(plan.workFolder, async (folder) => {
    const texts = await prepareSources(plan, folder, io);
    const words = selectVocabulary(
      texts.flatMap((of, source) => of.map((text) => ({ ...text, weight: plan.sources[source]!.weight }))),
      {
        ...(plan.vocabularySize !== undefined && { size: plan.vocabularySize }),
        leastOccurrences: plan.leastOccurrences,
      },
    );
    const counts = await countSources(plan, texts, words, folder, io);
    const discounts = plan.sources.map(({ name }, source) =>
      counts[source]!.orders.map(({ countsOfCounts }, index) =>
        discountsFor(name, index + 1, countsOfCounts, plan.fallbackDiscounts),
      ),
    );
    const sources = plan.sources.map(
      ({ weight }, source): EstimationSource => ({
        counts: counts[source]!,
        discounts: discounts[source]!,
        weights: discounts[source]!.map(() => weight),
      }),
    );
    const progress = createProgress(io, 'Estimating', 1);
    const model = await estimate(sources, {
      order: plan.order,
      words,
      pruneCounts: plan.pruneCounts,
      pace: createPacer(io),
      onProgress: (share) => progress.update(share),
    });
    progress.finish();
    return {
      ...model,
      displayForm: displayForms(words, texts.flat()),
      discounts,
      sourceWords: texts.map((of) => of.reduce((sum, { occurrences }) => sum + total(occurrences), 0)),
    };
  });
}

/** Runs a job with its folder for scratch files: the one given, or a temporary one that is removed however the job ends. */
async function withWorkFolder<T>(folder: string | undefined, job: (folder: string) => Promise<T>): Promise<T> {
  if (folder !== undefined) {
    await mkdir(folder, { recursive: true });
    return job(folder);
  }
  const temporary = await mkdtemp(join(tmpdir(), 'foreword-train-'));
  try {
    return await job(temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** All texts, source by source. */
async function prepareSources(plan: TrainingPlan, folder: string, io: CommandIo): Promise<PreparedText[][]> {
  const prepared: PreparedText[][] = [];
  const pace = createPacer(io);
  for (const source of plan.sources) {
    const texts: PreparedText[] = [];
    for (const file of source.files) {
      const progress = createProgress(io, `Reading ${source.name}`, 0);
      texts.push(
        await prepareText(file, {
          mode: plan.mode,
          folder: join(folder, 'texts'),
          pace,
          onBytes: (bytes) => progress.update(bytes),
        }),
      );
      progress.finish();
    }
    if (texts.every(({ occurrences }) => total(occurrences) === 0)) {
      throw new CommandFailure(`${source.files.join(', ')} holds no words. Give a text, one or more sentences a line.`);
    }
    prepared.push(texts);
  }
  return prepared;
}

async function countSources(
  plan: TrainingPlan,
  texts: readonly PreparedText[][],
  words: readonly string[],
  folder: string,
  io: CommandIo,
): Promise<SourceCounts[]> {
  const ids = new Map(words.map((word, id) => [word, id]));
  const counts: SourceCounts[] = [];
  for (const [index, source] of plan.sources.entries()) {
    counts.push(await countOne(plan, source, texts[index]!, ids, join(folder, `counts-${index}`), io));
  }
  return counts;
}

async function countOne(
  plan: TrainingPlan,
  source: SourcePlan,
  texts: readonly PreparedText[],
  ids: ReadonlyMap<string, number>,
  folder: string,
  io: CommandIo,
): Promise<SourceCounts> {
  await mkdir(folder, { recursive: true });
  const progress = createProgress(io, `Counting ${source.name}`, 1);
  const counts = await countSource(
    texts.map(({ tokens, words }) => ({ tokens, wordIds: mapWordIds(words, ids) })),
    {
      order: plan.order,
      vocabularySize: ids.size,
      folder,
      memoryBytes: plan.memoryBytes,
      pace: createPacer(io),
      onProgress: (share) => progress.update(share),
    },
  );
  progress.finish();
  return counts;
}

function displayForms(words: readonly string[], texts: readonly PreparedText[]): (word: string) => string {
  const evidence = new Map<string, FormEvidence[]>(words.map((word) => [word, []]));
  for (const text of texts) {
    for (const form of text.casing) evidence.get(text.words[form.wordId]!)?.push(form);
  }
  return (word) => chooseDisplayForm(word, evidence.get(word) ?? []);
}

function total(occurrences: Float64Array): number {
  return occurrences.reduce((sum, count) => sum + count, 0);
}
