import { basename } from 'node:path';
import { parseCommandLine, parseCount, UsageError } from '../command.ts';
import { fallbackDiscounts } from './discounts.ts';
import type { SourcePlan, TrainingPlan, TuningPlan } from './plan.ts';
import { type Recipe, readRecipe } from './recipe.ts';

/** The text of `foreword train --help`. */
export const trainingHelp = `Usage: foreword train [OPTIONS] TEXT[=WEIGHT]…

Trains an n-gram model (interpolated modified Kneser-Ney) on UTF-8 texts and writes a pack. Texts given without a weight
are one source; each text with a weight is a source of its own, whose every occurrence counts WEIGHT times.

Texts and model
  --recipe FILE           take settings, sources and weights from a JSON file; the options given here override it
  --data DIR              the folder that the recipe's paths are relative to (default: the recipe's own)
  --text words|tokens     running text, read as the predictor reads it (default), or one sentence a line, its tokens
                          separated by white space and taken as they are
  --order N               longest n-gram, 1-6 (default 3)
  --vocabulary-size N     keep the N most frequent words, <unk>, <s> and </s> among them (default: all)
  --words FILE            the vocabulary, a word and after a tab its frequency a line: words the texts lack are known too, and by
                          these frequencies words are ranked where nothing stands before them
  --word-pattern REGEXP   other words are unknown words; the whole normalised word must match (default: any does)
  --least-occurrences N   words that occur less often are unknown words (default 1)
  --discount-fallback     discounts 0.5, 1, 1.5 where a source is too small to estimate them
  --tune TEXT[=WEIGHT]    choose the sources' weights to suit this text, which must not be trained on; repeatable

Size
  --prune "N …"           leave out k-grams that occur N times or less, one number for each k, the last for all further
                          ones (default 0)
  --threshold X           leave out n-grams whose loss costs less than X nats per word
  --size BYTES            leave out as many n-grams as must be for a model of this size after brotli

Output
  --out DIR               the pack: ngram.bin and pack.json
  --exact                 write probabilities as they are, not to the nearest of 256: larger, and what to measure
                          perplexity with, for rounded ones do not quite sum to 1
  --arpa FILE             the model as ARPA
  --name, --language, --licence TEXT
                          for pack.json (default: model, en, none)
  --never-suggest FILE    words, one a line, that are known but never suggested

Resources
  --work DIR              keep what was read and counted for the next run (default: a temporary folder)
  --memory BYTES          most memory for counting (default 1000000000)
`;

const options = {
  recipe: { type: 'string' },
  data: { type: 'string' },
  text: { type: 'string' },
  order: { type: 'string' },
  'vocabulary-size': { type: 'string' },
  'least-occurrences': { type: 'string' },
  'word-pattern': { type: 'string' },
  words: { type: 'string' },
  'discount-fallback': { type: 'boolean' },
  tune: { type: 'string', multiple: true },
  prune: { type: 'string', multiple: true },
  threshold: { type: 'string' },
  size: { type: 'string' },
  out: { type: 'string' },
  exact: { type: 'boolean' },
  arpa: { type: 'string' },
  name: { type: 'string' },
  language: { type: 'string' },
  licence: { type: 'string' },
  'never-suggest': { type: 'string' },
  work: { type: 'string' },
  memory: { type: 'string' },
} as const;

/** Reads the command line and the recipe it names; `'help'` if that is all that was asked. Throws `UsageError`. */
export async function readPlan(argv: string[]): Promise<TrainingPlan | 'help'> {
  const { values, positionals } = parseCommandLine(argv, options);
  if (values.help) return 'help';
  const recipe: Recipe = values.recipe === undefined ? {} : await readRecipe(values.recipe, values.data);
  const count = (option: keyof typeof values & string, fallback: number | undefined, least: number, most?: number) =>
    typeof values[option] === 'string' ? parseCount(option, values[option], least, most) : fallback;
  const order = count('order', recipe.order ?? 3, 1, 6)!;
  const mode = values.text ?? recipe.text ?? 'words';
  if (mode !== 'words' && mode !== 'tokens') throw new UsageError(`--text takes words or tokens, not "${mode}".`);
  const hasFallback = values['discount-fallback'] ?? recipe.discountFallback ?? false;
  const plan: TrainingPlan = {
    name: values.name ?? recipe.name ?? 'model',
    language: values.language ?? recipe.language ?? 'en',
    licence: values.licence ?? recipe.licence ?? '',
    sources: positionals.length > 0 ? readSources(positionals) : (recipe.sources ?? []),
    mode,
    order,
    vocabularySize: count('vocabulary-size', recipe.vocabularySize, 4, 2 ** 24),
    wordPattern: readWordPattern(values['word-pattern'] ?? recipe.wordPattern),
    wordList: values.words ?? recipe.words,
    leastOccurrences: count('least-occurrences', recipe.leastOccurrences ?? 1, 1)!,
    pruneCounts: readPruneCounts(values.prune, recipe.prune, order),
    threshold: values.threshold === undefined ? (recipe.threshold ?? 0) : readThreshold(values.threshold),
    sizeBytes: count('size', recipe.size, 1),
    fallbackDiscounts: hasFallback ? fallbackDiscounts : undefined,
    tuning: values.tune?.map(readTuning) ?? recipe.tune ?? [],
    neverSuggest: values['never-suggest'] ?? recipe.neverSuggest,
    memoryBytes: count('memory', 1e9, 1)!,
    workFolder: values.work,
    out: values.out,
    isExact: values.exact ?? false,
    arpa: values.arpa,
  };
  checkPlan(plan);
  return plan;
}

