// The neural models' answers in a browser, key by key: their time, what the page feels of it, their memory; beside transformers.js.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureEndShares, openCausalBackend, openTokenizer } from '@foreword/core/neural';
import { build } from 'vite';
import { findChromium } from '../scripts/chromium.mjs';
import { launch, memory, openPage, processorMs, traced } from './answers/browser.mjs';
import { passages, wordsOf } from './answers/passages.mjs';
import { serve } from './answers/serve.mjs';
import { figure, quantile } from './statistics.mjs';

/** Passages typed, and the tokens before the caret. */
const PASSAGES = 24;
const TOKENS = 64;
/** The GPT reads at most 119 tokens; of 128 it reads the last 69, for its window moves on by half. */
const LENGTHS = [16, 112, 128];
const WARM_UP_PASSAGES = 2;
/** Sentences that are put into order. */
const TEXTS = 8;
const PARAGRAPHS = { count: 3, words: 70, warmUpWords: 12 };
const LEAST_WORDS = 600;
/** Answers inside a word that take longer have run the network. */
const LONGEST_FILTER_MS = 1;
const NETWORKS = ['nnlm', 'lstm', 'gpt'];
/** The mixture that is measured. */
const MIXED = ['ngram', 'nnlm', 'lstm', 'gpt'];

const built = fileURLToPath(new URL('dist/answers/', import.meta.url));

/**
 * One thread of WebAssembly; the models in a worker, as an app has them. "CPU-ms" is time that the worker's thread had a processor
 * for, which other programs' work leaves alone, by Chromium's trace.
 * @param {{ pack?: string, text: string, neural?: string, keys: number }} options `neural`: a folder that training/export.py has
 *   written with --hf; `keys`: how many are typed before memory is measured
 */
export async function measureAnswers({ pack, text, neural, keys }) {
  const executablePath = findChromium();
  if (executablePath === null) return { Chromium: 'was not found: not measured' };
  await build({ configFile: fileURLToPath(new URL('answers/vite.config.mjs', import.meta.url)) });
  const server = await serve({ '/': built, ...(pack && { '/pack/': pack }), ...(neural && { '/neural/': neural }) });
  const browser = await launch(executablePath);
  const open = () => openPage(browser, server.url);
  const words = wordsOf(readFileSync(text, 'utf8'), LEAST_WORDS);
  try {
    return { ...(await packRows(browser, open, words, pack, keys)), ...(await peerRows(browser, open, words, neural)) };
  } finally {
    await browser.close();
    await server.close();
  }
}

async function packRows(browser, open, words, pack, keys) {
  const { models } = pack === undefined ? { models: {} } : JSON.parse(readFileSync(join(pack, 'pack.json'), 'utf8'));
  const missing = NETWORKS.filter((name) => models[name] === undefined);
  if (missing.length > 0) return { 'the pack': `lacks ${missing.join(', ')}: not measured` };
  const tokenizer = openTokenizer(readFileSync(join(pack, models.gpt.vocabulary.file)));
  return { ...(await answerRows(browser, open, words, tokenizer)), ...(await memoryRows(browser, open, words, keys)) };
}

/** The models of the pack, each alone and mixed, and the page's first answers meanwhile. */
async function answerRows(browser, open, words, tokenizer) {
  const { page, call, close } = await open();
  await call('open', NETWORKS);
  const passagesAt = (tokens) => passages(words, tokenizer, tokens, PASSAGES);
  const type = async (models, tokens = TOKENS) => {
    await call('choose', models);
    await call('typePassages', passagesAt(tokens).slice(0, WARM_UP_PASSAGES));
    return answerTimes(await traced(browser, page, () => call('typePassages', passagesAt(tokens))));
  };
  const rows = {
    ...(await modelRows(type)),
    ...(await lengthRows(type)),
    ...(await scoreRows(browser, page, call, passagesAt(TOKENS))),
    ...(await fastRows(browser, page, call, passagesAt(TOKENS))),
  };
  await close();
  return rows;
}

