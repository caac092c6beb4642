// Chromium as the section `answers` drives it: pages, their processor time and memory, and what a trace says of their threads.
import { readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // So that memory can be measured without what is no longer used, the worker's too.
  '--js-flags=--expose-gc',
];

export function launch(executablePath) {
  return chromium.launch({ executablePath, args: flags });
}

/** A page of its own process, in which `bench` of answers/page.mjs can be called by the name of its function. */
export async function openPage(browser, url) {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => globalThis.bench !== undefined);
  return {
    page,
    call: (name, ...args) => page.evaluate(([called, given]) => globalThis.bench[called](...given), [name, args]),
    close: () => page.close(),
  };
}

/** Processor time of all pages so far, their workers' with them, in milliseconds. */
export async function processorMs(browser) {
  return (await renderers(browser)).reduce((sum, { cpuTime }) => sum + 1000 * cpuTime, 0);
}

/** Bytes of a page's JavaScript, its buffers with it, and of its process, after collecting garbage. `residentBytes` is NaN where the system does not tell. */
export async function memory(browser, page) {
  for (const thread of [page, ...page.workers()]) await thread.evaluate(() => globalThis.gc());
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = await devtools.send('Runtime.getHeapUsage');
  await devtools.detach();
  const [busiest] = (await renderers(browser)).sort((a, b) => b.cpuTime - a.cpuTime);
  return { heapBytes: usedSize + backingStorageSize, residentBytes: residentBytes(busiest.id) };
}

function residentBytes(pid) {
  if (process.platform !== 'linux') return Number.NaN;
  return 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
}

async function renderers(browser) {
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  await devtools.detach();
  return processInfo.filter(({ type }) => type === 'renderer');
}

/**
 * Does some work while Chromium writes down what its threads do.
 * @returns {Promise<{ result: unknown, spans: Span[], page: Task[], workers: Task[] }>} what the work resolved to; the page's
 *   `performance.measure`s; the tasks of the page's thread and of its workers', with the processor's time for each
 * @typedef {{ name: string, startMs: number, endMs: number }} Span
 * @typedef {{ startMs: number, wallMs: number, cpuMs: number }} Task
 */
export async function traced(browser, page, work) {
  await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing'] });
  const result = await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const spans = spansOf(traceEvents);
  const process = traceEvents.find(({ cat, ph }) => cat === 'blink.user_timing' && ph === 'b')?.pid;
  const tasksOf = (thread) => {
    const names = traceEvents.filter(
      ({ name, pid, args }) => pid === process && name === 'thread_name' && args.name.startsWith(thread),
    );
    const ids = new Set(names.map(({ tid }) => tid));
    return traceEvents
      .filter(
        ({ name, ph, pid, tid }) =>
          name === 'ThreadControllerImpl::RunTask' && ph === 'X' && pid === process && ids.has(tid),
      )
      .map(({ ts, dur, tdur }) => ({ startMs: ts / 1000, wallMs: dur / 1000, cpuMs: tdur / 1000 }));
  };
  return { result, spans, page: tasksOf('CrRendererMain'), workers: tasksOf('DedicatedWorker') };
}

/** The measures: each begins and ends with an event of its own, of one id. */
function spansOf(events) {
  const spans = [];
  const begun = new Map();
  for (const { cat, ph, name, ts, id, id2 } of events
    .filter(({ cat }) => cat === 'blink.user_timing')
    .sort((a, b) => a.ts - b.ts)) {
    const key = `${cat}${name}${id ?? id2?.local}`;
    if (ph === 'b') begun.set(key, ts);
    else if (ph === 'e') spans.push({ name, startMs: begun.get(key) / 1000, endMs: ts / 1000 });
  }
  return spans;
}
