import { AxeBuilder } from '@axe-core/playwright';
import { type CDPSession, expect, type Page, test } from '@playwright/test';
import { EditorPage } from './codemirror-page.ts';

/** The page with the input method on: its preedit, its candidates. */
class PinyinPage extends EditorPage {
  static override async open(page: Page, query: Record<string, string> = {}): Promise<PinyinPage> {
    await EditorPage.open(page, { pinyin: 'caret', surfaces: '', ...query });
    return new PinyinPage(page);
  }

  /** The preedit, syllables set apart by spaces, `|` for its caret. */
  preedit(): Promise<string | null> {
    return this.page.evaluate(() => {
      const parts = [...document.querySelectorAll('.cm-foreword-preedit > span')];
      const text = (part: Element): string =>
        [...part.childNodes].map((node) => (node instanceof Element ? '|' : node.textContent)).join('');
      return parts.length === 0 ? null : parts.map(text).join(' ');
    });
  }

  async expectPreedit(text: string | null): Promise<void> {
    await expect.poll(() => this.preedit()).toBe(text);
  }

  async expectCandidates(texts: string): Promise<void> {
    await this.expectWords(texts, this.page.locator('.cm-foreword-pinyin'));
  }

  async expectNoCandidates(): Promise<void> {
    await expect(this.page.locator('.cm-foreword-pinyin')).toHaveCount(0);
  }
}

test.describe('typing pinyin', () => {
  test('shows it underlined at the caret, outside the document, and candidates under it', async ({ page }) => {
    const editor = await PinyinPage.open(page, { doc: '甲' });
    await editor.type('nihao');
    await editor.expectPreedit('ni hao|');
    await editor.expectText('甲|');
    await editor.expectCandidates('你好 拟好 你 尼 呢');
    const preedit = await page.locator('.cm-foreword-preedit').boundingBox();
    const list = await page.locator('.cm-foreword-pinyin').boundingBox();
    expect(Math.abs(list!.x - preedit!.x)).toBeLessThan(12);
    expect(list!.y).toBeGreaterThanOrEqual(preedit!.y + preedit!.height - 1);
    await editor.press(' ');
    await editor.expectText('甲你好|');
    await editor.expectPreedit(null);
    await editor.expectNoCandidates();
  });

  test('goes on part by part: what was chosen is shown as hanzi', async ({ page }) => {
    const editor = await PinyinPage.open(page);
    await editor.type('nihaoshijie');
    await editor.press('2');
    await editor.expectPreedit('你好 shi jie|');
    await editor.press('Backspace');
    await editor.expectPreedit('ni hao shi jie|');
    await editor.press('2', '2');
    await editor.expectText('你好视界|');
    await editor.press('Control+z');
    await editor.expectText('|');
  });

  test('takes arrows, Home, End, Tab, the page keys and Delete for itself', async ({ page }) => {
    const editor = await PinyinPage.open(page, { doc: '一\n二\n三' });
    await editor.type('nihao');
    await editor.press('Home', 'Tab');
    await editor.expectPreedit('ni| hao');
    await editor.press('Delete', 'ArrowLeft');
    await editor.expectPreedit('n|i a o');
    await editor.press('End', 'Escape');
    await editor.type('ni');
    await editor.press('ArrowDown', 'PageDown', '-', '=', 'ArrowUp', ' ');
    await editor.expectText('一\n二\n三逆|');
    await expect(editor.content).toBeFocused();
  });

  test('commits letters with Enter and throws them away with Escape', async ({ page }) => {
    const editor = await PinyinPage.open(page);
    await editor.type("xi'an");
    await editor.expectPreedit("xi ' an|");
    await editor.press('Enter');
    await editor.expectText("xi'an|");
    await editor.type('ni');
    await editor.press('Escape');
    await editor.expectText("xi'an|");
    await editor.expectPreedit(null);
  });

  test('types full-width punctuation, and English words that begin with a capital', async ({ page }) => {
    const editor = await PinyinPage.open(page);
    await editor.type('nihao,Hello "shijie"(3.14)');
    await editor.expectText('你好，Hello “世界”（3.14）|');
  });

  test('leaves shortcuts to others', async ({ page }) => {
    const editor = await PinyinPage.open(page, { doc: '一二' });
    await editor.type('ni ');
    await editor.expectText('一二你|');
    await editor.type('hao');
    await editor.press('Control+z');
    await editor.expectText('一二|');
    await editor.expectPreedit('hao|');
    await editor.press('Control+a');
    await expect.poll(() => page.evaluate(() => window.harness.view.state.doc.toString())).toBe('一二hao');
    await editor.expectPreedit(null);
  });

  test('takes 300 letters, which wrap', async ({ page }) => {
    const editor = await PinyinPage.open(page);
    await page.keyboard.insertText('n');
    for (let word = 0; word < 60; word++) await editor.type('ihaon');
    await expect(page.locator('.cm-foreword-pinyin')).toBeVisible();
    const box = await page.locator('.cm-foreword-preedit').boundingBox();
    expect(box!.height).toBeGreaterThan(40);
    await editor.press('Enter');
    await editor.expectText(`n${'ihaon'.repeat(60)}|`);
  });
});

