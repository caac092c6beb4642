import { type CDPSession, expect, type Page, test } from '@playwright/test';
import { EditorPage } from './codemirror-page.ts';

/** An input method, as Chromium's protocol drives it. */
class InputMethod {
  private readonly session: CDPSession;

  private constructor(session: CDPSession) {
    this.session = session;
  }

  static async of(page: Page): Promise<InputMethod> {
    return new InputMethod(await page.context().newCDPSession(page));
  }

  async compose(text: string): Promise<void> {
    await this.session.send('Input.imeSetComposition', {
      text,
      selectionStart: text.length,
      selectionEnd: text.length,
    });
  }

  async commit(text: string): Promise<void> {
    await this.session.send('Input.insertText', { text });
  }

  /** A key press as it arrives while an input method handles it. */
  async press(key: string, code: string): Promise<void> {
    const event = { key, code, windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 229 };
    await this.session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...event });
    await this.session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
  }
}

for (const [name, userAgent] of [
  ['on a desk', undefined],
  [
    'on Android',
    'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36',
  ],
] as const) {
  test.describe(`a composition ${name}`, () => {
    test.use(userAgent ? { userAgent, hasTouch: true, isMobile: true } : {});

    test('shows nothing until it ends, then asks', async ({ page }) => {
      const editor = await EditorPage.open(page);
      const inputMethod = await InputMethod.of(page);
      await editor.type('Good ');
      await expect(editor.ghost).toHaveText('morning');
      const { asked } = await editor.log();
      for (const text of ['p', 'pe', 'peo']) {
        await inputMethod.compose(text);
        await editor.expectText(`Good ${text}|`);
        await editor.expectNothing();
      }
      expect((await editor.log()).asked).toBe(asked);
      await inputMethod.commit('peo');
      await expect(editor.ghost).toHaveText('ple');
      await editor.expectText('Good peo|');
    });

    test('keeps its keys', async ({ page }) => {
      const editor = await EditorPage.open(page);
      const inputMethod = await InputMethod.of(page);
      await editor.type('Good ');
      await expect(editor.ghost).toHaveText('morning');
      await inputMethod.compose('p');
      for (const [key, code] of [
        ['Tab', 'Tab'],
        ['Enter', 'Enter'],
        ['1', 'Digit1'],
        ['ArrowDown', 'ArrowDown'],
      ] as const) {
        await inputMethod.press(key, code);
      }
      await inputMethod.commit('pe');
      await editor.expectText('Good pe|');
      expect((await editor.log()).accepted).toEqual([]);
    });

    test('is not disturbed by an answer that comes late', async ({ page }) => {
      const editor = await EditorPage.open(page, { slow: 'beside' });
      const inputMethod = await InputMethod.of(page);
      await editor.type('Good ');
      await expect(editor.ghost).toHaveText('morning');
      await inputMethod.compose('p');
      await page.evaluate(() => window.harness.slow.release());
      await inputMethod.compose('pe');
      await editor.expectNothing();
      await inputMethod.commit('pe');
      await editor.expectText('Good pe|');
    });

    test('that is given up leaves no trace', async ({ page }) => {
      const editor = await EditorPage.open(page);
      const inputMethod = await InputMethod.of(page);
      await editor.type('Good p');
      await inputMethod.compose('x');
      await editor.expectNothing();
      await inputMethod.compose('');
      await editor.expectText('Good p|');
      await expect(editor.ghost).toHaveText('eople');
    });
  });
}

test('a key with code 229 is never ours, even outside a composition', async ({ page }) => {
  const editor = await EditorPage.open(page);
  await editor.type('Good p');
  await expect(editor.ghost).toHaveText('eople');
  const inputMethod = await InputMethod.of(page);
  await editor.press('ArrowDown');
  await inputMethod.press('1', 'Digit1');
  await inputMethod.press('ArrowRight', 'ArrowRight');
  expect((await editor.log()).accepted).toEqual([]);
  await editor.press('Enter');
  await editor.expectText('Good people |');
});

test('the ghost is hidden from the very start of a composition, and nothing is asked until 20 ms after its end', async ({
  page,
}) => {
  const editor = await EditorPage.open(page);
  await editor.type('Good p');
  await expect(editor.ghost).toBeVisible();
  await editor.content.dispatchEvent('compositionstart');
  await expect(editor.ghost).toBeHidden();
  const { asked } = await editor.log();
  const endedAt = await editor.content.evaluate((content) => {
    content.dispatchEvent(new CompositionEvent('compositionend'));
    return performance.now();
  });
  await expect(editor.ghost).toBeVisible();
  await expect.poll(async () => (await editor.log()).asked).toBe(asked + 1);
  expect((await editor.log()).askedAt - endedAt).toBeGreaterThanOrEqual(20);
});
