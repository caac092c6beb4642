import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { NgramModel } from '@foreword/core';
import { CommandFailure, type CommandIo, parseCommandLine, UsageError } from './command.ts';
import { evaluateFile } from './evaluate/command.ts';
import { keystrokeRules } from './evaluate/keystroke-rule.ts';
import { parseReport, type Report, type ReportedScores, reportedScores, reportFile } from './evaluate/report.ts';
import { type OpenedModel, openModel } from './open-model.ts';

const help = `Usage: foreword verify [OPTIONS] PACK…

Checks a pack: the sizes, SHA-256 sums and structure of its files, that the n-gram probabilities sum to 1, and that
report.json belongs to exactly these bytes. The texts named in the report are evaluated again where they are found with
the same SHA-256; the others are named as skipped. Exit code 1 when anything is not as it should be.

  --texts FOLDER    also look for the report's texts here, by file name; may be given several times
  --no-texts        evaluate nothing again: a second instead of a minute
`;

/** `foreword verify`. */
export async function verifyCommand(argv: string[], io: CommandIo): Promise<number> {
  const { values, positionals: paths } = parseCommandLine(argv, {
    texts: { type: 'string', multiple: true, default: [] },
    'no-texts': { type: 'boolean', default: false },
  });
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  if (paths.length === 0) throw new UsageError('No pack was named. Give the folder of a pack.');
  let faults = 0;
  for (const path of paths) {
    for await (const finding of findings(path, values['no-texts'] ? undefined : values.texts, io)) {
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

/** Checks one pack. `textFolders` undefined: no text is evaluated again. Throws what opening a broken pack throws. */
async function* findings(
  path: string,
  textFolders: readonly string[] | undefined,
  io: CommandIo,
): AsyncGenerator<Finding> {
  const model = await openModel(path, 'ngram', io);
  const [file] = model.files;
  const checked = model.pack === undefined ? 'its structure is' : 'size, SHA-256 and structure are';
  yield { verdict: 'ok', what: `${file!.file}: ${checked} as should be` };
  if (model.pack !== undefined) yield manifestFinding(model);
  yield probabilityFinding(model.ngram);
  const report = await findReport(model);
  if (report === undefined) {
    yield { verdict: 'skipped', what: `${reportFile}: there is none` };
    return;
  }
  yield* reportFindings(report, model, textFolders, io);
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

async function findReport({ path, pack }: OpenedModel): Promise<Report | undefined> {
  if (pack === undefined) return undefined;
  const reportPath = join(path, reportFile);
  const text = await readFile(reportPath, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseReport(reportPath, text);
}

async function* reportFindings(
  report: Report,
  model: OpenedModel,
  textFolders: readonly string[] | undefined,
  io: CommandIo,
): AsyncGenerator<Finding> {
  for (const { file, sha256 } of model.files) {
    if (report.files.some((reported) => reported.sha256 === sha256)) continue;
    yield {
      verdict: 'FAULT',
      what: `${reportFile} holds the scores of other bytes than ${file}. Run "foreword evaluate --report".`,
    };
    return;
  }
  yield { verdict: 'ok', what: `${reportFile} is about exactly these bytes` };
  const rule = keystrokeRules.find(({ name }) => name === report.rule);
  if (rule === undefined)
    throw new CommandFailure(`${reportFile} uses the rule "${report.rule}", which is not known here.`);
  for (const reported of report.texts) {
    const file = textFolders && (await findText(reported, textFolders));
    if (file === undefined) {
      const why = textFolders === undefined ? '--no-texts' : 'no file with this name and SHA-256 was found';
      yield { verdict: 'skipped', what: `${reported.file}: ${why}` };
      continue;
    }
    const scores = reportedScores(await evaluateFile(file, model, rule, undefined, io));
    yield scoreFinding(reported, scores);
  }
}

/** Where the report's text lies, with the very bytes that were evaluated. */
async function findText({ file, sha256 }: ReportedScores, folders: readonly string[]): Promise<string | undefined> {
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

function scoreFinding(reported: ReportedScores, scores: ReportedScores): Finding {
  const keys = Object.keys(scores) as (keyof ReportedScores)[];
  const changed = keys.filter((key) => key !== 'file' && JSON.stringify(reported[key]) !== JSON.stringify(scores[key]));
  if (changed.length === 0) return { verdict: 'ok', what: `${reported.file} scores as reported, KS@5 ${scores.ks5}` };
  const differences = changed.map(
    (key) => `${key} ${JSON.stringify(scores[key])}, reported ${JSON.stringify(reported[key])}`,
  );
  return { verdict: 'FAULT', what: `${reported.file} does not score as reported: ${differences.join('; ')}` };
}