test.describe('Shift', () => {
  test('alone changes to English and back, and puts in what is composed', async ({ page }) => {
    const editor = await PinyinPage.open(page);
    await editor.type('ni');
    await editor.press('Shift');
    await editor.expectText('ni|');
    await editor.type(' hao.');
    await editor.expectText('ni hao.|');
    await editor.press('Shift');
    await editor.type('hao');
    await editor.expectPreedit('hao|');
    expect(await page.evaluate(() => window.harness.pinyin.modes)).toEqual([false, true]);
  });

  test('with another key or the mouse is only Shift', async ({ page }) => {
    const editor = await PinyinPage.open(page);
    await editor.press('Shift+Digit1');
    await page.keyboard.down('Shift');
    await page.locator('.cm-content').click();
    await page.keyboard.up('Shift');
    expect(await page.evaluate(() => window.harness.pinyin.modes)).toEqual([]);
    await editor.expectText('！|');
  });
});

test.describe('the caret and the focus', () => {
  test('a click elsewhere puts the letters in where they stood', async ({ page }) => {
    const editor = await PinyinPage.open(page, { doc: '一二三\n四' });
    await editor.type('ni');
    await page
      .locator('.cm-line')
      .first()
      .click({ position: { x: 2, y: 10 } });
    await editor.expectText('|一二三\n四ni');
    await editor.expectPreedit(null);
  });

  test('a click on the letters changes nothing', async ({ page }) => {
    const editor = await PinyinPage.open(page, { doc: '一' });
    await editor.type('nihao');
    await page.locator('.cm-foreword-preedit').click();
    await editor.expectPreedit('ni hao|');
    await expect(editor.content).toBeFocused();
  });

  test('without the focus the letters stay and the candidates go, until it is back', async ({ page }) => {
    const editor = await PinyinPage.open(page);
    await editor.type('ni');
    await page.locator('#after').focus();
    await editor.expectNoCandidates();
    await editor.expectPreedit('ni|');
    await editor.content.focus();
    await editor.expectCandidates('你 尼 呢 拟 逆');
    await editor.press(' ');
    await editor.expectText('你|');
  });

  test('a candidate is chosen by a click, which leaves the focus in the text', async ({ page }) => {
    const editor = await PinyinPage.open(page);
    await editor.type('nihao');
    await page.locator('.cm-foreword-pinyin').getByRole('button', { name: 'More candidates' }).click();
    await editor.expectCandidates('拟 逆 腻 泥 倪');
    await page.getByRole('option', { name: '泥' }).click();
    await editor.expectPreedit('泥 hao|');
    await expect(editor.content).toBeFocused();
  });

  test('the editor may go in the middle of a composition', async ({ page }) => {
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await page.clock.install();
    const editor = await PinyinPage.open(page, { scorer: '' });
    await editor.type('nihao');
    await page.evaluate(() => window.harness.view.destroy());
    await page.clock.runFor(2000);
    expect(errors).toEqual([]);
  });
});

