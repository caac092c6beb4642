import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { openPack } from '@foreword/core';
import { GptModel, openChoice, openNeuralModel, openTokenizer, packModelSpec } from '@foreword/core/neural';
import { expect, type Page, test } from '@playwright/test';

const pack = new URL('../../packages/pack-en/', import.meta.url);
const openNodePack = () => openPack(async (file) => readFileSync(new URL(file, pack)));

const conversation = 'Shall we go to the beach tomorrow?\nI would love to, if it does not rain.';
const turns = ['The forecast says it will be sunny all day.', 'I have read that book twice already.'];

/** The section on fine-tuning, all models asked for with the page's own button. */
async function openTuned(page: Page): Promise<void> {
  await page.goto('/see.html#tuning');
  await page.waitForFunction(() => performance.getEntriesByName('foreword:sealed').length > 0);
  await page
    .locator('#turns')
    .getByRole('button', { name: /Load them/ })
    .click();
  await page.locator('#turns-result[data-state="done"]').waitFor({ timeout: 80_000 });
}

async function ask(page: Page, context: string, candidates: readonly string[]): Promise<void> {
  await page.getByLabel('The conversation so far').fill(context);
  for (const [index, candidate] of candidates.entries()) {
    await page.getByLabel(`Turn ${'ABCD'[index]}`, { exact: true }).fill(candidate);
  }
  await page.getByRole('button', { name: 'Which comes next?' }).click();
  await expect(page.locator('#turns-result tbody tr')).toHaveCount(candidates.length);
  await expect(page.locator('#turns-result tbody tr').last()).toContainText(candidates.at(-1)!);
}

async function shown(page: Page, attribute: string): Promise<number[]> {
  const found = await page
    .locator(`#turns-result [${attribute}]`)
    .evaluateAll((parts, name) => parts.map((part) => part.getAttribute(name)), attribute);
  return found.map(Number);
}

test('shows what the API answers: the tuned model’s probabilities, the GPT’s ln P a token', async ({ page }) => {
  // The pack is opened here too, beside the page.
  test.slow();
  await openTuned(page);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await ask(page, conversation, turns);
  const opened = await openNodePack();
  const choice = await openChoice(await opened.readModel('choice'));
  const { probabilities } = await choice.score(conversation, turns);
  await choice.close();
  for (const [index, probability] of (await shown(page, 'data-probability')).entries()) {
    expect(Math.abs(probability - probabilities[index]!)).toBeLessThan(1e-4);
  }
  const gpt = await openNeuralModel(await packModelSpec(opened, 'gpt'));
  if (!(gpt instanceof GptModel)) throw new Error('The GPT scores no texts.');
  const logProbs = await gpt.scoreAfter(`${conversation}\n`, turns);
  await gpt.close();
  const tokenizer = openTokenizer((await opened.readModel('gpt')).vocabulary);
  for (const [index, logProb] of (await shown(page, 'data-log-prob')).entries()) {
    expect(logProb).toBeCloseTo(logProbs[index]! / tokenizer.encode(turns[index]!).length, 3);
  }
  expect(requests.filter((url) => !url.startsWith('blob:'))).toEqual([]);
});

test('takes more turns, refuses fewer than two, and says how often it is right', async ({ page }) => {
  await openTuned(page);
  await page.getByRole('button', { name: 'One turn more' }).click();
  await expect(page.getByLabel('Turn C', { exact: true })).toBeFocused();
  await ask(page, conversation, [...turns, 'No, thank you, I am not hungry.']);
  const sum = (await shown(page, 'data-probability')).reduce((total, share) => total + share, 0);
  expect(sum).toBeCloseTo(1, 9);
  await page.getByLabel('Turn B', { exact: true }).fill(' ');
  await page.getByLabel('Turn C', { exact: true }).fill('');
  await page.getByRole('button', { name: 'Which comes next?' }).click();
  await expect(page.locator('#turns-said')).toHaveText('Two turns are needed.');
  await page.getByLabel('Example').selectOption('1');
  await expect(page.locator('#turns-said')).toContainText('Meant to follow: A.');
  const { zeroShotAccuracy, model } = JSON.parse(readFileSync(new URL('fine-tuning.json', pack), 'utf8'));
  for (const accuracy of [zeroShotAccuracy, model.accuracy]) {
    await expect(page.locator('#turns .note')).toContainText(`${Number((100 * accuracy).toPrecision(3))} %`);
  }
});

test('works without a connection once it was loaded, and breaks no rule of accessibility', async ({
  page,
  context,
}) => {
  await openTuned(page);
  await page.locator('html[data-offline="ready"]').waitFor({ state: 'attached' });
  await context.setOffline(true);
  await page.reload();
  await page.locator('#turns-result[data-state="done"]').waitFor({ timeout: 80_000 });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html.slice(0, 120))}`)).toEqual([]);
  }
  await page.setViewportSize({ width: 320, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});

test('fetches the tuned model only when it is asked for, where the others lie on the device', async ({ page }) => {
  await openTuned(page);
  await page.evaluate(async () => {
    const cache = await caches.open('foreword.kept');
    for (const request of await cache.keys()) if (/choice\./.test(request.url)) await cache.delete(request);
  });
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.reload();
  await page.locator('html[data-neural="ready"]').waitFor({ state: 'attached', timeout: 80_000 });
  const load = page.locator('#turns').getByRole('button', { name: 'Load it; the page opens anew' });
  await expect(load).toBeVisible();
  expect(requests.filter((url) => url.includes('choice.'))).toEqual([]);
  await load.click();
  await page.locator('#turns-result[data-state="done"]').waitFor({ timeout: 80_000 });
});
