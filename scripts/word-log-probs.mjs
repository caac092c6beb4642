// What an n-gram model gives each word of texts: `node scripts/word-log-probs.mjs PACK OUT TOKENIZED…`
//
// TOKENIZED is what `foreword tokenize` prints. OUT, a folder, gets a file of the same name for each, line for line: ln P of
// every word of the sentence and of its end, separated by spaces. A word outside the model's vocabulary has ln P(<unk>).
// `training/word_perplexity.py` compares neural models with them.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openNgram } from '../packages/core/dist/index.js';

const [pack, out, ...texts] = process.argv.slice(2);
if (texts.length === 0) {
  console.error('Usage: node scripts/word-log-probs.mjs PACK OUT TOKENIZED…');
  process.exit(2);
}
const file = statSync(pack).isDirectory() ? join(pack, 'ngram.bin') : pack;
const model = openNgram(new Uint8Array(readFileSync(file)));
mkdirSync(out, { recursive: true });
for (const text of texts) {
  const lines = readFileSync(text, 'utf8').split('\n');
  writeFileSync(join(out, basename(text)), lines.map(sentenceLogProbs).join('\n'));
}

function sentenceLogProbs(line) {
  if (line === '') return '';
  const words = ['<s>', ...line.split(' '), '</s>'];
  return words
    .slice(1)
    .map((word, i) => model.logProb(words.slice(Math.max(0, i + 2 - model.order), i + 1), word).toPrecision(7))
    .join(' ');
}