async function modelRows(type) {
  const { boundary, inside, again } = await type(['gpt']);
  const run = inside.cpuMs.filter((ms) => ms > LONGEST_FILTER_MS).length / inside.cpuMs.length;
  return {
    ...timesRow(`GPT, word's end, ${TOKENS} tokens`, boundary),
    ...timesRow('GPT, in a word, nothing run', again),
    ...timesRow('GPT, in a word, all keys', inside),
    '   of which the network runs': `${figure(100 * run)} % of ${inside.cpuMs.length}`,
    ...timesRow("NNLM, word's end", (await type(['nnlm'])).boundary),
    ...timesRow("LSTM, word's end", (await type(['lstm'])).boundary),
    ...timesRow("n-gram + NNLM + LSTM + GPT, word's end", (await type(MIXED)).boundary),
  };
}

/** The GPT's answers at the end of the same words, with more and more text before them. */
async function lengthRows(type) {
  const rows = {};
  let short;
  for (const tokens of LENGTHS) {
    const { boundary } = await type(['gpt'], tokens);
    Object.assign(rows, timesRow(`GPT, word's end, ${tokens} tokens`, boundary));
    short ??= boundary;
    if (short === boundary) continue;
    const ratios = ['ms', 'cpuMs'].map((field) => `${figure(middleRatio(boundary[field], short[field]))} ×`);
    rows[`   ${tokens} ÷ ${LENGTHS[0]} tokens, the same word: ms, CPU-ms, p50`] = ratios.join(', ');
  }
  return rows;
}

/** Sentences to be put into order: what follows a passage, and the same with one of its words changed. */
async function scoreRows(browser, page, call, typed) {
  const variants = typed.map(({ start, words }, index) => {
    const others = typed[(index + 1) % typed.length].words;
    const texts = Array.from({ length: TEXTS }, (_, text) =>
      words
        .map((word, at) => (text > 0 && at === text % words.length ? others[(at + text) % others.length] : word))
        .join(' '),
    );
    return { start: start.trimEnd(), texts: texts.map((text) => ` ${text}`) };
  });
  await call('scoreTexts', variants.slice(0, WARM_UP_PASSAGES));
  const { score } = answerTimes(await traced(browser, page, () => call('scoreTexts', variants)));
  return timesRow(`GPT, ${TEXTS} texts of ${typed[0].words.length} words scored, ${TOKENS} tokens`, score);
}

/** The first answers of a writer who does not wait for the GPT's, and the longest task of the page's thread. */
async function fastRows(browser, page, call, typed) {
  await call('choose', MIXED);
  await call('typeFast', typed.slice(0, WARM_UP_PASSAGES));
  const { result: ms, spans, page: tasks } = await traced(browser, page, () => call('typeFast', typed));
  const { startMs, endMs } = spans.find(({ name }) => name === 'fast');
  const meanwhile = tasks.filter((task) => task.startMs >= startMs && task.startMs + task.wallMs <= endMs);
  const longest = (field) => figure(Math.max(...meanwhile.map((task) => task[field])));
  return {
    [`first answer while the networks run: ms p50, p95 of ${ms.length}`]: middleAndHigh(ms),
    'longest task of the page meanwhile: ms, CPU-ms': `${longest('wallMs')}, ${longest('cpuMs')}`,
  };
}

/** By the place of the caret: milliseconds of each answer, and the worker's CPU-milliseconds for it. */
function answerTimes({ result, spans, workers }) {
  const cpuMs = (name) =>
    spans
      .filter((span) => span.name === name)
      .map(({ startMs, endMs }) =>
        workers.reduce((sum, task) => (task.startMs >= startMs && task.startMs < endMs ? sum + task.cpuMs : sum), 0),
      );
  return Object.fromEntries(Object.entries(result).map(([name, ms]) => [name, { ms, cpuMs: cpuMs(name) }]));
}

