// The built demo page in Chromium: how long after the start of the load its first suggestions stand on the screen.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { findChromium } from '../scripts/chromium.mjs';
import { buildDemo } from '../scripts/setup.mjs';
import { figure, quantile } from './statistics.mjs';

const RUNS = 7;
const builtPage = fileURLToPath(new URL('../demo/dist/index.html', import.meta.url));
const packOfThePage = fileURLToPath(new URL('../packages/pack-en/pack.json', import.meta.url));

/** The page has packages/pack-en built in, whatever pack the other sections measure. */
export async function measurePage() {
  const executablePath = findChromium();
  if (executablePath === null) return { Chromium: 'was not found: not measured' };
  if (existsSync(packOfThePage)) buildDemo();
  else if (!existsSync(builtPage)) return { 'the page': 'cannot be built without packages/pack-en: not measured' };
  const { serve } = await import('../demo/serve.mjs');
  const server = await serve({ port: 0 });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const cold = [];
    const warm = [];
    for (let run = 0; run < RUNS; run++) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.addInitScript(watchForSuggestions);
      cold.push(await timeToSuggestion(page, server.url));
      warm.push(await timeToSuggestion(page, server.url));
      await context.close();
    }
    return {
      [`first suggestion, nothing cached: ms, median and worst of ${RUNS}`]: summary(cold),
      [`first suggestion, loaded before: ms, median and worst of ${RUNS}`]: summary(warm),
    };
  } finally {
    await browser.close();
    await server.close();
  }
}

async function timeToSuggestion(page, url) {
  await page.goto(url);
  const handle = await page.waitForFunction(() => globalThis.firstSuggestionMs);
  return handle.jsonValue();
}

/** Runs in the page, before its own scripts: notes when the first suggestion stands in the document, since navigation began. */
function watchForSuggestions() {
  localStorage.setItem('foreword.guide', 'done');
  const observer = new MutationObserver(() => {
    if (document.querySelector('[role=option]') === null) return;
    observer.disconnect();
    requestAnimationFrame(() => {
      globalThis.firstSuggestionMs = performance.now();
    });
  });
  observer.observe(document, { childList: true, subtree: true });
}

function summary(ms) {
  return `${figure(quantile(ms, 0.5))}, ${figure(Math.max(...ms))}`;
}
