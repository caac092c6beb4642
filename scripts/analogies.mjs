// Asks the shipped tables of vectors word2vec's questions (Mikolov et al. 2013): `node scripts/analogies.mjs QUESTIONS [TABLE…]`, the path of
// word2vec's questions-words.txt and which tables of word2vec, nnlm and gpt to ask (default: all); what was measured of the others stays.
// Writes packages/pack-en/analogies.json. A question counts where the table has all of its four words; it is
// right where the nearest vector to b - a + c, those three left out, is d's. About two minutes of one core.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const pack = at('../packages/pack-en/');
const [file, ...names] = process.argv.slice(2);
if (file === undefined || names.some((name) => !['word2vec', 'nnlm', 'gpt'].includes(name))) {
  console.error('Usage: node scripts/analogies.mjs QUESTIONS [TABLE…]');
  process.exit(2);
}

const bytes = readFileSync(file);
const sha256 = createHash('sha256').update(bytes).digest('hex');
const kept = readKept();
const questions = readQuestions(bytes.toString());
// The page's own code, so that what is measured is what is shown.
const server = await createServer({
  configFile: false,
  root: at('../demo'),
  logLevel: 'error',
  server: { middlewareMode: true, hmr: false, ws: false },
  ssr: { resolve: { conditions: ['foreword-source'] } },
  optimizeDeps: { noDiscovery: true },
});
const { Similarity } = await server.ssrLoadModule('/src/see/similarity.ts');
const { wordTable, gptTable, wordsOf } = await server.ssrLoadModule('/src/see/weight-table.ts');
const { models, vectors } = JSON.parse(readFileSync(`${pack}pack.json`, 'utf8'));
const words = new Set(wordsOf(bytesOf(models.nnlm.vocabulary), models.nnlm.vocabularySize));
const tables = [
  ...(vectors === undefined ? [] : [ask('word2vec', vectors, wordTable)]),
  ask('nnlm', models.nnlm, wordTable),
  ask('gpt', models.gpt, (files) => gptTable(files, words)),
].filter((table) => table !== undefined);
await server.close();
writeFileSync(`${pack}analogies.json`, `${JSON.stringify({ questionsSha256: sha256, tables }, null, 2)}\n`);

function ask(name, { weights, vocabulary }, read) {
  if (names.length > 0 && !names.includes(name)) return kept.find(({ table }) => table === name);
  const similarity = new Similarity(read({ weights: bytesOf(weights), vocabulary: bytesOf(vocabulary) }));
  const kinds = { semantic: { asked: 0, correct: 0 }, syntactic: { asked: 0, correct: 0 } };
  for (const { kind, words } of questions) {
    const [a, b, c, d] = words;
    if (!words.every((word) => similarity.has(word))) continue;
    kinds[kind].asked++;
    if (similarity.analogy(b, a, c, 1)[0]?.word === d) kinds[kind].correct++;
  }
  const asked = kinds.semantic.asked + kinds.syntactic.asked;
  const correct = kinds.semantic.correct + kinds.syntactic.correct;
  console.log(`${name}: ${correct} of ${asked} right, of ${questions.length} questions`);
  return { table: name, weightsSha256: weights.sha256, questions: questions.length, asked, correct, ...kinds };
}

/** What was measured before, of the same questions. */
function readKept() {
  if (!existsSync(`${pack}analogies.json`)) return [];
  const { questionsSha256, tables } = JSON.parse(readFileSync(`${pack}analogies.json`, 'utf8'));
  return questionsSha256 === sha256 ? tables : [];
}

function bytesOf({ file }) {
  return new Uint8Array(readFileSync(pack + file));
}

/** Four words a line; a line that begins with a colon names what follows, `gram…` the questions of grammar. */
function readQuestions(text) {
  const found = [];
  let kind = 'semantic';
  for (const line of text.toLowerCase().split('\n')) {
    const words = line.trim().split(/\s+/);
    if (words[0] === ':') kind = words[1].startsWith('gram') ? 'syntactic' : 'semantic';
    else if (words.length === 4) found.push({ kind, words });
  }
  return found;
}
