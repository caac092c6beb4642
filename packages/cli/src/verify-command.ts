import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type NgramModel, neuralModelNames, type Pack } from '@foreword/core';
import { CommandFailure, type CommandIo, parseCommandLine, UsageError } from './command.ts';
import { evaluateFile } from './evaluate/command.ts';
import { type KeystrokeRule, keystrokeRules } from './evaluate/keystroke-rule.ts';
import { filesWith, openEngine } from './evaluate/pinyin-command.ts';
import {
  type ModelReport,
  type ReportedScores,
  readReport,
  reportedPinyin,
  reportedScores,
  reportFile,
} from './evaluate/report.ts';
import { filesOf, type ModelFile, modelNames, type OpenedModel, openModel, weightsSum } from './open-model.ts';

/** Lines of the longest text that a neural model is evaluated on again. */
const QUICK_LINES = 50;

const help = `Usage: foreword verify [OPTIONS] PACK…

Checks a pack: the sizes, SHA-256 sums and structure of its files, that the n-gram probabilities sum to 1, and that
report.json belongs to exactly these bytes. The texts named in the report are evaluated again where they are found with
the same SHA-256, by neural models only those of at most ${QUICK_LINES} lines; the others are named as skipped. Exit code 1 when
anything is not as it should be.

  --texts FOLDER    also look for the report's texts here, by file name; may be given several times
  --no-texts        evaluate nothing again: a second instead of a minute
  --all             evaluate all texts again by neural models too: an hour
`;

