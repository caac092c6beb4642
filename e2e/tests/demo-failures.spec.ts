import { expect, test } from './demo-page.ts';

test('without its words the page says so, writing goes on, and trying again brings them', async ({ demo }) => {
  await demo.page.route('**/ngram.bin', (route) => route.abort());
  await demo.page.goto('/');
  const message = demo.page.getByText('The suggestions could not be loaded.');
  await expect(message).toBeVisible();
  await demo.type('Writing goes on ');
  expect(await demo.written()).toBe('Writing goes on ');
  await demo.page.unroute('**/ngram.bin');
  await demo.page.getByRole('button', { name: 'Try again' }).click();
  await demo.loaded();
  await expect(message).toBeHidden();
  await demo.text.focus();
  await expect(demo.options.first()).toBeVisible();
});

test('a pack that is not there at all', async ({ demo }) => {
  await demo.page.route('**/packs/**', (route) => route.fulfill({ status: 404 }));
  await demo.page.goto('/');
  await expect(demo.page.getByText('The suggestions could not be loaded.')).toBeVisible();
});

test('a pack that arrives damaged is fetched past the caches when trying again', async ({ demo }) => {
  await demo.page.route('**/ngram.bin', async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    body[body.length >> 1]! ^= 1;
    await route.fulfill({ response, body });
  });
  await demo.page.goto('/');
  await expect(demo.page.getByText('The suggestions arrived damaged')).toBeVisible();
  await demo.type('Writing goes on ');
  expect(await demo.written()).toBe('Writing goes on ');
  await expect(demo.counter('requests')).toHaveText('–');
  await demo.page.getByRole('button', { name: 'Try again' }).click();
  await demo.loaded();
  await demo.text.focus();
  await expect(demo.options.first()).toBeVisible();
});

test('a stored pack that was damaged on this device does not come back', async ({ demo }) => {
  await demo.open();
  await demo.stored();
  await demo.page.evaluate(async () => {
    const name = (await caches.keys()).find((found) => found !== 'foreword.kept');
    const cache = await caches.open(name!);
    const stored = (await cache.keys()).find(({ url }) => url.endsWith('ngram.bin'))!;
    await cache.put(stored, new Response('damaged'));
  });
  await demo.page.reload();
  await expect(demo.page.getByText('The suggestions arrived damaged')).toBeVisible();
  await demo.page.reload();
  await demo.loaded();
  await demo.text.focus();
  await expect(demo.options.first()).toBeVisible();
});

test('a pack that is newer than the page', async ({ demo }) => {
  await demo.page.route('**/pack.json', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), version: 2 } });
  });
  await demo.page.goto('/');
  await expect(demo.page.getByText('The suggestions are newer than this page.')).toBeVisible();
});

test('a slow connection shows how far it has got', async ({ demo }) => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await demo.page.route('**/ngram.bin', async (route) => {
    await held;
    await route.continue();
  });
  await demo.page.goto('/');
  const progress = demo.page.getByRole('progressbar', { name: 'Loading the words' });
  await expect(progress).toBeVisible();
  await demo.type('Writing does not wait');
  expect(await demo.written()).toBe('Writing does not wait');
  release();
  await demo.loaded();
  await expect(progress).toBeHidden();
  await expect(demo.options.first()).toBeVisible();
});

test('an old browser without Intl.Segmenter and service workers', async ({ demo }) => {
  await demo.page.addInitScript(() => {
    Reflect.deleteProperty(Intl, 'Segmenter');
    Reflect.deleteProperty(Navigator.prototype, 'serviceWorker');
  });
  await demo.open();
  await expect(demo.page.getByText('it has no Intl.Segmenter')).toBeVisible();
  await demo.type('Thank you for your ');
  await expect(demo.options).toHaveCount(5);
  const about = await demo.openDialog('About and privacy');
  await expect(about).toContainText('so it opens only with a network');
});

test('a message can be dismissed', async ({ demo }) => {
  await demo.page.addInitScript(() => Reflect.deleteProperty(Intl, 'Segmenter'));
  await demo.open();
  await demo.page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(demo.page.getByText('it has no Intl.Segmenter')).toBeHidden();
});

test('without scripts the page says what it needs', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto('/');
  await expect(page.locator('noscript p')).toContainText('it needs JavaScript');
  await context.close();
});
