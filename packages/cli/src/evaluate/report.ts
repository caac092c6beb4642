import { join } from 'node:path';
import { writeFileAtomically } from '../atomic-write.ts';
import { CommandFailure, type CommandIo } from '../command.ts';
import type { ModelFile, OpenedModel } from '../open-model.ts';
import type { RuleScores, TextScores } from './evaluation.ts';

/** Scores that do not depend on the machine. */
export type ReportedScores = Omit<TextScores, 'msP50' | 'msP95'>;

/** `report.json` beside a pack: what exactly these bytes score. */
export interface Report {
  readonly format: 'foreword-report';
  readonly version: 1;
  readonly model: string;
  readonly rule: string;
  /** The files that were evaluated. The report holds for these bytes and no others. */
  readonly files: readonly ModelFile[];
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

/** Writes `report.json` into the pack's folder. */
export async function writeReport(model: OpenedModel, scores: readonly RuleScores[], io: CommandIo): Promise<void> {
  const report: Report = {
    format: 'foreword-report',
    version: 1,
    model: model.name,
    rule: scores[0]!.rule,
    files: model.files,
    texts: scores.map(reportedScores),
  };
  const path = join(model.path, reportFile);
  await writeFileAtomically(path, `${JSON.stringify(report, null, 2)}\n`, io.signal);
  if (!io.quiet) io.stderr(`Wrote ${path}.\n`);
}

/** Reads a `report.json`'s text. Throws `CommandFailure` naming `path` and what is wrong with it. */
export function parseReport(path: string, text: string): Report {
  let report: Partial<Report> | null;
  try {
    report = JSON.parse(text) as Partial<Report> | null;
  } catch (error) {
    throw new CommandFailure(`${path} is not JSON. Write it again with "foreword evaluate --report".`, {
      cause: error,
    });
  }
  const isReport =
    report?.format === 'foreword-report' &&
    report.version === 1 &&
    Array.isArray(report.files) &&
    Array.isArray(report.texts) &&
    typeof report.model === 'string';
  if (!isReport) {
    throw new CommandFailure(`${path} is no report of version 1. Write it again with "foreword evaluate --report".`);
  }
  return report as Report;
}
