import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { contextClasses, type LanguageModel, type MixtureWeights, type PackManifest } from '@foreword/core';
import { writeFileAtomically } from '../atomic-write.ts';
import { CommandFailure, type CommandIo, parseCommandLine, parseCount, UsageError } from '../command.ts';
import { createTally, typeLine } from '../evaluate/ideal-user.ts';
import { keystrokeRules } from '../evaluate/keystroke-rule.ts';
import { readAssociationItems } from '../evaluate/pinyin-items.ts';
import { readTextToType } from '../evaluate/text-file.ts';
import { openModel } from '../open-model.ts';
import { createPacer, createProgress } from '../progress.ts';
import { Recording } from './recording.ts';
import { type ClassWeights, learnClassWeights, learnWeights, type Occasion, remainingBits } from './weight-learning.ts';

const help = `Usage: foreword mix --pack PACK --models NAMES [OPTIONS] FILE…

Learns what each model of a mixture should weigh, by the kind of place: before a word at the start of a sentence, after
an unknown word or elsewhere; after one, two, three or more letters. Types the texts key by key with an ideal user, asks
all models, and takes the weights under which the words that were written are the likeliest among the best that begin
with the letters typed. Every text counts the same. Prints what the models score alone and together on these texts, and
writes the weights into pack.json.

  --pack PACK        the pack's folder
  --models NAMES     two or more of the pack's models, with commas: ngram,gpt
  --association      of a Chinese pack: FILE holds lines "id, words so far, rest of the clause, next word", parted by tabs, and
                     only the next words are learned from
  --limit-lines N    only the first N lines of each text
  --dry-run          change nothing in the pack
`;

/** `foreword mix`. */
export async function mixCommand(argv: string[], io: CommandIo): Promise<number> {
  const { values, positionals: files } = parseCommandLine(argv, {
    pack: { type: 'string' },
    models: { type: 'string' },
    'limit-lines': { type: 'string' },
    association: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
  });
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  if (values.pack === undefined) throw new UsageError('--pack is missing: the folder of the pack.');
  const names = [...new Set(values.models?.split(',') ?? [])];
  if (names.length < 2) throw new UsageError('--models takes two or more names with commas, such as ngram,gpt.');
  if (files.length === 0) throw new UsageError('No text was named. Give one or more text files.');
  const limit = values['limit-lines'];
  const limitLines = limit === undefined ? undefined : parseCount('limit-lines', limit, 1);

  const opened = await openModel(values.pack, names.join('+'), io);
  if (opened.pack === undefined) throw new CommandFailure(`${values.pack} is no pack: its models cannot be mixed.`);
  try {
    if (values.association) {
      const occasions = await nextWords(files, new Recording(opened), io);
      const weights = learnClassWeights(occasions, names.length);
      io.stdout(weightTable(opened.models, weights, occasions));
      if (!values['dry-run']) await writeWeights(values.pack, { models: names, classes: rounded(weights) }, io);
      return 0;
    }
    const texts = await Promise.all(files.map((file) => readTextToType(file, limitLines)));
    const recording = new Recording(opened);
    const occasions = await recordTexts(texts, recording, io);
    const weights = learnClassWeights(occasions, names.length);
    io.stdout(weightTable(opened.models, weights, occasions));
    io.stdout(await comparison(texts, recording, opened.models, occasions, weights, io));
    if (!values['dry-run']) await writeWeights(values.pack, { models: names, classes: rounded(weights) }, io);
  } finally {
    await opened.predictor.close();
  }
  return 0;
}

/** What every model says of the next words of files for `evaluate --association`; each file counts as much as the others. */
async function nextWords(files: readonly string[], recording: Recording, io: CommandIo): Promise<Occasion[]> {
  const occasions: Occasion[] = [];
  for (const file of files) {
    const { items } = await readAssociationItems(file);
    const progress = createProgress(io, `Asking ${file}`, items.length);
    for (const [index, { before, next }] of items.entries()) {
      occasions.push(await recording.occasion(before, next, TEXT_WEIGHT / items.length));
      progress.update(index + 1);
    }
    progress.finish();
  }
  return occasions.filter(({ word }) => word.some((probability) => probability > 0));
}

const rule = keystrokeRules[0]!;

