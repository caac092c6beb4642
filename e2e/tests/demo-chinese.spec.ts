import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContext, Locator, Page } from '@playwright/test';
import { serve } from '../../demo/serve.mjs';
import { test as base, DemoPage, expect } from './demo-page.ts';

/** The demo as one sees it who writes Chinese. */
class ChinesePage extends DemoPage {
  readonly candidates: Locator;
  readonly mode: Locator;

  constructor(page: Page) {
    super(page);
    this.candidates = page.getByRole('listbox', { name: 'Candidates' }).getByRole('option');
    this.mode = page.locator('#mode');
  }

  override async open(options: { readonly guide?: boolean; readonly url?: string } = {}): Promise<void> {
    await this.page.addInitScript(() => {
      localStorage['foreword.settings'] ??= JSON.stringify({ writing: 'zh' });
    });
    if (!options.guide) await this.page.addInitScript(() => localStorage.setItem('foreword.guide.zh', 'done'));
    await super.open(options);
  }

  /** Presses the switch and waits until the page stands there anew. */
  async write(language: 'English' | '中文'): Promise<void> {
    const reopened = this.page.waitForEvent('load');
    await this.page.getByRole('button', { name: language, exact: true }).click();
    await reopened;
    // Not `loaded`: a neural model that is not on the device is told of, and the page goes on without it.
    await this.page.waitForFunction(() => performance.getEntriesByName('foreword:sealed').length > 0);
  }

  /** Composes pinyin and takes the best reading. */
  async compose(...parts: readonly string[]): Promise<void> {
    await this.text.focus();
    for (const letters of parts) {
      await this.page.keyboard.type(letters);
      await this.page.keyboard.press('Space');
    }
  }

  async candidate(slot: number): Promise<string> {
    const text = this.candidates.nth(slot - 1).locator('.cm-foreword-text');
    return (await text.textContent()) ?? '';
  }

  /** Changes settings as another tab would. */
  async set(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await this.page.evaluate((changed) => {
      const kept = JSON.parse(localStorage.getItem('foreword.settings') ?? '{}');
      const newValue = JSON.stringify({ ...kept, ...changed });
      localStorage.setItem('foreword.settings', newValue);
      const about = { key: 'foreword.settings', newValue, storageArea: localStorage };
      dispatchEvent(new StorageEvent('storage', about));
    }, settings);
  }
}

const test = base.extend<{ chinese: ChinesePage }>({
  chinese: async ({ page }, use) => use(new ChinesePage(page)),
});

/** Files of Chinese that came over the network. */
function watchChinese(context: BrowserContext): string[] {
  const files: string[] = [];
  context.on('request', (request) => {
    if (/\/packs\/zh-|\/assets\/(chinese|traditional)-/.test(request.url())) files.push(request.url());
  });
  return files;
}

