import { expect, test } from './demo-page.ts';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });

test('the bar is docked at the foot of the screen and a tap takes a word', async ({ demo }) => {
  await demo.open();
  await demo.text.tap();
  await demo.page.keyboard.type('Thank you for your ');
  const docked = demo.page.locator('.cm-foreword-docked');
  await expect(demo.options.first()).toBeVisible();
  const box = (await docked.boundingBox())!;
  expect(box.x).toBe(0);
  expect(box.width).toBe(390);
  const footer = (await demo.page.locator('footer').boundingBox())!;
  expect(Math.abs(box.y + box.height - footer.y)).toBeLessThanOrEqual(1);
  expect(footer.y + footer.height).toBe(844);
  expect(box.y).toBeGreaterThan(844 - 160);
  const word = await demo.word(1);
  await demo.options.first().tap();
  expect(await demo.written()).toBe(`Thank you for your ${word} `);
  await expect(demo.text).toBeFocused();
});

test('nothing moves when words come and go', async ({ demo }) => {
  await demo.open();
  await demo.text.tap();
  const before = await demo.page.locator('.cm-scroller').boundingBox();
  await demo.page.keyboard.type('Thank you ');
  await expect(demo.options.first()).toBeVisible();
  expect(await demo.page.locator('.cm-scroller').boundingBox()).toEqual(before);
});

test('the page never grows wider than the screen', async ({ demo }) => {
  await demo.open({ guide: true });
  await demo.text.tap();
  await demo.page.keyboard.type(`${'incomprehensibilities '.repeat(4)}${'x'.repeat(120)}`);
  for (const width of [320, 390, 768, 1440, 2560]) {
    await demo.page.setViewportSize({ width, height: 844 });
    expect(await demo.page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    const outside = await demo.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('button, .counters > div, #guide, .wordmark')]
        .filter((element) => element.offsetParent !== null)
        .filter((element) => {
          const { left, right } = element.getBoundingClientRect();
          return left < 0 || right > innerWidth;
        })
        .map((element) => element.outerHTML),
    );
    expect(outside).toEqual([]);
  }
});

test('stands above a keyboard that is laid over the window', async ({ demo }) => {
  // Safari leaves the window as it is and shrinks the visual viewport, as this stand-in does.
  await demo.page.addInitScript(() => {
    const viewport = Object.assign(new EventTarget(), { width: 390, height: 844, offsetTop: 0, scale: 1 });
    Object.defineProperty(window, 'visualViewport', { value: viewport });
  });
  await demo.open();
  await demo.text.tap();
  await demo.page.keyboard.type('Thank you ');
  await demo.page.evaluate(() => {
    Object.assign(window.visualViewport!, { height: 500, offsetTop: 40 });
    window.visualViewport!.dispatchEvent(new Event('resize'));
  });
  await expect(demo.page.locator('.status')).toBeHidden();
  const docked = (await demo.page.locator('.cm-foreword-docked').boundingBox())!;
  expect(docked.y + docked.height).toBe(540);
  await demo.page.evaluate(() => {
    Object.assign(window.visualViewport!, { height: 844, offsetTop: 0 });
    window.visualViewport!.dispatchEvent(new Event('resize'));
  });
  await expect(demo.page.locator('.status')).toBeVisible();
});

test('the first minute speaks of tapping', async ({ demo }) => {
  await demo.open({ guide: true });
  await demo.text.tap();
  await demo.page.keyboard.type('I am looking f');
  await expect(demo.guide).toContainText('Tap a word in the bar');
  await demo.options.first().tap();
  await expect(demo.guide).toContainText('3 of 4');
});

test('what can be tapped is large enough to be tapped', async ({ demo }) => {
  await demo.open({ guide: true });
  await demo.text.tap();
  await demo.page.keyboard.type('I am ');
  await expect(demo.options.first()).toBeVisible();
  const small = await demo.page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, [role=option]')]
      .filter((element) => element.offsetParent !== null)
      .filter((element) => element.offsetHeight < 32 || element.offsetWidth < 24)
      .map((element) => element.outerHTML),
  );
  expect(small).toEqual([]);
});
