import { openPack, type Pack } from '@foreword/core';
import { createPinyinEngine, openPinyinLexicon, type PathScorer, type PinyinEngine } from '@foreword/core/pinyin';
import type { CommandIo } from '../command.ts';
import { UsageError } from '../command.ts';
import { filesOf, type ModelFile, openModel } from '../open-model.ts';
import { directoryReader } from '../pack-directory.ts';
import { createProgress } from '../progress.ts';
import { keystrokeRules } from './keystroke-rule.ts';
import { type AssociationScores, evaluateAssociation, evaluatePinyin, type PinyinScores } from './pinyin-evaluation.ts';
import { readAssociationItems, readContexts, readPinyinItems } from './pinyin-items.ts';
import { type ChineseScores, reportedPinyin, writeChineseReport } from './report.ts';

/** What `foreword evaluate --pinyin` and `--association` are asked. */
export interface ChineseEvaluation {
  readonly pack: string;
  readonly model: string;
  readonly files: readonly string[];
  readonly context: string | undefined;
  readonly json: boolean;
  readonly report: boolean;
}

/** `foreword evaluate --pinyin`: types pinyin key by key; `mixture` reranks the whole readings by the pack's GPT. */
export async function evaluatePinyinCommand(asked: ChineseEvaluation, io: CommandIo): Promise<void> {
  const scores = await pinyinScores(asked, io);
  print(scores, asked, io);
  if (asked.report) await report(asked, { pinyin: scores.map(reportedPinyin) }, io);
}

/** `foreword evaluate --association`: asks for the next word at each place. */
export async function evaluateAssociationCommand(asked: ChineseEvaluation, io: CommandIo): Promise<void> {
  const scores = await associationScores(asked, io);
  print(scores, asked, io);
  if (asked.report) await report(asked, { association: scores }, io);
}

/** The scores of each file, each as if it were the only one. */
export async function pinyinScores(
  { pack: path, model, files, context }: ChineseEvaluation,
  io: CommandIo,
): Promise<PinyinScores[]> {
  const pack = await openPack(directoryReader(path), { signal: io.signal });
  const engine = await openEngine(pack, io);
  const contexts = context === undefined ? undefined : await readContexts(context);
  const scores: PinyinScores[] = [];
  for (const file of files) {
    const items = await readPinyinItems(file);
    const neural = await openScorer(pack, model);
    const progress = createProgress(io, `Typing ${file}`, items.items.length);
    try {
      const options = { contexts, scorer: neural?.scorer, signal: io.signal, progress };
      scores.push(await evaluatePinyin(items, engine, options));
    } finally {
      progress.finish();
      await neural?.close();
    }
  }
  return scores;
}

/** The scores of each file, each as if it were the only one. */
export async function associationScores(
  { pack, model, files }: ChineseEvaluation,
  io: CommandIo,
): Promise<AssociationScores[]> {
  const scores: AssociationScores[] = [];
  for (const file of files) {
    const items = await readAssociationItems(file);
    const opened = await openModel(pack, model, io);
    const progress = createProgress(io, `Asking ${file}`, items.items.length);
    try {
      scores.push(await evaluateAssociation(items, opened.predictor, io.signal, progress));
    } finally {
      progress.finish();
      await opened.predictor.close();
    }
  }
  return scores;
}

function print(
  scores: readonly (PinyinScores | AssociationScores)[],
  { json }: ChineseEvaluation,
  io: CommandIo,
): void {
  if (json) for (const score of scores) io.stdout(`${JSON.stringify(score)}\n`);
  else io.stdout(table(scores));
}

async function report({ pack: path, model }: ChineseEvaluation, scores: ChineseScores, io: CommandIo): Promise<void> {
  const pack = await openPack(directoryReader(path), { signal: io.signal });
  await writeChineseReport(path, keystrokeRules[0]!.name, { model, files: filesWith(pack, model) }, scores, io);
}

/** The files that a Chinese pack's scores depend on: the model's and how words are read. */
export function filesWith({ manifest }: Pack, model: string): ModelFile[] {
  const { ngram, pinyin, gpt } = manifest.models;
  const files = model === 'ngram' || gpt === undefined ? [ngram] : [ngram, ...filesOf(manifest, 'gpt')];
  return [...files, ...(pinyin === undefined ? [] : [pinyin])].map(({ file, sizeBytes, sha256 }) => ({
    file,
    sizeBytes,
    sha256,
  }));
}

/** The pinyin engine of a Chinese pack. Rejects with `PredictionError` where the pack has no lexicon. */
export async function openEngine(pack: Pack, io: CommandIo): Promise<PinyinEngine> {
  const lexicon = openPinyinLexicon(await pack.readPinyin({ signal: io.signal }), pack.ngram.vocabulary.size);
  return createPinyinEngine({ ngram: pack.ngram, lexicon });
}

/** What puts whole readings into order: the pack's GPT, or nothing where the model is `ngram`. Throws `UsageError` for another model. */
export async function openScorer(
  pack: Pack,
  model: string,
): Promise<{ scorer: PathScorer; close(): Promise<void> } | null> {
  if (model === 'ngram') return null;
  if (model !== 'mixture' && model !== 'gpt') {
    throw new UsageError(
      `--pinyin knows the models ngram and mixture, which reranks by the pack's gpt, not "${model}".`,
    );
  }
  const { GptModel, openNeuralModel, packModelSpec } = await import('@foreword/core/neural');
  const gpt = await openNeuralModel(await packModelSpec(pack, 'gpt'));
  if (!(gpt instanceof GptModel)) throw new TypeError('the model gpt of a pack must be a GptModel');
  return { scorer: gpt, close: () => gpt.close() };
}

/** One line a file, a column a score. */
function table(scores: readonly (PinyinScores | AssociationScores)[]): string {
  const lines = scores.map(({ file, sha256: _sum, ...rest }) => {
    const cells = Object.entries(rest).map(
      ([name, value]) => `${name} ${typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(1) : value}`,
    );
    return `${file}  ${cells.join('  ')}\n`;
  });
  return lines.join('');
}
