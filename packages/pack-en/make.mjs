// Makes this pack anew: `node packages/pack-en/make.mjs [--corpus FOLDER] [--work FOLDER] [--neural FOLDER]… [-- TRAIN-OPTIONS…]`.
// With --neural the folders that training/export.py wrote are added, and the weights of the mixture learned on the held-out
// texts; with --keep-ngram the n-gram model stays as it is and only that is done.
// The folder is laid out as recipe.json names its files: train/en/*.txt (or .txt.zst), dev/en/*.txt, lexicon/.
// Put your own texts there, name them in the recipe, and the same command makes your own pack.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    corpus: { type: 'string', default: join(root, '../shared') },
    work: { type: 'string', default: join(root, 'work/en') },
    neural: { type: 'string', multiple: true, default: [] },
    'keep-ngram': { type: 'boolean', default: false },
  },
});
const corpus = resolve(values.corpus);
const work = resolve(values.work);
const recipe = JSON.parse(readFileSync(join(here, 'recipe.json'), 'utf8'));

const keepsNgram = values['keep-ngram'];
if (!keepsNgram)
  for (const text of [recipe.neverSuggest, ...recipe.sources.flatMap(({ files }) => files)]) provide(text);
// The report names the texts as they stand in the corpus, so that `foreword verify` finds them again.
const heldOut = recipe.tune.map(({ file }) => relative(root, provide(file)));
// And one that is in every clone.
heldOut.push('packages/core/test/fixtures/kenlm/tiny.test.txt');

if (!keepsNgram) {
  const where = ['--data', work, '--work', join(work, 'counts'), '--out', here];
  foreword('train', '--recipe', join(here, 'recipe.json'), ...where, ...positionals);
}
if (values.neural.length > 0) foreword('add', '--pack', here, ...values.neural.map((folder) => resolve(folder)));
const { models } = JSON.parse(readFileSync(join(here, 'pack.json'), 'utf8'));
// Each set may be all that a machine can afford; cheaper models come first.
for (const set of [['nnlm'], ['nnlm', 'lstm'], ['gpt'], ['nnlm', 'lstm', 'gpt']]) {
  if (set.some((name) => models[name] === undefined)) continue;
  foreword('mix', '--pack', here, '--models', ['ngram', ...set].join(','), '--limit-lines', '40', ...heldOut);
}
foreword('evaluate', '--pack', here, '--model', 'ngram', '--report', ...heldOut);
// On the shorter texts: minutes instead of hours.
const short = heldOut.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length < 300);
const networks = Object.keys(models).filter((name) => name !== 'ngram' && name !== 'choice');
for (const name of networks.length > 0 ? [...networks, 'mixture'] : []) {
  foreword('evaluate', '--pack', here, '--model', name, '--report', ...short);
}

/** Puts a file of the corpus, unpacked, where the recipe looks for it; returns the path of the plain text. */
function provide(text) {
  const target = join(work, text);
  mkdirSync(dirname(target), { recursive: true });
  const found = [text, join('corpus', text), join('eval', text)].map((path) => join(corpus, path));
  const plain = found.find((path) => existsSync(path));
  const packed = found.map((path) => `${path}.zst`).find((path) => existsSync(path));
  if (plain === undefined && packed === undefined) {
    throw new Error(
      `${text} was not found in ${corpus}, neither plain nor as .zst. Give --corpus, or take it out of recipe.json.`,
    );
  }
  if (!existsSync(target)) {
    if (plain === undefined) must('zstd', ['-q', '-d', packed, '-o', target]);
    else symlinkSync(plain, target);
  }
  return plain ?? target;
}

function foreword(...args) {
  must(process.execPath, [join(root, 'packages/cli/dist/main.js'), ...args]);
}

function must(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${error?.message ?? `code ${status}`}.`);
}
