import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator } from '@playwright/test';
import { DemoPage, expect, test } from './demo-page.ts';

/** A word that no dictionary knows. */
const word = 'Zorblax';
const twice = `The ${word} is here. I like ${word} a lot. `;

/** Opens the page where it may learn. */
async function open(demo: DemoPage): Promise<void> {
  await demo.open();
  await demo.learned();
}

async function reload(demo: DemoPage): Promise<void> {
  await demo.learned();
  await demo.page.reload();
  await demo.loaded();
  await demo.learned();
}

/** The words offered after `text`, put in at once at the end of the page, so that no answer to its first letters stands there. */
async function offered(demo: DemoPage, text: string): Promise<string[]> {
  await demo.text.focus();
  await demo.page.keyboard.press('ControlOrMeta+End');
  await demo.page.keyboard.insertText(text);
  await expect(demo.options.first()).toBeVisible();
  const words = await demo.options.filter({ visible: true }).locator('.cm-foreword-text').allTextContents();
  for (let typed = 0; typed < text.length; typed++) await demo.page.keyboard.press('Backspace');
  return words;
}

const panel = (demo: DemoPage): Promise<Locator> => demo.openDialog('What I have learned');
const row = (dialog: Locator, name: string): Locator => dialog.locator(`[data-word="${name.toLowerCase()}"]`);
const message = (dialog: Locator): Locator => dialog.getByRole('status');

async function closePanel(demo: DemoPage): Promise<void> {
  await demo.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await expect(demo.page.getByRole('dialog')).toHaveCount(0);
}

