import { expect, type Locator, type Page } from '@playwright/test';
import type { Harness } from '../pages/editor.ts';

/** The page with the editor under test: opens it, reads its text, its suggestions and its log. */
export class EditorPage {
  readonly page: Page;
  readonly content: Locator;
  readonly bar: Locator;
  readonly ghost: Locator;

  constructor(page: Page) {
    this.page = page;
    this.content = page.locator('.cm-content');
    this.bar = page.locator('.cm-foreword-bar');
    this.ghost = page.locator('.cm-foreword-ghost');
  }

  /** Opens the page with these query parameters and puts the caret at the end of the text. */
  static async open(page: Page, query: Record<string, string> = {}): Promise<EditorPage> {
    const editor = new EditorPage(page);
    await page.goto(`/editor.html?${new URLSearchParams(query)}`);
    await page.evaluate(() => {
      const { view } = window.harness;
      view.focus();
      view.dispatch({ selection: { anchor: view.state.doc.length } });
    });
    return editor;
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** The text with `|` at the caret. */
  text(): Promise<string> {
    return this.page.evaluate(() => {
      const { state } = window.harness.view;
      const { head } = state.selection.main;
      return `${state.sliceDoc(0, head)}|${state.sliceDoc(head)}`;
    });
  }

  async expectText(text: string): Promise<void> {
    await expect.poll(() => this.text()).toBe(text);
  }

  /** The words on the list of candidates that `list` draws. */
  async expectWords(words: string, list: Locator = this.bar): Promise<void> {
    await expect(list.locator('[role=option]:visible .cm-foreword-text')).toHaveText(words.split(' '));
  }

  async expectNothing(): Promise<void> {
    await expect(this.page.locator('.cm-foreword-tooltip')).toHaveCount(0);
    await expect(this.ghost).toHaveCount(0);
  }

  log(): Promise<Harness['log']> {
    return this.page.evaluate(() => window.harness.log);
  }
}
