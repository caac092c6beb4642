import type { Page } from '@playwright/test';
import { expect, test } from './demo-page.ts';

/** Runs in the page; returns how an attempt to reach the network ended. */
const attempts = {
  fetch: () =>
    fetch('./manifest.webmanifest').then(
      () => 'sent',
      () => 'refused',
    ),
  'fetch elsewhere': () =>
    fetch('https://example.com/').then(
      () => 'sent',
      () => 'refused',
    ),
  XMLHttpRequest: () =>
    new Promise<string>((resolve) => {
      const request = new XMLHttpRequest();
      request.open('POST', './');
      request.onload = () => resolve('sent');
      request.onerror = () => resolve('refused');
      request.send('text');
    }),
  WebSocket: () =>
    new Promise<string>((resolve) => {
      try {
        const socket = new WebSocket('ws://localhost:1/');
        document.addEventListener('securitypolicyviolation', () => resolve('refused'));
        socket.onopen = () => resolve('sent');
      } catch {
        resolve('refused');
      }
    }),
  beacon: () =>
    new Promise<string>((resolve) => {
      document.addEventListener('securitypolicyviolation', () => resolve('refused'));
      navigator.sendBeacon('./', 'text');
    }),
  EventSource: () =>
    new Promise<string>((resolve) => {
      document.addEventListener('securitypolicyviolation', () => resolve('refused'));
      new EventSource('./').onopen = () => resolve('sent');
    }),
  script: () =>
    new Promise<string>((resolve) => {
      const script = document.createElement('script');
      script.src = './service-worker.js';
      script.onload = () => resolve('sent');
      script.onerror = () => resolve('refused');
      document.head.append(script);
    }),
  image: () =>
    new Promise<string>((resolve) => {
      const image = new Image();
      image.onload = () => resolve('sent');
      image.onerror = () => resolve('refused');
      image.src = 'https://example.com/?text';
    }),
  style: () =>
    new Promise<string>((resolve) => {
      document.addEventListener('securitypolicyviolation', () => resolve('refused'));
      const style = document.createElement('style');
      style.textContent = '@import "https://example.com/?text";';
      document.head.append(style);
    }),
  frame: () =>
    new Promise<string>((resolve) => {
      document.addEventListener('securitypolicyviolation', () => resolve('refused'));
      const frame = document.createElement('iframe');
      frame.src = './';
      document.body.append(frame);
    }),
  form: () =>
    new Promise<string>((resolve) => {
      document.addEventListener('securitypolicyviolation', () => resolve('refused'));
      const form = document.createElement('form');
      form.action = 'https://example.com/';
      document.body.append(form);
      form.submit();
    }),
};

/** Everything the context asks of the network from now on, service workers included. */
function watch(page: Page): string[] {
  const requests: string[] = [];
  page.context().on('request', (request) => requests.push(request.url()));
  page.on('websocket', (socket) => requests.push(socket.url()));
  return requests;
}

test('before it has loaded the page may reach its own folder, and nothing else', async ({ demo }) => {
  // Without its words the page never finishes loading, so its door stays open.
  await demo.page.route('**/ngram.bin', (route) => route.abort());
  await demo.page.goto('/');
  await expect(demo.page.getByRole('button', { name: 'Try again' })).toBeVisible();
  expect(await demo.page.evaluate(attempts.fetch)).toBe('sent');
  expect(await demo.page.evaluate(attempts['fetch elsewhere'])).toBe('refused');
});

for (const [name, attempt] of Object.entries(attempts)) {
  test(`once it has loaded the browser refuses the page every connection: ${name}`, async ({ demo }) => {
    await demo.open();
    await demo.stored();
    // Their worker's code comes from the page's own memory, which counts as a request too.
    await demo.modelsReady();
    const sent: string[] = [];
    // The browser names even the requests it refuses, and why.
    demo.page.on('requestfailed', (request) => request.failure()?.errorText !== 'csp' && sent.push(request.url()));
    demo.page.on('requestfinished', (request) => sent.push(request.url()));
    expect(await demo.page.evaluate<string>(attempt)).toBe('refused');
    expect(sent).toEqual([]);
  });
}

test('makes no request while one writes, chooses and sets', async ({ demo }) => {
  await demo.open();
  await demo.stored();
  // Their worker's code comes from the page's own memory, which counts as a request too.
  await demo.modelsReady();
  const requests = watch(demo.page);
  await demo.type('Thank you for your letter. I would like to ');
  await demo.page.keyboard.press('Alt+1');
  await demo.page.keyboard.press('Tab');
  await demo.type('naïve façade, déjà vu — “quoted”; Łódź 你好 😀. ');
  const dialog = await demo.openDialog('Settings');
  await dialog.getByRole('radio', { name: 'Dark', exact: true }).check({ force: true });
  await demo.page.keyboard.press('Escape');
  await demo.openDialog('About and privacy');
  await demo.page.keyboard.press('Escape');
  await expect(demo.counter('requests')).toHaveText('0');
  expect(requests).toEqual([]);
});

test('the counter would tell of a request', async ({ demo }) => {
  // The page's own policy is taken out of its way, so that a request can be made at all.
  await demo.page.addInitScript(() => {
    Object.defineProperty(HTMLMetaElement.prototype, 'httpEquiv', { set: () => {} });
  });
  await demo.open();
  expect(await demo.page.evaluate(attempts.fetch)).toBe('sent');
  await expect(demo.counter('requests')).toHaveText('1');
});

test('sends the headers of a page that trusts nobody', async ({ request }) => {
  const headers = (await request.get('/')).headers();
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['referrer-policy']).toBe('no-referrer');
});

test('its code asks for nothing outside its own folder', async ({ page }) => {
  const requests = watch(page);
  await page.goto('/');
  await page.locator('html[data-offline="ready"]').waitFor({ state: 'attached' });
  const folder = new URL('/', page.url()).href;
  expect(requests.length).toBeGreaterThan(5);
  // A blob: address is of the page's own memory.
  const own = [folder, `blob:${folder}`, 'data:'];
  expect(requests.filter((url) => !own.some((start) => url.startsWith(start)))).toEqual([]);
});