test.describe('writing', () => {
  test('pinyin and Space become characters', async ({ chinese }) => {
    await chinese.open();
    await chinese.type('nihaoshijie');
    await expect(chinese.candidates.first()).toHaveText(/你好世界/);
    expect(await chinese.written()).not.toContain('nihaoshijie');
    await chinese.page.keyboard.press('Space');
    expect(await chinese.written()).toBe('你好世界');
  });

  test('a digit chooses a candidate', async ({ chinese }) => {
    await chinese.open();
    await chinese.type('shijian');
    const second = await chinese.candidate(2);
    await chinese.page.keyboard.press('2');
    expect(await chinese.written()).toBe(second);
  });

  test('after a commit a digit takes what comes next, and is a digit again once that is sent away', async ({
    chinese,
  }) => {
    await chinese.open();
    await chinese.compose('nihaoshijie');
    await expect(chinese.options.first()).toBeVisible();
    const next = await chinese.word(1);
    await chinese.page.keyboard.press('1');
    expect(await chinese.written()).toBe(`你好世界${next}`);
    await expect(chinese.options.first()).toBeVisible();
    await chinese.page.keyboard.press('Escape');
    await chinese.page.keyboard.type('1');
    expect(await chinese.written()).toBe(`你好世界${next}1`);
  });

  test('a slip of the pen is forgiven, in pinyin and in English words, where the writer wants that', async ({
    chinese,
  }) => {
    await chinese.open();
    await chinese.type('nihoashijie');
    await expect(chinese.candidates.first()).toHaveText(/你好世界/);
    await chinese.page.keyboard.press('Escape');
    await chinese.page.keyboard.press('Shift');
    await chinese.page.keyboard.type('I dont');
    await expect(chinese.options.first()).toHaveText("1don't");
    await chinese.set({ forgivesSlips: false });
    await chinese.page.keyboard.type(' dont');
    await expect(chinese.options.filter({ hasText: "don't" })).toHaveCount(0);
    await chinese.page.keyboard.press('Shift');
    await chinese.page.keyboard.type('nihoashijie');
    await expect(chinese.candidates.first()).toBeVisible();
    await expect(chinese.candidates.filter({ hasText: '你好世界' })).toHaveCount(0);
  });

  test('does not offer a comma as a word', async ({ chinese }) => {
    await chinese.open();
    await chinese.compose('nihaoshijie');
    await expect(chinese.options.first()).toBeVisible();
    expect(await chinese.options.allTextContents()).not.toContainEqual(expect.stringContaining('，'));
  });

  test('Shift writes English with English words, Shift again Chinese', async ({ chinese }) => {
    await chinese.open();
    await expect(chinese.mode).toHaveText('中');
    await chinese.compose('nihao');
    await chinese.page.keyboard.press('Shift');
    await expect(chinese.mode).toHaveText('英');
    await chinese.page.keyboard.type(' thank yo');
    await expect(chinese.options.first()).toHaveText(/you/);
    await chinese.page.keyboard.press('Alt+1');
    await chinese.page.keyboard.press('Shift');
    await expect(chinese.mode).toHaveText('中');
    await chinese.compose('xiexie');
    expect(await chinese.written()).toMatch(/^你好 thank you\w* 谢谢$/);
  });

  test('the button beside the languages does what Shift does, and leaves the caret in the text', async ({
    chinese,
  }) => {
    await chinese.open();
    await chinese.text.focus();
    await chinese.page.getByRole('button', { name: 'The keys write Chinese' }).click();
    await chinese.page.keyboard.type('plain');
    expect(await chinese.written()).toBe('plain');
    await chinese.page.getByRole('button', { name: 'The keys write English' }).click();
    await chinese.compose('nihao');
    expect(await chinese.written()).toBe('plain你好');
  });

  test('English words stand among the candidates', async ({ chinese }) => {
    await chinese.open();
    await chinese.type('computer');
    await expect(chinese.candidates.filter({ hasText: /computer/ })).toHaveCount(1);
  });

  test('an English word that is no pinyin is the first candidate', async ({ chinese }) => {
    await chinese.open();
    await chinese.compose('wo', 'meiyou');
    await chinese.type('wifi');
    await expect(chinese.candidates.first()).toContainText('wifi');
    await chinese.page.keyboard.press('Space');
    expect(await chinese.written()).toBe('我没有wifi');
  });

  test('punctuation is of full width, and of half width where that is set', async ({ chinese }) => {
    await chinese.open();
    await chinese.compose('nihao');
    await chinese.page.keyboard.type(',"hao"?');
    expect(await chinese.written()).toBe('你好，“好”？');
    await chinese.set({ punctuation: 'half' });
    await chinese.type('!');
    expect(await chinese.written()).toBe('你好，“好”？!');
  });

  test('the text says in which language it is', async ({ chinese }) => {
    await chinese.open();
    await expect(chinese.text).toHaveAttribute('lang', 'zh-Hans');
    await chinese.write('English');
    await expect(chinese.text).toHaveAttribute('lang', 'en');
  });

  test('counts characters, and the keys saved against full pinyin', async ({ chinese }) => {
    await chinese.open();
    await chinese.compose('nihao');
    await expect(chinese.counter('saved')).toHaveText('0 %');
    await chinese.compose('wm');
    expect(await chinese.written()).toBe('你好我们');
    await expect(chinese.page.locator('#length')).toHaveText('4 characters');
    // nihao␣ and women␣ are 6 + 6 keys; nihao␣ and wm␣ were 6 + 3.
    await expect(chinese.counter('saved')).toHaveText(`${(100 * (12 - 9)) / 12} %`);
  });
});

