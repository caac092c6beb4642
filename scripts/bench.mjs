// `npm run bench`: what Foreword costs, beside its peers where there are any. Prints ratios and asserts nothing.
import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { setUp } from './setup.mjs';

const help = `Usage: npm run bench -- [OPTIONS] [SECTION…]

Sections (default: all): lookup, opening, training, neural, answers, personal, pinyin, page.

  --pack DIR    the pack to measure (default packages/pack-en)
  --text FILE   the text to type, for lookup and answers (default: ../shared/eval/dev/en/comm.txt, else a small one of this repository)
  --train FILE  the text to train on: tokens separated by spaces, a sentence a line (default: a generated one)
  --words N     words of the generated text (default 2000000)
  --vocabulary-size N
                words of the model to train, <unk>, <s> and </s> among them (default: all)
  --neural DIR  a GPT exported by training/export.py --hf, for neural and answers (default:
                work/export/en-gpt where it is)
  --texts DIR   a folder with topicalchat.txt and changelog.txt, for personal (default: ../shared/eval/dev/en)
  --pinyin-texts DIR
                a folder with ud_nosep.tsv and cv_nosep.tsv, for pinyin (default: ../shared/eval/dev/zh)
  --keys N      keys to type before memory is measured, for answers (default 10000)
  --json FILE   write the measurements to a file as well
`;

const { values, positionals } = parseArgs({
  options: {
    pack: { type: 'string', default: 'packages/pack-en' },
    text: { type: 'string', default: '../shared/eval/dev/en/comm.txt' },
    train: { type: 'string' },
    words: { type: 'string', default: '2000000' },
    'vocabulary-size': { type: 'string' },
    neural: { type: 'string', default: 'work/export/en-gpt' },
    texts: { type: 'string', default: '../shared/eval/dev/en' },
    'pinyin-texts': { type: 'string', default: '../shared/eval/dev/zh' },
    keys: { type: 'string', default: '10000' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
  allowPositionals: true,
});

const sections = {
  lookup: async () => (await import('../bench/lookup.mjs')).measureLookup(options),
  opening: async () => (await import('../bench/opening.mjs')).measureOpening(options),
  training: async () => (await import('../bench/training.mjs')).measureTraining(options),
  neural: async () => (await import('../bench/neural.mjs')).measureNeural(options),
  answers: async () => (await import('../bench/answers.mjs')).measureAnswers(options),
  personal: async () => (await import('../bench/personal.mjs')).measurePersonal(options),
  pinyin: async () => (await import('../bench/pinyin.mjs')).measurePinyin(options),
  page: async () => (await import('../bench/page.mjs')).measurePage(),
};
const smallText = 'packages/core/test/fixtures/kenlm/tiny.test.txt';
const options = {
  pack: existsSync(resolve(values.pack, 'pack.json')) ? resolve(values.pack) : undefined,
  text: resolve(existsSync(values.text) ? values.text : smallText),
  neural: existsSync(resolve(values.neural, 'gpt.onnx')) ? resolve(values.neural) : undefined,
  trainingText: values.train && resolve(values.train),
  generatedWords: Number(values.words),
  vocabularySize: values['vocabulary-size'],
  personalTexts: resolve(values.texts),
  pinyinTexts: resolve(values['pinyin-texts']),
  keys: Number(values.keys),
};

if (values.help) console.log(help);
else await main(positionals.length > 0 ? positionals : Object.keys(sections));

async function main(names) {
  const unknown = names.find((name) => !Object.hasOwn(sections, name));
  const mistake =
    (unknown !== undefined && `There is no section "${unknown}".`) ||
    (!(options.generatedWords > 0) && '--words takes a number above 0.') ||
    (!(options.keys > 0) && '--keys takes a number above 0.');
  if (mistake) {
    console.error(mistake);
    console.error(help);
    process.exitCode = 2;
    return;
  }
  setUp();
  if (options.pack === undefined) console.log(`\n${values.pack} holds no pack: what needs one is left out.`);
  const measured = {};
  for (const name of names) {
    console.log(`\n── ${name}`);
    const rows = await sections[name]();
    for (const [what, figure] of Object.entries(rows)) console.log(`   ${what.padEnd(64)} ${figure}`);
    measured[name] = rows;
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify(measured, null, 2)}\n`);
}
