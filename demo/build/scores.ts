import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** What the page that explains the models imports to say how good they are. */
const moduleId = 'virtual:scores';

/** The text whose rows of the report are shown: everyday messages. */
const shownText = 'comm.txt';

/**
 * Tells the page how a pack's models did, from the files beside it: `import { scores } from 'virtual:scores'`. Parameters are counted in the
 * weights' own headers. What lies not beside the pack, as of one made for a test, is left out.
 */
export function scores(directory: string): Plugin {
  return {
    name: 'foreword:scores',
    resolveId: (id) => (id === moduleId ? `\0${moduleId}` : null),
    load(id) {
      if (id !== `\0${moduleId}`) return null;
      return `export const scores = ${JSON.stringify(readScores(directory))};
export const fineTuning = ${JSON.stringify(readFineTuning(directory))};`;
    },
  };
}

/** What is said of a tuned model that is not the pack's is left out. */
function readFineTuning(directory: string): object | null {
  const { model, ...measured } = readJson(join(directory, 'fine-tuning.json')) ?? {};
  if (measured.runs === undefined) return null;
  const weights = readJson(join(directory, 'pack.json'))?.models.choice?.weights;
  return weights !== undefined && weights.sha256 === model?.weightsSha256 ? { ...measured, model } : measured;
}

function readScores(directory: string): object {
  const manifest = readJson(join(directory, 'pack.json'));
  const report = readJson(join(directory, 'report.json'));
  const analogies = readJson(join(directory, 'analogies.json'));
  const lambada = readJson(join(directory, 'lambada.json'));
  if (report === undefined || manifest === undefined) return { models: [], analogies: [], lambada: null };
  const models = report.models.map(({ model, files, texts }: Scored) => {
    const { sizeBytes, ...row } = { ...texts.find(({ file }) => file.endsWith(shownText)), sizeBytes: sum(files) };
    const {
      ks5,
      top1,
      top3,
      wordPerplexity = Number.NaN,
      words = 0,
      oov = 0,
      chars = 0,
    } = row as Record<string, number>;
    const parameters = model === 'mixture' || model === 'ngram' ? null : countParameters(directory, manifest, model);
    // Perplexity is over the words that the vocabulary has.
    const bitsPerChar = (words * (1 - oov / 100) * Math.log2(wordPerplexity)) / chars;
    return { model, sizeBytes, parameters, words, ks5, top1, top3, wordPerplexity, bitsPerChar };
  });
  // What was measured of other weights is not this pack's.
  const isOf = (name: string, measured: { readonly weightsSha256: string } | undefined) => {
    const weights = name === 'word2vec' ? manifest.vectors?.weights : manifest.models[name]?.weights;
    return measured !== undefined && weights?.sha256 === measured.weightsSha256;
  };
  return {
    text: shownText,
    models,
    analogies: (analogies?.tables ?? []).filter((table: Measured) => isOf(table.table, table)),
    lambada: isOf('gpt', lambada) ? lambada : null,
  };
}

interface Measured {
  readonly table: string;
  readonly weightsSha256: string;
}

interface Scored {
  readonly model: string;
  readonly files: readonly { readonly sizeBytes: number }[];
  readonly texts: readonly { readonly file: string }[];
}

function sum(files: Scored['files']): number {
  return files.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
}

/** Numbers in a network's tensors (docs/neural-format.md). Null where the pack lacks it: a pack made for a test. */
function countParameters(
  directory: string,
  manifest: { readonly models: Record<string, { readonly weights: { readonly file: string } }> },
  model: string,
): number | null {
  const weights = manifest.models[model]?.weights;
  if (weights === undefined) return null;
  const file = readFileSync(join(directory, weights.file));
  const header = JSON.parse(file.subarray(12, 12 + file.readUInt32LE(8)).toString()) as {
    readonly tensors: readonly { readonly shape: readonly number[]; readonly offset: number | null }[];
  };
  return header.tensors
    .filter(({ offset }) => offset !== null)
    .reduce((total, { shape }) => total + shape.reduce((product, length) => product * length, 1), 0);
}

function readJson(path: string) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}