test.describe('the language that is written', () => {
  test('changes with the switch, and the text, the caret and what was typed stay', async ({ chinese }) => {
    await chinese.page.addInitScript(() => localStorage.setItem('foreword.guide.zh', 'done'));
    await DemoPage.prototype.open.call(chinese);
    await chinese.type('First in English. And then');
    for (let step = 0; step < 'And then'.length; step++) await chinese.page.keyboard.press('ArrowLeft');
    await chinese.write('中文');
    await expect(chinese.page.getByRole('button', { name: '中文' })).toHaveAttribute('aria-pressed', 'true');
    await chinese.compose('zhongwen');
    expect(await chinese.written()).toBe('First in English. 中文And then');
    // What is still being composed goes into the text as it was typed.
    await chinese.page.keyboard.type('wo');
    await chinese.write('English');
    expect(await chinese.written()).toBe('First in English. 中文woAnd then');
    await chinese.text.press('End');
    await chinese.type(', thank yo');
    await expect(chinese.options.first()).toHaveText(/you/);
  });

  test('is remembered', async ({ chinese }) => {
    await chinese.page.addInitScript(() => localStorage.setItem('foreword.guide.zh', 'done'));
    await DemoPage.prototype.open.call(chinese);
    await chinese.write('中文');
    await chinese.page.reload();
    await chinese.loaded();
    await chinese.compose('nihao');
    expect(await chinese.written()).toBe('你好');
  });

  test('keeps the text even where the browser keeps nothing', async ({ chinese }) => {
    await chinese.page.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', {
        get: () => {
          throw new DOMException('refused', 'SecurityError');
        },
      });
    });
    await chinese.page.goto('/');
    await chinese.loaded();
    await chinese.type('Kept by the tab alone.');
    await chinese.write('中文');
    expect(await chinese.written()).toBe('Kept by the tab alone.');
    await chinese.compose('nihao');
    expect(await chinese.written()).toBe('Kept by the tab alone.你好');
  });

  test.describe('in a Chinese browser', () => {
    test.use({ locale: 'zh-CN' });

    test('is Chinese from the beginning, and so is the interface', async ({ page }) => {
      await page.goto('/');
      await expect(page.locator('html')).toHaveAttribute('lang', 'zh');
      await expect(page.locator('.cm-content')).toHaveAttribute('lang', 'zh-Hans');
      await expect(page.getByRole('complementary', { name: '第一分钟' })).toContainText('nihaoshijie');
    });
  });
});

