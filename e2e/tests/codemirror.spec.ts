import { expect, test } from '@playwright/test';
import { EditorPage } from './codemirror-page.ts';

test.describe('typing', () => {
  test('brings the bar and the ghost, which agree', async ({ page }) => {
    const editor = await EditorPage.open(page);
    await editor.type('In p');
    await expect(editor.ghost).toHaveText('eople');
    await expect(editor.bar.locator('.cm-foreword-ghosted .cm-foreword-text')).toHaveText('people');
    await editor.type('la');
    await editor.expectWords('place');
    await expect(editor.ghost).toHaveText('ce');
  });

  test('offers the next word after a space', async ({ page }) => {
    const editor = await EditorPage.open(page);
    await editor.type('Good ');
    await expect(editor.ghost).toHaveText('morning');
  });

  test('draws bar, popup and ghost from one set of candidates', async ({ page }) => {
    const editor = await EditorPage.open(page, { surfaces: 'bar,ghost,popup', slots: '3' });
    const popup = page.locator('.cm-foreword-popup');
    await editor.type('Good p');
    for (const keys of [[], ['ArrowDown'], ['ArrowDown'], ['PageDown'], ['Escape']]) {
      await editor.press(...keys);
      const read = (list: string): Promise<string[]> =>
        page
          .locator(`${list} [role=option]:visible`)
          .evaluateAll((options) =>
            options.map((option) => `${option.textContent} ${option.ariaSelected} ${option.className}`),
          );
      expect(await read('.cm-foreword-popup')).toEqual(await read('.cm-foreword-bar'));
    }
    await expect(popup).toHaveCount(0);
    await editor.expectNothing();
  });

  test('through the ghost leaves no frame without it, even where answers take their time', async ({ page }) => {
    const editor = await EditorPage.open(page, { slow: 'alone' });
    await editor.type('p');
    await expect.poll(() => page.evaluate(() => window.harness.slow.waiting.size)).toBe(1);
    await page.evaluate(() => window.harness.slow.release());
    await expect(editor.ghost).toHaveText('roperty');
    await page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(window, { seen });
      const watch = (): void => {
        seen.push(document.querySelector('.cm-foreword-ghost')?.textContent ?? '');
        requestAnimationFrame(watch);
      };
      requestAnimationFrame(watch);
    });
    await page.keyboard.type('rope', { delay: 40 });
    await expect(editor.ghost).toHaveText('rty');
    const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
    const steps = seen.filter((text, index) => text !== seen[index - 1]);
    expect(steps.length).toBeGreaterThan(1);
    for (const step of steps) expect(['roperty', 'operty', 'perty', 'erty', 'rty']).toContain(step);
  });
});

