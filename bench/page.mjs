// The built demo page in Chromium: how long after the start of the load its first suggestions stand on the screen.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { findChromium } from '../scripts/chromium.mjs';
import { buildDemo } from '../scripts/setup.mjs';
import { figure, quantile } from './statistics.mjs';

const RUNS = 7;
const SENTENCES =
  'I would like to know what you think about the plan for the weekend. Shall we go or stay at home? '.repeat(3);
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
    const script = await scriptPerKey(browser, server.url);
    return {
      [`first suggestion, nothing cached: ms, median and worst of ${RUNS}`]: summary(cold),
      [`first suggestion, loaded before: ms, median and worst of ${RUNS}`]: summary(warm),
      [`scripts of the page per key: ms, p50, p95, p99, worst of ${script.length}`]: [0.5, 0.95, 0.99, 1]
        .map((share) => figure(quantile(script, share)))
        .join(', '),
    };
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Milliseconds that the page's scripts run for each key of some sentences, suggestions and all. */
async function scriptPerKey(browser, url) {
  const page = await browser.newPage();
  await page.addInitScript(watchForSuggestions);
  await timeToSuggestion(page, url);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const scriptMs = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return 1000 * metrics.find(({ name }) => name === 'ScriptDuration').value;
  };
  await page.locator('.cm-content').click();
  const perKey = [];
  for (const key of SENTENCES) {
    const before = await scriptMs();
    await page.keyboard.type(key);
    // Time for the answer and its drawing.
    await page.waitForTimeout(25);
    perKey.push((await scriptMs()) - before);
  }
  await page.close();
  return perKey;
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