test.describe('a touch keyboard', () => {
  const phone =
    'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36';
  test.use({ userAgent: phone, hasTouch: true, isMobile: true });

  test('sends characters without keys', async ({ page }) => {
    const editor = await PinyinPage.open(page, { pinyin: 'docked' });
    for (const letter of 'nihao') await page.keyboard.insertText(letter);
    await editor.expectPreedit('ni hao|');
    await editor.expectText('|');
    await editor.expectCandidates('你好 拟好 你 尼 呢');
    // What the keyboard put into the page is taken out again.
    await expect(page.locator('.cm-line')).toHaveText('nihao');
    await page.keyboard.insertText(' ');
    await editor.expectText('你好|');
    for (const letter of ['n', 'i', ',', '“']) await page.keyboard.insertText(letter);
    await editor.expectText('你好你，“|');
    await expect(page.locator('.cm-line')).toHaveText('你好你，“');
    await editor.type('ni');
    await editor.press('Backspace');
    await editor.expectPreedit('n|');
  });

  test('that sends a whole word puts it behind the letters', async ({ page }) => {
    const editor = await PinyinPage.open(page);
    await page.keyboard.insertText('n');
    await page.keyboard.insertText('hello');
    await editor.expectText('nhello|');
  });

  test('that composes by itself is left alone', async ({ page }) => {
    const editor = await PinyinPage.open(page);
    const session: CDPSession = await page.context().newCDPSession(page);
    for (const text of ['n', 'ni']) {
      await session.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
      await editor.expectText(`${text}|`);
    }
    await session.send('Input.insertText', { text: '你' });
    await editor.expectText('你|');
    await editor.expectPreedit(null);
  });
});

test('a key with code 229 is never ours', async ({ page }) => {
  const editor = await PinyinPage.open(page);
  await page.evaluate(() => {
    const { contentDOM } = window.harness.view;
    for (const key of ['n', 'Process']) {
      contentDOM.dispatchEvent(new KeyboardEvent('keydown', { key, keyCode: 229, bubbles: true, cancelable: true }));
    }
    contentDOM.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', isComposing: true, bubbles: true }));
  });
  await editor.expectPreedit(null);
});

test.describe('learning', () => {
  test('takes the words of a commit, and none in a field that is private', async ({ page }) => {
    const editor = await PinyinPage.open(page, { doc: '我说' });
    await editor.type('nihao ');
    await editor.expectText('我说你好|');
    await page.evaluate(() => window.harness.view.contentDOM.setAttribute('data-foreword-learn', 'false'));
    await editor.type('shi ');
    await editor.expectText('我说你好是|');
    expect(await page.evaluate(() => window.harness.pinyin.engine.learned)).toEqual([['我说', "你好 ni'hao"]]);
  });

  test('takes nothing where it is off or quiet', async ({ page }) => {
    const editor = await PinyinPage.open(page);
    for (const options of [{ learn: false }, { quiet: true }]) {
      await page.evaluate(({ learn = true, quiet = false }: { learn?: boolean; quiet?: boolean }) => {
        const { view, pinyin } = window.harness;
        const { engine } = pinyin;
        const input = pinyin.pinyinInput({ engine, learn, isQuiet: () => quiet });
        view.dispatch({ effects: pinyin.compartment.reconfigure(input) });
      }, options);
      await editor.type('ni ');
    }
    await editor.expectText('你你|');
    expect(await page.evaluate(() => window.harness.pinyin.engine.learned)).toEqual([]);
  });
});

test.describe('a slower model', () => {
  const waiting = (page: Page): Promise<number> => page.evaluate(() => window.harness.pinyin.scorer.waiting.size);

  test('reorders after a pause, once', async ({ page }) => {
    await page.clock.install();
    const editor = await PinyinPage.open(page, { scorer: '' });
    await editor.type('xian');
    await expect.poll(() => waiting(page)).toBe(1);
    await page.evaluate(() => window.harness.pinyin.scorer.release());
    await editor.expectCandidates('现 先 xian');
    await page.clock.runFor(2000);
    expect(await waiting(page)).toBe(0);
  });

  test('is not heard once the user has moved, and is told to stop', async ({ page }) => {
    const editor = await PinyinPage.open(page, { scorer: '' });
    await editor.type('xian');
    await expect.poll(() => waiting(page)).toBe(1);
    await editor.press('ArrowDown');
    await expect.poll(() => waiting(page)).toBe(0);
    await editor.expectCandidates('先 现 xian');
    await editor.press('Escape');
    await editor.type('xian');
    await expect.poll(() => waiting(page)).toBe(1);
    await editor.press('Backspace');
    await expect.poll(() => waiting(page)).toBe(1);
    await editor.press('Enter');
    await expect.poll(() => waiting(page)).toBe(0);
  });
});