/** Saves what was learned as a file and gives its content. */
async function exported(demo: DemoPage, dialog: Locator): Promise<string> {
  const [download] = await Promise.all([
    demo.page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save as a file' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.json$/);
  return readFile(await download.path(), 'utf8');
}

async function takeIn(dialog: Locator, name: string, content: string): Promise<void> {
  const file = { name, mimeType: 'text/plain', buffer: Buffer.from(content) };
  await dialog.getByLabel('Take in a file').setInputFiles(file);
}

async function forgetEverything(demo: DemoPage, dialog: Locator): Promise<void> {
  await dialog.getByRole('button', { name: 'Forget everything' }).click();
  const question = demo.page.getByRole('alertdialog', { name: 'Forget everything?' });
  await question.getByRole('button', { name: 'Forget everything' }).click();
  await expect(message(dialog)).toHaveText('Everything is forgotten.');
}

test('a new word is offered once it was written twice, in the next visit too, until it is forgotten', async ({
  demo,
}) => {
  await open(demo);
  expect(await offered(demo, 'Zor')).not.toContain(word);
  await demo.type(twice);
  expect(await offered(demo, 'Zor')).toContain(word);
  await reload(demo);
  expect(await offered(demo, 'Zor')).toContain(word);

  const dialog = await panel(demo);
  await expect(row(dialog, word)).toContainText('2 times');
  await expect(row(dialog, word)).toContainText('new, suggested');
  await dialog.getByRole('button', { name: `Forget ${word}` }).click();
  await expect(message(dialog)).toHaveText(`“${word}” is forgotten.`);
  await expect(row(dialog, word)).toHaveCount(0);
  await closePanel(demo);
  expect(await offered(demo, 'Zor')).not.toContain(word);
  await reload(demo);
  expect(await offered(demo, 'Zor')).not.toContain(word);
});

test('a word written once is remembered, but not proposed yet', async ({ demo }) => {
  await open(demo);
  await demo.type(`The ${word} is here. `);
  const dialog = await panel(demo);
  await expect(row(dialog, word)).toContainText('once');
  await expect(row(dialog, word)).toContainText('remembered, not proposed yet');
  await expect(row(dialog, word)).toContainText(/now|seconds? ago/);
});

test('a blocked word is never offered again, however it is written, not even by a file from before', async ({
  demo,
}) => {
  await open(demo);
  await demo.type(twice);
  let dialog = await panel(demo);
  const before = await exported(demo, dialog);
  const block = dialog.getByRole('button', { name: `Never suggest ${word}` });
  await block.click();
  await expect(block).toHaveAttribute('aria-pressed', 'true');
  await expect(block).toBeFocused();
  await expect(row(dialog, word)).toContainText('never suggested');
  await closePanel(demo);
  const isNeverOffered = async (): Promise<void> => {
    for (const letters of ['zor', 'Zor', 'ZOR']) {
      expect((await offered(demo, letters)).map((offer) => offer.toLowerCase())).not.toContain(word.toLowerCase());
    }
  };
  await isNeverOffered();
  await demo.type(twice);
  await reload(demo);
  await isNeverOffered();
  dialog = await panel(demo);
  await takeIn(dialog, 'before.json', before);
  await expect(message(dialog)).toContainText('before.json is taken in');
  await closePanel(demo);
  await isNeverOffered();

  dialog = await panel(demo);
  await dialog.getByRole('button', { name: `Never suggest ${word}` }).click();
  await closePanel(demo);
  expect(await offered(demo, 'Zor')).toContain(word);
});

test('a word can be suggested always, and one that may offend all the same', async ({ demo }) => {
  await open(demo);
  await demo.type(`The ${word} is here, damn cold as it is. `);
  let dialog = await panel(demo);
  await dialog.getByRole('button', { name: `Always suggest ${word}` }).click();
  await expect(row(dialog, word)).toContainText('always suggested');
  await expect(dialog.getByRole('button', { name: `Suggest ${word} although` })).toHaveCount(0);
  await closePanel(demo);
  expect(await offered(demo, 'Zor')).toContain(word);

  const offensive = 'bitch';
  await demo.type(`A ${offensive} is a dog. That ${offensive} is old. `);
  expect(await offered(demo, 'bit')).not.toContain(offensive);
  dialog = await panel(demo);
  await expect(row(dialog, offensive)).toContainText('may offend, not suggested');
  await dialog.getByRole('button', { name: `Suggest ${offensive} although it may offend` }).click();
  await closePanel(demo);
  expect(await offered(demo, 'bit')).toContain(offensive);
});

test('Alt, Shift and a digit forget a word of the bar, and say so', async ({ demo }) => {
  await open(demo);
  await demo.type(twice);
  await demo.type('Zorb');
  await expect(demo.options.first()).toHaveText(new RegExp(word));
  // A slot that waits for its next word shows its last one still.
  await expect(demo.options.first()).not.toHaveClass(/vacant/);
  await demo.page.keyboard.press('Alt+Shift+Digit1');
  const toast = demo.page.locator('#toast');
  await expect(toast).toContainText(`“${word}” is forgotten.`);
  expect(await demo.written()).toBe(`${twice}Zorb`);
  await expect(demo.options.filter({ hasText: word })).toHaveCount(0);
  await toast.getByRole('button', { name: 'Never suggest it' }).click();
  await expect(toast).toContainText(`“${word}” is never suggested again.`);
  await toast.getByRole('button', { name: 'Undo' }).click();
  await expect(toast).toBeEmpty();
  // Of a word from the dictionary there is nothing to forget.
  await demo.type(' and thank ');
  await expect(demo.options.first()).toBeVisible();
  const known = await demo.word(1);
  await demo.page.keyboard.press('Alt+Shift+Digit1');
  await expect(toast).toContainText(`“${known}” was not learned from you.`);
});

test.describe('incognito', () => {
  test('learns nothing, shows it, and suggests what is known', async ({ demo }) => {
    await open(demo);
    await demo.type(twice);
    const sign = demo.page.getByText('Incognito: nothing is learned');
    await expect(sign).toHaveCount(0);
    const button = demo.page.getByRole('button', { name: 'Incognito' });
    await button.click();
    await expect(button).toHaveAttribute('aria-pressed', 'true');
    await expect(sign).toBeVisible();
    await demo.type('Quuxly and Quuxly again with Quuxly. ');
    expect(await offered(demo, 'Zor')).toContain(word);
    expect(await offered(demo, 'Qu')).not.toContain('Quuxly');
    await reload(demo);
    await expect(sign).toBeVisible();
    await button.click();
    await expect(sign).toHaveCount(0);
    const dialog = await panel(demo);
    await expect(row(dialog, word)).toBeVisible();
    await expect(row(dialog, 'quuxly')).toHaveCount(0);
  });

  test('leaves nothing behind, not even as what stood before a later word', async ({ demo }) => {
    await open(demo);
    const button = demo.page.getByRole('button', { name: 'Incognito' });
    await button.click();
    await demo.type(`I met ${word} `);
    await button.click();
    await demo.type('yesterday evening. ');
    const dialog = await panel(demo);
    await expect(row(dialog, 'yesterday')).toBeVisible();
    const content = await exported(demo, dialog);
    expect(content).toContain('yesterday');
    expect(content.toLowerCase()).not.toContain(word.toLowerCase());
  });

  test('does not learn a word that was taken just before it is switched off', async ({ demo }) => {
    await open(demo);
    await demo.page.getByRole('button', { name: 'Incognito' }).click();
    await demo.type('Thank you for your ');
    await expect(demo.options.first()).toBeVisible();
    const taken = await demo.word(1);
    await demo.page.keyboard.press('Alt+1');
    await demo.page.getByRole('button', { name: 'Incognito' }).click();
    await demo.type(`${word} `);
    const dialog = await panel(demo);
    await expect(row(dialog, word)).toBeVisible();
    await expect(row(dialog, taken)).toHaveCount(0);
  });

  test('is among the settings, and stays on when the defaults are restored', async ({ demo }) => {
    await open(demo);
    const settings = await demo.openDialog('Settings');
    await settings.getByRole('switch', { name: 'Incognito' }).check();
    await settings.getByRole('button', { name: 'Restore the defaults' }).click();
    await demo.page.keyboard.press('Escape');
    await expect(demo.page.getByText('Incognito: nothing is learned')).toBeVisible();
  });

  test('shows itself on a phone', async ({ demo }) => {
    await demo.page.setViewportSize({ width: 390, height: 844 });
    await open(demo);
    await demo.page.getByRole('button', { name: 'Incognito' }).click();
    await expect(demo.page.getByText('Incognito: nothing is learned')).toBeInViewport();
  });
});

test('numbers, codes and addresses are not learned, addresses unless the writer wants it', async ({ demo }) => {
  await open(demo);
  const secrets = 'The code is 481516 or 4815-1623 and x7Kp9qLm2RtZ from anna@example.org and www.example.org/a ';
  await demo.type(`${secrets}${secrets}`);
  const dialog = await panel(demo);
  await expect(row(dialog, 'code')).toBeVisible();
  expect((await dialog.locator('[data-word]').allTextContents()).join(' ')).not.toMatch(/\d{4}|x7kp|@|www|example/i);
  await closePanel(demo);
  const settings = await demo.openDialog('Settings');
  await settings.getByRole('switch', { name: 'Learn e-mail addresses and links' }).check();
  await demo.page.keyboard.press('Escape');
  await demo.type('Write to anna@example.org and not to 481516 today. ');
  await panel(demo);
  await expect(row(dialog, 'anna@example.org')).toBeVisible();
  expect((await dialog.locator('[data-word]').allTextContents()).join(' ')).not.toMatch(/\d{4}/);
});

test('a saved file brings everything back after it was forgotten', async ({ demo }) => {
  await open(demo);
  await demo.type(twice);
  const dialog = await panel(demo);
  const content = await exported(demo, dialog);
  await forgetEverything(demo, dialog);
  await expect(dialog).toContainText('Nothing yet.');
  await closePanel(demo);
  await reload(demo);
  expect(await offered(demo, 'Zor')).not.toContain(word);
  await panel(demo);
  await takeIn(dialog, 'learned.json', content);
  await expect(message(dialog)).toContainText('learned.json is taken in');
  await expect(row(dialog, word)).toContainText('2 times');
  await closePanel(demo);
  expect(await offered(demo, 'Zor')).toContain(word);
  await reload(demo);
  expect(await offered(demo, 'Zor')).toContain(word);
});

test('everything is forgotten only once the writer has said so again', async ({ demo }) => {
  await open(demo);
  await demo.type(twice);
  const dialog = await panel(demo);
  await dialog.getByRole('button', { name: 'Forget everything' }).click();
  const question = demo.page.getByRole('alertdialog', { name: 'Forget everything?' });
  await expect(question.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await demo.page.keyboard.press('Enter');
  await expect(question).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Forget everything' }).click();
  await demo.page.keyboard.press('Escape');
  await expect(question).toHaveCount(0);
  await expect(row(dialog, word)).toBeVisible();
});

test('a phrase and the last hour can be forgotten', async ({ demo }) => {
  await open(demo);
  await demo.type(twice);
  const dialog = await panel(demo);
  await dialog.getByRole('textbox', { name: 'A phrase' }).fill(`like ${word}`);
  await demo.page.keyboard.press('Enter');
  await expect(message(dialog)).toContainText('2 words forgotten');
  await expect(row(dialog, word)).toContainText('once');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Forget the last hour' }).click();
  await expect(dialog.locator('[data-word]')).toHaveCount(0);
});

test('a file that is none says so and changes nothing', async ({ demo }) => {
  await open(demo);
  await demo.type(twice);
  const dialog = await panel(demo);
  const whole = await exported(demo, dialog);
  const rows = await dialog.locator('[data-word]').count();
  const broken = { 'half.json': whole.slice(0, whole.length / 2), 'other.json': '{"some": "thing"}', 'empty.txt': '' };
  for (const [name, content] of Object.entries(broken)) {
    await takeIn(dialog, name, content);
    await expect(message(dialog)).toContainText(`${name} could not be taken in, and nothing has changed.`);
    await expect(dialog.locator('[data-word]')).toHaveCount(rows);
  }
});

test('a list of words with counts is taken in, and however long it stays quick', async ({ demo }) => {
  await open(demo);
  const dialog = await panel(demo);
  const syllables = ['zan', 'vor', 'quil', 'mek', 'tos', 'bril', 'nux', 'dof', 'hish', 'wup'];
  const list = syllables.flatMap((a) =>
    syllables.flatMap((b) => syllables.map((c) => `${a}${b}${c}\t${a.length + 10 * c.length}`)),
  );
  await takeIn(dialog, 'words.txt', list.join('\n'));
  await expect(message(dialog)).toHaveText('words.txt is taken in: 1,000 words more.');
  const rows = dialog.locator('[data-word]');
  await expect(rows).toHaveCount(50);
  await dialog.getByRole('button', { name: 'Show 200 more' }).click();
  await expect(rows).toHaveCount(250);
  await expect(rows.nth(50).getByRole('button').first()).toBeFocused();
  await dialog.getByRole('searchbox', { name: 'Find a word' }).fill('quilmekh');
  await expect(rows).toHaveCount(1);
  await expect(row(dialog, 'quilmekhish')).toContainText('44 times');
  await closePanel(demo);
  expect(await offered(demo, 'quilmekh')).toContain('quilmekhish');
});

test('the keyboard alone goes through the words, and the focus stays where a word was', async ({ demo }) => {
  await open(demo);
  await demo.type(twice);
  const opener = demo.page.getByRole('button', { name: 'What I have learned' });
  await opener.focus();
  await demo.page.keyboard.press('Enter');
  const dialog = demo.page.getByRole('dialog', { name: 'What I have learned' });
  const rows = dialog.locator('[data-word]');
  const second = await rows.nth(1).getAttribute('data-word');
  const count = await rows.count();
  await rows.first().getByRole('button', { name: 'Forget' }).focus();
  await demo.page.keyboard.press('Enter');
  await expect(rows).toHaveCount(count - 1);
  await expect(row(dialog, second!).getByRole('button', { name: 'Forget' })).toBeFocused();
  await demo.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
});

test('tells what learning saves on the text of the page', async ({ demo }) => {
  await open(demo);
  await demo.type(`${twice}${twice}${twice}`);
  const dialog = await panel(demo);
  await expect(dialog).toContainText('over 27 words of this text');
  const percent = async (name: string): Promise<number> =>
    Number.parseFloat((await dialog.locator(`[data-savings=${name}] dd`).textContent()) ?? '');
  expect(await percent('with')).toBeGreaterThan(await percent('without'));
});

test('nothing of it makes a request', async ({ demo }) => {
  await open(demo);
  await demo.stored();
  await demo.modelsReady();
  const requests: string[] = [];
  demo.page.context().on('request', (request) => requests.push(request.url()));
  await demo.type(twice);
  const dialog = await panel(demo);
  const content = await exported(demo, dialog);
  await forgetEverything(demo, dialog);
  await takeIn(dialog, 'learned.json', content);
  await dialog.getByRole('button', { name: `Never suggest ${word}` }).click();
  await closePanel(demo);
  await demo.learned();
  await demo.page.getByRole('button', { name: 'Incognito' }).click();
  await demo.type('and so on ');
  await expect(demo.counter('requests')).toHaveText('0');
  // A file that is saved comes from the page's own memory.
  expect(requests.filter((url) => !url.startsWith('blob:'))).toEqual([]);
});

test('two tabs share what is learned and what is forgotten', async ({ demo, context }) => {
  await open(demo);
  const other = new DemoPage(await context.newPage());
  await open(other);
  await demo.page.bringToFront();
  await demo.type(twice);
  await demo.learned();
  await other.page.bringToFront();
  const dialog = await panel(other);
  await expect(row(dialog, word)).toContainText('2 times');
  await dialog.getByRole('button', { name: `Forget ${word}` }).click();
  await closePanel(other);
  await other.learned();
  await demo.page.bringToFront();
  const here = await panel(demo);
  await expect(row(here, word)).toHaveCount(0);
  await closePanel(demo);
  expect(await offered(demo, 'Zor')).not.toContain(word);
});

test('where nothing can be kept it says so once and learns all the same', async ({ demo }) => {
  await demo.page.addInitScript(() => {
    Object.defineProperty(window, 'indexedDB', {
      value: {
        open() {
          throw new DOMException('refused', 'SecurityError');
        },
      },
    });
  });
  await demo.open();
  const notice = demo.page.locator('.notice').filter({ hasText: 'what is learned is gone when you close it' });
  await expect(notice).toHaveCount(1);
  await notice.getByRole('button', { name: 'Dismiss' }).click();
  await demo.type(twice);
  expect(await offered(demo, 'Zor')).toContain(word);
  await expect(notice).toHaveCount(0);
  const dialog = await panel(demo);
  await expect(dialog).toContainText('gone when you close the page');
});

test('where there is no room left it says so, and saves once there is', async ({ demo }) => {
  await demo.page.addInitScript(() => {
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (...args) {
      if (document.documentElement.hasAttribute('data-full')) throw new DOMException('full', 'QuotaExceededError');
      return put.apply(this, args);
    };
  });
  await open(demo);
  const setFull = (isFull: boolean): Promise<void> =>
    demo.page.evaluate((full) => void document.documentElement.toggleAttribute('data-full', full), isFull);
  const notice = demo.page.locator('.notice').filter({ hasText: 'no room left on this device' });
  await setFull(true);
  await demo.type(twice);
  await expect(notice).toBeVisible();
  expect(await offered(demo, 'Zor')).toContain(word);
  await setFull(false);
  await demo.type('and so on. ');
  await expect(notice).toHaveCount(0);
  await reload(demo);
  expect(await offered(demo, 'Zor')).toContain(word);
});

test('a word that was taken just before and is forgotten does not come back', async ({ demo }) => {
  await open(demo);
  await demo.type(twice);
  await demo.type('Zorb');
  await expect(demo.options.first()).toHaveText(new RegExp(word));
  await demo.page.keyboard.press('Alt+1');
  const dialog = await panel(demo);
  await dialog.getByRole('button', { name: `Forget ${word}` }).click();
  await expect(row(dialog, word)).toHaveCount(0);
  await closePanel(demo);
  await demo.type('and so on. ');
  expect(await offered(demo, 'Zor')).not.toContain(word);
});

test('a word that was blocked in the panel is not on offer when one comes back to the text', async ({ demo }) => {
  await open(demo);
  await demo.type(twice);
  await demo.type('Zorb');
  await expect(demo.options.filter({ hasText: word })).toBeVisible();
  const dialog = await panel(demo);
  await dialog.getByRole('button', { name: `Never suggest ${word}` }).click();
  await closePanel(demo);
  await demo.text.focus();
  await demo.page.keyboard.press('End');
  await expect(demo.text).toBeFocused();
  await expect(demo.options.filter({ hasText: word })).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} colours axe-core finds no fault`, () => {
    test.use({ colorScheme });

    for (const width of [390, 1440]) {
      test(`with what was learned, ${width} pixels wide`, async ({ demo }) => {
        await demo.page.setViewportSize({ width, height: 844 });
        await open(demo);
        await demo.type(`${twice}It is damn cold. `);
        await demo.page.getByRole('button', { name: 'Incognito' }).click();
        const dialog = await panel(demo);
        await dialog.getByRole('button', { name: `Never suggest ${word}` }).click();
        await expect(message(dialog)).not.toBeEmpty();
        const faults = async (): Promise<string[]> => {
          const { violations } = await new AxeBuilder({ page: demo.page }).analyze();
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
        };
        expect(await faults()).toEqual([]);
        expect(await demo.page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        await dialog.getByRole('button', { name: 'Forget everything' }).click();
        expect(await faults()).toEqual([]);
      });
    }
  });
}

test('speaks Chinese when asked to', async ({ demo }) => {
  await demo.page.addInitScript(() => localStorage.setItem('foreword.settings', '{"language":"zh"}'));
  await demo.page.addInitScript(() => localStorage.setItem('foreword.guide', 'done'));
  await demo.page.goto('/');
  await demo.loaded();
  await demo.learned();
  await demo.page.locator('.cm-content').focus();
  await demo.page.keyboard.type(twice);
  await demo.page.getByRole('button', { name: '我学到了什么' }).click();
  const dialog = demo.page.getByRole('dialog', { name: '我学到了什么' });
  await expect(row(dialog, word)).toContainText('2 次');
  await dialog.getByRole('button', { name: `忘掉 ${word}` }).click();
  await expect(message(dialog)).toHaveText(`已忘掉“${word}”。`);
});
