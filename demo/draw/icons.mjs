// Draws the PNG icons from icon.svg with Chromium: `pnpm --filter @foreword/demo draw`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const { chromium } = createRequire(new URL('../../e2e/package.json', import.meta.url))('@playwright/test');
const svg = readFileSync(new URL('../public/icons/icon.svg', import.meta.url), 'utf8');
// A maskable icon fills its square; what matters stays within the middle four fifths.
const maskable = svg
  .replace('rx="112"', '')
  .replace('<g', '<g transform="translate(51 51) scale(.8)"><g')
  .replace('</svg>', '</g></svg>');

const browser = await chromium.launch({ executablePath: process.env.FOREWORD_CHROMIUM ?? '/usr/bin/chromium' });
const page = await browser.newPage();
for (const [name, source, size] of [
  ['icon-180', maskable, 180],
  ['icon-192', svg, 192],
  ['icon-512', svg, 512],
  ['maskable-192', maskable, 192],
  ['maskable-512', maskable, 512],
]) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>*{margin:0;display:block}</style>${source}`);
  await page.screenshot({
    path: fileURLToPath(new URL(`../public/icons/${name}.png`, import.meta.url)),
    omitBackground: true,
  });
}
await browser.close();
