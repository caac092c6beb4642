import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../atomic-write.ts';
import { CommandFailure, type CommandIo } from '../command.ts';
import type { ModelFile, OpenedModel } from '../open-model.ts';
import type { RuleScores, TextScores } from './evaluation.ts';

/** Scores that do not depend on the machine. */
export type ReportedScores = Omit<TextScores, 'msP50' | 'msP95'>;

/** `report.json` beside a pack: what exactly these bytes score. Its version is 2. */
export interface Report {
  readonly format: 'foreword-report';
  readonly version: 2;
  readonly rule: string;
  readonly models: readonly ModelReport[];
}

/** What one model scores, or several mixed. */
export interface ModelReport {
  /** As `--model` names it. */
  readonly model: string;
  /** The files that were evaluated. The report holds for these bytes and no others. */
  readonly files: readonly ModelFile[];
  /** Of a mixture: the sum of the weights in pack.json (`weightsSum`). */
  readonly weightsSha256?: string;
  readonly texts: readonly ReportedScores[];
}

export const reportFile = 'report.json';

/** The scores without the milliseconds and the rule, which stands once in the report. */
export function reportedScores(scores: RuleScores): ReportedScores {
  const { msP50: _p50, msP95: _p95, rule: _rule, slots: _slots, ks: _ks, ...reported } = scores;
  return reported;
}

/** Throws `CommandFailure` for a bare file: only a pack's folder can hold a report. */
export function checkReportable(model: OpenedModel): void {
  if (model.pack === undefined) throw new CommandFailure(`${model.path} is no pack: --report needs a pack's folder.`);
}

/** Writes the model's scores into the `report.json` of its pack, in the place of those it had. */
export async function writeReport(model: OpenedModel, scores: readonly RuleScores[], io: CommandIo): Promise<void> {
  const path = join(model.path, reportFile);
  const rule = scores[0]!.rule;
  const entry: ModelReport = {
    model: model.name,
    files: model.files,
    ...(model.weightsSha256 === undefined ? {} : { weightsSha256: model.weightsSha256 }),
    texts: scores.map(reportedScores),
  };
  const earlier = await readReport(path);
  const kept = earlier?.rule === rule ? earlier.models : [];
  const index = kept.findIndex((each) => each.model === model.name);
  const models = index < 0 ? [...kept, entry] : kept.with(index, entry);
  const report: Report = { format: 'foreword-report', version: 2, rule, models };
  await writeFileAtomically(path, `${JSON.stringify(report, null, 2)}\n`, io.signal);
  if (!io.quiet) io.stderr(`Wrote ${path}.\n`);
}

/** Reads a `report.json`; undefined where there is none. Throws `CommandFailure` naming what is wrong with it. */
export async function readReport(path: string): Promise<Report | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseReport(path, text);
}

/** Reads a `report.json`'s text. Version 1, which knew one model alone, becomes version 2. */
function parseReport(path: string, text: string): Report {
  let report: (Partial<Omit<Report, 'version'> & ModelReport> & { version?: number }) | null;
  try {
    report = JSON.parse(text) as typeof report;
  } catch (error) {
    throw new CommandFailure(`${path} is not JSON. Write it again with "foreword evaluate --report".`, {
      cause: error,
    });
  }
  const { format, version, rule, models, ...only } = report ?? {};
  const entries = version === 1 ? [only] : models;
  const isReport =
    format === 'foreword-report' &&
    (version === 1 || version === 2) &&
    typeof rule === 'string' &&
    Array.isArray(entries) &&
    entries.every(isModelReport);
  if (!isReport) {
    throw new CommandFailure(
      `${path} is no report of version 1 or 2. Write it again with "foreword evaluate --report".`,
    );
  }
  return { format: 'foreword-report', version: 2, rule: rule!, models: entries as readonly ModelReport[] };
}

function isModelReport(entry: Partial<ModelReport> | null): boolean {
  return typeof entry?.model === 'string' && Array.isArray(entry.files) && Array.isArray(entry.texts);
}