test.describe('what it loads', () => {
  test('who writes English fetches nothing of Chinese', async ({ demo, context }) => {
    const files = watchChinese(context);
    await demo.open();
    await demo.stored();
    expect(files).toEqual([]);
  });

  test('shows how far it has got, and what is wrong, with a way to try again', async ({ chinese }) => {
    await chinese.page.route('**/packs/zh-*/ngram.bin', (route) => route.abort());
    await chinese.page.addInitScript(() => localStorage.setItem('foreword.settings', '{"writing":"zh"}'));
    await chinese.page.goto('/');
    await expect(chinese.page.getByText('The suggestions could not be loaded.')).toBeVisible();
    await chinese.type('letters');
    expect(await chinese.written()).toBe('letters');
    await chinese.page.unroute('**/packs/zh-*/ngram.bin');
    await chinese.page.getByRole('button', { name: 'Try again' }).click();
    await chinese.loaded();
    await chinese.compose('nihao');
    expect(await chinese.written()).toBe('letters你好');
  });

  test('a pack that arrives damaged is fetched anew when trying again', async ({ chinese }) => {
    let isDamaged = true;
    await chinese.page.route('**/packs/zh-*/pinyin.bin', async (route) => {
      const response = await route.fetch();
      const body = await response.body();
      if (isDamaged) body[body.length >> 1]! ^= 1;
      isDamaged = false;
      await route.fulfill({ response, body });
    });
    await chinese.page.addInitScript(() => localStorage.setItem('foreword.settings', '{"writing":"zh"}'));
    await chinese.page.goto('/');
    await expect(chinese.page.getByText('The suggestions arrived damaged')).toBeVisible();
    await chinese.page.getByRole('button', { name: 'Try again' }).click();
    await chinese.loaded();
    await chinese.compose('nihao');
    expect(await chinese.written()).toBe('你好');
  });

  test('without the English pack Chinese is written all the same', async ({ chinese }) => {
    await chinese.page.route('**/packs/en-*/**', (route) => route.abort());
    await chinese.page.addInitScript(() => localStorage.setItem('foreword.settings', '{"writing":"zh"}'));
    await chinese.page.goto('/');
    await expect(chinese.page.getByText('English words could not be loaded')).toBeVisible();
    await chinese.compose('nihao');
    expect(await chinese.written()).toBe('你好');
  });

  test('opens and writes Chinese with the server gone', async ({ chinese, context }) => {
    const server = await serve({ port: 0 });
    await chinese.open({ url: server.url });
    await chinese.stored();
    await chinese.compose('nihao');
    await server.close();
    await context.setOffline(true);
    await chinese.page.reload();
    await chinese.loaded();
    await chinese.compose('shijie');
    expect(await chinese.written()).toBe('你好世界');
    await expect(chinese.counter('bytes')).toHaveText('0 B');
    // Back to English and to Chinese again, and what English leaves alone is still there.
    await chinese.write('English');
    await chinese.type('. Thank yo');
    await expect(chinese.options.first()).toHaveText(/you/);
    await chinese.write('中文');
    await chinese.compose('nihao');
    expect(await chinese.written()).toBe('你好世界. Thank yo你好');
  });

  test('makes no request while one writes, chooses and sets', async ({ chinese, context }) => {
    await chinese.open();
    await chinese.stored();
    await chinese.modelsReady();
    const requests: string[] = [];
    context.on('request', (request) => requests.push(request.url()));
    await chinese.compose('nihaoshijie', 'woxihuanxiezuo');
    await chinese.page.keyboard.press('1');
    await chinese.page.keyboard.press('Shift');
    await chinese.page.keyboard.type('hello ');
    await chinese.page.keyboard.press('Shift');
    await chinese.set({ scheme: 'xiaohe', fuzzy: ['z/zh'], forgivesSlips: false });
    await chinese.compose('nihc');
    await chinese.openDialog('Settings');
    await chinese.page.keyboard.press('Escape');
    await chinese.openDialog('What I have learned');
    await chinese.page.keyboard.press('Escape');
    expect(requests).toEqual([]);
    await expect(chinese.counter('requests')).toHaveText('0');
    const attempt = await chinese.page.evaluate(() =>
      fetch('./manifest.webmanifest').then(
        () => 'sent',
        () => 'refused',
      ),
    );
    expect(attempt).toBe('refused');
  });
});

