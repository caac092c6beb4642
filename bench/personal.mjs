// What learning costs with 100,000 words, and how many slips of the pen a model that learns from them ever offers.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPredictor, normalizeWord, openPack, wordSpans } from '@foreword/core';
import { createPersonal, memoryStore, openPersonal } from '@foreword/core/personal';
import { folderReader } from './folder-reader.mjs';
import { figure, quantile } from './statistics.mjs';

const WORDS = 100_000;
const QUESTIONS = 4000;
const SENTENCES = 1000;
const SLIP_SHARE = 0.03;

/** @param {{ pack?: string, personalTexts: string }} options `personalTexts`: a folder with changelog.txt and topicalchat.txt */
export async function measurePersonal({ pack: folder, personalTexts }) {
  if (folder === undefined) return { 'no pack': 'name one with --pack' };
  const pack = await openPack(folderReader(folder));
  return { ...(await costs(pack)), ...slips(pack, personalTexts) };
}

/** A hundred thousand new words and a tenth as many known ones, then single lessons and questions. */
async function costs(pack) {
  const random = mulberry32(1);
  const { vocabulary } = pack.ngram;
  const known = (index) => vocabulary.word(3 + (index % (vocabulary.size - 3)));
  const newWords = Array.from({ length: WORDS }, () => inventedWord(random));
  const before = memoryBytes();
  const personal = createPersonal({ ngram: pack.ngram, now: () => 0 });
  const context = { text: '', words: [], prefix: '', prefixLength: 0 };
  let last = ['the', 'of'];
  const learnMs = [];
  for (const [index, word] of newWords.entries()) {
    const start = performance.now();
    personal.learn({ ...context, words: last }, word);
    learnMs.push(performance.now() - start);
    const other = known(Math.floor(random() ** 3 * 20_000));
    if (index % 10 === 0) personal.learn({ ...context, words: [last[1], word] }, other);
    last = [last[1], index % 3 === 0 ? 'the' : word];
  }
  const grown = memoryBytes() - before;
  const signal = new AbortController().signal;
  const askMs = [];
  for (let question = 0; question < QUESTIONS; question++) {
    const word = newWords[Math.floor(random() * WORDS)];
    const prefix = word.slice(0, question % 4);
    const query = { context: { ...context, words: ['of', 'the'], prefix, prefixLength: prefix.length }, limit: 20 };
    const start = performance.now();
    personal.next(query, signal);
    askMs.push(performance.now() - start);
  }
  const knownMs = [];
  for (let lesson = 0; lesson < QUESTIONS; lesson++) {
    const start = performance.now();
    personal.learn({ ...context, words: ['of', 'the'] }, known(lesson));
    knownMs.push(performance.now() - start);
  }
  const { state } = personal;
  const kept = await storedOf(pack, state);
  const row = (times) =>
    `${figure(
      quantile(
        times.sort((a, b) => a - b),
        0.5,
      ),
    )}, ${figure(quantile(times, 0.95))}`;
  return {
    'words learned, events': `${WORDS.toLocaleString('en')}, ${state.log.length.toLocaleString('en')}`,
    'learning a new word: ms p50, p95': row(learnMs),
    'learning a known word: ms p50, p95': row(knownMs),
    'asking: ms p50, p95': row(askMs),
    'opening it from a store in memory: ms, the first time and the median of 9': kept.openingMs,
    'bytes at rest': kept.bytes.toLocaleString('en'),
    'bytes in memory, by its own account': personal.sizeBytes.toLocaleString('en'),
    'growth of the process (arrays and heap), bytes': grown.toLocaleString('en'),
  };
}

function row(times) {
  const ascending = times.toSorted((a, b) => a - b);
  return `${figure(quantile(ascending, 0.5))}, ${figure(quantile(ascending, 0.95))}`;
}

