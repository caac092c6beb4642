import {
  test as base,
  type Locator,
  type Page,
  type PlaywrightTestArgs,
  type PlaywrightTestOptions,
  type PlaywrightWorkerArgs,
  type PlaywrightWorkerOptions,
  type TestType,
} from '@playwright/test';

/** The demo as its writer sees it. */
export class DemoPage {
  readonly page: Page;
  readonly text: Locator;
  readonly bar: Locator;
  readonly options: Locator;
  readonly ghost: Locator;
  readonly guide: Locator;

  constructor(page: Page) {
    this.page = page;
    this.text = page.getByRole('textbox', { name: 'Your text' });
    this.bar = page.getByRole('listbox', { name: 'Suggestions' });
    this.options = this.bar.getByRole('option');
    this.ghost = page.locator('.cm-foreword-ghost');
    this.guide = page.getByRole('complementary', { name: 'The first minute' });
  }

  /** Opens the page and waits until it has loaded for good: the suggestions stand ready and the connections are shut. */
  async open(options: { readonly guide?: boolean; readonly url?: string } = {}): Promise<void> {
    if (!options.guide) await this.page.addInitScript(() => localStorage.setItem('foreword.guide', 'done'));
    await this.page.goto(options.url ?? '/');
    await this.loaded();
  }

  async loaded(): Promise<void> {
    const outcome = await this.page.waitForFunction(() => {
      if (performance.getEntriesByName('foreword:sealed').length > 0) return 'loaded';
      return document.querySelector('.notice button + button')?.parentElement?.textContent;
    });
    if ((await outcome.jsonValue()) !== 'loaded')
      throw new Error(`The page did not load: ${await outcome.jsonValue()}`);
  }

  /** Waits until each neural model answers or has been given up. */
  async modelsReady(): Promise<void> {
    await this.page.locator('html[data-models="ready"]').waitFor({ state: 'attached', timeout: 60_000 });
  }

  /** Waits until what was learned before is there, and everything learned since is kept. */
  async learned(): Promise<void> {
    await this.page.locator('html[data-learning="saved"]').waitFor({ state: 'attached' });
  }

  /** Waits until the service worker has stored the page. */
  async stored(): Promise<void> {
    await this.page.locator('html[data-offline="ready"]').waitFor({ state: 'attached' });
  }

  async type(text: string): Promise<void> {
    await this.text.focus();
    await this.page.keyboard.type(text);
  }

  /** What stands on the page, line by line. */
  async written(): Promise<string> {
    const lines = await this.page
      .locator('.cm-line')
      .evaluateAll((found) =>
        found.map((line) => (line.querySelector('.cm-placeholder') === null ? (line.textContent ?? '') : '')),
      );
    return lines.join('\n');
  }

  /** The word in a slot of the bar, from 1. */
  async word(slot: number): Promise<string> {
    const word = this.options.nth(slot - 1).locator('.cm-foreword-text');
    return (await word.textContent()) ?? '';
  }

  /** What one would want to know of the page of a test that failed: its text, where the focus is, what has been loaded. */
  state(): Promise<string> {
    return this.page.evaluate(() => {
      const { activeElement: active, documentElement: root } = document;
      const attributes = [...root.attributes].map(({ name, value }) => `${name}="${value}"`);
      const lines = [...document.querySelectorAll('.cm-line')].map(({ textContent }) => textContent);
      const lists = [...document.querySelectorAll('.cm-foreword-options')].map(({ textContent }) => textContent);
      return JSON.stringify({
        page: attributes.join(' '),
        focus: `${active?.tagName}#${active?.id}.${active?.className}, document ${document.hasFocus()}`,
        selection: `${getSelection()?.anchorNode?.nodeName} ${getSelection()?.anchorOffset}`,
        lines,
        lists,
        notices: [...document.querySelectorAll('.notice')].map(({ textContent }) => textContent),
      });
    });
  }

  counter(name: 'saved' | 'speed' | 'bytes' | 'requests'): Locator {
    return this.page.locator(`#counter-${name}`);
  }

  async openDialog(name: 'Settings' | 'About and privacy' | 'What I have learned'): Promise<Locator> {
    await this.page.getByRole('button', { name }).click();
    return this.page.getByRole('dialog', { name });
  }
}

/** A test with the demo at hand. */
export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & { demo: DemoPage },
  PlaywrightWorkerArgs & PlaywrightWorkerOptions
> = base.extend<{ demo: DemoPage }>({
  demo: async ({ page }, use, info) => {
    const demo = new DemoPage(page);
    await use(demo);
    if (info.status === info.expectedStatus || page.isClosed()) return;
    console.log(`${info.title}: ${await demo.state().catch(String)}`);
  },
});

export { expect } from '@playwright/test';
