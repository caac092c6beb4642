import { basename } from 'node:path';
import { writeArpa } from '@foreword/core';
import { writeFileAtomically } from '../atomic-write.ts';
import { type CommandIo, parseCommandLine, parseCount, UsageError } from '../command.ts';
import { fallbackDiscounts } from './discounts.ts';
import type { SourcePlan, TrainingPlan } from './plan.ts';
import { trainModel } from './trainer.ts';

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
    memoryBytes: 1e9,
    workFolder: values.work,
    out: values.out,
    arpa: values.arpa,
    neverSuggest: undefined,
  };
  const model = await trainModel(plan, io);
  io.stderr(`${model.table.levels.map(({ lastWords }, k) => `${lastWords.length} ${k + 1}-grams`).join(', ')}\n`);
  if (plan.arpa !== undefined) await writeFileAtomically(plan.arpa, writeArpa(model.table), io.signal);
  return 0;
}

const trainOptions = {
  order: { type: 'string', default: '3' },
  text: { type: 'string', default: 'words' },
  name: { type: 'string' },
  language: { type: 'string' },
  'vocabulary-size': { type: 'string' },
  prune: { type: 'string', multiple: true },
  'discount-fallback': { type: 'boolean' },
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
