import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { createPredictor, openPack } from '@foreword/core';
import { compositionOf, createPinyinEngine, openPinyinLexicon, type PinyinEngine } from '@foreword/core/pinyin';
import type { Locator } from '@playwright/test';
import { type DemoPage, expect, test } from './demo-page.ts';

/** The panel once it has answered. */
async function panel(demo: DemoPage): Promise<Locator> {
  const dialog = demo.page.locator('#explain');
  await expect(dialog.locator('#explain-answer')).toHaveAttribute('aria-busy', 'false');
  return dialog;
}

/** Numbers that are drawn, unrounded. */
async function numbers(place: Locator, attribute: string): Promise<number[]> {
  const found = place.locator(`[${attribute}]`);
  const values = await found.evaluateAll((parts, name) => parts.map((part) => part.getAttribute(name)), attribute);
  return values.map(Number);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Asserts that what an equation shows sums to what it says is the sum. */
async function expectSum(equation: Locator, attribute: string): Promise<number> {
  const [total] = await numbers(equation, 'data-sum');
  expect(Math.abs(sum(await numbers(equation, attribute)) - total!)).toBeLessThan(1e-6);
  return total!;
}

const readFrom = (language: string) => async (file: string) =>
  readFileSync(new URL(`../../packages/pack-${language}/${file}`, import.meta.url));

async function openEngine(): Promise<PinyinEngine> {
  const pack = await openPack(readFrom('zh'));
  const lexicon = openPinyinLexicon(await pack.readPinyin(), pack.ngram.vocabulary.size);
  return createPinyinEngine({ ngram: pack.ngram, lexicon });
}

/** Lets the n-gram alone answer, and the page be written in a language. */
async function set(demo: DemoPage, settings: Readonly<Record<string, unknown>>): Promise<void> {
  await demo.page.addInitScript((settings) => {
    localStorage['foreword.settings'] ??= JSON.stringify(settings);
    localStorage.setItem('foreword.guide.zh', 'done');
  }, settings);
}

test.describe('why a word is suggested', () => {
  test('opens by the key, says what the predictor says, and gives the focus back', async ({ demo }) => {
    await set(demo, { model: 'ngram', incognito: true });
    await demo.open();
    await demo.learned();
    await demo.type('I will see you tom');
    await expect(demo.options.first()).toContainText('tomorrow');
    await demo.page.keyboard.press('Alt+Enter');
    const dialog = await panel(demo);
    await expect(dialog.getByRole('heading', { name: 'Why “tomorrow”?' })).toBeVisible();
    const total = await expectSum(dialog.locator('#explain-equation'), 'data-share');
    const predictor = createPredictor(await openPack(readFrom('en')));
    const expected = await predictor.explain('I will see you tom', 'tomorrow', { limit: 100 });
    expect(total).toBeCloseTo(Math.exp(expected.logProb), 9);
    const details = expected.models[0]!.details;
    if (details?.kind !== 'ngram') throw new Error('The n-gram gave no details.');
    await expect(dialog.getByRole('region', { name: /back-off chain/ }).locator('tbody tr')).toHaveCount(
      details.steps.length,
    );
    await demo.page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(demo.text).toBeFocused();
    // Nothing was written, and what was offered is there again.
    expect(await demo.written()).toBe('I will see you tom');
    await expect(demo.options.first()).toContainText('tomorrow');
  });

  test('opens by a secondary click on any word, which does not take it', async ({ demo }) => {
    await demo.open();
    await demo.type('I will see you tom');
    await expect(demo.options.nth(1)).toBeVisible();
    const word = await demo.word(2);
    await demo.options.nth(1).click({ button: 'right' });
    const dialog = await panel(demo);
    await expect(dialog.getByRole('heading', { level: 2 })).toHaveText(`Why “${word}”?`);
    await demo.page.keyboard.press('Escape');
    expect(await demo.written()).toBe('I will see you tom');
    await demo.options.nth(1).click();
    expect(await demo.written()).toContain(word);
  });

  test('tells of both ways where one points at the words, and among the keys', async ({ demo }) => {
    await demo.open();
    await demo.type('I will see you tom');
    await expect(demo.bar).toHaveAttribute('title', 'Why this one? Right-click it, or press Alt+Enter.');
    const about = await demo.openDialog('About and privacy');
    await expect(about.getByText('say why it is offered')).toBeVisible();
  });

  test('mixes all models that answer, to the same sum', async ({ demo }) => {
    await demo.open();
    await demo.modelsReady();
    await demo.type('Thank you for your ');
    await expect(demo.options.first()).toBeVisible();
    await demo.page.keyboard.press('Alt+Enter');
    const dialog = await panel(demo);
    await expectSum(dialog.locator('#explain-equation'), 'data-share');
    expect(await dialog.locator('#explain-equation .term').count()).toBeGreaterThan(1);
  });

  test('says why not, of any word', async ({ demo }) => {
    await demo.open();
    await demo.type('I will see you tom');
    await expect(demo.options.first()).toBeVisible();
    await demo.page.keyboard.press('Alt+Enter');
    const dialog = await panel(demo);
    await dialog.getByLabel('Why not').fill('yesterday');
    await demo.page.keyboard.press('Enter');
    await expect(dialog.locator('#explain-other')).toContainText('It does not begin with the letters typed.');
    await expectSum(dialog.locator('#explain-other-equation'), 'data-share');
  });

  test('counts what was learned', async ({ demo }) => {
    await set(demo, { model: 'ngram' });
    await demo.open();
    await demo.learned();
    for (let time = 0; time < 3; time++) await demo.type('we meet at the zoo. ');
    await demo.type('we meet at the ');
    await expect(demo.options.filter({ hasText: 'zoo' })).toBeVisible();
    await demo.options.filter({ hasText: 'zoo' }).click({ button: 'right' });
    const dialog = await panel(demo);
    await expect(dialog.locator('#explain-uses')).toHaveAttribute('data-count', '3');
    const counts = dialog.getByRole('region', { name: /^Counts that fade/ });
    await expect(counts.locator('tbody tr')).toHaveCount(3);
    const share = dialog.locator('#explain-equation .of-personal');
    expect(Number(await share.getAttribute('data-share'))).toBeGreaterThan(0);
    await expectSum(dialog.locator('#explain-equation'), 'data-share');
  });

  test('shows the same on the page about the models, and keeps the text out of the address', async ({ demo }) => {
    await set(demo, { model: 'ngram', incognito: true });
    await demo.open();
    await demo.type('A cup of ');
    await expect(demo.options.first()).toBeVisible();
    await demo.page.keyboard.press('Alt+Enter');
    const dialog = await panel(demo);
    await dialog.getByRole('link', { name: 'See how the models work' }).click();
    await expect(demo.page.getByLabel('Your text')).toHaveValue('A cup of ');
    expect(demo.page.url()).not.toContain('cup');
  });

  test('asks nothing of the network', async ({ demo }) => {
    await demo.open();
    await demo.stored();
    await demo.modelsReady();
    const requests: string[] = [];
    demo.page.on('request', (request) => requests.push(request.url()));
    await demo.type('I will see you tom');
    await expect(demo.options.first()).toBeVisible();
    await demo.page.keyboard.press('Alt+Enter');
    const dialog = await panel(demo);
    await dialog.getByLabel('Why not').fill('tomato');
    await demo.page.keyboard.press('Enter');
    await expect(dialog.locator('#explain-other-equation')).toBeVisible();
    expect(requests).toEqual([]);
    await expect(demo.counter('requests')).toHaveText('0');
  });
});

test.describe('why pinyin becomes a text', () => {
  const letters = 'jintiantianqizhenhao';

  test('shows the path, whose terms sum to the score that the engine gives', async ({ demo }) => {
    await set(demo, { writing: 'zh', model: 'ngram', incognito: true });
    await demo.open();
    await demo.type(letters);
    const first = demo.page.getByRole('listbox', { name: 'Candidates' }).getByRole('option').first();
    await expect(first).toContainText('今天天气真好');
    await demo.page.keyboard.press('Alt+Enter');
    const dialog = await panel(demo);
    const engine = await openEngine();
    const composition = compositionOf(letters);
    const expected = engine.explain(composition, engine.read(composition).candidates[0]!);
    const total = await expectSum(dialog.locator('#explain-answer .equation'), 'data-score');
    expect(total).toBeCloseTo(expected.score, 6);
    await expect(dialog.getByRole('region', { name: /^The path/ }).locator('tbody tr')).toHaveCount(
      expected.edges.length,
    );
    for (const edge of await dialog.locator('details.edge').all()) await expectSum(edge, 'data-share');
    await demo.page.keyboard.press('Escape');
    await expect(demo.text).toBeFocused();
    // The letters wait, and Space takes what it took before.
    await expect(first).toBeVisible();
    await demo.page.keyboard.press('Space');
    expect(await demo.written()).toBe('今天天气真好');
  });

  test('opens by a secondary click, and says why not of any other text', async ({ demo }) => {
    await set(demo, { writing: 'zh', model: 'ngram' });
    await demo.open();
    await demo.type('nihaoshijie');
    const candidates = demo.page.getByRole('listbox', { name: 'Candidates' }).getByRole('option');
    await candidates.nth(1).click({ button: 'right' });
    const dialog = await panel(demo);
    await expect(dialog.locator('#explain-answer')).toContainText(/It stands in place 2, [\d.]+ nats below “你好世界”/);
    await dialog.getByLabel('Why not').fill('你号世界');
    await demo.page.keyboard.press('Enter');
    await expect(dialog.locator('#explain-other')).toContainText('nats below “你好世界”');
    await expectSum(dialog.locator('#explain-other .equation'), 'data-score');
    await dialog.getByLabel('Why not').fill('中国');
    await demo.page.keyboard.press('Enter');
    await expect(dialog.locator('#explain-other')).toContainText('The letters do not read so');
  });

  test('says of the word that follows what the models say', async ({ demo }) => {
    await set(demo, { writing: 'zh', language: 'zh' });
    await demo.open();
    await demo.page.locator('.cm-content').focus();
    await demo.page.keyboard.type('jintiantianqi');
    await demo.page.keyboard.press('Space');
    await expect(demo.page.getByRole('listbox', { name: '候选词' }).getByRole('option').first()).toBeVisible();
    await demo.page.keyboard.press('Alt+Enter');
    const dialog = await panel(demo);
    await expect(dialog.getByRole('heading', { level: 2 })).toHaveText(/^为什么是“.+”？$/);
    await expectSum(dialog.locator('#explain-equation'), 'data-share');
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} colours the panel breaks no rule of accessibility`, () => {
    test.use({ colorScheme });

    for (const writing of ['en', 'zh'] as const) {
      test(`of ${writing}`, async ({ demo }) => {
        await set(demo, { writing, model: 'ngram' });
        await demo.open();
        await demo.type(writing === 'en' ? 'I will see you tom' : 'nihaoshijie');
        await expect(demo.page.getByRole('option').first()).toBeVisible();
        await demo.page.keyboard.press('Alt+Enter');
        const dialog = await panel(demo);
        if (writing === 'zh') await dialog.locator('summary').first().click();
        const { violations } = await new AxeBuilder({ page: demo.page }).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`)).toEqual([]);
      });
    }
  });
}

for (const width of [320, 390, 1440]) {
  test(`the panel is no wider than a screen of ${width} pixels`, async ({ demo }) => {
    await demo.page.setViewportSize({ width, height: 800 });
    await set(demo, { writing: 'zh', model: 'ngram' });
    await demo.open();
    await demo.type('jintiantianqizhenhao');
    await demo.page.keyboard.press('Alt+Enter');
    const dialog = await panel(demo);
    for (const part of [demo.page.locator('html'), dialog, dialog.locator('.sheet-body')]) {
      expect(await part.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0);
    }
  });
}