test.describe('beside foreword', () => {
  test('its surfaces are put away while composing, and come back after a commit, where a digit chooses', async ({
    page,
  }) => {
    const editor = await PinyinPage.open(page, { surfaces: 'bar,ghost' });
    const bar = page.locator('.cm-foreword-bar:not(.cm-foreword-pinyin)');
    await editor.type('ni');
    await expect(page.locator('.cm-foreword-pinyin')).toBeVisible();
    await expect(bar).toHaveCount(0);
    await expect(editor.ghost).toHaveCount(0);
    await editor.press(' ');
    await expect(bar).toBeVisible();
    await editor.expectWords('the to and of people', bar);
    await editor.press('5');
    await editor.expectText('你people |');
    await expect(bar).toBeVisible();
    await editor.type('hao');
    await expect(bar).toHaveCount(0);
    await editor.press(' ');
    await expect(bar).toBeVisible();
    await editor.press('Escape', '5');
    await editor.expectText('你people 好5|');
  });

  test('one docked bar takes the place of the other', async ({ page }) => {
    const editor = await PinyinPage.open(page, { surfaces: 'docked', pinyin: 'docked' });
    const heights = (): Promise<number[]> =>
      page.locator('.cm-foreword-docked:visible').evaluateAll((bars) => bars.map((bar) => bar.clientHeight));
    await expect.poll(heights).toEqual([48]);
    await editor.type('ni');
    await expect(page.locator('.cm-foreword-pinyin')).toBeVisible();
    await expect.poll(heights).toEqual([48]);
    await editor.press(' ');
    await expect(page.locator('.cm-foreword-pinyin')).toBeHidden();
    await expect.poll(heights).toEqual([48]);
  });
});

test.describe('for screen readers', () => {
  test('the textbox tells of its list, and of a candidate once the user moves', async ({ page }) => {
    const editor = await PinyinPage.open(page);
    const box = page.getByRole('textbox', { name: 'Text' });
    await editor.type('ni');
    const list = page.getByRole('listbox', { name: 'Candidates' });
    await expect(box).toHaveAttribute('aria-haspopup', 'listbox');
    await expect(box).toHaveAttribute('aria-controls', (await list.getAttribute('id')) ?? '');
    await expect(box).not.toHaveAttribute('aria-activedescendant');
    await editor.press('ArrowDown');
    const chosen = list.getByRole('option', { name: '尼', selected: true });
    await expect(box).toHaveAttribute('aria-activedescendant', (await chosen.getAttribute('id')) ?? '');
    await editor.press('Escape');
    await expect(box).not.toHaveAttribute('aria-haspopup');
    await expect(box).not.toHaveAttribute('aria-controls');
  });

  test('candidates are read after a pause, then what is committed, and the mode', async ({ page }) => {
    const editor = await PinyinPage.open(page);
    // The editor empties its region soon after: what is said is caught as it is said.
    await page.evaluate(() => {
      const spoken: string[] = [];
      Object.assign(window, { spoken });
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes) {
          for (const node of addedNodes) if (node.textContent?.trim()) spoken.push(node.textContent);
        }
      }).observe(document.querySelector('.cm-announced')!, { childList: true });
    });
    const spoken = (): Promise<string[]> => page.evaluate(() => (window as unknown as { spoken: string[] }).spoken);
    await editor.type('hao');
    await expect.poll(spoken).toEqual(['Candidates: 1 好, 2 号, 3 毫, 4 hao.']);
    await editor.press(' ');
    await expect.poll(spoken).toEqual(['Candidates: 1 好, 2 号, 3 毫, 4 hao.', '好']);
    await editor.press('Shift');
    await expect.poll(spoken).toEqual(['Candidates: 1 好, 2 号, 3 毫, 4 hao.', '好', 'English']);
  });

  for (const theme of ['light', 'dark']) {
    test(`nothing is amiss in the ${theme} theme`, async ({ page }) => {
      const editor = await PinyinPage.open(page, { theme, doc: '一' });
      await editor.type('nihaox');
      await editor.press('4');
      await expect(page.locator('.cm-foreword-pinyin')).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations).toEqual([]);
    });
  }
});
