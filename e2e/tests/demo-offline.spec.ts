import { serve } from '../../demo/serve.mjs';
import { DemoPage, expect, test } from './demo-page.ts';

test('opens, suggests and keeps the text with the server gone', async ({ demo, context }) => {
  const server = await serve({ port: 0 });
  await demo.open({ url: server.url });
  await demo.stored();
  await demo.type('Written before the network went. ');
  await server.close();
  await context.setOffline(true);

  await demo.page.reload();
  await demo.loaded();
  expect(await demo.written()).toBe('Written before the network went. ');
  await demo.type('Thank you for your ');
  await expect(demo.options).toHaveCount(5);
  await expect(demo.counter('bytes')).toHaveText('0 B');

  // A tab of its own, too, and by another of the page's addresses.
  const second = new DemoPage(await context.newPage());
  await second.open({ url: `${server.url}?source=installed` });
  await second.type(' ');
  await expect(second.options.first()).toBeVisible();
});

test('opens the page about the models with the server gone, though nobody has seen it before', async ({
  demo,
  context,
}) => {
  const server = await serve({ port: 0 });
  await demo.open({ url: server.url });
  await demo.stored();
  await server.close();
  await context.setOffline(true);

  await demo.page.getByRole('link', { name: 'See how it thinks' }).click();
  await expect(demo.page.getByRole('heading', { level: 1 })).toHaveText('See how it thinks');
  await expect(demo.page.getByRole('heading', { name: /^Why “/ })).toBeVisible();
});

test('fetches nothing twice on the first visit', async ({ demo }) => {
  await demo.open();
  await demo.stored();
  const packBytes = await demo.page.evaluate(async () => {
    const name = (await caches.keys()).find((found) => found !== 'foreword.kept');
    const cache = await caches.open(name!);
    const requests = await cache.keys();
    return requests.map(({ url }) => new URL(url).pathname).filter((path) => path.endsWith('.bin')).length;
  });
  expect(packBytes).toBe(1);
});

test('the second visit asks the network for the service worker at most', async ({ demo, context }) => {
  await demo.open();
  await demo.stored();
  const asked: string[] = [];
  context.on('response', (response) => {
    const { protocol, pathname } = new URL(response.url());
    // What comes from a blob: address was in the page already.
    if (!response.fromServiceWorker() && protocol !== 'blob:') asked.push(pathname);
  });
  await demo.page.reload();
  await demo.loaded();
  await demo.stored();
  expect(asked.filter((path) => path !== '/service-worker.js')).toEqual([]);
});

test('can be installed', async ({ demo }) => {
  await demo.open();
  await demo.stored();
  const session = await demo.page.context().newCDPSession(demo.page);
  const { data, errors } = await session.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const manifest = JSON.parse(data ?? '') as { icons: { src: string; purpose: string; sizes: string; type: string }[] };
  expect(manifest.icons.some(({ purpose, sizes }) => purpose === 'maskable' && sizes === '512x512')).toBe(true);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // Playwright's contexts are incognito windows, which alone install nothing.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
});

test('each icon is as large as the manifest says', async ({ page, request }) => {
  const manifest = (await (await request.get('/manifest.webmanifest')).json()) as {
    icons: { src: string; sizes: string; type: string }[];
  };
  await page.goto('/');
  for (const { src, sizes, type } of manifest.icons) {
    const response = await request.get(`/${src}`);
    expect(response.headers()['content-type']).toBe(type);
    if (sizes === 'any') continue;
    const png = await response.body();
    // Width and height stand at bytes 16 and 20 of a PNG file.
    expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`).toBe(sizes);
  }
});

test.describe('the server', () => {
  test('sends the smallest encoding the browser takes, and hashed files for good', async ({ page, request }) => {
    await page.goto('/');
    const path = await page.locator('link[href$="ngram.bin"]').getAttribute('href');
    const small = await request.get(path!, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(small.headers()['cache-control']).toContain('immutable');
    const plain = await request.get(path!, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers()['content-encoding']).toBeUndefined();
    expect(Number(small.headers()['content-length'])).toBeLessThan(Number(plain.headers()['content-length']) / 2);
    expect(Buffer.compare(await small.body(), await plain.body())).toBe(0);
    const page_ = await request.get('/');
    const again = await request.get('/', { headers: { 'if-none-match': page_.headers()['etag']! } });
    expect(again.status()).toBe(304);
  });

  for (const path of ['/%2e%2e/package.json', '/..%2fpackage.json', '/%00', '/%', '/nothing', '/assets/']) {
    test(`answers ${path} with 404`, async ({ request }) => {
      expect((await request.get(path)).status()).toBe(404);
    });
  }

  test('takes no POST', async ({ request }) => {
    expect((await request.post('/', { data: 'text' })).status()).toBe(405);
  });
});