/** What a page holds after a fifth of the keys and after all of them. */
async function memoryRows(browser, open, words, keys) {
  const { page, call, close } = await open();
  await call('open', MIXED.slice(1));
  await call('choose', MIXED);
  const joined = `${words.join(' ')} `;
  const text = joined.repeat(Math.ceil(keys / joined.length)).slice(0, keys);
  const fifth = Math.round(keys / 5);
  await call('typeOn', text, 0, fifth);
  const early = await memory(browser, page);
  await call('typeOn', text, fifth, keys);
  const late = await memory(browser, page);
  await close();
  const row = (field) =>
    `${megabytes(early[field])}, ${megabytes(late[field])}, ${figure(late[field] / early[field])} ×`;
  const after = `after ${fifth.toLocaleString('en')} and ${keys.toLocaleString('en')} keys`;
  return {
    [`JavaScript of the page ${after}: MB, ÷`]: row('heapBytes'),
    [`its whole process ${after}: MB, ÷`]: row('residentBytes'),
  };
}

/** The same weights by transformers.js: the same question at every key of some paragraphs, in turn with ours. */
async function peerRows(browser, open, words, neural) {
  if (neural === undefined || !existsSync(join(neural, 'gpt.hf.onnx'))) {
    return { 'transformers.js': 'no GPT exported with --hf: name its folder with --neural' };
  }
  const weights = existsSync(join(neural, 'gpt.q4')) ? 'gpt.q4' : 'gpt.q8';
  const { call, close } = await open();
  await call('openExported', weights, await endShares(neural, weights));
  const version = await call('openPeer');
  const [ours, theirs] = await typeInTurn(browser, call, words, ['typeHere', 'typeInPeer']);
  await close();
  const keys = ours.ms.length;
  const same = ours.likeliest.filter((word, key) => word === theirs.likeliest[key]).length / keys;
  const row = ({ ms, cpuMs }) => [mean(ms), quantile(ms, 0.5), quantile(ms, 0.95), cpuMs / keys].map(figure).join(', ');
  const ratios = [mean(theirs.ms) / mean(ours.ms), theirs.cpuMs / ours.cpuMs].map((ratio) => `${figure(ratio)} ×`);
  const figures = 'ms a key, mean, p50, p95, CPU-ms';
  return {
    [`transformers.js ${version}, the same GPT: ${figures}`]: row(theirs),
    [`Foreword, that GPT alone: ${figures}`]: row(ours),
    'transformers.js ÷ Foreword: ms, CPU-ms, mean': ratios.join(', '),
    [`   the same likeliest word, of ${keys} keys`]: `${figure(100 * same)} %`,
  };
}

/**
 * Types each paragraph in each of the ways that `types` names, so that whatever else the machine does disturbs all alike.
 * The CPU-milliseconds are those of all the page's threads.
 */
async function typeInTurn(browser, call, words, types) {
  const sides = types.map((type) => ({ type, ms: [], cpuMs: 0, likeliest: [] }));
  for (const { type } of sides) await call(type, words.slice(-PARAGRAPHS.warmUpWords).join(' '));
  for (let index = 0; index < PARAGRAPHS.count; index++) {
    const paragraph = words.slice(index * PARAGRAPHS.words, (index + 1) * PARAGRAPHS.words).join(' ');
    for (const side of sides) {
      const before = await processorMs(browser);
      const { ms, likeliest } = await call(side.type, paragraph);
      side.cpuMs += (await processorMs(browser)) - before;
      side.ms.push(...ms);
      side.likeliest.push(...likeliest);
    }
  }
  return sides;
}

/** What a pack has beside its GPT, for one that has just been exported. */
async function endShares(neural, weights) {
  const read = (file) => readFileSync(join(neural, file));
  const backend = await openCausalBackend({ graph: read('gpt.onnx'), weights: read(weights) });
  const shares = await measureEndShares(backend, openTokenizer(read('tokenizer.json')));
  await backend.close();
  return [...shares];
}

function timesRow(what, { ms, cpuMs }) {
  return { [`${what}: ms p50, p95; CPU-ms p50, p95`]: `${middleAndHigh(ms)}; ${middleAndHigh(cpuMs)}` };
}

function middleAndHigh(ms) {
  return `${figure(quantile(ms, 0.5))}, ${figure(quantile(ms, 0.95))}`;
}

/** The median of the ratios of one measurement to its counterpart. */
function middleRatio(large, small) {
  return quantile(
    large.map((number, index) => number / small[index]),
    0.5,
  );
}

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function megabytes(bytes) {
  return figure(bytes / 1e6);
}