test.describe('keys', () => {
  test('Alt and a digit choose a slot, with one undo step', async ({ page }) => {
    const editor = await EditorPage.open(page);
    await editor.type('Good p');
    await editor.expectWords('people place president program problem');
    await editor.press('Alt+2');
    await editor.expectText('Good place |');
    await editor.press('Control+z');
    await editor.expectText('Good p|');
  });

  test('a bare digit types itself unless the bar is armed', async ({ page }) => {
    const editor = await EditorPage.open(page);
    await editor.type('Good p');
    await editor.press('2');
    await editor.expectText('Good p2|');
    await editor.press('Backspace', 'ArrowDown', '2');
    await editor.expectText('Good place |');
  });

  test('the arrows and Enter choose once the bar is armed', async ({ page }) => {
    const editor = await EditorPage.open(page);
    await editor.type('Good p');
    await editor.press('ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowLeft');
    await expect(editor.bar.locator('[aria-selected=true] .cm-foreword-text')).toHaveText('place');
    await expect(editor.ghost).toHaveText('lace');
    await editor.press('Enter');
    await editor.expectText('Good place |');
  });

  test('the up arrow before the first candidate disarms', async ({ page }) => {
    const editor = await EditorPage.open(page);
    await editor.type('Good p');
    await editor.press('ArrowDown', 'ArrowUp');
    await expect(editor.bar.locator('[aria-selected=true]')).toHaveCount(0);
    await editor.press('Enter');
    await editor.expectText('Good p\n|');
  });

  test('Enter is never stolen', async ({ page }) => {
    const editor = await EditorPage.open(page);
    await editor.type('Good p');
    await expect(editor.ghost).toHaveText('eople');
    await editor.press('Enter');
    await editor.expectText('Good p\n|');
  });

  test('the page keys turn pages', async ({ page }) => {
    const editor = await EditorPage.open(page, { slots: '3' });
    await editor.type('Good p');
    await editor.expectWords('people place president');
    await editor.press('PageDown');
    await editor.expectWords('program problem party');
    await editor.press('PageDown', 'PageDown', 'PageUp', 'PageUp');
    await editor.expectWords('people place president');
  });

  test('Tab accepts the ghost, and without one is left to the page', async ({ page }) => {
    const editor = await EditorPage.open(page);
    await editor.type('Good p');
    await editor.press('Tab');
    await editor.expectText('Good people |');
    await editor.type('xyz');
    await editor.expectNothing();
    await editor.press('Tab');
    await expect(page.locator('#after')).toBeFocused();
  });

  test('Tab right after a letter accepts, before the ghost was ever painted', async ({ page }) => {
    const editor = await EditorPage.open(page);
    await editor.type('Good ');
    await page.evaluate(async () => {
      const { view } = window.harness;
      view.dispatch({ changes: { from: 5, insert: 'p' }, selection: { anchor: 6 }, userEvent: 'input.type' });
      await new Promise((resolve) => setTimeout(resolve));
      view.contentDOM.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Tab', keyCode: 9, bubbles: true, cancelable: true }),
      );
    });
    await editor.expectText('Good people |');
  });

  test('Esc, then Tab, leaves even an editor that indents with Tab', async ({ page }) => {
    const editor = await EditorPage.open(page, { indent: '' });
    await editor.type('Good p');
    await expect(editor.ghost).toHaveText('eople');
    await editor.press('Escape', 'Tab');
    await expect(page.locator('#after')).toBeFocused();
    await editor.expectText('Good p|');
  });

  test('one Esc puts everything away until the next word', async ({ page }) => {
    const editor = await EditorPage.open(page, { surfaces: 'bar,ghost,popup' });
    await editor.type('Good p');
    await expect(editor.ghost).toHaveText('eople');
    await editor.press('Escape');
    await editor.expectNothing();
    await editor.type('e');
    await editor.expectNothing();
    await editor.type(' p');
    await expect(editor.ghost).toHaveText('eople');
  });

  test('Control and the right arrow accept a word of the ghost, and move by words without one', async ({ page }) => {
    const editor = await EditorPage.open(page);
    await editor.type('Good p');
    await editor.press('Control+ArrowRight');
    await editor.expectText('Good people |');
    await editor.press('Escape', 'Home', 'Control+ArrowRight');
    await editor.expectText('Good| people ');
  });

  test('the down arrow moves the caret where it was only moved', async ({ page }) => {
    const editor = await EditorPage.open(page, { doc: 'pe\ntwo\nthree' });
    await page.evaluate(() => window.harness.view.dispatch({ selection: { anchor: 2 } }));
    await expect(editor.bar).toBeVisible();
    await expect(editor.ghost).toHaveCount(0);
    await editor.press('ArrowDown', 'ArrowDown');
    await editor.expectText('pe\ntwo\nth|ree');
  });

  test('can be changed and switched off', async ({ page }) => {
    const editor = await EditorPage.open(page);
    const use = (keys: object | false): Promise<void> =>
      page.evaluate((keys) => {
        const { view, compartment, foreword } = window.harness;
        view.dispatch({ effects: compartment.reconfigure(foreword({ keys })) });
      }, keys);
    await use({ acceptGhost: 'ArrowRight', choose: 'Ctrl' });
    await editor.type('p');
    await expect(editor.ghost).toHaveText('eople');
    await editor.press('ArrowRight');
    await editor.expectText('people |');
    await editor.type('p');
    await editor.press('Control+1');
    await expect.poll(async () => (await editor.log()).accepted.map(({ by }) => by)).toEqual(['ghost', 'key']);
    await use(false);
    await editor.type('p');
    await expect(editor.ghost).toHaveText('eople');
    await editor.press('Alt+1', 'ArrowDown', 'Enter');
    expect((await editor.log()).accepted).toHaveLength(2);
  });
});

