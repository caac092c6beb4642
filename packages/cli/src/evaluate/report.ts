import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../atomic-write.ts';
import { CommandFailure, type CommandIo } from '../command.ts';
import type { ModelFile, OpenedModel } from '../open-model.ts';
import type { RuleScores, TextScores } from './evaluation.ts';
import type { AssociationScores, PinyinScores } from './pinyin-evaluation.ts';

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
  /** Of a Chinese pack: how well pinyin is turned into characters, and how well the next word is known. */
  readonly pinyin?: readonly ReportedPinyin[];
  readonly association?: readonly AssociationScores[];
}

/** `PinyinScores` without the milliseconds. */
export type ReportedPinyin = Omit<PinyinScores, 'msKeyP50' | 'msKeyP95' | 'msItemP95'>;

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
  const { name, files, weightsSha256 } = model;
  const entry = { model: name, files, ...(weightsSha256 === undefined ? {} : { weightsSha256 }) };
  await writeEntry(model.path, scores[0]!.rule, entry, () => ({ texts: scores.map(reportedScores) }), io);
}

/** What an evaluation of a Chinese pack adds to its report. */
export type ChineseScores = Pick<ModelReport, 'pinyin' | 'association'>;

/** Writes scores of a Chinese pack into its `report.json`, in the place of those of the same files and contexts. */
export async function writeChineseReport(
  pack: string,
  rule: string,
  model: Pick<ModelReport, 'model' | 'files'>,
  scores: ChineseScores,
  io: CommandIo,
): Promise<void> {
  const merged = <S extends { readonly file: string; readonly context?: string }>(
    old: readonly S[] = [],
    now: readonly S[] = [],
  ) => {
    const isNew = (score: S) => now.every(({ file, context }) => file !== score.file || context !== score.context);
    return [...old.filter(isNew), ...now];
  };
  const update = (earlier: ChineseScores) => ({
    texts: [],
    pinyin: merged(earlier.pinyin, scores.pinyin),
    association: merged(earlier.association, scores.association),
  });
  await writeEntry(pack, rule, model, update, io);
}

/** Writes one model's entry; `scores` is given the entry of the same bytes that was there, if there was one. */
async function writeEntry(
  pack: string,
  rule: string,
  entry: Omit<ModelReport, 'texts'>,
  scores: (earlier: ChineseScores) => Pick<ModelReport, 'texts'> & ChineseScores,
  io: CommandIo,
): Promise<void> {
  const path = join(pack, reportFile);
  const earlier = await readReport(path);
  const kept = earlier?.rule === rule ? earlier.models : [];
  const index = kept.findIndex(({ model }) => model === entry.model);
  const isSame = index >= 0 && JSON.stringify(kept[index]!.files) === JSON.stringify(entry.files);
  const written: ModelReport = { ...entry, ...scores(isSame ? kept[index]! : {}) };
  const models = index < 0 ? [...kept, written] : kept.with(index, written);
  const report: Report = { format: 'foreword-report', version: 2, rule, models };
  await writeFileAtomically(path, `${JSON.stringify(report, null, 2)}\n`, io.signal);
  if (!io.quiet) io.stderr(`Wrote ${path}.\n`);
}

/** The scores without the milliseconds. */
export function reportedPinyin(scores: PinyinScores): ReportedPinyin {
  const { msKeyP50: _keyP50, msKeyP95: _keyP95, msItemP95: _itemP95, ...reported } = scores;
  return reported;
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