/** The texts' occasions to learn from, each text counting as much as the others. */
async function recordTexts(texts: readonly Text[], recording: Recording, io: CommandIo): Promise<Occasion[]> {
  const all: Occasion[] = [];
  for (const { file, lines } of texts) {
    const typed = lines.map((line) => rule.typedLine(line));
    const words = typed.reduce((sum, { wordBounds }) => sum + wordBounds.length / 2, 0);
    const progress = createProgress(io, `Typing ${file}`, typed.length);
    const pace = createPacer(io);
    for (const [index, line] of typed.entries()) {
      for (const occasion of await recording.type(line, TEXT_WEIGHT / words)) all.push(occasion);
      progress.update(index + 1);
      await pace();
    }
    progress.finish();
  }
  return all;
}

type Text = Awaited<ReturnType<typeof readTextToType>>;

/** What the words of a text count together: so that the prior of a class stays a small part. */
const TEXT_WEIGHT = 1000;

function weightTable(models: readonly LanguageModel[], weights: ClassWeights, occasions: readonly Occasion[]): string {
  const rows = contextClasses.map((place) => [
    place,
    String(occasions.filter((occasion) => occasion.place === place).length),
    ...weights[place].map((weight) => weight.toFixed(3)),
  ]);
  return table([['place', 'seen', ...models.map(({ name }) => name)], ...rows]);
}

/** What the texts score when the recorded models are mixed in various ways, the mean over the texts. */
async function comparison(
  texts: readonly Text[],
  recording: Recording,
  models: readonly LanguageModel[],
  occasions: readonly Occasion[],
  weights: ClassWeights,
  io: CommandIo,
): Promise<string> {
  const everywhere = (list: readonly number[]) =>
    Object.fromEntries(contextClasses.map((place) => [place, list])) as unknown as ClassWeights;
  const ways: readonly [string, ClassWeights][] = [
    ...models.map(({ name }, m): [string, ClassWeights] => [
      name,
      everywhere(models.map((_, i) => (i === m ? 1 : FAINT))),
    ]),
    ['even', everywhere(models.map(() => 1 / models.length))],
    ['the same everywhere', everywhere(learnWeights(occasions, models.length))],
    ['by place', weights],
  ];
  const rows: string[][] = [];
  for (const [way, classes] of ways) {
    const bits = remainingBits(occasions, (place) => classes[place]);
    rows.push([way, bits.toFixed(3), ...(await meanScores(texts, recording.ask(classes), io))]);
  }
  return table([['mixed', 'bits', 'KS@1', 'KS@3', 'KS@5', 'top-1', 'top-3', 'MRR'], ...rows]);
}

/** What the others weigh where one model stands alone: words that it gives nothing still have an order. */
const FAINT = 1e-9;

async function meanScores(texts: readonly Text[], ask: ReturnType<Recording['ask']>, io: CommandIo): Promise<string[]> {
  const sums = [0, 0, 0, 0, 0, 0];
  for (const { lines } of texts) {
    const tally = createTally();
    for (const line of lines) await typeLine(rule.typedLine(line), rule, { ask }, tally, createPacer(io));
    const saved = tally.saved.slice(0, 3).map((keys) => (100 * keys) / tally.chars);
    const hits = tally.nextWordHits.slice(0, 2).map((count) => (100 * count) / tally.words);
    [...saved, ...hits, tally.reciprocalRanks / tally.words].forEach((score, i) => {
      sums[i]! += score / texts.length;
    });
  }
  return sums.map((mean, i) => mean.toFixed(i === 5 ? 4 : 2));
}

function rounded(weights: ClassWeights): MixtureWeights['classes'] {
  const lists = contextClasses.map((place) => [place, weights[place].map((weight) => Number(weight.toFixed(4)))]);
  return Object.fromEntries(lists) as MixtureWeights['classes'];
}

/** Puts weights into `pack.json`, in the place of those it had for the same models. */
async function writeWeights(pack: string, weights: MixtureWeights, io: CommandIo): Promise<void> {
  const path = join(pack, 'pack.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as PackManifest;
  const isSame = ({ models }: MixtureWeights) => models.toSorted().join() === weights.models.toSorted().join();
  const mixtures = [...(manifest.mixtures ?? []).filter((mixture) => !isSame(mixture)), weights];
  await writeFileAtomically(path, `${JSON.stringify({ ...manifest, mixtures }, null, 2)}\n`, io.signal);
  if (!io.quiet) io.stderr(`Wrote the weights of ${weights.models.join(', ')} into ${basename(pack)}/pack.json.\n`);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
  );
  return `${lines.join('\n')}\n\n`;
}
