import { DemoPage, expect, test } from './demo-page.ts';

test('a GPT joins what comes next in Chinese, puts sentences into order, and stays on this device', async ({
  page,
  context,
}) => {
  const demo = new DemoPage(page);
  await page.addInitScript(() => {
    localStorage['foreword.settings'] ??= JSON.stringify({ writing: 'zh' });
    localStorage.setItem('foreword.guide.zh', 'done');
  });
  await demo.open();
  await demo.modelsReady();
  const requests: string[] = [];
  // The worker's code comes from the page's own memory.
  context.on('request', (request) => !request.url().startsWith('blob:') && requests.push(request.url()));
  await demo.type('nihaoshijie');
  const candidates = page.getByRole('listbox', { name: 'Candidates' }).getByRole('option');
  // An untrained network may order them in any way; it takes none away.
  await expect(candidates.filter({ hasText: '你好世界' })).toHaveCount(1);
  await page.keyboard.press('Space');
  await expect(page.locator('#model-facts')).toContainText('n-gram + GPT');
  await expect(demo.options.first()).toBeVisible();
  expect(requests).toEqual([]);

  await demo.stored();
  await context.setOffline(true);
  await page.reload();
  await demo.loaded();
  await demo.modelsReady();
  await demo.type('nihao');
  await page.keyboard.press('Space');
  await expect(page.locator('#model-facts')).toContainText('n-gram + GPT');
});

test('a model chosen for English that the Chinese pack does not hold is shown as none chosen', async ({ page }) => {
  const demo = new DemoPage(page);
  await page.addInitScript(() => {
    localStorage['foreword.settings'] ??= JSON.stringify({ writing: 'zh', model: 'nnlm' });
    localStorage.setItem('foreword.guide.zh', 'done');
  });
  await demo.open();
  const choice = page.getByRole('combobox', { name: 'Model' });
  await expect(choice).toHaveValue('auto');
  await expect(choice.getByRole('option')).toHaveText(['Automatic', 'n-gram', 'GPT']);
  await page.getByRole('button', { name: 'Settings' }).click();
  await expect(page.getByRole('radio', { name: 'Automatic' })).toBeChecked();
});
