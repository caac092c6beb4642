import { openPack, type Pack } from '@foreword/core';
import { createPinyinEngine, openPinyinLexicon, type PathScorer, type PinyinEngine } from '@foreword/core/pinyin';
import type { CommandIo } from '../command.ts';
import { UsageError } from '../command.ts';
import { openModel } from '../open-model.ts';
import { directoryReader } from '../pack-directory.ts';
import { createProgress } from '../progress.ts';
import { type AssociationScores, evaluateAssociation, evaluatePinyin, type PinyinScores } from './pinyin-evaluation.ts';
import { readAssociationItems, readContexts, readPinyinItems } from './pinyin-items.ts';

/** What `foreword evaluate --pinyin` and `--association` are asked. */
export interface ChineseEvaluation {
  readonly pack: string;
  readonly model: string;
  readonly files: readonly string[];
  readonly context: string | undefined;
  readonly json: boolean;
}

/** `foreword evaluate --pinyin`: types pinyin key by key; `mixture` reranks the whole readings by the pack's GPT. */
export async function evaluatePinyinCommand(
  { pack: path, model, files, context, json }: ChineseEvaluation,
  io: CommandIo,
): Promise<void> {
  const pack = await openPack(directoryReader(path), { signal: io.signal });
  const engine = await openEngine(pack, io);
  const contexts = context === undefined ? undefined : await readContexts(context);
  const neural = await openScorer(pack, model);
  try {
    const scores: PinyinScores[] = [];
    for (const file of files) {
      const items = await readPinyinItems(file);
      const progress = createProgress(io, `Typing ${file}`, items.items.length);
      scores.push(
        await evaluatePinyin(items, engine, { contexts, scorer: neural?.scorer, signal: io.signal, progress }),
      );
      progress.finish();
      if (json) io.stdout(`${JSON.stringify(scores.at(-1))}\n`);
    }
    if (!json) io.stdout(table(scores));
  } finally {
    await neural?.close();
  }
}

/** `foreword evaluate --association`: asks for the next word at each place. */
export async function evaluateAssociationCommand(
  { pack, model, files, json }: ChineseEvaluation,
  io: CommandIo,
): Promise<void> {
  const opened = await openModel(pack, model, io);
  const scores: AssociationScores[] = [];
  try {
    for (const file of files) {
      const items = await readAssociationItems(file);
      const progress = createProgress(io, `Asking ${file}`, items.items.length);
      scores.push(await evaluateAssociation(items, opened.predictor, io.signal, progress));
      progress.finish();
      if (json) io.stdout(`${JSON.stringify(scores.at(-1))}\n`);
    }
  } finally {
    await opened.predictor.close();
  }
  if (!json) io.stdout(table(scores));
}

/** The pinyin engine of a Chinese pack. Rejects with `PredictionError` where the pack has no lexicon. */
export async function openEngine(pack: Pack, io: CommandIo): Promise<PinyinEngine> {
  const lexicon = openPinyinLexicon(await pack.readPinyin({ signal: io.signal }), pack.ngram.vocabulary.size);
  return createPinyinEngine({ ngram: pack.ngram, lexicon });
}

async function openScorer(pack: Pack, model: string): Promise<{ scorer: PathScorer; close(): Promise<void> } | null> {
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
      ([name, value]) => `${name} ${Number.isInteger(value) ? value : value.toFixed(1)}`,
    );
    return `${file}  ${cells.join('  ')}\n`;
  });
  return lines.join('');
}
