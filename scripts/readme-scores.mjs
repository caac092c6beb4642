// Rewrites the tables between `<!-- scores -->` and `<!-- speed -->` in README.md: `node scripts/readme-scores.mjs [BENCH.json]`.
// Scores come from packages/pack-en/report.json, speeds from a file that `npm run bench -- --json BENCH.json` wrote.
import { readFileSync, writeFileSync } from 'node:fs';
import { root } from './setup.mjs';

const peers = [
  ['TextSlinger, character 12-gram (published)', '–', '–', '54.8', '–', '–'],
  ['Predictionary, learning as it goes', '–', '39.0', '43.6', '7.6', '12.1'],
  ['Onboard en_US, learning', '–', '37.7', '42.4', '7.2', '9.9'],
  ['Keyman English', '–', '36.8', '41.9', '2.5', '7.0'],
  ['AOSP / HeliBoard bigrams', '21.6', '37.5', '41.4', '4.1', '13.6'],
];

const chinesePeers = [
  ['libime 1.0.16', '62.2', '81.0', '90.5', '70.9', '94.5', '94.9', '22.4', '24.0'],
  ['libpinyin 2.8.1', '53.9', '60.6', '88.1', '48.1', '54.9', '88.8', '–', '–'],
  ['sunpinyin 3.0rc2', '45.0', '–', '83.5', '62.0', '–', '92.0', '–', '–'],
  ['librime luna_pinyin_simp', '39.8', '–', '79.9', '53.6', '–', '88.7', '–', '–'],
  ['Google Pinyin (AOSP)', '26.3', '–', '75.5', '52.7', '–', '88.3', '–', '–'],
];

const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
const fixed = (number) => number.toFixed(1);

const report = json(`${root}packages/pack-en/report.json`);
const manifest = json(`${root}packages/pack-en/pack.json`);
const ofModel = (name) => report.models.find(({ model }) => model === name)?.texts ?? [];
const ngram = ofModel('ngram');
replace('scores', `${scoresOf()}\n\n${everyText()}`);
replace('chinese', chineseScores());
if (process.argv[2]) replace('speed', speedsOf(json(process.argv[2])));

function scoresOf() {
  const mixed = modelsOfMixture().map((name) => ({ ngram: 'n-gram', lstm: 'LSTM', nnlm: 'NNLM', gpt: 'GPT' })[name]);
  const words = manifest.models.ngram.words.toLocaleString('en');
  const named = [
    ['mixture', `all that pay: ${mixed.join(' + ')}`],
    ['gpt', 'GPT alone'],
    ['lstm', 'LSTM alone'],
    ['nnlm', 'NNLM alone'],
    ['ngram', `${manifest.models.ngram.order}-gram alone, ${words} words`],
  ];
  const ours = named.flatMap(([name, title]) => {
    const comm = ofModel(name).find(({ file }) => file.endsWith('comm.txt'));
    if (comm === undefined) return [];
    const [low, high] = comm.ks5ci95;
    const ks5 = `**${fixed(comm.ks5)}** (${fixed(low)}–${fixed(high)})`;
    const bold = (number) => `**${fixed(number)}**`;
    return [[`**Foreword**, ${title}`, bold(comm.ks1), bold(comm.ks3), ks5, bold(comm.top1), bold(comm.top3)]];
  });
  return table(['', 'KS@1', 'KS@3', 'KS@5', 'next word top-1 %', 'top-3 %'], [...ours, ...peers]);
}

/** The Chinese pack beside the engines that were measured on the same clauses. */
function chineseScores() {
  const { models } = json(`${root}packages/pack-zh/report.json`);
  const titles = { mixture: 'trigram + GPT', ngram: 'trigram alone' };
  const ours = Object.entries(titles).flatMap(([name, title]) => {
    const found = models.find(({ model }) => model === name);
    if (found === undefined) return [];
    const of = (list, file) => list?.find((scores) => scores.file.endsWith(file) && scores.context === undefined);
    const [ud, cv] = ['/ud_nosep.tsv', '/cv_nosep.tsv'].map((file) => of(found.pinyin, file));
    const [udNext, cvNext] = ['/pred_ud.tsv', '/pred_cv.tsv'].map((file) => of(found.association, file));
    const bold = (number) => (number === undefined ? '–' : `**${fixed(number)}**`);
    const clauses = [ud, cv].flatMap((scores) => [scores?.exact, scores?.p10, scores?.charAccuracy]);
    return [[`**Foreword**, ${title}`, ...[...clauses, udNext?.p10, cvNext?.p10].map(bold)]];
  });
  const head = [
    '',
    'UD exact %',
    'in first 10',
    'characters',
    'CV exact %',
    'in first 10',
    'characters',
    'next word UD P@10',
    'CV P@10',
  ];
  return table(head, [...ours, ...chinesePeers]);
}

/** The largest set of models that weights were learned for. */
function modelsOfMixture() {
  const sets = (manifest.mixtures ?? []).map(({ models }) => models);
  return sets.sort((a, b) => b.length - a.length)[0] ?? [];
}

function everyText() {
  const rows = ngram.map((text) => [
    text.file.replace(/^.*\//, ''),
    text.words.toLocaleString('en'),
    fixed(text.ks3),
    fixed(text.ks5),
    fixed(text.top1),
    fixed(text.top3),
    fixed(text.perplexity),
    text.bitsPerChar.toFixed(2),
  ]);
  const head = ['held-out text', 'words', 'KS@3', 'KS@5', 'top-1 %', 'top-3 %', 'perplexity', 'bits/char'];
  return `<details><summary>All held-out texts, the n-gram alone</summary>\n\n${table(head, rows)}\n\n</details>`;
}

function speedsOf(figures) {
  return table(
    ['what it costs', 'measured'],
    Object.values(figures).flatMap((section) => Object.entries(section)),
  );
}

function replace(name, content) {
  const path = `${root}README.md`;
  const markers = new RegExp(`(<!-- ${name} -->\n)[^]*(<!-- /${name} -->)`);
  writeFileSync(path, readFileSync(path, 'utf8').replace(markers, `$1${content}\n\n$2`));
}