/** `foreword verify`. */
export async function verifyCommand(argv: string[], io: CommandIo): Promise<number> {
  const { values, positionals: paths } = parseCommandLine(argv, {
    texts: { type: 'string', multiple: true, default: [] },
    'no-texts': { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
  });
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  if (paths.length === 0) throw new UsageError('No pack was named. Give the folder of a pack.');
  let faults = 0;
  for (const path of paths) {
    const texts = { folders: values.texts, areSkipped: values['no-texts'], isComplete: values.all };
    for await (const finding of findings(path, texts, io)) {
      if (finding.verdict === 'FAULT') faults += 1;
      io.stdout(`${finding.verdict.padEnd(7)} ${path}: ${finding.what}\n`);
    }
  }
  return faults === 0 ? 0 : 1;
}

interface Finding {
  readonly verdict: 'ok' | 'skipped' | 'FAULT';
  readonly what: string;
}

/** Which of the report's texts are evaluated again. */
interface TextChoice {
  readonly folders: readonly string[];
  readonly areSkipped: boolean;
  /** Whether neural models type long texts too. */
  readonly isComplete: boolean;
}

/** Checks one pack. Throws what opening a broken pack throws. */
async function* findings(path: string, texts: TextChoice, io: CommandIo): AsyncGenerator<Finding> {
  const model = await openModel(path, 'ngram', io);
  const [file] = model.files;
  const checked = model.pack === undefined ? 'its structure is' : 'size, SHA-256 and structure are';
  yield { verdict: 'ok', what: `${file!.file}: ${checked} as should be` };
  if (model.pack !== undefined) yield manifestFinding(model);
  yield probabilityFinding(model.ngram);
  if (model.pack === undefined) return;
  if (model.pack.manifest.models.pinyin !== undefined) {
    await openEngine(model.pack, io);
    const { file } = model.pack.manifest.models.pinyin;
    yield { verdict: 'ok', what: `${file}: size, SHA-256 and structure are as should be` };
  }
  yield* neuralFindings(model.pack, io);
  if (model.pack.manifest.vectors !== undefined) yield await vectorFinding(model.pack, io);
  const report = await readReport(join(path, reportFile));
  if (report === undefined) {
    yield { verdict: 'skipped', what: `${reportFile}: there is none` };
    return;
  }
  const rule = keystrokeRules.find(({ name }) => name === report.rule);
  if (rule === undefined)
    throw new CommandFailure(`${reportFile} uses the rule "${report.rule}", which is not known here.`);
  for (const entry of report.models) yield* reportFindings(entry, rule, model, texts, io);
}

async function* neuralFindings(pack: Pack, io: CommandIo): AsyncGenerator<Finding> {
  for (const name of neuralModelNames) {
    if (pack.manifest.models[name] === undefined) continue;
    await pack.readModel(name, { signal: io.signal });
    const files = filesOf(pack.manifest, name).map(({ file }) => file);
    const { inspect } = pack.manifest.models[name];
    if (inspect !== undefined) {
      await pack.readModel(name, { signal: io.signal, inspect: true });
      files.push(inspect.file);
    }
    yield { verdict: 'ok', what: `${files.join(', ')}: size and SHA-256 are as should be` };
  }
  const { choice } = pack.manifest.models;
  if (choice === undefined) return;
  await pack.readModel('choice', { signal: io.signal });
  const files = [choice.graph, choice.weights, choice.vocabulary].map(({ file }) => file);
  yield { verdict: 'ok', what: `${files.join(', ')}: size and SHA-256 are as should be` };
}

/** Reading a table whose files are not as should be throws. */
async function vectorFinding(pack: Pack, io: CommandIo): Promise<Finding> {
  const { decodeWeights } = await import('@foreword/core/neural');
  const { weights, vocabulary } = await pack.readVectors({ signal: io.signal });
  const { vocabularySize } = decodeWeights(weights);
  const words = new TextDecoder().decode(vocabulary).trimEnd().split('\n').length;
  const { file } = pack.manifest.vectors!.weights;
  if (words < vocabularySize)
    return { verdict: 'FAULT', what: `${file} has ${vocabularySize} rows for ${words} words` };
  return { verdict: 'ok', what: `${file}: size, SHA-256 and structure are as should be` };
}

function manifestFinding({ pack, ngram }: OpenedModel): Finding {
  const { order, words, ngrams } = pack!.manifest.models.ngram;
  const promised = `order ${order}, ${words} words, n-grams ${ngrams.join(' + ')}`;
  const found = `order ${ngram.order}, ${ngram.vocabulary.size} words, n-grams ${ngram.ngramCounts.join(' + ')}`;
  if (promised === found) return { verdict: 'ok', what: found };
  return { verdict: 'FAULT', what: `pack.json promises ${promised}; the file has ${found}` };
}

/** Contexts whose probabilities are summed, besides the empty one and the sentence's start. */
const SAMPLED_CONTEXTS = 20;
/** Coarse codes move single probabilities by up to a fifth, which in a context with few n-grams does not cancel out. */
const SUM_TOLERANCE = 0.25;

function probabilityFinding(ngram: NgramModel): Finding {
  const { vocabulary } = ngram;
  const ordinary = vocabulary.size - 3;
  const sampled = Array.from({ length: Math.min(SAMPLED_CONTEXTS, ordinary) }, (_, i) =>
    vocabulary.word(3 + Math.floor((i * ordinary) / Math.min(SAMPLED_CONTEXTS, ordinary))),
  );
  const contexts = [[], ['<s>'], ...sampled.map((word) => [word]), ...sampled.map((word) => ['<s>', word])];
  const sums = contexts.map((context) => probabilitySum(ngram, context));
  const [least, most] = [Math.min(...sums), Math.max(...sums)];
  const what = `probabilities sum to ${least.toFixed(4)}–${most.toFixed(4)} in ${contexts.length} contexts`;
  const isFault = !(least >= 1 - SUM_TOLERANCE && most <= 1 + SUM_TOLERANCE);
  return { verdict: isFault ? 'FAULT' : 'ok', what };
}

/** Σ P(w | context) over all words and `</s>`. */
function probabilitySum(ngram: NgramModel, context: readonly string[]): number {
  let sum = 0;
  for (let id = 0; id < ngram.vocabulary.size; id++) {
    const word = ngram.vocabulary.word(id);
    if (word !== '<s>') sum += Math.exp(ngram.logProb(context, word));
  }
  return sum;
}

async function* reportFindings(
  entry: ModelReport,
  rule: KeystrokeRule,
  { path, pack }: OpenedModel,
  texts: TextChoice,
  io: CommandIo,
): AsyncGenerator<Finding> {
  const { manifest } = pack!;
  const names = modelNames(entry.model, manifest);
  const isChinese = entry.pinyin !== undefined || entry.association !== undefined;
  const files = isChinese
    ? filesWith(pack!, entry.model)
    : names.flatMap((name) => (Object.hasOwn(manifest.models, name) ? filesOf(manifest, name) : []));
  const isOurs = (file: ModelFile) => entry.files.some(({ sha256 }) => sha256 === file.sha256);
  const other = files.length === 0 ? 'no file' : files.find((file) => !isOurs(file))?.file;
  const weights = names.length > 1 && !isChinese ? weightsSum(manifest.mixtures ?? []) : undefined;
  if (other !== undefined || entry.weightsSha256 !== weights) {
    const what = `${reportFile} holds scores of ${entry.model} with other bytes than ${other ?? 'the weights in pack.json'}`;
    yield { verdict: 'FAULT', what: `${what}. Run "foreword evaluate --report --model ${entry.model}".` };
    return;
  }
  yield { verdict: 'ok', what: `${reportFile} is about exactly these bytes of ${entry.model}` };
  for (const reported of entry.texts) {
    const file = texts.areSkipped ? undefined : await findText(reported, texts.folders);
    const isLong = entry.model !== 'ngram' && !texts.isComplete && reported.lines > QUICK_LINES;
    if (file === undefined || isLong) {
      const why = texts.areSkipped ? '--no-texts' : 'no file with this name and SHA-256 was found';
      yield { verdict: 'skipped', what: `${reported.file} by ${entry.model}: ${isLong ? 'it takes --all' : why}` };
      continue;
    }
    const model = await openModel(path, entry.model, io);
    const scores = await evaluateFile(file, model, rule, undefined, io).finally(() => model.predictor.close());
    yield scoreFinding(reported, reportedScores(scores), entry.model);
  }
  yield* chineseFindings(entry, path, texts, io);
}

/** What a Chinese pack's report says of pinyin and of the next word. Files come from the report's paths; sentences by a neural model take `--all`. */
async function* chineseFindings(
  { model, pinyin = [], association = [] }: ModelReport,
  pack: string,
  texts: TextChoice,
  io: CommandIo,
): AsyncGenerator<Finding> {
  const isSlow = model !== 'ngram' && !texts.isComplete;
  const { pinyinScores, associationScores } = await import('./evaluate/pinyin-command.ts');
  for (const reported of [...pinyin, ...association]) {
    const file = texts.areSkipped ? undefined : await findText(reported, texts.folders);
    // The text before the items is not looked for.
    const hasContext = 'context' in reported;
    if (file === undefined || isSlow || hasContext) {
      const why =
        file === undefined
          ? 'no file with this name and SHA-256 was found'
          : hasContext
            ? 'it needs its contexts'
            : 'it takes --all';
      yield { verdict: 'skipped', what: `${reported.file} by ${model}: ${texts.areSkipped ? '--no-texts' : why}` };
      continue;
    }
    const question = { pack, model, files: [file], context: undefined, json: false, report: false };
    const [scores] = 'exact' in reported ? await pinyinScores(question, io) : await associationScores(question, io);
    const { file: _file, ...found } = 'exact' in scores! ? reportedPinyin(scores) : scores!;
    const { file: _reportedFile, ...expected } = reported;
    const isSame = JSON.stringify(found) === JSON.stringify(expected);
    const difference = `${JSON.stringify(found)}, reported ${JSON.stringify(expected)}`;
    yield isSame
      ? { verdict: 'ok', what: `${reported.file} scores as reported by ${model}` }
      : { verdict: 'FAULT', what: `${reported.file} does not score as reported by ${model}: ${difference}` };
  }
}

/** Where the report's text lies, with the very bytes that were evaluated. */
async function findText(
  { file, sha256 }: Pick<ReportedScores, 'file' | 'sha256'>,
  folders: readonly string[],
): Promise<string | undefined> {
  for (const candidate of [file, ...folders.map((folder) => join(folder, basename(file)))]) {
    const exists = await access(candidate).then(
      () => true,
      () => false,
    );
    if (
      exists &&
      createHash('sha256')
        .update(await readFile(candidate))
        .digest('hex') === sha256
    )
      return candidate;
  }
  return undefined;
}

function scoreFinding(reported: ReportedScores, scores: ReportedScores, name: string): Finding {
  // A report of an earlier version may lack scores: what it does not say is not wrong.
  const keys = (Object.keys(scores) as (keyof ReportedScores)[]).filter((key) => reported[key] !== undefined);
  const changed = keys.filter((key) => key !== 'file' && JSON.stringify(reported[key]) !== JSON.stringify(scores[key]));
  if (changed.length === 0)
    return { verdict: 'ok', what: `${reported.file} scores as reported by ${name}, KS@5 ${scores.ks5}` };
  const differences = changed.map(
    (key) => `${key} ${JSON.stringify(scores[key])}, reported ${JSON.stringify(reported[key])}`,
  );
  return {
    verdict: 'FAULT',
    what: `${reported.file} does not score as reported by ${name}: ${differences.join('; ')}`,
  };
}