test.describe('after an accept', () => {
  test('one Backspace puts back what was typed, the next deletes a letter', async ({ page }) => {
    const editor = await EditorPage.open(page);
    await editor.type('Good pe');
    await editor.press('Tab', 'Backspace');
    await editor.expectText('Good pe|');
    await editor.press('Backspace');
    await editor.expectText('Good p|');
    expect((await editor.log()).reverted).toHaveLength(1);
  });

  for (const mark of ['.', ',', '?', '!', ':', ';', ')']) {
    test(`"${mark}" takes the place of the space`, async ({ page }) => {
      const editor = await EditorPage.open(page);
      await editor.type('Good p');
      await editor.press('Tab');
      await editor.type(mark);
      await editor.expectText(`Good people${mark}|`);
      await editor.type(' x');
      await editor.expectText(`Good people${mark} x|`);
    });
  }

  test('a typed space is the space that is there', async ({ page }) => {
    const editor = await EditorPage.open(page);
    await editor.type('Good p');
    await editor.press('Tab');
    await editor.type(' in');
    await editor.expectText('Good people in|');
    await editor.type('  ');
    await editor.expectText('Good people in  |');
  });

  test('punctuation goes before a space that was stepped over', async ({ page }) => {
    const editor = await EditorPage.open(page, { doc: 'Good  in town' });
    await page.evaluate(() => window.harness.view.dispatch({ selection: { anchor: 5 } }));
    await editor.type('p');
    await editor.press('Alt+1');
    await editor.expectText('Good people |in town');
    await editor.type(',');
    await editor.expectText('Good people,| in town');
  });
});