/** What all of it takes in a store, and how long reading it again takes. */
async function storedOf({ ngram }, state) {
  const values = new Map();
  const inner = memoryStore();
  const store = {
    get: (key) => inner.get(key),
    set: (key, bytes) => inner.set(key, bytes).then(() => void values.set(key, bytes.length)),
    delete: (key) => inner.delete(key).then(() => void values.delete(key)),
  };
  const options = { store, ngram, channel: null, now: () => 0 };
  const first = await openPersonal(options);
  first.personal.merge(state);
  await first.close();
  const times = [];
  for (let time = 0; time < 10; time++) {
    const start = performance.now();
    const opened = await openPersonal(options);
    times.push(performance.now() - start);
    if (opened.personal.state.log.length !== state.log.length) throw new Error('not all that was stored came back');
    await opened.close();
  }
  const later = times.slice(1).sort((a, b) => a - b);
  const bytes = [...values.values()].reduce((sum, size) => sum + size, 0);
  return { openingMs: `${figure(times[0])}, ${figure(quantile(later, 0.5))}`, bytes };
}

/** Types sentences with a slip in three words of a hundred and looks at the five slots before each key. */
function slips(pack, texts) {
  const files = ['topicalchat.txt', 'changelog.txt'].map((file) => join(texts, file));
  if (!files.every((file) => existsSync(file)))
    return { 'learned slips': `no texts in ${texts}: name their folder with --texts` };
  const all = files.flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  const lines = all.filter((line) => line.trim() !== '').slice(0, SENTENCES);
  const random = mulberry32(7);
  const personal = createPersonal({ ngram: pack.ngram, now: () => 0 });
  const predictor = createPredictor(pack, { personal });
  const isKnown = (word) => pack.ngram.vocabulary.id(word) !== 0;
  const slipped = new Set();
  const offered = new Set();
  const learnMs = [];
  for (const line of lines) {
    let text = '';
    for (const { start, end } of wordSpans(line)) {
      const word = line.slice(start, end);
      const slip = random() < SLIP_SHARE ? withSlip(word, random) : word;
      const isSlip = slip !== word && !isKnown(normalizeWord(slip));
      const written = isSlip ? slip : word;
      for (let typed = 0; typed < written.length; typed++) {
        for (const candidate of predictor.predictNow(text + written.slice(0, typed)).candidates) {
          if (slipped.has(candidate.word)) offered.add(candidate.word);
        }
      }
      if (isSlip) slipped.add(normalizeWord(written));
      const began = performance.now();
      predictor.learn(text, written);
      learnMs.push(performance.now() - began);
      text += `${written} `;
    }
  }
  return {
    'learning each word of these sentences: ms p50, p95': row(learnMs),
    'sentences typed, slips in them': `${lines.length.toLocaleString('en')}, ${slipped.size.toLocaleString('en')}`,
    'slips ever offered': `${offered.size}, ${figure((100 * offered.size) / slipped.size)} %`,
    ...(process.env.FOREWORD_SHOW_SLIPS ? { 'these slips': [...offered].join(' ') } : {}),
  };
}

/** The word with one slip: a letter left out, doubled, hit beside its key, or two letters swapped. */
function withSlip(word, random) {
  const place = Math.floor(random() * word.length);
  const kind = Math.floor(random() * 4);
  const [head, tail] = [word.slice(0, place), word.slice(place)];
  if (kind === 0) return head + tail.slice(1);
  if (kind === 1) return head + tail[0] + tail;
  if (kind === 2) return head + beside(tail[0], random) + tail.slice(1);
  return tail.length > 1 ? head + tail[1] + tail[0] + tail.slice(2) : word;
}

const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

function beside(letter, random) {
  const row = ROWS.find((keys) => keys.includes(letter.toLowerCase()));
  if (row === undefined) return letter;
  const place = row.indexOf(letter.toLowerCase());
  return row[place === 0 ? 1 : place === row.length - 1 || random() < 0.5 ? place - 1 : place + 1];
}

function inventedWord(random) {
  const syllables = 2 + Math.floor(random() * 3);
  let word = '';
  for (let syllable = 0; syllable < syllables; syllable++) {
    word +=
      pick('bcdfghjklmnpqrstvwz', random) + pick('aeiou', random) + (random() < 0.4 ? pick('lmnrstx', random) : '');
  }
  return word;
}

function pick(letters, random) {
  return letters[Math.floor(random() * letters.length)];
}

function memoryBytes() {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Uniform in [0, 1), the same sequence for the same seed. */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
