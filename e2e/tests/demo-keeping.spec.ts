import { expect, test } from './demo-page.ts';

test('keeps the text over a reload, even one right after the last letter', async ({ demo }) => {
  await demo.open();
  await demo.type('Nothing typed is ever lost');
  await demo.page.reload();
  await demo.loaded();
  expect(await demo.written()).toBe('Nothing typed is ever lost');
});

test('clears the page, and undo brings the text back', async ({ demo }) => {
  await demo.open();
  await demo.type('one two three');
  await demo.page.getByRole('button', { name: 'Clear the page' }).click();
  expect(await demo.written()).toBe('');
  await expect(demo.page.getByText('3 words cleared.')).toBeVisible();
  await demo.page.getByRole('button', { name: 'Undo' }).click();
  expect(await demo.written()).toBe('one two three');
  await expect(demo.text).toBeFocused();
  await expect(demo.page.getByRole('button', { name: 'Undo' })).toHaveCount(0);
});

test('the offer to undo a clearing ends with the next letter', async ({ demo }) => {
  await demo.open();
  await demo.type('gone');
  await demo.page.getByRole('button', { name: 'Clear the page' }).click();
  await demo.type('n');
  await expect(demo.page.getByRole('button', { name: 'Undo' })).toHaveCount(0);
});

test('a cleared page stays empty after a reload', async ({ demo }) => {
  await demo.open();
  await demo.type('private');
  await demo.page.getByRole('button', { name: 'Clear the page' }).click();
  await demo.page.reload();
  await demo.loaded();
  expect(await demo.written()).toBe('');
  expect(await demo.page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain('private');
});

test('follows what another tab writes and keeps the caret where it was', async ({ demo, context }) => {
  await demo.open();
  await demo.type('first line\nlast line');
  await demo.page.keyboard.press('ControlOrMeta+Home');
  const other = await context.newPage();
  await other.goto('/');
  await other.getByRole('textbox', { name: 'Your text' }).focus();
  await other.keyboard.press('ControlOrMeta+End');
  await other.keyboard.type(' and more');
  await expect.poll(() => demo.written()).toBe('first line\nlast line and more');
  await demo.type('The ');
  expect(await demo.written()).toBe('The first line\nlast line and more');
});

test('saves the text as a file', async ({ demo }) => {
  await demo.open();
  await demo.type('To be kept');
  const download = demo.page.waitForEvent('download');
  await demo.page.getByRole('button', { name: 'Save as a text file' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('Foreword.txt');
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toBe('To be kept');
});

test('says so where nothing can be kept, and writing goes on', async ({ demo }) => {
  await demo.page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get: () => {
        throw new DOMException('denied', 'SecurityError');
      },
    });
  });
  await demo.page.goto('/');
  await demo.loaded();
  await expect(demo.page.getByText('This browser keeps nothing for this page')).toBeVisible();
  await demo.type('still ');
  await expect(demo.options.first()).toBeVisible();
  expect(await demo.written()).toBe('still ');
});

test('says so when the storage is full', async ({ demo }) => {
  await demo.open();
  await demo.page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await demo.type('x');
  await expect(demo.page.getByText('This browser keeps nothing for this page')).toBeVisible();
});
