import { expect, test } from '@playwright/test';
import { EditorPage } from './codemirror-page.ts';

test('the ghost stands where its letters will stand', async ({ page }) => {
  const editor = await EditorPage.open(page);
  await editor.type('Good pe');
  await expect(editor.ghost).toHaveText('ople');
  const drawn = await editor.ghost.evaluate((ghost) => {
    const range = document.createRange();
    range.selectNodeContents(ghost);
    const { left, right, top, bottom } = range.getBoundingClientRect();
    return { left, right, top, bottom };
  });
  await editor.press('Tab');
  await editor.expectText('Good people |');
  const written = await page.evaluate(() => {
    const { view } = window.harness;
    const left = view.coordsAtPos('Good pe'.length);
    const right = view.coordsAtPos('Good people'.length, -1);
    return { left: left?.left, right: right?.left, top: left?.top, bottom: left?.bottom };
  });
  for (const side of ['left', 'right', 'top', 'bottom'] as const) {
    expect(Math.abs(drawn[side] - (written[side] ?? Number.NaN))).toBeLessThan(1);
  }
});

for (const [name, query] of [
  ['at the caret', { surfaces: 'bar,ghost,popup' }],
  ['docked', { surfaces: 'docked,ghost' }],
] as const) {
  test(`nothing in the page moves while suggestions ${name} come and go`, async ({ page }) => {
    const editor = await EditorPage.open(page, { ...query, doc: 'One line\n\nand another' });
    await page.evaluate(() => window.harness.view.dispatch({ selection: { anchor: 9 } }));
    // What the browser itself saw move: the caret and the suggestions may, the text and the page may not.
    await page.evaluate(() => {
      const shifted: string[] = [];
      Object.assign(window, { shifted });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as unknown as { sources: { node: Node | null }[] }[]) {
          for (const { node } of entry.sources) {
            const element = node instanceof Element ? node : node?.parentElement;
            if (element && !element.closest('.cm-foreword-list, .cm-layer')) shifted.push(element.outerHTML);
          }
        }
      }).observe({ type: 'layout-shift', buffered: false });
    });
    const places = (): Promise<number[]> =>
      page.locator('.cm-line, #after').evaluateAll((lines) => lines.map((line) => line.getBoundingClientRect().top));
    const before = await places();
    await editor.type('Good p');
    await expect(editor.ghost).toHaveText('eople');
    expect(await places()).toEqual(before);
    await editor.press('Tab', 'Escape');
    await editor.expectText('One line\nGood people |\nand another');
    await expect(editor.ghost).toHaveCount(0);
    expect(await places()).toEqual(before);
    expect(await page.evaluate(() => (window as unknown as { shifted: string[] }).shifted)).toEqual([]);
  });
}

test('the bar stands under the start of the word and stays while the word is typed', async ({ page }) => {
  const editor = await EditorPage.open(page);
  await editor.type('Good p');
  await expect(editor.bar).toBeVisible();
  const left = async (): Promise<number | undefined> => (await editor.bar.boundingBox())?.x;
  const first = await left();
  await editor.type('re');
  await editor.expectWords('present president');
  expect(await left()).toBe(first);
});

test('a ghost that does not fit ends at the edge, and the text does not scroll sideways', async ({ page }) => {
  await page.setViewportSize({ width: 400, height: 300 });
  const editor = await EditorPage.open(page);
  await editor.type('People in this place and this pres');
  await expect(editor.ghost).toHaveText('ident');
  const fits = await page.evaluate(() => {
    const { scrollDOM } = window.harness.view;
    const ghost = document.querySelector('.cm-foreword-ghost')?.getBoundingClientRect();
    return { scrolls: scrollDOM.scrollWidth > scrollDOM.clientWidth, right: ghost?.right ?? 0 };
  });
  expect(fits.scrolls).toBe(false);
  expect(fits.right).toBeLessThanOrEqual(400);
});

test.describe('right to left', () => {
  test('the ghost stands on the left of the caret, and the left arrow accepts its word', async ({ page }) => {
    const editor = await EditorPage.open(page, { dir: 'rtl', language: 'ar' });
    await editor.type('في مد');
    await expect(editor.ghost).toHaveText('ينة');
    const caret = await page.evaluate(() => window.harness.view.coordsAtPos(5, -1)?.left ?? Number.NaN);
    const box = await editor.ghost.boundingBox();
    expect(Math.abs((box?.x ?? 0) + (box?.width ?? 0) - caret)).toBeLessThan(1);
    await expect(editor.ghost).toHaveAttribute('dir', 'rtl');
    await editor.press('Control+ArrowLeft');
    await editor.expectText('في مدينة |');
  });

  test('the bar reads from the right, and so do its arrows', async ({ page }) => {
    const editor = await EditorPage.open(page, { dir: 'rtl', language: 'ar' });
    await editor.type('في م');
    const first = await editor.bar.getByRole('option').nth(0).boundingBox();
    const second = await editor.bar.getByRole('option').nth(1).boundingBox();
    expect(first?.x ?? 0).toBeGreaterThan(second?.x ?? 0);
    await editor.press('ArrowDown', 'ArrowLeft', 'Enter');
    await editor.expectText('في مدينة |');
  });

  test('there is no ghost where a word runs against its line', async ({ page }) => {
    const editor = await EditorPage.open(page, { language: 'ar' });
    await editor.type('in مد');
    await editor.expectWords('مدينة مدرسة');
    await expect(editor.ghost).toHaveCount(0);
    await editor.press('Alt+1');
    await editor.expectText('in مدينة |');
  });
});

test('a docked list that is wider than the screen shows the option that the arrows choose', async ({ page }) => {
  await page.setViewportSize({ width: 240, height: 600 });
  const editor = await EditorPage.open(page, { surfaces: 'docked' });
  await editor.type('Good p');
  const last = page.locator('.cm-foreword-docked [role=option]:visible').last();
  await expect(last).not.toBeInViewport({ ratio: 1 });
  await editor.press('ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight');
  await expect(last).toHaveAttribute('aria-selected', 'true');
  await expect(last).toBeInViewport({ ratio: 1 });
});
