import { AxeBuilder } from '@axe-core/playwright';
import type { Page, Request } from '@playwright/test';
import { serve } from '../../demo/serve.mjs';
import { type DemoPage, expect, test } from './demo-page.ts';

/** The demo with a pack of an n-gram and untrained networks: who answers is seen, not how well. */
const dist = new URL('../node_modules/.cache/neural-demo/', import.meta.url).pathname;

/** The words of the test's networks, none of which the n-gram would put first. */
async function openReady(demo: DemoPage): Promise<void> {
  await demo.open();
  await demo.modelsReady();
}

function choice(demo: DemoPage): ReturnType<Page['locator']> {
  return demo.page.getByRole('combobox', { name: 'Model' });
}

function facts(demo: DemoPage): ReturnType<Page['locator']> {
  return demo.page.locator('#model-facts');
}

function card(demo: DemoPage, model: string): ReturnType<Page['locator']> {
  return demo.page.locator(`.compare-card[data-model="${model}"]`);
}

test.describe('neural models in the demo', () => {
  test('come after the n-gram, which suggests meanwhile', async ({ demo }) => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await demo.page.route('**/gpt.q8', async (route) => {
      await held;
      await route.continue();
    });
    await demo.page.goto('/');
    await demo.type('Thank you for your ');
    await expect(demo.options).toHaveCount(5);
    await expect(facts(demo)).toHaveText(/^loading \d.* of \d+\.\d MB$/);
    await expect(demo.counter('requests')).toHaveText('–');
    release();
    await demo.modelsReady();
    await expect(demo.counter('requests')).toHaveText('0');
    const marks = await demo.page.evaluate(() =>
      performance
        .getEntriesByType('mark')
        .map(({ name }) => name)
        .filter((name) => /first|sealed|nnlm|lstm|gpt/.test(name)),
    );
    expect(marks).toEqual(['first-suggestion', 'sealed', 'nnlm', 'lstm', 'gpt'].map((name) => `foreword:${name}`));
  });

  for (const [name, size] of [
    ['n-gram', /\d MB/],
    ['NNLM', /kB/],
    ['LSTM', /kB/],
    ['GPT', /kB/],
  ] as const) {
    test(`${name} answers when it is chosen, and after a reload`, async ({ demo }) => {
      await openReady(demo);
      await choice(demo).selectOption({ label: name });
      await demo.type('Thank you for your ');
      await expect(facts(demo)).toHaveText(new RegExp(`^${name} · .*${size.source} · [\\d.,]+ ms$`));
      await expect(demo.options.first()).toBeVisible();
      await demo.page.reload();
      await demo.modelsReady();
      await expect(choice(demo).locator('option:checked')).toHaveText(name);
      await demo.type('help ');
      await expect(facts(demo)).toHaveText(new RegExp(`^${name} · `));
    });
  }

  test('are chosen in the settings too', async ({ demo }) => {
    await openReady(demo);
    const settings = await demo.openDialog('Settings');
    await settings.getByRole('radio', { name: 'LSTM' }).check();
    await demo.page.keyboard.press('Escape');
    await expect(choice(demo)).toHaveValue('lstm');
  });

  test('run in a worker that can reach nothing', async ({ demo }) => {
    await openReady(demo);
    const worker = demo.page.workers().find((found) => found.url().startsWith('blob:'));
    const outcomes = await worker!.evaluate(async () => {
      const origin = new URL(location.href.slice('blob:'.length)).origin;
      const attempts = [
        () => fetch(`${origin}/manifest.webmanifest`),
        () => fetch('https://example.com/'),
        () => import(/* @vite-ignore */ `${origin}/service-worker.js`),
      ];
      const tried = attempts.map((attempt) =>
        attempt().then(
          () => 'sent',
          () => 'refused',
        ),
      );
      return Promise.all(tried);
    });
    expect(outcomes).toEqual(['refused', 'refused', 'refused']);
  });

  test('make no request once they are loaded, nor does comparing them', async ({ demo }) => {
    await openReady(demo);
    await demo.stored();
    const requests: string[] = [];
    const note = (request: Request): unknown => !request.url().startsWith('blob:') && requests.push(request.url());
    demo.page.context().on('request', note);
    await choice(demo).selectOption({ label: 'GPT' });
    await demo.type('Thank you for your ');
    await expect(facts(demo)).toHaveText(/^GPT/);
    await demo.page.getByRole('button', { name: 'Compare the models' }).click();
    await expect(card(demo, 'gpt').locator('.compare-words li')).toHaveCount(5);
    await expect(demo.counter('requests')).toHaveText('0');
    expect(requests).toEqual([]);
  });

  test('answer without a network after the first visit', async ({ demo, context }) => {
    const server = await serve({ port: 0, root: dist });
    await demo.open({ url: server.url });
    await demo.modelsReady();
    await demo.stored();
    await server.close();
    await context.setOffline(true);
    await demo.page.reload();
    await demo.modelsReady();
    await choice(demo).selectOption({ label: 'GPT' });
    await demo.type('Thank you for your ');
    await expect(facts(demo)).toHaveText(/^GPT · /);
    await expect(demo.counter('bytes')).toHaveText('0 B');
    await expect(demo.page.locator('.notice')).toHaveCount(0);
  });

  test('wait for leave where the device asks to save data', async ({ demo }) => {
    await demo.page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }));
    const asked: string[] = [];
    demo.page.on('request', (request) => asked.push(request.url()));
    await demo.open();
    await expect(demo.page.getByText('This device asks to save data')).toContainText('need');
    await expect(facts(demo)).toHaveText('not loaded, to save data');
    expect(asked.filter((url) => /\.wasm$|gpt|nnlm|lstm/.test(url))).toEqual([]);
    await demo.page.getByRole('button', { name: 'Load them' }).click();
    await demo.page.waitForURL('/');
    await demo.modelsReady();
    await choice(demo).selectOption({ label: 'GPT' });
    await demo.type('Thank you for your ');
    await expect(facts(demo)).toHaveText(/^GPT · /);
  });

  test('stay off in a browser without SIMD', async ({ demo }) => {
    await demo.page.addInitScript(() => {
      WebAssembly.validate = () => false;
    });
    await demo.open();
    await expect(facts(demo)).toHaveText('this browser cannot run the others');
    await demo.type('Thank you for your ');
    await expect(demo.options).toHaveCount(5);
  });
});

