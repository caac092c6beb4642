import { expect, test } from './demo-page.ts';

test('the first minute asks for one deed after another and sees each done', async ({ demo }) => {
  await demo.open({ guide: true });
  const { guide, page } = demo;
  await expect(guide).toContainText('Begin a sentence');
  await demo.type('I am looking f');
  await expect(guide).toContainText('Take one by its number');
  await expect(demo.options.first()).toBeVisible();
  await page.keyboard.press('Alt+1');
  await expect(guide).toContainText('Take the grey word');
  await expect(demo.ghost).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(guide).toContainText('Send them away');
  await expect(demo.options.first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(guide).toContainText('Watch the count');
  // The next word brings the suggestions back; taking word after word saves more than a tenth of the keys in the end.
  await demo.type('good ');
  for (let word = 0; word < 12 && (await guide.getByText('Watch the count').isVisible()); word++) {
    await expect(demo.options.first()).toBeVisible();
    await page.keyboard.press('Alt+1');
  }
  await expect(guide).toContainText('That is all');
  await guide.getByRole('button', { name: 'Begin to write' }).click();
  await expect(guide).toBeHidden();
  await expect(demo.text).toBeFocused();
  await page.reload();
  await demo.loaded();
  await expect(guide).toBeHidden();
});

test('can be skipped for good, and called again from the page about it all', async ({ demo }) => {
  await demo.open({ guide: true });
  await demo.guide.getByRole('button', { name: 'Skip' }).click();
  await expect(demo.guide).toBeHidden();
  await demo.page.reload();
  await demo.loaded();
  await expect(demo.guide).toBeHidden();
  const about = await demo.openDialog('About and privacy');
  await about.getByRole('button', { name: 'Show the first minute again' }).click();
  await expect(demo.guide).toContainText('1 of 6');
  await expect(demo.text).toBeFocused();
});

test('can be leafed through without doing anything', async ({ demo }) => {
  await demo.open({ guide: true });
  for (let step = 1; step < 6; step++) {
    await expect(demo.guide).toContainText(`${step} of 6`);
    await demo.guide.getByRole('button', { name: 'Next' }).click();
  }
  await expect(demo.guide).toContainText('That is all');
});
