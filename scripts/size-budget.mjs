// What a visitor downloads, after brotli, against its budget: `node scripts/size-budget.mjs`, after `npm run build`.
import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { root, stop } from './setup.mjs';

const assets = `${root}demo/dist/assets/`;
const english = openPack('en');
const chinese = openPack('zh');
const { nnlm, lstm, gpt, choice } = english.models;
// What comes after the first words: the neural models, what runs them, and what learns from the writer.
const later = /(^(worker|neural|comparison)-.*\.js|\.mjs)$/;
const learning = /^(learned|written-words)-.*\.js$/;
// What only those load who write Chinese, the second in traditional characters.
const pinyin = /^chinese-.*\.js$/;
const traditional = /^traditional-.*\.js$/;
// What says why a candidate is offered, behind the first words.
const explaining = /^(explain-panel|explanation)-.*\.(js|css)$/;
// What only those load who look at how the models work.
const see = /^(see|weight-table|explanation)-.*\.(js|css)$/;
const budgets = [
  ['the English n-gram model', [english.at('ngram.bin')], 3_000_000],
  [
    'the Chinese n-gram model and pinyin lexicon',
    [chinese.models.ngram, chinese.models.pinyin].map(({ file }) => chinese.at(file)),
    8_000_000,
  ],
  [
    "the demo's first scripts and styles",
    filesOf(
      assets,
      /^(?!(worker|neural|comparison|learned|written-words|chinese|traditional|see|weight-table|explain-panel|explanation)-).*\.(js|css)$/,
    ),
    140_000,
  ],
  ["the demo's fonts", filesOf(assets, /\.woff2$/), 100_000],
  ["the demo's scripts for learning", filesOf(assets, learning), 25_000],
  ["the demo's scripts and styles for explaining", filesOf(assets, explaining), 15_000],
  ["the demo's scripts for neural models", filesOf(assets, later), 60_000],
  ["the demo's scripts for Chinese", filesOf(assets, pinyin), 25_000],
  ["the demo's scripts for traditional characters", filesOf(assets, traditional), 400_000],
  ['the scripts and styles of the page about the models', filesOf(assets, see), 60_000],
  ["ONNX Runtime's WebAssembly", filesOf(assets, /\.wasm$/), 2_500_000],
  ...(lstm ? [['the English LSTM', filesOfModel(english, lstm), 3_000_000]] : []),
  // Its words are the LSTM's, and come once.
  ...(nnlm
    ? [
        [
          'the English NNLM',
          filesOfModel(english, nnlm).filter((file) => !filesOfModel(english, lstm).includes(file)),
          3_000_000,
        ],
      ]
    : []),
  ...(gpt ? [['the English GPT', filesOfModel(english, gpt), 10_000_000]] : []),
  // Its tokenizer is the GPT's, and comes once.
  ...(choice
    ? [['the English GPT that chooses', [choice.graph, choice.weights].map(({ file }) => english.at(file)), 4_000_000]]
    : []),
  ...(english.vectors ? [['the English word vectors', [english.at(english.vectors.weights.file)], 1_200_000]] : []),
  ...(chinese.models.gpt ? [['the Chinese GPT', filesOfModel(chinese, chinese.models.gpt), 10_000_000]] : []),
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

function openPack(language) {
  const folder = `${root}packages/pack-${language}/`;
  const { models, vectors } = JSON.parse(readFileSync(`${folder}pack.json`, 'utf8'));
  return { models, vectors, at: (file) => folder + file };
}

function filesOfModel(pack, { graph, weights, vocabulary, endShares } = {}) {
  return [graph, weights, vocabulary, endShares].flatMap((part) => (part ? [pack.at(part.file)] : []));
}
