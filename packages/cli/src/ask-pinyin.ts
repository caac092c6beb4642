import { openPack } from '@foreword/core';
import { compositionOf, type PinyinAnswer } from '@foreword/core/pinyin';
import type { CommandIo } from './command.ts';
import { openEngine, openScorer } from './evaluate/pinyin-command.ts';
import { directoryReader } from './pack-directory.ts';

/** What `foreword ask --pinyin` is asked. */
export interface PinyinQuestions {
  readonly pack: string;
  /** `ngram`, or `mixture`, by whose GPT whole readings are put into order. */
  readonly model: string;
  /** The text before all of them. */
  readonly before: string;
  readonly letters: Iterable<string> | AsyncIterable<string>;
  readonly limit: number;
  readonly json: boolean;
}

/** Prints what pinyin may stand for: whole readings first, each with its words and ln P. */
export async function askPinyin(asked: PinyinQuestions, io: CommandIo): Promise<void> {
  const { model, before, limit } = asked;
  const pack = await openPack(directoryReader(asked.pack), { signal: io.signal });
  const engine = await openEngine(pack, io);
  const neural = await openScorer(pack, model);
  try {
    for await (const letters of asked.letters) {
      const read = engine.read(compositionOf(letters), { before, limit: Math.max(limit, RERANKED) });
      const { segments, candidates } = neural ? await engine.rerank(read, before, neural.scorer, io.signal) : read;
      const answer = { segments, candidates: candidates.slice(0, limit) };
      io.stdout(asked.json ? `${JSON.stringify({ letters, ...answer })}\n` : answerText(answer));
    }
  } finally {
    await neural?.close();
  }
}

/** Readings that are put into order, however few are printed. */
const RERANKED = 10;

function answerText({ segments, candidates }: Pick<PinyinAnswer, 'segments' | 'candidates'>): string {
  const divided = segments.map(({ text }) => text).filter((text) => text !== "'");
  const rows = candidates.map(({ text, words, score, kind }, index) => {
    const parts = words.map((word) => `${word.text} ${word.reading}`).join(', ') || kind;
    return `${String(index + 1).padStart(3)}  ${text}  ${score.toFixed(2)}  ${parts}\n`;
  });
  return `${divided.join("'")}\n${rows.join('')}`;
}
