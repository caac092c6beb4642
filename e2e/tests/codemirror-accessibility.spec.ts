import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { EditorPage } from './codemirror-page.ts';

test('the textbox tells of its list, and of an option only while one is chosen', async ({ page }) => {
  const editor = await EditorPage.open(page);
  const box = page.getByRole('textbox', { name: 'Text' });
  await expect(box).toHaveAttribute('aria-autocomplete', 'both');
  await editor.type('Good x');
  await expect(box).not.toHaveAttribute('aria-controls');
  await editor.press('Backspace');
  await editor.type('p');
  const list = page.getByRole('listbox', { name: 'Suggestions' });
  await expect(box).toHaveAttribute('aria-haspopup', 'listbox');
  await expect(box).toHaveAttribute('aria-controls', (await list.getAttribute('id')) ?? '');
  await expect(box).not.toHaveAttribute('aria-activedescendant');
  await editor.press('ArrowDown', 'ArrowRight');
  const chosen = list.getByRole('option', { name: 'place', selected: true });
  await expect(box).toHaveAttribute('aria-activedescendant', (await chosen.getAttribute('id')) ?? '');
  await expect(list.getByRole('option', { selected: true })).toHaveCount(1);
  await expect(box).toBeFocused();
  await editor.press('Escape');
  await expect(box).not.toHaveAttribute('aria-activedescendant');
  await expect(box).not.toHaveAttribute('aria-controls');
});

test('the accessibility tree has a list of words, without numbers and without the ghost', async ({ page }) => {
  const editor = await EditorPage.open(page, { slots: '3' });
  await editor.type('Good p');
  await expect(editor.ghost).toHaveAttribute('aria-hidden', 'true');
  await expect(page.locator('.cm-editor')).toMatchAriaSnapshot(`
    - textbox "Text"
    - listbox "Suggestions":
      - option "people"
      - option "place"
      - option "president"
  `);
});

test('two editors have ids of their own', async ({ page }) => {
  const editor = await EditorPage.open(page, { surfaces: 'bar,popup' });
  await editor.type('Good p');
  const ids = await page.locator('.cm-editor [id]').evaluateAll((elements) => elements.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThan(10);
});

test.describe('the live region', () => {
  /** All that is said from now on; the editor empties its region soon after. */
  async function listen(page: Page): Promise<() => Promise<string[]>> {
    await page.evaluate(() => {
      const spoken: string[] = [];
      Object.assign(window, { spoken });
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes) {
          for (const node of addedNodes) if (node.textContent?.trim()) spoken.push(node.textContent);
        }
      }).observe(document.querySelector('.cm-announced[aria-live=polite]')!, { childList: true });
    });
    return () => page.evaluate(() => (window as unknown as { spoken: string[] }).spoken);
  }

  test('speaks once after a pause and not while a word is being typed', async ({ page }) => {
    await page.clock.install();
    const editor = await EditorPage.open(page);
    await page.clock.runFor(5000);
    // Or a slow machine's own time would count as the user's pause.
    await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1000));
    const spoken = await listen(page);
    for (const letter of 'Good p') {
      await editor.type(letter);
      await page.clock.runFor(450);
    }
    expect(await spoken()).toEqual([]);
    await page.clock.runFor(5000);
    expect(await spoken()).toEqual(['Suggestions: people, place, president, program, problem. Tab accepts people.']);
  });

  test('does not promise Tab where another key accepts the ghost', async ({ page }) => {
    await page.clock.install();
    const editor = await EditorPage.open(page);
    await page.evaluate(() => {
      const { view, compartment, foreword } = window.harness;
      view.dispatch({ effects: compartment.reconfigure(foreword({ keys: { acceptGhost: false } })) });
    });
    const spoken = await listen(page);
    await editor.type('Good p');
    await page.clock.runFor(5000);
    expect(await spoken()).toEqual(['Suggestions: people, place, president, program, problem.']);
  });

  test('is silent when told so', async ({ page }) => {
    await page.clock.install();
    const editor = await EditorPage.open(page);
    await page.evaluate(() => {
      const { view, compartment, foreword } = window.harness;
      view.dispatch({ effects: compartment.reconfigure(foreword({ announce: false })) });
    });
    const spoken = await listen(page);
    await editor.type('Good p');
    await editor.expectWords('people place president program problem');
    await page.clock.runFor(5000);
    expect(await spoken()).toEqual([]);
  });
});

for (const surfaces of ['bar,ghost', 'docked,ghost', 'popup,ghost']) {
  for (const theme of ['light', 'dark']) {
    test(`axe finds nothing wrong with ${surfaces}, ${theme}`, async ({ page }) => {
      const editor = await EditorPage.open(page, { surfaces, theme });
      await editor.type('Good p');
      await expect(editor.ghost).toHaveText('eople');
      const resting = await new AxeBuilder({ page }).analyze();
      expect(resting.violations).toEqual([]);
      await editor.press('ArrowDown');
      await expect(page.locator('[role=option][aria-selected=true]').first()).toBeVisible();
      // The chosen option's colour fades in.
      await page.evaluate(() =>
        Promise.all(document.getAnimations().map((each) => each instanceof CSSTransition && each.finished)),
      );
      const choosing = await new AxeBuilder({ page }).analyze();
      expect(choosing.violations).toEqual([]);
    });
  }
}

for (const theme of ['light', 'dark']) {
  test(`the ghost stands out from the page by 4.5 : 1 at least, ${theme}`, async ({ page }) => {
    const editor = await EditorPage.open(page, { theme });
    await editor.type('Good p');
    const colours = await editor.ghost.evaluate((ghost) => [
      getComputedStyle(ghost).color,
      getComputedStyle(document.body).backgroundColor,
    ]);
    const [ghost, background] = colours.map(luminance) as [number, number];
    const ratio = (Math.max(ghost, background) + 0.05) / (Math.min(ghost, background) + 0.05);
    expect(ratio).toBeGreaterThanOrEqual(4.5);
  });
}

for (const surfaces of ['bar', 'docked', 'popup']) {
  test(`every target in the ${surfaces} is 24 px or more each way`, async ({ page }) => {
    const editor = await EditorPage.open(page, { surfaces: `${surfaces},ghost` });
    await editor.type('Good p');
    await editor.press('ArrowDown');
    const targets = await page.locator('[role=option]:visible, .cm-foreword-page:visible').all();
    expect(targets.length).toBeGreaterThanOrEqual(5);
    for (const target of targets) {
      const box = await target.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24);
    }
  });
}

test('nothing moves for those who ask for less motion', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const editor = await EditorPage.open(page);
  await editor.type('Good p');
  const moving = await page.locator('.cm-editor *').evaluateAll(
    (elements) =>
      elements.filter((element) => {
        const style = getComputedStyle(element);
        const moves = Number.parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none';
        return moves && /foreword/.test(element.className);
      }).length,
  );
  expect(moving).toBe(0);
});

/** Relative luminance of an `rgb()` colour (WCAG 2.2). */
function luminance(colour: string): number {
  const [red, green, blue] = (colour.match(/\d+/g) ?? []).map((channel) => {
    const share = Number(channel) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
