import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type NgramTable, normalizeWord, writeArpa, writeNgram } from '@foreword/core';
import { writeFileAtomically } from '../atomic-write.ts';
import type { CommandIo } from '../command.ts';
import { createPacer, createProgress } from '../progress.ts';
import { keptAbove, pruningCosts } from './entropy-pruning.ts';
import { withOutputFolder, withWorkFolder } from './folders.ts';
import { writePack } from './pack-output.ts';
import type { TrainingPlan } from './plan.ts';
import { pruneToSize } from './size-search.ts';
import { selectNgrams } from './table-selection.ts';
import { type TrainedModel, trainModel } from './trainer.ts';
import { readPlan, trainingHelp } from './training-options.ts';

/** `foreword train`: from texts to a pack. */
export async function trainCommand(argv: string[], io: CommandIo): Promise<number> {
  const plan = await readPlan(argv);
  if (plan === 'help') {
    io.stdout(trainingHelp);
    return 0;
  }
  const { out } = plan;
  if (out === undefined) await train(plan, io);
  else await withOutputFolder(out, () => train(plan, io));
  return 0;
}

async function train(plan: TrainingPlan, io: CommandIo): Promise<void> {
  const say = (text: string) => {
    if (!io.quiet) io.stderr(`${text}\n`);
  };
  const model = await withWorkFolder(plan.workFolder, (folder) => trainModel(plan, folder, io));
  say(`Estimated ${describe(model.table)}.`);
  const pruned = await prune(model, plan, io);
  if (pruned.table !== model.table) say(`Kept ${describe(pruned.table)}.`);
  if (plan.arpa !== undefined) await writeFileAtomically(plan.arpa, writeArpa(pruned.table), io.signal);
  if (plan.out === undefined) return;
  const bytes = pruned.bytes ?? (await packWriter(model, plan))(pruned.table);
  io.signal.throwIfAborted();
  const { name, language, licence } = plan;
  await writePack(plan.out, bytes, { name, language, licence, sources: model.sources, recipe: settings(plan) });
  const compressed = pruned.brotliBytes === undefined ? '' : `, ${pruned.brotliBytes} after brotli`;
  say(`Wrote ${plan.out}: ${bytes.length} bytes${compressed}.`);
}

function describe(table: NgramTable): string {
  return table.levels.map(({ lastWords }, k) => `${lastWords.length} ${k + 1}-grams`).join(', ');
}

async function prune(
  model: TrainedModel,
  plan: TrainingPlan,
  io: CommandIo,
): Promise<{ table: NgramTable; bytes?: Uint8Array; brotliBytes?: number }> {
  if (plan.sizeBytes === undefined && plan.threshold === 0) return { table: model.table };
  const pace = createPacer(io);
  const pricing = createProgress(io, 'Pricing n-grams', 1);
  const costs = await pruningCosts(model, pace, (share) => pricing.update(share));
  pricing.finish();
  if (plan.sizeBytes === undefined) {
    return { table: selectNgrams(model.table, keptAbove(model, costs, plan.threshold)) };
  }
  const write = await packWriter(model, plan);
  const trying = createProgress(io, 'Trying sizes', 0);
  const pruned = await pruneToSize(model, costs, {
    mostBytes: plan.sizeBytes,
    write,
    pace,
    onTry: (tried) => trying.update(tried),
  });
  trying.finish();
  return pruned;
}

/** Writes n-gram files with the display forms and the never-suggested words of this run. */
async function packWriter(model: TrainedModel, plan: TrainingPlan): Promise<(table: NgramTable) => Uint8Array> {
  const { neverSuggest } = plan;
  const lines = neverSuggest === undefined ? [] : (await readFile(neverSuggest, 'utf8')).split('\n');
  const unwanted = new Set(lines.map((line) => normalizeWord(line.trim())));
  const { displayForm } = model;
  const quantize = !plan.isExact;
  return (table) => writeNgram(table, { quantize, displayForm, isOffensive: (word) => unwanted.has(word) });
}

/** What pack.json says of how the pack was made, besides its sources. */
function settings(plan: TrainingPlan): Record<string, unknown> {
  const { order, mode, vocabularySize, wordPattern, leastOccurrences, pruneCounts, threshold, sizeBytes, tuning } =
    plan;
  return {
    order,
    text: mode,
    vocabularySize,
    ...(wordPattern && { wordPattern: wordPattern.source }),
    leastOccurrences,
    prune: pruneCounts,
    threshold,
    size: sizeBytes,
    ...(tuning.length > 0 && { tune: tuning.map(({ file, weight }) => ({ file: basename(file), weight })) }),
  };
}