test.describe('when a neural model fails', () => {
  test('one that arrives damaged is named and stays off, the others answer', async ({ demo }) => {
    await demo.page.route('**/gpt.q8', async (route) => {
      const response = await route.fetch();
      const body = await response.body();
      body[body.length >> 1]! ^= 1;
      await route.fulfill({ response, body });
    });
    await demo.page.goto('/');
    await demo.modelsReady();
    await expect(demo.page.getByText('GPT arrived damaged')).toBeVisible();
    await choice(demo).selectOption({ label: 'LSTM' });
    await demo.type('Thank you for your ');
    await expect(facts(demo)).toHaveText(/^LSTM · /);
    // A choice that is not there is the automatic one.
    await choice(demo).selectOption({ label: 'GPT' });
    await demo.type('help ');
    await expect(facts(demo)).toHaveText(/n-gram/);
    await demo.page.unroute('**/gpt.q8');
    await demo.page.getByRole('button', { name: 'Try again' }).click();
    await demo.page.waitForURL('/');
    await demo.modelsReady();
    await demo.type('and ');
    await expect(facts(demo)).toHaveText(/^GPT · /);
  });

  test('one that was damaged on this device is fetched anew', async ({ demo }) => {
    await openReady(demo);
    await demo.page.evaluate(async () => {
      const cache = await caches.open('foreword.kept');
      const stored = (await cache.keys()).find(({ url }) => url.endsWith('gpt.q8'))!;
      await cache.put(stored, new Response('damaged'));
    });
    await demo.page.reload();
    await demo.modelsReady();
    await expect(demo.page.locator('.notice')).toHaveCount(0);
    await choice(demo).selectOption({ label: 'GPT' });
    await demo.type('Thank you for your ');
    await expect(facts(demo)).toHaveText(/^GPT · /);
  });

  test('a network that goes in the middle leaves the n-gram, and says so', async ({ demo }) => {
    await demo.page.route('**/*.wasm', (route) => route.abort());
    await demo.page.goto('/');
    await expect(demo.page.getByText('NNLM, LSTM, GPT could not be loaded')).toBeVisible();
    await demo.type('Thank you for your ');
    await expect(demo.options).toHaveCount(5);
    await expect(demo.counter('requests')).toHaveText('0');
  });

  test('a worker that dies is started anew, once; the n-gram suggests meanwhile and ever after', async ({ demo }) => {
    await demo.page.addInitScript(holdWorkers);
    await openReady(demo);
    await choice(demo).selectOption({ label: 'GPT' });
    await demo.type('Thank you for your ');
    await expect(facts(demo)).toHaveText(/^GPT · /);

    await killWorker(demo, 'with an error');
    const message = demo.page.getByText('are being started again');
    await expect(message).toBeVisible();
    await demo.type('help ');
    await expect(demo.options).toHaveCount(5);
    // An answer of the new worker takes the message away.
    await expect(message).toBeHidden({ timeout: 60_000 });

    await killWorker(demo, 'silently');
    await demo.type('and ');
    await expect(demo.options).toHaveCount(5);
    await expect(demo.page.getByText('stopped twice and stay off')).toBeVisible({ timeout: 60_000 });
    await demo.type('the ');
    await expect(demo.options).toHaveCount(5);
    await expect(facts(demo)).toHaveText(/^n-gram · /);
    expect(await demo.written()).toBe('Thank you for your help and the ');
    await expect(demo.page.getByText('Something went wrong in the editor')).toHaveCount(0);
  });
});

