import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NgramTable } from '@foreword/core';
import type { CommandIo } from '../../src/command.ts';
import { fallbackDiscounts } from '../../src/train/discounts.ts';
import type { TrainingPlan } from '../../src/train/plan.ts';
import { type TrainedModel, trainModel } from '../../src/train/trainer.ts';

/** A silent command environment, with a signal of its own if none is given. */
export function quietIo(signal: AbortSignal = new AbortController().signal): CommandIo {
  return { stdout() {}, stderr() {}, signal, quiet: true };
}

/** Runs a job with a fresh folder and removes it. */
export async function inFolder<T>(job: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'foreword-train-test-'));
  try {
    return await job(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A plan for texts on disk: tokens, order 3, everything kept, discounts allowed to fall back. */
export function planFor(
  sources: readonly { files: string[]; weight?: number }[],
  changes: Partial<TrainingPlan> = {},
): TrainingPlan {
  const order = changes.order ?? 3;
  return {
    name: 'test',
    language: 'en',
    licence: '',
    sources: sources.map(({ files, weight = 1 }, index) => ({ name: `source ${index}`, licence: '', files, weight })),
    mode: 'tokens',
    order,
    vocabularySize: undefined,
    leastOccurrences: 1,
    pruneCounts: Array.from({ length: order }, () => 0),
    threshold: 0,
    sizeBytes: undefined,
    fallbackDiscounts,
    tuning: [],
    neverSuggest: undefined,
    memoryBytes: 1e8,
    workFolder: undefined,
    out: undefined,
    isExact: false,
    arpa: undefined,
    ...changes,
  };
}

/** Trains on texts given as strings, each a source. */
export async function trainTexts(
  texts: readonly { text: string; weight?: number }[],
  changes: Partial<TrainingPlan> = {},
): Promise<TrainedModel> {
  return inFolder(async (folder) => {
    const sources = texts.map(({ text, weight = 1 }, index) => {
      const file = join(folder, `text-${index}`);
      writeFileSync(file, text);
      return { files: [file], weight };
    });
    return trainModel(planFor(sources, changes), folder, quietIo());
  });
}

/** P(word | context) by the definition of a back-off model; contexts longer than the order allows are cut. */
export function probability(table: NgramTable, context: readonly number[], word: number): number {
  const history = context.slice(Math.max(0, context.length - table.order + 1));
  const node = find(table, history);
  if (history.length === 0) return Math.exp(table.levels[0]!.logProbs[word]!);
  const ngram = find(table, [...history, word]);
  if (ngram !== -1) return Math.exp(table.levels[history.length]!.logProbs[ngram]!);
  const backoff = node === -1 ? 0 : table.levels[history.length - 1]!.logBackoffs![node]!;
  return Math.exp(backoff) * probability(table, history.slice(1), word);
}

/** Index of an n-gram in its level; -1 if the table lacks it. */
export function find(table: NgramTable, words: readonly number[]): number {
  let node = words[0] ?? -1;
  for (let k = 1; k < words.length && node !== -1; k++) {
    const { firstChild } = table.levels[k - 1]!;
    const children = table.levels[k]!.lastWords.subarray(firstChild![node]!, firstChild![node + 1]!);
    const child = children.indexOf(words[k]!);
    node = child === -1 ? -1 : firstChild![node]! + child;
  }
  return node;
}

/** All contexts of a table up to a length, the empty one first. */
export function contextsOf(table: NgramTable, longest: number): number[][] {
  const contexts: number[][] = [[]];
  for (let k = 1, from = 0; k <= longest; k++) {
    const until = contexts.length;
    for (; from < until; from++) {
      const prefix = contexts[from]!;
      for (let word = 0; word < table.words.length; word++) {
        if (find(table, [...prefix, word]) !== -1) contexts.push([...prefix, word]);
      }
    }
  }
  return contexts;
}

/** Σ P over all words but `<s>`, which is never predicted. */
export function probabilitySum(table: NgramTable, context: readonly number[]): number {
  let sum = 0;
  for (let word = 0; word < table.words.length; word++) {
    if (word !== 1) sum += probability(table, context, word);
  }
  return sum;
}
