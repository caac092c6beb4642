import { type DemoPage, expect, test } from './demo-page.ts';

const paper = (demo: DemoPage): Promise<string> =>
  demo.page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test('a dialog takes the focus, holds it and gives it back', async ({ demo }) => {
  await demo.open();
  const opener = demo.page.getByRole('button', { name: 'Settings' });
  await opener.focus();
  await demo.page.keyboard.press('Enter');
  const dialog = demo.page.getByRole('dialog', { name: 'Settings' });
  await expect(dialog).toBeVisible();
  const stops = 12;
  for (let stop = 0; stop < stops; stop++) {
    const isOutside = await demo.page.evaluate(
      () => document.activeElement !== document.body && document.activeElement?.closest('dialog') === null,
    );
    expect(isOutside).toBe(false);
    await demo.page.keyboard.press('Tab');
  }
  await demo.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
});

test('a press beside a dialog closes it', async ({ demo }) => {
  await demo.open();
  const dialog = await demo.openDialog('About and privacy');
  await demo.page.mouse.click(20, 400);
  await expect(dialog).toBeHidden();
});

test('the number of words takes effect at once and is remembered', async ({ demo }) => {
  await demo.open();
  await demo.type('I would like to ');
  await expect(demo.options).toHaveCount(5);
  const dialog = await demo.openDialog('Settings');
  await dialog.getByRole('slider', { name: 'Words on offer' }).fill('3');
  await demo.page.keyboard.press('Escape');
  await demo.text.focus();
  await expect(demo.options.filter({ visible: true })).toHaveCount(3);
  await demo.page.reload();
  await demo.loaded();
  await demo.text.focus();
  await expect(demo.options.filter({ visible: true })).toHaveCount(3);
});

test('each surface can be switched on and off', async ({ demo }) => {
  await demo.open();
  await demo.type('I would like to ');
  await expect(demo.ghost).toBeVisible();
  const dialog = await demo.openDialog('Settings');
  await dialog.getByRole('switch', { name: 'Bar at the caret' }).uncheck();
  await dialog.getByRole('switch', { name: 'Grey word after the caret' }).uncheck();
  await dialog.getByRole('switch', { name: 'List under the caret' }).check();
  await demo.page.keyboard.press('Escape');
  await demo.text.focus();
  await expect(demo.page.locator('.cm-foreword-popup')).toBeVisible();
  await expect(demo.page.locator('.cm-foreword-bar')).toHaveCount(0);
  await expect(demo.ghost).toHaveCount(0);
});

test('slips can be left as they are, from the next letter on', async ({ demo }) => {
  await demo.open();
  await demo.type('I dont');
  await expect(demo.options.first()).toHaveText("1don't");
  const dialog = await demo.openDialog('Settings');
  await dialog.getByRole('switch', { name: 'Forgive slips' }).uncheck();
  await demo.page.keyboard.press('Escape');
  await demo.type(', I dont');
  await expect(demo.options.first()).toBeVisible();
  await expect(demo.options.filter({ hasText: "don't" })).toHaveCount(0);
});

test('Tab can be left to the page', async ({ demo }) => {
  await demo.open();
  const dialog = await demo.openDialog('Settings');
  await dialog.getByRole('switch', { name: 'Tab takes the grey word' }).uncheck();
  await demo.page.keyboard.press('Escape');
  await demo.type('I would like to ');
  await expect(demo.ghost).toBeVisible();
  await demo.page.keyboard.press('Tab');
  expect(await demo.written()).toBe('I would like to ');
  await expect(demo.text).not.toBeFocused();
});

test('Alt and digits can be left to the page', async ({ demo }) => {
  await demo.open();
  const dialog = await demo.openDialog('Settings');
  await dialog.getByRole('switch', { name: /take a word of the bar/ }).uncheck();
  await demo.page.keyboard.press('Escape');
  await demo.type('I would like to ');
  await expect(demo.options.first()).toBeVisible();
  await demo.page.keyboard.press('Alt+1');
  expect(await demo.written()).toBe('I would like to ');
});

test('announcements can be switched off', async ({ demo }) => {
  await demo.open();
  // The editor empties its live region soon after each announcement.
  await demo.page.evaluate(() => {
    const region = document.querySelector('.cm-announced')!;
    const log = document.body.appendChild(document.createElement('pre'));
    log.id = 'heard';
    new MutationObserver(() => log.append(`${region.textContent}\n`)).observe(region, { childList: true });
  });
  const heard = demo.page.locator('#heard');
  await demo.type('I would like to ');
  await expect(heard).toContainText('Suggestions: ');
  const dialog = await demo.openDialog('Settings');
  await dialog.getByRole('switch', { name: 'Read suggestions out after a pause' }).uncheck();
  await demo.page.keyboard.press('Escape');
  const before = await heard.textContent();
  await demo.type('go and see ');
  await expect(demo.options.first()).toBeVisible();
  // Longer than the pause after which the words would be read out.
  await demo.page.waitForTimeout(1200);
  expect((await heard.textContent())?.match(/Suggestions/g)).toEqual(before?.match(/Suggestions/g));
});

test.describe('light and dark', () => {
  test('follow the system until the writer chooses, and remember the choice', async ({ demo }) => {
    await demo.page.emulateMedia({ colorScheme: 'light' });
    await demo.open();
    const light = await paper(demo);
    await demo.page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => paper(demo)).not.toBe(light);
    const dark = await paper(demo);
    await demo.page.getByRole('button', { name: 'Light or dark' }).click();
    expect(await paper(demo)).toBe(light);
    await demo.page.reload();
    await demo.loaded();
    expect(await paper(demo)).toBe(light);
    await demo.page.getByRole('button', { name: 'Light or dark' }).click();
    expect(await paper(demo)).toBe(dark);
    await expect(demo.page.locator('meta[name=theme-color]')).toHaveAttribute('content', dark);
  });

  test('the settings dialog can go back to the system’s choice', async ({ demo }) => {
    await demo.page.emulateMedia({ colorScheme: 'light' });
    await demo.open();
    const light = await paper(demo);
    const dialog = await demo.openDialog('Settings');
    await dialog.getByRole('radio', { name: 'Dark', exact: true }).check({ force: true });
    expect(await paper(demo)).not.toBe(light);
    await dialog.getByRole('radio', { name: 'As the system' }).check({ force: true });
    expect(await paper(demo)).toBe(light);
  });
});

test('speaks Chinese when asked to, and the defaults bring English back', async ({ demo }) => {
  await demo.open();
  await demo.openDialog('Settings');
  await demo.page.getByRole('radio', { name: '中文' }).check({ force: true });
  const dialog = demo.page.getByRole('dialog', { name: '设置' });
  await expect(dialog).toBeVisible();
  await expect(demo.page.locator('html')).toHaveAttribute('lang', 'zh');
  await expect(demo.page.locator('.cm-content')).toHaveAttribute('aria-label', '正文');
  await dialog.getByRole('button', { name: '恢复默认设置' }).click();
  await expect(demo.page.getByRole('dialog', { name: 'Settings' })).toBeVisible();
});

test('settings it does not understand are the defaults', async ({ demo }) => {
  await demo.page.addInitScript(() =>
    localStorage.setItem('foreword.settings', '{"slots":99,"theme":"pink","bar":"yes","evil":true,"ghost":false}'),
  );
  await demo.open();
  await demo.type('I would like to ');
  await expect(demo.options).toHaveCount(5);
  await expect(demo.ghost).toHaveCount(0);
});