test.describe('the pointer', () => {
  test('chooses a candidate and leaves the focus in the text', async ({ page }) => {
    const editor = await EditorPage.open(page);
    await editor.type('Good p');
    await editor.bar.getByRole('option', { name: 'president' }).click();
    await editor.expectText('Good president |');
    await expect(editor.content).toBeFocused();
    expect((await editor.log()).accepted[0]).toMatchObject({ by: 'pointer', slot: 2, keysSaved: 8 });
  });

  test('gets the word it was pressed on: a later answer puts no other there', async ({ page }) => {
    const editor = await EditorPage.open(page, { slow: 'beside', slots: '2' });
    await editor.type('p');
    const option = editor.bar.getByRole('option').nth(1);
    await expect(option).toHaveText('2place');
    await option.hover();
    await page.mouse.down();
    await page.evaluate(() => window.harness.slow.release());
    // The later answer is there when all have been asked.
    await expect
      .poll(() => page.evaluate(() => window.harness.codemirror.candidates(window.harness.view.state)?.final))
      .toBe(true);
    await expect(option).toHaveText('2place');
    await page.mouse.up();
    await editor.expectText('place |');
  });

  test('sees nothing of a first answer that a better one follows in time', async ({ page }) => {
    const editor = await EditorPage.open(page, { slow: 'beside', slots: '2' });
    await page.evaluate(() => {
      const { view, compartment, foreword, slow } = window.harness;
      view.dispatch({ effects: compartment.reconfigure(foreword({ patienceMs: 200 })) });
      const ask = slow.waiting.add.bind(slow.waiting);
      slow.waiting.add = (answer) => {
        setTimeout(() => slow.release());
        return ask(answer);
      };
      const seen = new Set<string>();
      Object.assign(window, { seen });
      new MutationObserver(() => {
        for (const option of document.querySelectorAll('[role=option]')) seen.add(option.textContent ?? '');
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    await editor.type('p');
    await expect(editor.bar.getByRole('option').first()).toHaveText('1property');
    const seen = await page.evaluate(() => [...(window as unknown as { seen: Set<string> }).seen]);
    expect(seen.filter((text) => /place/.test(text))).toEqual([]);
  });

  test('turns the page', async ({ page }) => {
    const editor = await EditorPage.open(page, { slots: '3' });
    await editor.type('Good p');
    await editor.bar.hover();
    await editor.bar.getByRole('button', { name: 'More suggestions' }).click();
    await editor.expectWords('program problem party');
    await expect(editor.content).toBeFocused();
  });
});

test.describe('nothing is offered', () => {
  test('in a read-only editor', async ({ page }) => {
    const editor = await EditorPage.open(page, { readonly: '', doc: 'Good p' });
    await editor.press('End');
    await editor.expectNothing();
    expect((await editor.log()).asked).toBe(0);
  });

  test('for several carets, nor for a selection', async ({ page }) => {
    const editor = await EditorPage.open(page, { doc: 'Good p\nGood p' });
    await editor.type('e');
    await expect(editor.ghost).toHaveText('ople');
    await page.evaluate(() => {
      const { view, EditorSelection } = window.harness;
      view.dispatch({ selection: EditorSelection.create([EditorSelection.cursor(6), EditorSelection.cursor(14)], 1) });
    });
    await editor.expectNothing();
    await editor.type('p');
    await editor.expectText('Good pp\nGood pep|');
    await editor.expectNothing();
    await editor.press('Escape', 'Shift+Home');
    await editor.expectNothing();
  });

  test('when the editor loses the focus, and again when it has it', async ({ page }) => {
    const editor = await EditorPage.open(page);
    await editor.type('Good p');
    await expect(editor.bar).toBeVisible();
    await page.locator('#after').focus();
    await editor.expectNothing();
    await editor.content.focus();
    await expect(editor.bar).toBeVisible();
  });
});

test.describe('beside @codemirror/autocomplete', () => {
  test('the surfaces stand aside while its popup is open', async ({ page }) => {
    const editor = await EditorPage.open(page, { autocomplete: 'list' });
    await editor.type('Good pe');
    await expect(page.locator('.cm-tooltip-autocomplete')).toBeVisible();
    await editor.expectNothing();
    await editor.press('Enter');
    await editor.expectText('Good pelican|');
    await editor.type(' p');
    await expect(page.locator('.cm-tooltip-autocomplete')).toBeVisible();
    await editor.press('Escape');
    await expect(page.locator('.cm-tooltip-autocomplete')).toHaveCount(0);
    await expect(editor.ghost).toHaveText('eople');
  });

  test('the predictor can feed its popup, spacing as ever', async ({ page }) => {
    const editor = await EditorPage.open(page, { autocomplete: 'foreword', surfaces: '' });
    await editor.type('Good p');
    await expect(page.locator('.cm-tooltip-autocomplete li')).toHaveCount(9);
    await expect(page.locator('.cm-tooltip-autocomplete li').first()).toHaveText('people');
    await editor.press('ArrowDown', 'Enter');
    await editor.expectText('Good place |');
    await editor.press('Backspace');
    await editor.expectText('Good p|');
    expect((await editor.log()).accepted[0]).toMatchObject({ by: 'completion', slot: 1 });
  });
});

test.describe('learning', () => {
  test('takes words that were typed or accepted, once each, and none that was reverted', async ({ page }) => {
    const editor = await EditorPage.open(page);
    await editor.type('Good morning, ');
    await editor.type('p');
    await editor.press('Tab');
    await editor.type('. ');
    await editor.type('p');
    await editor.press('Tab', 'Backspace');
    await editor.type('x\n');
    expect((await editor.log()).learned).toEqual([
      ['', 'Good', 'typed'],
      ['Good ', 'morning', 'typed'],
      ['Good morning, ', 'people', 'accepted'],
      ['Good morning, people. ', 'people', 'rejected'],
      ['Good morning, people. ', 'px', 'typed'],
    ]);
  });

  test('takes back a word that is corrected', async ({ page }) => {
    const editor = await EditorPage.open(page);
    await editor.type('Goof ');
    await editor.press('Backspace', 'Backspace');
    await editor.type('d ');
    await editor.press('Backspace');
    await editor.type(' ');
    expect((await editor.log()).learned).toEqual([
      ['', 'Goof', 'typed'],
      ['', 'Goof', 'rejected'],
      ['', 'Good', 'typed'],
    ]);
  });

  for (const [what, attributes] of [
    ['one-time codes', { autocomplete: 'one-time-code' }],
    ['passwords', { autocomplete: 'section-a current-password' }],
    ['cards', { autocomplete: 'cc-number' }],
    ['what is marked so', { 'data-foreword-learn': 'false' }],
  ] as const) {
    test(`takes nothing in fields for ${what}`, async ({ page }) => {
      const editor = await EditorPage.open(page);
      await page.evaluate((given) => {
        for (const [name, value] of Object.entries(given)) window.harness.view.contentDOM.setAttribute(name, value);
      }, attributes);
      await editor.type('word ');
      expect((await editor.log()).learned).toEqual([]);
    });
  }

  test('takes nothing that was pasted, and nothing when it is off', async ({ page }) => {
    const editor = await EditorPage.open(page);
    await page.evaluate(() => {
      const { view } = window.harness;
      view.dispatch({ changes: { from: 0, insert: 'secret ' }, selection: { anchor: 7 }, userEvent: 'input.paste' });
    });
    await editor.type(' ');
    await page.evaluate(() => {
      const { view, compartment, foreword } = window.harness;
      view.dispatch({ effects: compartment.reconfigure(foreword({ learn: false })) });
    });
    await editor.type('word ');
    expect((await editor.log()).learned).toEqual([]);
  });
});
