import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type NgramTable, normalizeWord, writeArpa, writeNgram } from '@foreword/core';
import { writeFileAtomically } from '../atomic-write.ts';
import { type CommandIo, parseCommandLine, parseCount, UsageError } from '../command.ts';
import { createPacer } from '../progress.ts';
import { fallbackDiscounts } from './discounts.ts';
import { keptAbove, pruningCosts } from './entropy-pruning.ts';
import { writePack } from './pack-output.ts';
import type { SourcePlan, TrainingPlan } from './plan.ts';
import { brotliSize, pruneToSize } from './size-search.ts';
import { selectNgrams } from './table-selection.ts';
import { type TrainedModel, trainModel } from './trainer.ts';

const help = `Usage: foreword train [OPTIONS] TEXT[=WEIGHT]…
`;

/** `foreword train`. */
export async function trainCommand(argv: string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseCommandLine(argv, trainOptions);
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  const order = parseCount('order', values.order, 1, 6);
  const pruneCounts = (values.prune ?? ['0'])
    .flatMap((list) => list.split(/[ ,]+/))
    .map((count) => parseCount('prune', count, 0));
  while (pruneCounts.length < order) pruneCounts.push(pruneCounts.at(-1)!);
  const plan: TrainingPlan = {
    name: values.name ?? 'model',
    language: values.language ?? 'en',
    licence: '',
    sources: sourcesOf(positionals),
    mode: values.text === 'tokens' ? 'tokens' : 'words',
    order,
    vocabularySize:
      values['vocabulary-size'] === undefined ? undefined : parseCount('vocabulary-size', values['vocabulary-size'], 4),
    leastOccurrences: 1,
    pruneCounts,
    fallbackDiscounts: values['discount-fallback'] ? fallbackDiscounts : undefined,
    sizeBytes: values.size === undefined ? undefined : parseCount('size', values.size, 1),
    threshold: Number(values.threshold ?? 0),
    memoryBytes: 1e9,
    workFolder: values.work,
    out: values.out,
    arpa: values.arpa,
    neverSuggest: values['never-suggest'],
  };
  const model = await trainModel(plan, io);
  note(io, `Estimated ${describe(model.table)}.`);
  const pruned = await prune(model, plan, io);
  if (pruned.table !== model.table) note(io, `Kept ${describe(pruned.table)}.`);
  if (plan.arpa !== undefined) await writeFileAtomically(plan.arpa, writeArpa(pruned.table), io.signal);
  if (plan.out !== undefined) {
    const bytes = pruned.bytes ?? (await packWriter(model, plan))(pruned.table);
    io.signal.throwIfAborted();
    await writePack(plan.out, bytes, pruned.table, {
      name: plan.name,
      language: plan.language,
      licence: plan.licence,
      sources: plan.sources.map(({ name, licence, weight }, source) => ({
        name,
        licence,
        words: model.sourceWords[source]!,
        weight,
      })),
    });
    note(io, `Wrote ${plan.out}: ${bytes.length} bytes, ${brotliSize(bytes)} after brotli.`);
  }
  return 0;
}

function note(io: CommandIo, text: string): void {
  if (!io.quiet) io.stderr(`${text}\n`);
}

function describe(table: NgramTable): string {
  return table.levels.map(({ lastWords }, k) => `${lastWords.length} ${k + 1}-grams`).join(', ');
}

async function prune(
  model: TrainedModel,
  plan: TrainingPlan,
  io: CommandIo,
): Promise<{ table: NgramTable; bytes?: Uint8Array }> {
  if (plan.sizeBytes === undefined && plan.threshold === 0) return { table: model.table };
  const pace = createPacer(io);
  const costs = await pruningCosts(model, pace);
  if (plan.sizeBytes === undefined) {
    return { table: selectNgrams(model.table, keptAbove(model.table, costs, plan.threshold)) };
  }
  const write = await packWriter(model, plan);
  return pruneToSize(model.table, costs, { mostBytes: plan.sizeBytes, write, pace });
}

/** Writes n-gram files with the display forms and the words never suggested of this run. */
async function packWriter(model: TrainedModel, plan: TrainingPlan): Promise<(table: NgramTable) => Uint8Array> {
  const offensive = new Set<string>();
  if (plan.neverSuggest !== undefined) {
    for (const line of (await readFile(plan.neverSuggest, 'utf8')).split(/\r?\n/)) {
      if (line.trim() !== '') offensive.add(normalizeWord(line.trim()));
    }
  }
  const { displayForm } = model;
  return (table) => writeNgram(table, { displayForm, isOffensive: (word) => offensive.has(word) });
}

const trainOptions = {
  order: { type: 'string', default: '3' },
  text: { type: 'string', default: 'words' },
  name: { type: 'string' },
  language: { type: 'string' },
  'vocabulary-size': { type: 'string' },
  prune: { type: 'string', multiple: true },
  'discount-fallback': { type: 'boolean' },
  size: { type: 'string' },
  threshold: { type: 'string' },
  'never-suggest': { type: 'string' },
  work: { type: 'string' },
  out: { type: 'string' },
  arpa: { type: 'string' },
} as const;

/** Texts without a weight are one source, each with a weight its own. */
function sourcesOf(positionals: readonly string[]): SourcePlan[] {
  const plain: string[] = [];
  const sources: SourcePlan[] = [];
  for (const argument of positionals) {
    const weighted = /^(.*)=([\d.]+(?:e[+-]?\d+)?)$/i.exec(argument);
    if (weighted === null) plain.push(argument);
    else
      sources.push({ name: basename(weighted[1]!), files: [weighted[1]!], weight: Number(weighted[2]), licence: '' });
  }
  if (plain.length > 0) sources.unshift({ name: basename(plain[0]!), files: plain, weight: 1, licence: '' });
  if (sources.length === 0) throw new UsageError('Give at least one text.');
  return sources;
}
