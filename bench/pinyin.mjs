// The Chinese input method in a browser, key by key: its time, its memory, its download.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'vite';
import { findChromium } from '../scripts/chromium.mjs';
import { launch, memory, openPage, processorMs } from './answers/browser.mjs';
import { serve } from './answers/serve.mjs';
import { figure, quantile } from './statistics.mjs';

const built = fileURLToPath(new URL('dist/pinyin/', import.meta.url));
const pack = fileURLToPath(new URL('../packages/pack-zh/', import.meta.url));
const everyday = fileURLToPath(new URL('../packages/cli/test/fixtures/everyday.tsv', import.meta.url));

/**
 * @param {{ pinyinTexts: string }} options a folder with ud_nosep.tsv, cv_nosep.tsv and words_abbr.tsv; what is not there is not measured.
 *   "CPU-ms" is the page's processor time, which other programs' work leaves alone.
 */
export async function measurePinyin({ pinyinTexts }) {
  const executablePath = findChromium();
  if (executablePath === null) return { Chromium: 'was not found: not measured' };
  await build({ configFile: fileURLToPath(new URL('pinyin/vite.config.mjs', import.meta.url)) });
  const server = await serve({ '/': built, '/pack/': pack });
  const browser = await launch(executablePath);
  try {
    const { page, call } = await openPage(browser, server.url);
    const empty = await memory(browser, page);
    const openingMs = await call('open');
    const files = [
      everyday,
      ...['ud_nosep.tsv', 'cv_nosep.tsv', 'words_abbr.tsv'].map((name) => join(pinyinTexts, name)),
    ];
    const rows = { 'the engine, from bytes to the first question': `${figure(openingMs)} ms` };
    await call('typeAll', inputsOf(everyday));
    for (const file of files.filter((path) => existsSync(path))) {
      const before = await processorMs(browser);
      const keys = await call('typeAll', inputsOf(file));
      const cpuMs = ((await processorMs(browser)) - before) / keys.length;
      rows[`${file.replace(/^.*\//, '')}, a key`] =
        `p50 ${figure(quantile(keys, 0.5))}, p95 ${figure(quantile(keys, 0.95))}, p99 ${figure(quantile(keys, 0.99))} ms; ${figure(cpuMs)} CPU-ms on average (${keys.length} keys)`;
    }
    const full = await memory(browser, page);
    const bytes = (key) => `${figure((full[key] - empty[key]) / 1e6)} MB`;
    rows['memory: JavaScript and its buffers'] = bytes('heapBytes');
    rows['memory: the process grew by'] = bytes('residentBytes');
    rows['download, brotli'] = `${figure(downloadBytes() / 1e6)} MB`;
    return rows;
  } finally {
    await browser.close();
    await server.close();
  }
}

function inputsOf(file) {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => line.split('\t')[1] ?? []);
}

/** What a visitor fetches to type Chinese, without neural models. */
function downloadBytes() {
  const { models } = JSON.parse(readFileSync(join(pack, 'pack.json'), 'utf8'));
  return [models.ngram.file, models.pinyin.file].reduce(
    (sum, file) => sum + brotliCompressSync(readFileSync(join(pack, file))).length,
    0,
  );
}
