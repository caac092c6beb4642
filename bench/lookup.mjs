// Five candidates after every key of a text: Foreword's pack, Foreword on Predictionary's own word list, and Predictionary.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  compareUtf8,
  createPredictor,
  normalizeWord,
  openNgram,
  openPack,
  readContext,
  writeNgram,
} from '@foreword/core';
import Predictionary from 'predictionary/src/index.mjs';
import { folderReader } from './folder-reader.mjs';
import { figure, quantile, timeEach } from './statistics.mjs';

const SLOTS = 5;
/** Keys typed before measuring, so that both sides are compiled. */
const WARM_UP_KEYS = 500;

/** @param {{ pack?: string, text: string }} options */
export async function measureLookup({ pack, text }) {
  const keys = keysOf(readFileSync(text, 'utf8'));
  const list = wordList();
  const rows = { 'keys typed': keys.length };
  const peer = report(rows, 'Predictionary 1.6.0, its 25,000 words', keys, predictionary(list));

  const ngram = openNgram(unigramModel(list));
  const small = createPredictor({ models: [ngram] });
  const same = report(rows, 'Foreword, the same 25,000 words', keys, (before) =>
    small.predictNow(before, { limit: SLOTS }),
  );
  rows['Predictionary ÷ Foreword, the same words: p50, p95'] = ratios(peer, same);

  if (pack !== undefined) {
    const opened = await openPack(folderReader(pack));
    const predictor = createPredictor(opened);
    const { words, ngrams } = opened.manifest.models.ngram;
    const what = `Foreword, pack of ${words} words, ${ngrams.reduce((a, b) => a + b)} n-grams`;
    const whole = report(rows, what, keys, (before) => predictor.predictNow(before, { limit: SLOTS }));
    rows['Predictionary ÷ Foreword, the pack: p50, p95'] = ratios(peer, whole);
    const contexts = keys.map((before) => ({ context: readContext(before), limit: SLOTS }));
    report(rows, 'of which the look-up in the model', contexts, (query) => opened.ngram.next(query));
  }
  return rows;
}

/** What stands before the caret after each key, line by line, the empty line first. */
function keysOf(text) {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.flatMap((line) => Array.from({ length: line.length }, (_, length) => line.slice(0, length)));
}

/** Predictionary's demo list: rank, frequency per million, word. */
function wordList() {
  const file = createRequire(import.meta.url).resolve('predictionary/demo/words_en.txt');
  return readFileSync(file, 'utf8');
}

function predictionary(list) {
  const peer = Predictionary.instance();
  peer.parseWords(list, { elementSeparator: '\n', rankSeparator: ' ', wordPosition: 2, rankPosition: 0 });
  return (before) => peer.predict(before, { maxPredictions: SLOTS });
}

/** The list as an n-gram file of order 1. */
function unigramModel(list) {
  const frequencies = new Map();
  for (const [, frequency, word] of list.matchAll(/^\d+ ([\d.]+) (\S+)$/gm)) {
    const normalised = normalizeWord(word);
    if (normalised === '') continue;
    frequencies.set(normalised, (frequencies.get(normalised) ?? 0) + Number(frequency));
  }
  const words = ['<unk>', '<s>', '</s>', ...[...frequencies.keys()].sort(compareUtf8)];
  const total = [...frequencies.values()].reduce((sum, frequency) => sum + frequency, 0);
  const logProbs = Float32Array.from(words, (word) => Math.log((frequencies.get(word) ?? 1e-3) / total));
  return writeNgram({ order: 1, words, levels: [{ lastWords: Uint32Array.from(words, (_, id) => id), logProbs }] });
}

function report(rows, what, inputs, call) {
  for (const input of inputs.slice(0, WARM_UP_KEYS)) call(input);
  const ms = timeEach(inputs, call);
  const times = { p50: quantile(ms, 0.5), p95: quantile(ms, 0.95) };
  rows[`${what}: ms p50, p95`] = `${figure(times.p50)}, ${figure(times.p95)}`;
  return times;
}

function ratios(slow, fast) {
  return `${figure(slow.p50 / fast.p50)} ×, ${figure(slow.p95 / fast.p95)} ×`;
}
