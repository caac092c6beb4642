// Draws docs/screenshot.png: the built demo with a letter written in it, taking words as they are offered.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { serve } from '../serve.mjs';

const letter = `Dear Anna,

Thank you very much for your letter. I was so happy to hear that you are feeling better, and that the children like their new school. We would love to come and see you in the summer, and we are really looking f`;

const { chromium } = createRequire(new URL('../../e2e/package.json', import.meta.url))('@playwright/test');
const server = await serve({ port: 0 });
const browser = await chromium.launch({ executablePath: process.env.FOREWORD_CHROMIUM ?? '/usr/bin/chromium' });
const page = await browser.newPage({
  viewport: { width: 1280, height: 600 },
  deviceScaleFactor: 1.5,
  colorScheme: 'light',
});
await page.addInitScript(() => localStorage.setItem('foreword.guide', 'done'));
await page.goto(server.url);
await page.waitForFunction(() => performance.getEntriesByName('foreword:sealed').length > 0);
await page.locator('.cm-content').focus();
for (const word of letter.split(/(?<=\s)/)) await write(word);
await page.waitForTimeout(500);
await page.screenshot({ path: fileURLToPath(new URL('../../docs/screenshot.png', import.meta.url)) });
await browser.close();
await server.close();

/** Types a word with what follows it, until it is offered; then takes it. */
async function write(wordAndSpace) {
  const word = wordAndSpace.match(/^[\w’'-]*/)[0];
  for (let typed = 0; typed < word.length; typed++) {
    // A writer looks before choosing: by then the answer to the last key is there.
    await page.waitForTimeout(80);
    const offered = await page.locator('.cm-foreword-option:visible .cm-foreword-text').allTextContents();
    const slot = word.length - typed > 1 ? offered.indexOf(word) : -1;
    if (slot >= 0) {
      await page.keyboard.press(`Alt+${slot + 1}`);
      const rest = wordAndSpace.slice(word.length);
      if (rest !== ' ') await page.keyboard.type(rest);
      return;
    }
    await page.keyboard.type(word[typed]);
  }
  await page.keyboard.type(wordAndSpace.slice(word.length));
}
