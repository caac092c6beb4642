// What a visitor downloads, after brotli, against its budget: `node scripts/size-budget.mjs`, after `npm run build`.
import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { root, stop } from './setup.mjs';

const assets = `${root}demo/dist/assets/`;
const pack = `${root}packages/pack-en/`;
const { nnlm, lstm, gpt } = JSON.parse(readFileSync(`${pack}pack.json`, 'utf8')).models;
// What comes after the first words: the neural models, what runs them, and what learns from the writer.
const later = /(^(worker|neural|comparison)-.*\.js|\.mjs)$/;
const learning = /^(learned|written-words)-.*\.js$/;
const budgets = [
  ['the English n-gram model', [`${pack}ngram.bin`], 3_000_000],
  [
    "the demo's first scripts and styles",
    filesOf(assets, /^(?!(worker|neural|comparison|learned|written-words)-).*\.(js|css)$/),
    140_000,
  ],
  ["the demo's fonts", filesOf(assets, /\.woff2$/), 100_000],
  ["the demo's scripts for learning", filesOf(assets, learning), 25_000],
  ["the demo's scripts for neural models", filesOf(assets, later), 60_000],
  ["ONNX Runtime's WebAssembly", filesOf(assets, /\.wasm$/), 2_500_000],
  ...(lstm ? [['the English LSTM', filesOfModel(lstm), 3_000_000]] : []),
  // Its words are the LSTM's, and come once.
  ...(nnlm
    ? [['the English NNLM', filesOfModel(nnlm).filter((file) => !filesOfModel(lstm).includes(file)), 3_000_000]]
    : []),
  ...(gpt ? [['the English GPT', filesOfModel(gpt), 10_000_000]] : []),
];

let isOver = false;
for (const [what, files, budgetBytes] of budgets) {
  const sizeBytes = files.reduce((sum, file) => sum + brotliCompressSync(readFileSync(file)).length, 0);
  if (files.length === 0 || sizeBytes > budgetBytes) isOver = true;
  console.log(`${what}: ${sizeBytes.toLocaleString('en')} of ${budgetBytes.toLocaleString('en')} bytes`);
}
if (isOver) stop('Over budget. Make it smaller, or raise the budget in scripts/size-budget.mjs and say why.');

function filesOf(folder, pattern) {
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => folder + name);
}

function filesOfModel({ graph, weights, vocabulary, endShares } = {}) {
  return [graph, weights, vocabulary, endShares].flatMap((part) => (part ? [pack + part.file] : []));
}
