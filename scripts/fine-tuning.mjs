// What the page that explains the models shows of a fine-tuning: `node scripts/fine-tuning.mjs work/runs/turns-2 [work/export/turns]`, a folder
// that training/finetune.py has written, one folder of a run in it, and one that training/export_choice.py made of one of the runs.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const target = fileURLToPath(new URL('../packages/pack-en/fine-tuning.json', import.meta.url));
const [folder, exported] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Usage: node scripts/fine-tuning.mjs FOLDER [EXPORTED]');
  process.exit(2);
}

const { questions, zeroShotAccuracy } = readJson(join(folder, 'results.json'));
const runs = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => readRun(join(folder, name), name));
const model = exported === undefined ? {} : { model: readExported(join(exported, 'choice.parity.json')) };
writeFileSync(target, `${JSON.stringify({ testQuestions: questions.test, zeroShotAccuracy, ...model, runs })}\n`);
console.log(`${target}: ${runs.length} runs`);

function readRun(path, name) {
  const identity = identityOf(name);
  const lines = readFileSync(join(path, 'log.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const steps = lines.filter(({ step, L1 }) => step !== undefined && L1 !== undefined);
  const result = join(path, 'result.json');
  return {
    ...identity,
    // A run that was stopped has none.
    test: existsSync(result) ? readJson(result).test : null,
    steps: steps.map(({ L1, L2 }) => [rounded(L1), rounded(L2)]),
  };
}

function readExported(path) {
  const { run, sha256, accuracy } = readJson(path);
  if (accuracy.questions !== questions.test) throw new Error(`${path} was tested on ${accuracy.questions} questions.`);
  return { ...identityOf(run), accuracy: accuracy.quantised, weightsSha256: sha256 };
}

/** pretrained-0.5-1: begun from which weights, λ, the seed. */
function identityOf(name) {
  const [, auxiliary, seed] = /^pretrained-([\d.]+)-(\d+)$/.exec(name) ?? [];
  if (auxiliary === undefined) throw new Error(`${name} is not named as finetune.py names a run.`);
  return { auxiliary: Number(auxiliary), seed: Number(seed) };
}

function rounded(loss) {
  return Number(loss.toFixed(4));
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
