import { chromium, expect, type Page, test } from '@playwright/test';

const TOLERANCE = 1e-4;

test.beforeEach(async ({ page }) => {
  await open(page);
});

async function open(page: Page): Promise<void> {
  await page.goto('/neural.html');
  await page.waitForFunction(() => window.neuralHarness !== undefined);
}

for (const folder of ['gpt-tiny', 'hf-tiny']) {
  test(`${folder} answers as PyTorch does`, async ({ page }) => {
    const found = await page.evaluate(async (folder) => {
      const { parity, runtime } = window.neuralHarness;
      return parity(folder, runtime({ threads: 1 }));
    }, folder);
    expect(found.contexts).toBeGreaterThanOrEqual(19);
    expect(found.difference).toBeLessThan(TOLERANCE);
  });
}

test('two threads answer as PyTorch does', async ({ page }) => {
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const { difference } = await page.evaluate(async () => {
    const { parity, runtime } = window.neuralHarness;
    return parity('gpt-tiny', runtime({ threads: 2 }));
  });
  expect(difference).toBeLessThan(TOLERANCE);
});

test('a graphics card answers as PyTorch does', async ({ baseURL }) => {
  // In software: some 5 s for each context on a busy machine.
  test.setTimeout(300_000);
  const browser = await chromium.launch({
    ...test.info().project.use.launchOptions,
    args: ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
  });
  const page = await browser.newPage({ baseURL: baseURL! });
  await open(page);
  const hasAdapter = await page.evaluate(async () => {
    const { gpu } = navigator as Navigator & { gpu?: { requestAdapter(): Promise<unknown> } };
    return (await gpu?.requestAdapter()) != null;
  });
  const found = hasAdapter
    ? await page.evaluate(async () => {
        const { parity, runtime } = window.neuralHarness;
        return parity('gpt-tiny', runtime({ device: 'webgpu', threads: 1 }), 4);
      })
    : null;
  await browser.close();
  test.skip(found === null, 'this browser offers no WebGPU, not even in software');
  expect(found!.contexts).toBe(4);
  // It adds in another order.
  expect(found!.difference).toBeLessThan(10 * TOLERANCE);
});

test('a worker answers as the page does', async ({ page }) => {
  const { here, there } = await page.evaluate(async () => {
    const { neural, runtime, spec } = window.neuralHarness;
    const query = { context: { text: 'I s', words: ['i'], prefix: 's', prefixLength: 1 }, limit: 5, also: ['other'] };
    const { signal } = new AbortController();
    const model = await neural.openNeuralModel(await spec('gpt-tiny'), runtime({ threads: 1 }));
    const { words, logProbs } = await model.next(query, signal);
    const worker = neural.startNeuralWorker({ runtime: runtime({ threads: 1 }) });
    const remote = await worker.open(() => spec('gpt-tiny'));
    const answer = await remote.next(query, signal);
    await worker.close();
    return { here: [words, [...logProbs]], there: [answer.words, [...answer.logProbs]] };
  });
  expect(here[0]!.length).toBeGreaterThan(1);
  expect(there).toEqual(here);
});

test('a worker killed in the middle of a step is reported and started anew', async ({ page }) => {
  const { codes, deaths, words } = await page.evaluate(async () => {
    const { neural, runtime, spec } = window.neuralHarness;
    const threads: Worker[] = [];
    const BrowserWorker = Worker;
    window.Worker = class extends BrowserWorker {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args);
        threads.push(this);
      }
    };
    const deaths: boolean[] = [];
    const worker = neural.startNeuralWorker({
      runtime: runtime({ threads: 1 }),
      silenceMs: 3000,
      onDeath: (_, restarting) => deaths.push(restarting),
    });
    const remote = await worker.open(() => spec('gpt-tiny'));
    const scoring = remote.score('It was the best of times. '.repeat(40)).catch((error: unknown) => error);
    // Ended from outside, as by a browser short of memory: no event tells.
    threads.at(-1)!.terminate();
    const codes = [((await scoring) as { code: string }).code];
    const context = { text: '', words: [], prefix: '', prefixLength: 0 };
    const { words } = await remote.next({ context, limit: 3 }, new AbortController().signal);
    await worker.close();
    return { codes, deaths, words: words.length };
  });
  expect({ codes, deaths, words }).toEqual({ codes: ['worker-died'], deaths: [true], words: 3 });
});