test.describe('settings', () => {
  test('shuangpin: two keys a syllable', async ({ chinese }) => {
    await chinese.open();
    const dialog = await chinese.openDialog('Settings');
    await dialog.getByLabel('Pinyin').selectOption('Shuangpin: Xiaohe 小鹤');
    await chinese.page.keyboard.press('Escape');
    // ni hao shi jie
    await chinese.compose('nihcuijp');
    expect(await chinese.written()).toBe('你好世界');
  });

  test('sounds that count as the same', async ({ chinese }) => {
    await chinese.open();
    await chinese.type('zongguoren');
    expect(await chinese.candidate(1)).not.toBe('中国人');
    await chinese.page.keyboard.press('Escape');
    const dialog = await chinese.openDialog('Settings');
    await dialog.getByRole('checkbox', { name: 'z = zh' }).check();
    await chinese.page.keyboard.press('Escape');
    await chinese.type('zongguoren');
    await expect(chinese.candidates.first()).toHaveText(/中国人/);
  });

  test('slips of the pen', async ({ chinese }) => {
    await chinese.open();
    await chinese.type('zohngguo');
    await expect(chinese.candidates.first()).toHaveText(/中国/);
    await chinese.page.keyboard.press('Escape');
    const dialog = await chinese.openDialog('Settings');
    await dialog.getByRole('switch', { name: 'Forgive slips' }).uncheck();
    await chinese.page.keyboard.press('Escape');
    await chinese.type('zohngguo');
    await expect(chinese.candidates.first()).toBeVisible();
    await expect(chinese.candidates.filter({ hasText: '中国' })).toHaveCount(0);
  });

  test('traditional characters are fetched when they are wanted, and kept', async ({ chinese, context }) => {
    await chinese.open();
    await chinese.compose('toufa');
    expect(await chinese.written()).toBe('头发');
    const files = watchChinese(context);
    const dialog = await chinese.openDialog('Settings');
    const reopened = chinese.page.waitForEvent('load');
    // Not `check`, which would look for its mark on the page that this click leaves.
    await dialog.getByRole('radio', { name: 'Traditional' }).click({ force: true });
    await reopened;
    await chinese.loaded();
    expect(files).toContainEqual(expect.stringContaining('/assets/traditional-'));
    await chinese.compose('faxian');
    expect(await chinese.written()).toBe('头发發現');
    await expect(chinese.text).toHaveAttribute('lang', 'zh-Hant');
    await context.setOffline(true);
    await chinese.page.reload();
    await chinese.loaded();
    await chinese.compose('toufa');
    expect(await chinese.written()).toBe('头发發現頭髮');
  });
});

test.describe('learning', () => {
  test('shows a learned word in the panel, apart from the English ones, and forgets it there', async ({ chinese }) => {
    await chinese.open();
    await chinese.learned();
    await chinese.compose('nihaoshijie');
    const panel = await chinese.openDialog('What I have learned');
    const row = panel.locator('[data-word="世界"]');
    await expect(row).toBeVisible();
    await row.getByRole('button', { name: 'Forget 世界', exact: true }).click();
    await expect(row).toBeHidden();
    await chinese.page.keyboard.press('Escape');
    await chinese.write('English');
    await chinese.learned();
    const english = await chinese.openDialog('What I have learned');
    await expect(english).toContainText('Nothing yet.');
  });

  test('knows on the next visit what was written', async ({ chinese }) => {
    await chinese.open();
    await chinese.learned();
    await chinese.type('shijian');
    const second = await chinese.candidate(2);
    await chinese.page.keyboard.press('2');
    for (let time = 0; time < 5; time++) {
      await chinese.page.keyboard.type('，shijian');
      const slot = (await chinese.candidates.allTextContents()).findIndex((text) => text.includes(second)) + 1;
      await chinese.page.keyboard.press(String(slot));
    }
    await chinese.learned();
    await chinese.page.reload();
    await chinese.loaded();
    await chinese.learned();
    await chinese.page.keyboard.type('，shijian');
    await expect(chinese.candidates.first()).toHaveText(new RegExp(second));
  });

  test('learns nothing while incognito', async ({ chinese }) => {
    await chinese.open();
    await chinese.learned();
    await chinese.page.getByRole('button', { name: 'Incognito' }).click();
    await chinese.compose('nihaoshijie');
    const panel = await chinese.openDialog('What I have learned');
    await expect(panel).toContainText('Nothing yet.');
  });

  test('forgets the selected candidate with a key, and the composition goes on', async ({ chinese }) => {
    await chinese.open();
    await chinese.learned();
    await chinese.compose('shijie');
    await chinese.page.keyboard.type('shijie');
    await chinese.page.keyboard.press('Shift+Delete');
    await expect(chinese.page.locator('#toast')).toContainText('“世界” is forgotten.');
    await expect(chinese.candidates.first()).toBeVisible();
    await chinese.page.keyboard.press('Space');
    expect(await chinese.written()).toBe('世界世界');
  });
});

