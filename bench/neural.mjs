// What a GPT's steps cost: Foreword's graph, where all beams share one past, beside the same weights in Hugging Face's layout.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCausalLm, openCausalBackend, openTokenizer } from '@foreword/core/neural';
import { figure, quantile } from './statistics.mjs';

const WARM_UP_RUNS = 10;
const RUNS = 60;

/** The steps of decoding: new tokens of each of so many beams, after so many positions. */
const STEPS = {
  'd1: a token, 64 before': { beams: 1, tokens: 1, past: 64 },
  'd8: a token of 8 beams, 64 before': { beams: 8, tokens: 1, past: 64 },
  'd8: a token of 8 beams, 120 before': { beams: 8, tokens: 1, past: 120 },
  'p16: 16 tokens at once, 48 before': { beams: 1, tokens: 16, past: 48 },
  'p64: 64 tokens at once': { beams: 1, tokens: 64, past: 1 },
};

/** @param {{ neural?: string }} options `neural`: a folder that training/export.py has written with --hf */
export async function measureNeural({ neural }) {
  if (neural === undefined) return { 'no exported GPT': 'name its folder with --neural' };
  const read = (file) => readFileSync(join(neural, file));
  const weights = read(existsSync(join(neural, 'gpt.q4')) ? 'gpt.q4' : 'gpt.q8');
  const rows = {};

  const [own, openingMs] = await timed(() => openCausalBackend({ graph: read('gpt.onnx'), weights }));
  rows['opening it, CPU-ms'] = figure(openingMs);
  const text = read('tokenizer.json');
  const [tokenizer, tokenizerMs] = await timed(async () => openTokenizer(text));
  rows['opening its tokenizer, CPU-ms'] = figure(tokenizerMs);
  rows['tokens of 100,000 characters, CPU-ms, cold and warm'] = await tokenizerCost(tokenizer);

  const hasHf = existsSync(join(neural, 'gpt.hf.onnx'));
  const hf = hasHf && (await loadCausalLm({ model: read('gpt.hf.onnx'), tokenizer: text, contextLength: 128 })).backend;
  for (const [what, step] of Object.entries(STEPS)) {
    // In turn, so that whatever else the machine does disturbs both alike.
    const [ours, theirs] = await stepMs(step, hf ? [own, hf] : [own]);
    rows[`${what}: CPU-ms, p50 and p95`] = `${figure(quantile(ours, 0.5))}, ${figure(quantile(ours, 0.95))}`;
    if (theirs)
      rows[`   in Hugging Face's layout ÷ ours, p50, ${what.split(':')[0]} ${step.past}`] = ratio(theirs, ours);
  }
  await own.close();
  if (hf) await hf.close();
  return rows;
}

function ratio(theirs, ours) {
  return figure(quantile(theirs, 0.5) / quantile(ours, 0.5));
}

/** The processor's time, which other programs' work leaves alone. */
function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** For each backend the processor's milliseconds for each run. */
async function stepMs({ beams, tokens, past }, backends) {
  const times = backends.map(() => []);
  const inputs = backends.map(({ rowLength, startRow }) => {
    const rows = new Float32Array(past * rowLength);
    for (let position = 0; position < past; position++) rows.set(startRow, position * rowLength);
    return rows;
  });
  const ids = Int32Array.from({ length: beams * tokens }, (_, index) => 100 + index);
  for (let run = -WARM_UP_RUNS; run < RUNS; run++) {
    for (const [index, backend] of backends.entries()) {
      const start = processorMs();
      await backend.run(ids, beams, inputs[index], past);
      if (run >= 0) times[index].push(processorMs() - start);
    }
  }
  return times;
}

async function tokenizerCost(tokenizer) {
  const text = readFileSync(new URL('../docs/ngram-format.md', import.meta.url), 'utf8')
    .repeat(30)
    .slice(0, 100_000);
  const costs = [];
  for (let time = 0; time < 2; time++) {
    const start = processorMs();
    tokenizer.encode(text);
    costs.push(figure(processorMs() - start));
  }
  return costs.join(', ');
}

async function timed(make) {
  const start = processorMs();
  const made = await make();
  return [made, processorMs() - start];
}
