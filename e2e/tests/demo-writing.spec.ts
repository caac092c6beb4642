import { expect, test } from './demo-page.ts';

test.describe('writing in the demo', () => {
  test.beforeEach(async ({ demo }) => {
    await demo.open();
    await demo.type('Thank you for your ');
    await expect(demo.options.first()).toBeVisible();
  });

  test('offers five words, the likeliest also in grey after the caret', async ({ demo }) => {
    await expect(demo.options).toHaveCount(5);
    await expect(demo.ghost).toHaveText(await demo.word(1));
  });

  test('offers only words that go on as typed', async ({ demo }) => {
    await demo.type('s');
    await expect(demo.options).toHaveText([/^1s/i, /^2s/i, /^3s/i, /^4s/i, /^5s/i]);
  });

  test('a word that was meant is offered for one that was not, and one Backspace brings back the other', async ({
    demo,
  }) => {
    await demo.type('help. I dont');
    await expect(demo.options.first()).toHaveText("1don't");
    await demo.page.keyboard.press('Alt+1');
    expect(await demo.written()).toBe("Thank you for your help. I don't ");
    await demo.page.keyboard.press('Backspace');
    expect(await demo.written()).toBe('Thank you for your help. I dont');
    await demo.type(' recieve');
    await expect(demo.options.filter({ hasText: /receive$/ })).toHaveCount(1);
  });

  test('Alt and a digit takes that word, with its space', async ({ demo }) => {
    const word = await demo.word(2);
    await demo.page.keyboard.press('Alt+2');
    expect(await demo.written()).toBe(`Thank you for your ${word} `);
  });

  test('a press on a word takes it and leaves the focus in the text', async ({ demo }) => {
    const word = await demo.word(3);
    await demo.options.nth(2).click();
    expect(await demo.written()).toBe(`Thank you for your ${word} `);
    await expect(demo.text).toBeFocused();
  });

  test('Tab takes the grey word', async ({ demo }) => {
    const word = await demo.ghost.textContent();
    await demo.page.keyboard.press('Tab');
    expect((await demo.written()).trimEnd()).toBe(`Thank you for your ${word}`);
  });

  test('ArrowDown goes into the bar, where arrows and Enter or a bare digit choose', async ({ demo }) => {
    const second = await demo.word(2);
    await demo.page.keyboard.press('ArrowDown');
    await demo.page.keyboard.press('ArrowRight');
    await demo.page.keyboard.press('Enter');
    expect(await demo.written()).toBe(`Thank you for your ${second} `);
    await expect(demo.options.first()).toBeVisible();
    const first = await demo.word(1);
    await demo.page.keyboard.press('ArrowDown');
    await demo.page.keyboard.press('1');
    expect(await demo.written()).toBe(`Thank you for your ${second} ${first} `);
  });

  test('Esc sends the words away until the next word', async ({ demo }) => {
    await demo.page.keyboard.press('Escape');
    await expect(demo.bar).toBeHidden();
    await expect(demo.ghost).toHaveCount(0);
    await demo.type('help and ');
    await expect(demo.options.first()).toBeVisible();
  });

  test('Backspace right after takes the word back, and its count with it', async ({ demo }) => {
    await demo.page.keyboard.press('Alt+1');
    await expect(demo.counter('saved')).not.toHaveText('0 %');
    await demo.page.keyboard.press('Backspace');
    expect(await demo.written()).toBe('Thank you for your ');
    await expect(demo.counter('saved')).toHaveText(/^-/);
  });
});

test('a digit types a digit', async ({ demo }) => {
  await demo.open();
  await demo.type('In 1984 ');
  expect(await demo.written()).toBe('In 1984 ');
});

test('counts the keys that were saved: 100 · (C − K) / C', async ({ demo }) => {
  await demo.open();
  const typed = 'Thank you for your ';
  await demo.type(typed);
  await expect(demo.counter('saved')).toHaveText('0 %');
  await expect(demo.options.first()).toBeVisible();
  const word = await demo.word(1);
  await demo.page.keyboard.press('Alt+1');
  const characters = typed.length + word.length + 1;
  const keys = typed.length + 1;
  await expect(demo.counter('saved')).toHaveText(`${Math.round((100 * (characters - keys)) / characters)} %`);
});

test('counts words and characters, and nothing pasted as typed', async ({ demo, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await demo.open();
  await demo.page.evaluate(() => navigator.clipboard.writeText('It isn’t a well-known fact.\nTwo lines.'));
  await demo.text.focus();
  await demo.page.keyboard.press('ControlOrMeta+v');
  await expect(demo.page.locator('#length')).toHaveText('7 words · 38 characters');
  await expect(demo.counter('saved')).toHaveText('–');
});

test('shows how long a suggestion takes and how much was loaded', async ({ demo }) => {
  await demo.open();
  await demo.type('The ');
  await expect(demo.counter('speed')).toHaveText(/^\d+(\.\d+)? ms$/);
  await expect(demo.counter('bytes')).toHaveText(/^\d+(\.\d)? [kM]B$/);
});

test('the first words come without a key pressed, at the start of a blank page', async ({ demo }) => {
  await demo.open();
  await expect(demo.text).toBeFocused();
  await expect(demo.options).toHaveCount(5);
  const marks = await demo.page.evaluate(() => performance.getEntriesByName('foreword:first-suggestion').length);
  expect(marks).toBe(1);
});
