// Makes this pack anew: `node packages/pack-zh/make.mjs [--corpus FOLDER] [--work FOLDER] [--neural FOLDER] [-- TRAIN-OPTIONS…]`.
// Chooses the words of the lexicon, divides the texts into them, trains the n-gram, adds how the words are read, and scores all of it.
// With --neural the folder that training/export.py wrote is added; with --keep-ngram the rest stays as it is and only that is done.
// The corpus folder holds train/zh/*.txt (or .txt.zst), eval/dev/zh/* and lexicon/*, as recipe.json and the lists below name them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    corpus: { type: 'string', default: join(root, '../shared') },
    work: { type: 'string', default: join(root, 'work/zh') },
    neural: { type: 'string' },
    'keep-ngram': { type: 'boolean', default: false },
  },
});
const corpus = resolve(values.corpus);
const work = resolve(values.work);
const recipe = JSON.parse(readFileSync(join(here, 'recipe.json'), 'utf8'));

// Dictionaries and what their frequencies are multiplied by: THUOCL counts documents of the web, jieba words of a smaller corpus.
const dictionaries = {
  'jieba/dict.txt': 1,
  ...Object.fromEntries(
    ['IT', 'diming', 'chengyu', 'food', 'lishimingren', 'caijing', 'animal', 'law'].map((name) => [
      `THUOCL/THUOCL_${name}.txt`,
      0.001,
    ]),
  ),
  'THUOCL/THUOCL_medical.txt': 0.0005,
};
const phrases = ['di', 'pinyin', 'overwrite'].map((name) => `phrase-pinyin-data/${name}.txt`);
// Those that say which reading is the usual one first.
const characters = ['overwrite', 'kHanyuPinlu', 'kMandarin_8105', 'kTGHZ2013', 'pinyin'].map(
  (name) => `pinyin-data/${name}.txt`,
);
// Clauses whose characters alone are a text to tune on.
const clauses = ['ud', 'cv'];

if (!values['keep-ngram']) makeNgram();
if (values.neural !== undefined) {
  foreword('add', '--pack', here, resolve(values.neural));
  foreword('mix', '--pack', here, '--models', 'ngram,gpt', '--association', ...sets(['pred_ud.tsv', 'pred_cv.tsv']));
}
const { models } = JSON.parse(readFileSync(join(here, 'pack.json'), 'utf8'));
report(['ngram', ...(models.gpt === undefined ? [] : ['mixture'])]);

function makeNgram() {
  const texts = recipe.sources.map(({ name, weight }) => `${sourceText(name)}=${weight}`);
  const lists = Object.entries(dictionaries).flatMap(([file, scale]) => ['--dictionary', `${lexicon(file)}=${scale}`]);
  lists.push('--dictionary', own('modern-words.txt'));
  const segmented = join(work, 'segmented');
  foreword('segment', ...lists, '--size', '120000', '--out', segmented, ...texts);
  mkdirSync(join(work, 'held-out'), { recursive: true });
  const heldOut = recipe.tune.map(({ file }) => {
    const name = file.replace(/^tuning\/|\.txt$/g, '');
    const target = join(work, 'held-out', `${name}.txt`);
    const source = provide(`dev/zh/${name}${clauses.includes(name) ? '.tsv' : '.txt'}`);
    const text = readFileSync(source, 'utf8').split('\n').slice(0, 600);
    writeFileSync(target, text.map((line) => (clauses.includes(name) ? (line.split('\t')[2] ?? '') : line)).join('\n'));
    return target;
  });
  const words = join(segmented, 'words.tsv');
  const settled = ['--dictionary-share', '1', '--new-words', '0', '--size', '1000000'];
  foreword('segment', '--dictionary', words, ...settled, '--out', join(work, 'tuning'), ...heldOut);
  const unwanted = readFileSync(lexicon('badwords/zh'), 'utf8');
  writeFileSync(join(work, 'never-suggest.txt'), `，\n${unwanted}`);
  const where = ['--data', work, '--work', join(work, 'counts'), '--out', here];
  foreword('train', '--recipe', join(here, 'recipe.json'), ...where, ...positionals);
  const readings = [
    ...phrases.flatMap((file) => ['--phrases', lexicon(file)]),
    ...characters.flatMap((file) => ['--characters', lexicon(file)]),
  ];
  foreword('pinyin', '--pack', here, ...readings, '--variants', join(here, 'variants.txt'));
}

/** Scores the pack on the development sets into report.json. */
function report(names) {
  const pinyin = sets(['ud_nosep.tsv', 'cv_nosep.tsv', 'words_nosep.tsv', 'words_abbr.tsv']);
  // And two that are in every clone.
  pinyin.push(...['everyday', 'modern'].map((name) => `packages/cli/test/fixtures/${name}.tsv`));
  const association = sets(['pred_ud.tsv', 'pred_cv.tsv']);
  const context = relative(root, provide('dev/zh/ud_clauses.jsonl'));
  for (const model of names) {
    const of = ['--pack', relative(root, here), '--model', model, '--report'];
    foreword('evaluate', '--pinyin', ...of, ...pinyin);
    foreword('evaluate', '--pinyin', ...of, '--context', context, pinyin[0]);
    foreword('evaluate', '--association', ...of, ...association);
  }
}

/** Development sets, as the report names them. */
function sets(names) {
  return names.map((name) => relative(root, provide(`dev/zh/${name}`)));
}

/** The text of a source: our own, or the corpus's. */
function sourceText(name) {
  const file = own(`${name}.txt`);
  return existsSync(file) ? file : provide(`train/zh/${name}.txt`);
}

/** A file of our own making, which stands in this repository. */
function own(file) {
  return join(here, 'own', file);
}

function lexicon(file) {
  return find(join('lexicon', file));
}

/** The path of a plain file of the corpus; a packed one is unpacked into the work folder. */
function provide(text) {
  const path = find(text);
  if (!path.endsWith('.zst')) return path;
  const target = join(work, text);
  mkdirSync(dirname(target), { recursive: true });
  if (!existsSync(target)) must('zstd', ['-q', '-d', path, '-o', target]);
  return target;
}

function find(text) {
  const places = [text, join('corpus', text), join('eval', text)].map((path) => join(corpus, path));
  const found = places.flatMap((path) => [path, `${path}.zst`]).find((path) => existsSync(path));
  if (found === undefined)
    throw new Error(`${text} was not found in ${corpus}, neither plain nor as .zst. Give --corpus.`);
  return found;
}

function foreword(...args) {
  must(process.execPath, [join(root, 'packages/cli/dist/main.js'), ...args]);
}

function must(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${error?.message ?? `code ${status}`}.`);
}
