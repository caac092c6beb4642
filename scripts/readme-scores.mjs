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

const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
const fixed = (number) => number.toFixed(1);

const report = json(`${root}packages/pack-en/report.json`);
const manifest = json(`${root}packages/pack-en/pack.json`);
const ofModel = (name) => report.models.find(({ model }) => model === name)?.texts ?? [];
const ngram = ofModel('ngram');
replace('scores', `${scoresOf()}\n\n${everyText()}`);
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
