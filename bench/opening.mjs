// Opening the pack's n-gram file from bytes: milliseconds, and what the process grows by. In a process of its own.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openNgram } from '@foreword/core';
import { figure, quantile } from './statistics.mjs';

const RUNS = 20;

/** @param {{ pack?: string }} options */
export async function measureOpening({ pack }) {
  if (pack === undefined) return {};
  const { models } = JSON.parse(readFileSync(join(pack, 'pack.json'), 'utf8'));
  const file = join(pack, models.ngram.file);
  const args = ['--expose-gc', fileURLToPath(import.meta.url), file];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const { first, median, growthBytes, fileBytes } = JSON.parse(stdout);
  return {
    'file: bytes': fileBytes.toLocaleString('en'),
    'opening for the first time, and the median of 20: ms': `${figure(first)}, ${figure(median)}`,
    'growth of the process, the file among it ÷ file': `${figure(growthBytes / fileBytes)} ×`,
  };
}

function measureInThisProcess(file) {
  const before = usedBytes();
  // Without a copy: Node's Buffer of a large file has memory of its own.
  const buffer = readFileSync(file);
  const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
  const ms = [];
  let model;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    model = openNgram(bytes);
    ms.push(performance.now() - start);
  }
  const growthBytes = usedBytes() - before;
  // The model is asked last, so that it is still there when the memory is counted.
  const alive = model.vocabulary.size > 0;
  console.log(JSON.stringify({ alive, first: ms[0], median: quantile(ms, 0.5), growthBytes, fileBytes: bytes.length }));
}

function usedBytes() {
  for (let round = 0; round < 3; round++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) measureInThisProcess(process.argv[2]);
