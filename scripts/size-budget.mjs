// What a visitor downloads, after brotli, against its budget: `node scripts/size-budget.mjs`, after `npm run build`.
import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { root, stop } from './setup.mjs';

const assets = `${root}demo/dist/assets/`;
const budgets = [
  ['the English n-gram model', [`${root}packages/pack-en/ngram.bin`], 3_000_000],
  ["the demo's scripts and styles", filesOf(assets, /\.(js|css)$/), 140_000],
  ["the demo's fonts", filesOf(assets, /\.woff2$/), 100_000],
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
