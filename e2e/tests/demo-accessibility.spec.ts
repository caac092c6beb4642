import { AxeBuilder } from '@axe-core/playwright';
import { type DemoPage, expect, test } from './demo-page.ts';

/** What axe-core finds wrong with the page as it stands, in short. */
async function faults(demo: DemoPage): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page: demo.page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} colours axe-core finds no fault`, () => {
    test.use({ colorScheme });

    test('with the page, its words and the first minute', async ({ demo }) => {
      await demo.open({ guide: true });
      await demo.type('Thank you for your ');
      await expect(demo.ghost).toBeVisible();
      await demo.page.keyboard.press('ArrowDown');
      expect(await faults(demo)).toEqual([]);
    });

    test('with the settings', async ({ demo }) => {
      await demo.open();
      await demo.openDialog('Settings');
      expect(await faults(demo)).toEqual([]);
    });

    test('with the page about it all', async ({ demo }) => {
      await demo.open();
      await demo.openDialog('About and privacy');
      expect(await faults(demo)).toEqual([]);
    });

    test('with a message and an offer to undo', async ({ demo }) => {
      await demo.page.route('**/ngram.bin', (route) => route.abort());
      await demo.page.goto('/');
      await expect(demo.page.getByRole('button', { name: 'Try again' })).toBeVisible();
      await demo.type('text');
      await demo.page.getByRole('button', { name: 'Clear the page' }).click();
      await expect(demo.page.getByRole('button', { name: 'Undo' })).toBeVisible();
      expect(await faults(demo)).toEqual([]);
    });

    test('on a phone', async ({ demo }) => {
      await demo.page.setViewportSize({ width: 390, height: 844 });
      await demo.open();
      await demo.type('Thank you for your ');
      await expect(demo.options.first()).toBeVisible();
      // A finger scrolls the docked words; to the keyboard they are one list with a chosen option, and the focus stays in the text.
      const found = await faults(demo);
      expect(
        found.filter((fault) => !/^scrollable-region-focusable: <div class="cm-foreword-options"/.test(fault)),
      ).toEqual([]);
    });
  });
}

test('is to a screen reader: a heading, its tools, the text, the counts', async ({ demo }) => {
  await demo.open();
  await demo.type('Thank you');
  await expect(demo.page.locator('body')).toMatchAriaSnapshot(`
    - banner:
      - heading "Foreword" [level=1]
      - group "Tools":
        - button "Save as a text file"
        - button "Clear the page"
        - button "Light or dark"
        - button "Settings"
        - button "About and privacy"
    - region "Messages"
    - main:
      - textbox "Your text"
    - contentinfo:
      - paragraph: 2 words · 9 characters
      - term: keystrokes saved
      - definition: 0 %
  `);
});

test('the settings are to a screen reader: switches, a slider, choices', async ({ demo }) => {
  await demo.open();
  const dialog = await demo.openDialog('Settings');
  await expect(dialog).toMatchAriaSnapshot(`
    - dialog "Settings":
      - heading "Settings" [level=2]
      - button "Close"
      - text: Words on offer How many words stand ready at once.
      - slider "Words on offer": "5"
      - status: "5"
      - group "Where they appear":
        - text: Where they appear Bar at the caret On a phone it stands above the keyboard.
        - switch "Bar at the caret" [checked]
        - text: Grey word after the caret
        - switch "Grey word after the caret" [checked]
        - text: List under the caret
        - switch "List under the caret"
  `);
});

test('everything can be reached and left with the keyboard alone', async ({ demo }) => {
  await demo.open();
  await demo.type('Thank you for your ');
  await expect(demo.ghost).toBeVisible();
  // Tab would take the grey word; Esc first, and it leaves the text.
  await demo.page.keyboard.press('Escape');
  await demo.page.keyboard.press('Shift+Tab');
  await expect(demo.page.getByRole('button', { name: 'About and privacy' })).toBeFocused();
  const reached: string[] = [];
  for (let stop = 0; stop < 4; stop++) {
    await demo.page.keyboard.press('Shift+Tab');
    reached.unshift((await demo.page.evaluate(() => document.activeElement?.id)) ?? '');
  }
  expect(reached).toEqual(['save', 'clear', 'theme', 'open-settings']);
});

test('keeps its marks in forced colours', async ({ demo }) => {
  await demo.page.emulateMedia({ forcedColors: 'active' });
  await demo.open();
  const dialog = await demo.openDialog('Settings');
  const background = (name: string): Promise<string> =>
    dialog.getByRole('switch', { name }).evaluate((element) => getComputedStyle(element).backgroundColor);
  expect(await background('Grey word after the caret')).not.toBe(await background('List under the caret'));
});