function checkPlan({ sources, order, language, out, arpa }: TrainingPlan): void {
  if (sources.length === 0) throw new UsageError('Give at least one text, or a recipe with sources.');
  if (order > 6) throw new UsageError(`The recipe's order is ${order}; orders from 1 to 6 are possible.`);
  if (out === undefined && arpa === undefined)
    throw new UsageError('Give --out DIR or --arpa FILE to write the model to.');
  try {
    new Intl.Locale(language);
  } catch (error) {
    throw new UsageError(`--language takes a BCP 47 tag such as en or zh-Hans, not "${language}".`, { cause: error });
  }
}

/** `TEXT` or `TEXT=WEIGHT`. */
function readWeighted(argument: string): { file: string; weight: number | undefined } {
  const [, file, weight] = /^(.+)=([^=/]*)$/.exec(argument) ?? [];
  if (file === undefined) return { file: argument, weight: undefined };
  const number = Number(weight);
  if (weight === '' || !(number > 0 && number < Number.POSITIVE_INFINITY)) {
    throw new UsageError(`The weight of ${file} must be a number above 0, not "${weight}".`);
  }
  return { file, weight: number };
}

/** Texts without a weight are one source, named after the first; each text with a weight is one. */
function readSources(positionals: readonly string[]): SourcePlan[] {
  const texts = positionals.map(readWeighted);
  const plain = texts.filter(({ weight }) => weight === undefined).map(({ file }) => file);
  const weighted = texts.filter(({ weight }) => weight !== undefined);
  const sources = weighted.map(({ file, weight }) => ({
    name: basename(file),
    licence: '',
    files: [file],
    weight: weight!,
  }));
  return plain.length === 0
    ? sources
    : [{ name: basename(plain[0]!), licence: '', files: plain, weight: 1 }, ...sources];
}

function readTuning(argument: string): TuningPlan {
  const { file, weight = 1 } = readWeighted(argument);
  return { file, weight };
}

function readWordPattern(pattern: string | undefined): RegExp | undefined {
  if (pattern === undefined) return undefined;
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch (error) {
    throw new UsageError(`--word-pattern takes a regular expression: ${(error as Error).message}.`, { cause: error });
  }
}

function readThreshold(value: string): number {
  const threshold = Number(value);
  if (value.trim() === '' || !(threshold >= 0))
    throw new UsageError(`--threshold takes a number, 0 or more, not "${value}".`);
  return threshold;
}

/** One count per order; the last given goes on. Like KenLM's --prune, which it must not descend nor touch unigrams. */
function readPruneCounts(values: string[] | undefined, recipe: readonly number[] | undefined, order: number): number[] {
  const given = values?.flatMap((list) => list.trim().split(/[ ,]+/)).map((count) => parseCount('prune', count, 0)) ??
    recipe ?? [0];
  const counts = Array.from({ length: order }, (_, index) => given[Math.min(index, given.length - 1)] ?? 0);
  if (given.length > order) throw new UsageError(`--prune takes at most ${order} numbers at order ${order}.`);
  if (counts[0] !== 0 && given.length > 0) {
    throw new UsageError('--prune must begin with 0: words are left out by --vocabulary-size or --least-occurrences.');
  }
  if (counts.some((count, index) => count < (counts[index - 1] ?? 0))) {
    throw new UsageError(`--prune must not descend: ${given.join(' ')}.`);
  }
  return counts;
}
