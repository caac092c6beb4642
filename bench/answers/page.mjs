// In the browser: models in their worker, and typing, key by key, with the time that each answer takes.
import { createPredictor, openPack } from '@foreword/core';
import { packModelSpec, startNeuralWorker } from '@foreword/core/neural';
import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';

/** @typedef {{ start: string, words: string[] }} Passage A text that stands there, and the words that are typed behind it. */

/** Between two keys of a writer who does not wait: the GPT's answer takes longer, mostly. */
const FAST_KEY_MS = 4;

const wasmPaths = { mjs: new URL(mjs, location.href).href, wasm: new URL(wasm, location.href).href };
const models = new Map();
let pack;
let predictor;
let peer;

globalThis.bench = {
  open,
  openExported,
  openPeer,
  choose,
  typePassages,
  scoreTexts,
  typeFast,
  typeOn,
  typeHere,
  typeInPeer,
};

/** Opens the pack and those of its neural models. */
async function open(names) {
  pack = await openPack('/pack');
  models.set('ngram', pack.ngram);
  const worker = startNeuralWorker({ runtime: { wasmPaths, threads: 1 } });
  for (const name of names) models.set(name, await worker.open(() => packModelSpec(pack, name)));
}

/** Opens a GPT as training/export.py has written it: `weights` names the file of its weights. */
async function openExported(weights, endShares) {
  const read = async (file) => new Uint8Array(await (await fetch(`/neural/${file}`)).arrayBuffer());
  const worker = startNeuralWorker({ runtime: { wasmPaths, threads: 1 } });
  const spec = async () => ({
    kind: 'gpt',
    files: { graph: await read('gpt.onnx'), weights: await read(weights), vocabulary: await read('tokenizer.json') },
    endShares: Float32Array.from(endShares),
  });
  predictor = createPredictor({ models: [await worker.open(spec)] });
}

/** Opens the same GPT with transformers.js; resolves to the version of that. */
async function openPeer() {
  peer = await (await import('./peer.mjs')).openPeer(wasmPaths);
  return peer.version;
}

/** Asks these of the pack's models from now on, mixed as the pack says. */
function choose(names) {
  predictor = createPredictor(pack);
  predictor.setModels(names.map((name) => models.get(name)));
}

/**
 * Types the words of passages that have been read up to their `start`, and waits for the answer at every key. Once a word stands
 * there its keys are asked about `again`, twice: by the second time the network has run all that it will, and nothing is left
 * but to filter. Signs are typed and not counted, nor the space behind one, at which nothing is new.
 * Gives milliseconds, and a measure of that name for each of them in the browser's trace.
 * @param {Passage[]} passages
 * @returns {Promise<{ boundary: number[], inside: number[], again: number[] }>}
 */
async function typePassages(passages) {
  const times = { boundary: [], inside: [], again: [], rest: [] };
  const ask = async (name, before) => times[name].push(await finalMs(name, before));
  for (const { start, words } of passages) {
    let before = start;
    await ask('rest', before);
    for (const word of words) {
      const keys = Array.from({ length: word.length }, (_, index) => before + word.slice(0, index + 1));
      const letters = keys.filter(endsInWord);
      for (const key of keys) await ask(endsInWord(key) ? 'inside' : 'rest', key);
      for (const key of letters) await ask('rest', key);
      for (const key of letters) await ask('again', key);
      before += `${word} `;
      await ask(endsInWord(word) ? 'boundary' : 'rest', before);
    }
  }
  return times;
}

/**
 * Has the GPT score texts behind passages that it has read. Gives milliseconds, and a measure `score` for each in the browser's trace.
 * @param {{ start: string, texts: string[] }[]} passages
 */
async function scoreTexts(passages) {
  const times = [];
  const gpt = models.get('gpt');
  for (const { start: before, texts } of passages) {
    await gpt.scoreAfter(before, []);
    const start = performance.now();
    await gpt.scoreAfter(before, texts);
    const end = performance.now();
    performance.measure('score', { start, end });
    times.push(end - start);
  }
  return { score: times };
}

function endsInWord(text) {
  return /[\p{L}\p{N}]$/u.test(text);
}

async function finalMs(name, before) {
  const start = performance.now();
  await finalAnswer(before);
  const end = performance.now();
  performance.measure(name, { start, end });
  return end - start;
}

async function finalAnswer(before) {
  for await (const { candidates, final } of predictor.predict(before)) if (final) return candidates;
}

/**
 * Types passages without waiting for answers: each key cancels the question of the one before. Milliseconds until the first
 * answer at those keys at which the question before had not been answered in full, a network thus running.
 * @param {Passage[]} passages
 */
async function typeFast(passages) {
  const times = [];
  let last = { isAnswered: true, controller: new AbortController() };
  performance.mark('fast');
  for (const { start, words } of passages) {
    const text = `${start}${words.join(' ')} `;
    for (let length = start.length; length <= text.length; length++) {
      const isBusy = !last.isAnswered;
      last.controller.abort();
      last = { isAnswered: false, controller: new AbortController() };
      const ms = await firstMs(text.slice(0, length), last);
      if (isBusy) times.push(ms);
      await new Promise((resolve) => setTimeout(resolve, FAST_KEY_MS));
    }
  }
  performance.measure('fast', 'fast');
  return times;
}

/** Resolves at the first answer; goes on to read the others until the question is cancelled. */
function firstMs(before, question) {
  return new Promise((resolve, reject) => {
    const asked = performance.now();
    const read = async () => {
      for await (const { final } of predictor.predict(before, { signal: question.controller.signal })) {
        resolve(performance.now() - asked);
        question.isAnswered = final;
      }
    };
    read().catch((error) => {
      if (!question.controller.signal.aborted) reject(error);
    });
  });
}

/** Types a part of a text, waiting for all answers at every key. The text before the caret grows as a document does. */
async function typeOn(text, from, to) {
  for (let length = from; length < to; length++) await finalAnswer(text.slice(0, length));
}

/** Types a paragraph; milliseconds and the likeliest word at every key. */
function typeHere(paragraph) {
  return typeParagraph(paragraph, async (before) => (await finalAnswer(before)).map(({ word }) => word));
}

/** The same, answered by transformers.js. */
function typeInPeer(paragraph) {
  return typeParagraph(paragraph, (before) => peer.nextWords(before));
}

async function typeParagraph(paragraph, nextWords) {
  const ms = [];
  const likeliest = [];
  for (let length = 1; length <= paragraph.length; length++) {
    const asked = performance.now();
    const words = await nextWords(paragraph.slice(0, length));
    ms.push(performance.now() - asked);
    likeliest.push(words[0] ?? '');
  }
  return { ms, likeliest };
}
