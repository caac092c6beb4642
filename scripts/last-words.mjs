// How often a predictor knows the last word of a passage, and how often once it has learned the words before: `node scripts/last-words.mjs
// [--pack PACK] [--model NAME] [--limit N] LAMBADA.jsonl` (default: packages/pack-en, gpt, all passages), JSON objects with `text`, one a line.
// A word counts whole, its end included, which is stricter than LAMBADA's usual protocol (training/lambada.py). A passage is learned as if
// the user had typed it, and forgotten before the next. 0.1 CPU-seconds a passage.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { learningModel, openModel } from '../packages/cli/dist/open-model.js';
import { normalizeWord } from '../packages/core/dist/index.js';

const pack = fileURLToPath(new URL('../packages/pack-en', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pack: { type: 'string', default: pack },
    model: { type: 'string', default: 'gpt' },
    limit: { type: 'string' },
  },
});
if (positionals.length !== 1) {
  console.error('Usage: node scripts/last-words.mjs [--pack PACK] [--model NAME] [--limit N] LAMBADA.jsonl');
  process.exit(2);
}
const passages = readFileSync(positionals[0], 'utf8').trim().split('\n').slice(0, values.limit);

const SLOTS = 5;
const WORDS = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu;

const io = { stdout() {}, stderr() {}, quiet: true, signal: new AbortController().signal };
const model = await openModel(values.pack, values.model, io);
const places = { 'nothing learned': [], 'the passage learned': [] };
for (const passage of passages) {
  const text = JSON.parse(passage).text.trim();
  const end = text.lastIndexOf(' ') + 1;
  const before = text.slice(0, end);
  const target = normalizeWord(text.slice(end));
  const reader = learningModel(model);
  for (const { 0: word, index } of before.matchAll(WORDS)) reader.learning.learn(before.slice(0, index), word, 'typed');
  for (const [way, { ask }] of [
    ['nothing learned', model],
    ['the passage learned', reader],
  ]) {
    const { candidates } = await ask(before, SLOTS);
    places[way].push(candidates.findIndex(({ word }) => word === target));
  }
}
await model.predictor.close();
for (const [way, found] of Object.entries(places)) {
  const share = (slots) => (100 * found.filter((place) => place >= 0 && place < slots).length) / found.length;
  console.log(
    `${way}: ${share(1).toFixed(2)} % first, ${share(SLOTS).toFixed(2)} % among ${SLOTS}, of ${found.length}`,
  );
}
