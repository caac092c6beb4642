// Training a trigram model and writing it as ARPA: wall time and memory, beside KenLM's lmplz where that is on the PATH.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  createReadStream,
  createWriteStream,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { figure } from './statistics.mjs';

const ORDER = '3';
const program = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url));
const usageHook = new URL('report-usage.mjs', import.meta.url).href;

/** @param {{ trainingText?: string, generatedWords: number, vocabularySize?: string }} options */
export async function measureTraining({ trainingText, generatedWords, vocabularySize }) {
  const folder = mkdtempSync(join(tmpdir(), 'foreword-bench-'));
  try {
    const text = trainingText ?? (await generateText(join(folder, 'text.txt'), generatedWords));
    const ours = runForeword(text, folder, vocabularySize);
    const rows = {
      'text: bytes': statSync(text).size.toLocaleString('en'),
      'foreword train: s, MB at most': `${figure(ours.seconds)}, ${figure(ours.megabytes)}`,
    };
    const peer = await runLmplz(text, folder, vocabularySize);
    if (peer === undefined) return { ...rows, 'KenLM lmplz': 'is not on the PATH: no ratio' };
    rows['KenLM lmplz: s, MB at most'] = `${figure(peer.seconds)}, ${figure(peer.megabytes)}`;
    rows['Foreword ÷ KenLM: time, memory'] =
      `${figure(ours.seconds / peer.seconds)} ×, ${figure(ours.megabytes / peer.megabytes)} ×`;
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runForeword(text, folder, vocabularySize) {
  const usage = join(folder, 'usage.json');
  const limits = vocabularySize === undefined ? [] : ['--vocabulary-size', vocabularySize];
  const args = [
    'train',
    '--text',
    'tokens',
    '--order',
    ORDER,
    '--discount-fallback',
    '--arpa',
    join(folder, 'foreword.arpa'),
  ];
  const start = performance.now();
  const { status } = spawnSync(process.execPath, ['--import', usageHook, program, ...args, ...limits, text], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, FOREWORD_BENCH_USAGE: usage },
  });
  if (status !== 0) throw new Error(`foreword train exited with ${status}.`);
  const seconds = (performance.now() - start) / 1000;
  return { seconds, megabytes: JSON.parse(readFileSync(usage, 'utf8')).maxRSS / 1024 };
}

/** KenLM on the same text, with the same words and as much memory for counting. Undefined when there is no lmplz. */
async function runLmplz(text, folder, vocabularySize) {
  if (spawnSync('lmplz', ['--help']).error !== undefined) return undefined;
  const arpa = join(folder, 'kenlm.arpa');
  const args = ['-o', ORDER, '-S', '1G', '-T', folder, '--discount_fallback', '--text', text, '--arpa', arpa];
  if (vocabularySize !== undefined) args.push('--limit_vocab_file', await writeVocabulary(folder));
  const start = performance.now();
  const { status, stderr } = spawnSync('lmplz', args, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`lmplz exited with ${status}: ${stderr.slice(-500)}`);
  const kilobytes = /RSSMax:(\d+) kB/.exec(stderr)?.[1];
  return { seconds: (performance.now() - start) / 1000, megabytes: Number(kilobytes) / 1024 };
}

/** The words of the model just trained, for lmplz to keep to. */
async function writeVocabulary(folder) {
  const words = [];
  for await (const line of createInterface({ input: createReadStream(join(folder, 'foreword.arpa')) })) {
    if (line === '\\2-grams:') break;
    const word = /^-[\d.e-]+\t(\S+)/.exec(line)?.[1];
    if (word !== undefined && !/^<\/?s>$|^<unk>$/.test(word)) words.push(word);
  }
  const file = join(folder, 'vocabulary.txt');
  writeFileSync(file, words.join(' '));
  return file;
}

/** A text whose words are distributed as in English (Zipf) and follow each other as they like: each prefers a few others. */
async function generateText(path, words) {
  const random = createRandom();
  const vocabulary = 40_000;
  const rank = () => Math.floor(vocabulary ** random()) - 1;
  const file = createWriteStream(path);
  let previous = 0;
  for (let written = 0; written < words; ) {
    const sentence = [];
    const length = 4 + Math.floor(random() * 20);
    for (let i = 0; i < length; i++) {
      const favourite = (previous * 7919 + Math.floor(random() ** 3 * 8) * 104_729) % vocabulary;
      previous = random() < 0.5 ? rank() : Math.min(favourite, rank() * 3) % vocabulary;
      sentence.push(`w${previous.toString(36)}`);
    }
    written += length;
    if (!file.write(`${sentence.join(' ')}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  return path;
}

/** xorshift32, so that the text is the same in every run. */
function createRandom() {
  let state = 0x2545f491;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