/** Runs in the page, before its own scripts: keeps the workers that it starts. */
function holdWorkers(): void {
  const workers: Worker[] = [];
  const Native = Worker;
  window.Worker = class extends Native {
    constructor(...args: ConstructorParameters<typeof Native>) {
      super(...args);
      workers.push(this);
    }
  };
  Object.assign(window, { workers });
}

async function killWorker(demo: DemoPage, how: 'with an error' | 'silently'): Promise<void> {
  await demo.page.evaluate((isLoud) => {
    const worker = (window as unknown as { workers: Worker[] }).workers.at(-1)!;
    worker.terminate();
    if (isLoud) worker.dispatchEvent(new ErrorEvent('error', { message: 'killed', cancelable: true }));
  }, how === 'with an error');
}

test.describe('typing with the GPT chosen', () => {
  test.beforeEach(async ({ demo }) => {
    await openReady(demo);
    await choice(demo).selectOption({ label: 'GPT' });
  });

  test('loses no key, however fast they come', async ({ demo }) => {
    const text = 'The quick brown fox jumps over the lazy dog, and then it sleeps for a while in the warm sun. '.repeat(
      4,
    );
    await demo.type(text);
    expect((await demo.written()).trim()).toBe(text.trim());
    await expect(facts(demo)).toHaveText(/^GPT · /);
  });

  test('takes 100,000 pasted characters and answers after them', async ({ demo, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const paragraph = `${'It was the best of times, it was the worst of times. '.repeat(20)}\n`;
    const pasted = paragraph.repeat(100_000 / paragraph.length + 1).slice(0, 100_000);
    await demo.page.evaluate((text) => navigator.clipboard.writeText(text), pasted);
    await demo.text.focus();
    await demo.page.keyboard.press('ControlOrMeta+v');
    await expect(demo.page.locator('#length')).toContainText('100,000 characters');
    await demo.type(' and the ');
    await expect(demo.page.locator('#length')).toContainText('100,009 characters');
    await expect(facts(demo)).toHaveText(/^GPT · /);
    await expect(demo.options.first()).toBeVisible();
  });
});

test.describe('the models side by side', () => {
  test.beforeEach(async ({ demo }) => {
    await openReady(demo);
    await demo.type('Thank you for your help. ');
    await demo.page.getByRole('button', { name: 'Compare the models' }).click();
  });

  test('show words, probabilities and scores of each for the text written so far', async ({ demo }) => {
    for (const model of ['auto', 'ngram', 'nnlm', 'lstm', 'gpt']) {
      await expect(card(demo, model).locator('.compare-words li')).toHaveCount(5);
      await expect(card(demo, model).locator('.compare-words li').first()).toHaveText(/^\S+ [\d.]+ %$/);
      await expect(card(demo, model).locator('.compare-count')).toHaveText('over 5 words');
      await expect(card(demo, model).locator('[data-fact="saved"] dd')).toHaveText(/^-?\d+ %$/);
      await expect(card(demo, model).locator('[data-fact="rank"] dd')).toHaveText(/^[01](\.\d+)?$/);
      await expect(card(demo, model).locator('[data-fact="speed"] dd')).toHaveText(/ ms$/);
    }
  });

  test('follow each word that is finished, and leave the keyboard in the text', async ({ demo }) => {
    await expect(demo.text).toBeFocused();
    await demo.page.keyboard.type('We would li');
    await expect(card(demo, 'ngram').locator('.compare-count')).toHaveText('over 7 words');
    await expect(card(demo, 'ngram').locator('.compare-words li').first()).toHaveText(/^like/);
    await demo.page.keyboard.type('ke to ');
    await expect(card(demo, 'gpt').locator('.compare-count')).toHaveText('over 9 words');
  });

  test('count nothing that is pasted', async ({ demo, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await demo.page.evaluate(() => navigator.clipboard.writeText('Three more words '));
    await demo.page.keyboard.press('ControlOrMeta+v');
    await demo.page.keyboard.type('and one ');
    await expect(card(demo, 'ngram').locator('.compare-count')).toHaveText('over 7 words');
  });

  test('close by their button and by Esc, and give the focus back', async ({ demo }) => {
    const panel = demo.page.getByRole('region', { name: 'Models side by side' });
    await panel.getByRole('button', { name: 'Close' }).click();
    await expect(panel).toBeHidden();
    await expect(demo.text).toBeFocused();
    await demo.page.getByRole('button', { name: 'Compare the models' }).click();
    await panel.getByRole('button', { name: 'Close' }).focus();
    await demo.page.keyboard.press('Escape');
    await expect(panel).toBeHidden();
  });
});

for (const [where, viewport] of [
  ['on a desk', { width: 1440, height: 900 }],
  ['on a phone', { width: 390, height: 844 }],
] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${where} in ${colorScheme} colours`, () => {
      test.use({ viewport, colorScheme });

      test('axe-core finds no fault with the comparison and the choice of a model, and nothing is cut off', async ({
        demo,
      }) => {
        await openReady(demo);
        await demo.type('Thank you for your ');
        await demo.page.getByRole('button', { name: 'Compare the models' }).click();
        await expect(card(demo, 'gpt').locator('.compare-count')).toHaveText('over 4 words');
        const { violations } = await new AxeBuilder({ page: demo.page }).analyze();
        const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
        expect(
          found.filter((fault) => !/^scrollable-region-focusable: <div class="cm-foreword-options"/.test(fault)),
        ).toEqual([]);
        expect(await demo.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
          viewport.width,
        );
        await expect(choice(demo)).toBeInViewport({ ratio: 1 });
      });
    });
  }
}