test('the first minute shows how to write Chinese', async ({ chinese }) => {
  await chinese.open({ guide: true });
  await expect(chinese.guide).toContainText('nihaoshijie');
  await chinese.compose('nihaoshijie');
  await expect(chinese.guide).toContainText('shijian');
  await chinese.type('shijian');
  await chinese.page.keyboard.press('1');
  await expect(chinese.guide).toContainText('See what may follow');
  await expect(chinese.options.first()).toBeVisible();
  await chinese.page.keyboard.press('1');
  await expect(chinese.guide).toContainText('wm');
  await chinese.compose('wm');
  await expect(chinese.guide).toContainText('Shift');
  await chinese.page.keyboard.press('Shift');
  await expect(chinese.guide).toContainText('That is all');
  await chinese.guide.getByRole('button', { name: 'Begin to write' }).click();
  await chinese.page.reload();
  await chinese.loaded();
  await expect(chinese.guide).toBeHidden();
});

test('the page about it all names both packs and what they were made of', async ({ chinese }) => {
  await chinese.open();
  const about = await chinese.openDialog('About and privacy');
  await expect(about).toContainText('pack-en');
  await expect(about).toContainText('pack-zh');
  await expect(about).toContainText('pressed alone: Chinese or English');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} colours axe-core finds no fault`, () => {
    test.use({ colorScheme });

    const faults = async (page: Page): Promise<string[]> => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      // A finger scrolls the docked words; to the keyboard they are one list with a chosen option, and the focus stays in the text.
      return found.filter((fault) => !/^scrollable-region-focusable: <div class="cm-foreword-options"/.test(fault));
    };

    for (const width of [390, 1440]) {
      test(`with the candidates and the first minute, ${width} px wide`, async ({ chinese }) => {
        await chinese.page.setViewportSize({ width, height: 844 });
        await chinese.open({ guide: true });
        await chinese.type('nihaoshijie');
        await chinese.page.keyboard.press('ArrowDown');
        await expect(chinese.candidates.first()).toBeVisible();
        expect(await faults(chinese.page)).toEqual([]);
      });
    }

    test('with the settings', async ({ chinese }) => {
      await chinese.open();
      await chinese.openDialog('Settings');
      expect(await faults(chinese.page)).toEqual([]);
    });
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });

  test('candidates are docked at the foot of the screen, and a tap takes one', async ({ chinese }) => {
    await chinese.open();
    await chinese.text.tap();
    const before = await chinese.page.locator('.cm-scroller').boundingBox();
    await chinese.page.keyboard.type('nihaoshijie');
    await expect(chinese.candidates.first()).toBeVisible();
    expect(await chinese.page.locator('.cm-scroller').boundingBox()).toEqual(before);
    await chinese.candidates.first().tap();
    expect(await chinese.written()).toBe('你好世界');
    await chinese.options.first().tap();
    expect((await chinese.written()).length).toBeGreaterThan(4);
    await expect(chinese.text).toBeFocused();
  });

  test('the page never grows wider than the screen, its settings included', async ({ chinese }) => {
    await chinese.open({ guide: true });
    await chinese.text.tap();
    await chinese.page.keyboard.type('zhonghuarenmingongheguowansui');
    for (const width of [320, 390]) {
      await chinese.page.setViewportSize({ width, height: 844 });
      expect(await chinese.page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    await chinese.openDialog('Settings');
    const body = chinese.page.locator('#settings-body');
    expect(await body.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  });
});
