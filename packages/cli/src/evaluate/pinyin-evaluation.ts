import type { Predictor } from '@foreword/core';
import {
  type Composition,
  emptyComposition,
  type PathScorer,
  type PinyinEngine,
  typeLetters,
} from '@foreword/core/pinyin';
import type { Progress } from '../progress.ts';
import type { AssociationItem, Contexts, ItemFile, PinyinItem } from './pinyin-items.ts';

/** How well an engine turns pinyin into Chinese. Shares are per cent of the items. */
export interface PinyinScores {
  readonly file: string;
  readonly sha256: string;
  /** SHA-256 of the texts before the items, where they had any. */
  readonly context?: string;
  readonly items: number;
  /** The first candidate is what was meant. */
  readonly exact: number;
  /** It is among the first 5, 10. */
  readonly p5: number;
  readonly p10: number;
  /** Characters of the first candidate that are right: 100 less the edit distance in per cent of what was meant. */
  readonly charAccuracy: number;
  /** Milliseconds from a key to its answer, typed one after the other. */
  readonly msKeyP50: number;
  readonly msKeyP95: number;
  /** Milliseconds of all keys of an item together, the reranking after the last one included. */
  readonly msItemP95: number;
}

/** How well the next word is known. Shares are per cent of the items. */
export interface AssociationScores {
  readonly file: string;
  readonly sha256: string;
  readonly items: number;
  /** The next word is the first candidate, among the first 5, 10. */
  readonly p1: number;
  readonly p5: number;
  readonly p10: number;
  /** One of the first 10 is what the clause goes on with, whether or not it was divided into words there. */
  readonly prefixHit10: number;
}

/** Types each item key by key. `contexts`: the text before some of the items; `scorer`: reranks after the last key. */
export async function evaluatePinyin(
  { file, sha256, items }: ItemFile<PinyinItem>,
  engine: PinyinEngine,
  { contexts, scorer, signal, progress }: PinyinEvaluationOptions,
): Promise<PinyinScores> {
  const keyMs: number[] = [];
  const itemMs: number[] = [];
  const ranks: number[] = [];
  let distance = 0;
  let characters = 0;
  for (const [index, { id, pinyin, hanzi }] of items.entries()) {
    signal.throwIfAborted();
    progress.update(index);
    const before = contexts?.texts.get(id) ?? '';
    const began = performance.now();
    let answer = engine.read(emptyComposition, { before });
    let composition: Composition = emptyComposition;
    for (const key of pinyin) {
      const pressed = performance.now();
      composition = typeLetters(composition, key);
      answer = engine.read(composition, { before });
      keyMs.push(performance.now() - pressed);
    }
    if (scorer !== undefined) answer = await engine.rerank(answer, before, scorer, signal);
    itemMs.push(performance.now() - began);
    const texts = answer.candidates.map(({ text }) => text);
    ranks.push(texts.indexOf(hanzi));
    distance += editDistance(texts[0] ?? '', hanzi);
    characters += [...hanzi].length;
  }
  return {
    file,
    sha256,
    ...(contexts === undefined ? {} : { context: contexts.sha256 }),
    items: items.length,
    exact: share(ranks, 1),
    p5: share(ranks, 5),
    p10: share(ranks, 10),
    charAccuracy: rounded(100 * (1 - distance / characters)),
    msKeyP50: quantile(keyMs, 0.5),
    msKeyP95: quantile(keyMs, 0.95),
    msItemP95: quantile(itemMs, 0.95),
  };
}

/** What `evaluatePinyin` may be given. */
export interface PinyinEvaluationOptions {
  readonly contexts?: Contexts | undefined;
  readonly scorer?: PathScorer | undefined;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Asks for the next word at each place. */
export async function evaluateAssociation(
  { file, sha256, items }: ItemFile<AssociationItem>,
  predictor: Predictor,
  signal: AbortSignal,
  progress: Progress,
): Promise<AssociationScores> {
  const ranks: number[] = [];
  let hits = 0;
  for (const [index, { before, rest, next }] of items.entries()) {
    progress.update(index);
    let texts: readonly string[] = [];
    for await (const { candidates } of predictor.predict(before, { limit: 10, signal })) {
      texts = candidates.map(({ text }) => text);
    }
    ranks.push(texts.indexOf(next));
    if (texts.some((text) => rest.startsWith(text))) hits++;
  }
  return {
    file,
    sha256,
    items: items.length,
    p1: share(ranks, 1),
    p5: share(ranks, 5),
    p10: share(ranks, 10),
    prefixHit10: rounded((100 * hits) / items.length),
  };
}

/** Per cent of the ranks, from 0, that are among the first `limit`; -1 is none. */
function share(ranks: readonly number[], limit: number): number {
  return rounded((100 * ranks.filter((rank) => rank >= 0 && rank < limit).length) / ranks.length);
}

/** To hundredths: what is reported must come out the same everywhere. */
function rounded(percent: number): number {
  return Math.round(percent * 100) / 100;
}

function quantile(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

/** Fewest insertions, deletions and replacements of characters (Levenshtein 1966). */
function editDistance(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  let row = Array.from({ length: right.length + 1 }, (_, j) => j);
  for (const [i, character] of left.entries()) {
    const next = [i + 1];
    for (const [j, other] of right.entries()) {
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (character === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1)!;
}
