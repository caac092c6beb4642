import { expect, type Page, test } from '@playwright/test';
import { EditorPage } from './codemirror-page.ts';

/** Counts what scripts leave behind: listeners less those removed, and timers that have not run. */
async function countRemains(page: Page): Promise<() => Promise<{ listeners: number; timers: number }>> {
  await page.addInitScript(() => {
    const remains = { listeners: new Set<string>(), timers: new Set<number>() };
    const ids = new WeakMap<object, number>();
    let next = 0;
    const id = (value: object): number => {
      if (!ids.has(value)) ids.set(value, ++next);
      return ids.get(value) ?? 0;
    };
    const key = (target: EventTarget, type: string, listener: unknown): string =>
      `${id(target)} ${type} ${id(Object(listener))}`;
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (type, listener, options) {
      // What hangs on an element goes with it.
      if (!(this instanceof Element) && !(this instanceof AbortSignal))
        remains.listeners.add(key(this, type, listener));
      return addEventListener.call(this, type, listener, options);
    };
    EventTarget.prototype.removeEventListener = function (type, listener, options) {
      remains.listeners.delete(key(this, type, listener));
      return removeEventListener.call(this, type, listener, options);
    };
    const { setTimeout, clearTimeout } = window;
    Object.assign(window, {
      remains,
      setTimeout: (run: () => void, ms?: number) => {
        const timer = setTimeout(() => {
          remains.timers.delete(timer);
          run();
        }, ms);
        remains.timers.add(timer);
        return timer;
      },
      clearTimeout: (timer: number) => {
        remains.timers.delete(timer);
        clearTimeout(timer);
      },
    });
  });
  return () =>
    page.evaluate(() => {
      const { remains } = window as unknown as { remains: { listeners: Set<string>; timers: Set<number> } };
      return { listeners: remains.listeners.size, timers: remains.timers.size };
    });
}

test('taking the extension out leaves no timer, listener, element or question behind', async ({ page }) => {
  const remains = await countRemains(page);
  const editor = await EditorPage.open(page, { surfaces: 'docked,ghost,popup', slow: 'beside' });
  const take = (out: boolean): Promise<void> =>
    page.evaluate((out) => {
      const { view, compartment, foreword } = window.harness;
      view.dispatch({ effects: compartment.reconfigure(out ? [] : foreword()) });
    }, out);
  await take(true);
  // The editor's own short timers run out.
  await expect.poll(async () => (await remains()).timers).toBe(0);
  const before = await remains();
  await take(false);
  await editor.type('Good p');
  await expect(editor.ghost).toHaveText('eople');
  expect(await page.evaluate(() => window.harness.slow.waiting.size)).toBe(1);
  await take(true);
  expect(await page.evaluate(() => window.harness.slow.waiting.size)).toBe(0);
  await expect(page.locator('[class*=foreword]')).toHaveCount(0);
  await expect.poll(remains).toEqual(before);
  await editor.type('e\t');
  expect((await editor.log()).accepted).toEqual([]);
});

test('destroying the editor cancels the question and answers nothing more', async ({ page }) => {
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  const editor = await EditorPage.open(page, { slow: 'beside' });
  await editor.type('Good p');
  await expect(editor.ghost).toHaveText('eople');
  const waiting = await page.evaluate(() => {
    window.harness.view.destroy();
    return window.harness.slow.waiting.size;
  });
  expect(waiting).toBe(0);
  await expect(page.locator('.cm-editor')).toHaveCount(0);
  expect(errors).toEqual([]);
});

test('each key cancels the question before it', async ({ page }) => {
  const editor = await EditorPage.open(page, { slow: 'beside' });
  for (const letter of 'Good p') {
    await editor.type(letter);
    await expect.poll(() => page.evaluate(() => window.harness.slow.waiting.size)).toBe(1);
  }
  const isFinal = (): Promise<boolean | undefined> =>
    page.evaluate(() => window.harness.codemirror.candidates(window.harness.view.state)?.final);
  // The first answer is held back for a moment in case a better one comes.
  await expect.poll(isFinal).toBe(false);
  await page.evaluate(() => window.harness.slow.release());
  await expect.poll(isFinal).toBe(true);
});

test('a predictor that fails is reported to the editor, and typing goes on', async ({ page }) => {
  const editor = await EditorPage.open(page);
  await page.evaluate(() => {
    const { view, compartment, foreword } = window.harness;
    const failures: string[] = [];
    Object.assign(window, { failures });
    window.onerror = (message) => {
      failures.push(String(message));
      return true;
    };
    const failing = {
      predict: () => {
        throw new Error('the model died');
      },
      predictNow: () => {
        throw new Error('the model died');
      },
      learn: () => {
        throw new Error('cannot learn');
      },
      reject: () => {},
      close: async () => {},
    };
    view.dispatch({ effects: compartment.reconfigure(foreword({ predictor: failing })) });
  });
  await editor.type('Go ');
  await editor.expectText('Go |');
  await editor.expectNothing();
  const failures = await page.evaluate(() => (window as unknown as { failures: string[] }).failures);
  expect(failures.join()).toContain('the model died');
  expect(failures.join()).toContain('cannot learn');
});

test('surfaces change while words are on offer', async ({ page }) => {
  const editor = await EditorPage.open(page);
  await editor.type('Good p');
  const set = (surfaces: object): Promise<void> =>
    page.evaluate((surfaces) => {
      const { view, codemirror } = window.harness;
      view.dispatch({ effects: codemirror.setSurfaces.of(surfaces) });
    }, surfaces);
  await set({ bar: 'docked' });
  await expect(page.locator('.cm-panels .cm-foreword-docked')).toBeVisible();
  await expect(editor.bar).toHaveCount(0);
  await set({ bar: false, popup: true });
  await editor.expectWords('people place president program problem', page.locator('.cm-foreword-popup'));
  await set({ popup: false, ghost: false });
  await editor.expectNothing();
  await set({ bar: 'caret', ghost: true });
  await expect(editor.ghost).toHaveText('eople');
  await expect(editor.bar).toBeVisible();
});

test('bar, popup, ghost and state agree after every step of a long random walk, which leaves no elements behind', async ({
  page,
}) => {
  const editor = await EditorPage.open(page, { surfaces: 'bar,ghost,popup' });
  const walk = await page.evaluate(async () => {
    const { view, codemirror: cm } = window.harness;
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    const type = (text: string): void => {
      const { from, to } = view.state.selection.main;
      const edit = { changes: { from, to, insert: text }, selection: { anchor: from + text.length } };
      view.dispatch({ ...edit, userEvent: 'input.type' });
    };
    const move = (): void => view.dispatch({ selection: { anchor: random(view.state.doc.length + 1) } });
    const erase = (): void => {
      const { head } = view.state.selection.main;
      if (head > 0) view.dispatch({ changes: { from: head - 1, to: head }, userEvent: 'delete.backward' });
    };
    const commands = [
      cm.acceptGhost,
      cm.acceptSlot(1),
      cm.armBar,
      cm.moveSelection(1),
      cm.turnPage(1),
      cm.turnPage(-1),
    ];
    const rarer = [cm.revertAccept, cm.acceptSelected, cm.dismiss, cm.suggest, cm.acceptGhostWord];
    const steps = [
      ...[...'peoplaitsr  .,\n'].map((letter) => () => type(letter)),
      ...[...commands, ...rarer].map((command) => () => command(view)),
      move,
      erase,
      erase,
    ];
    const words = (list: string): string =>
      [...document.querySelectorAll(`${list} [role=option]`)]
        .filter((option) => !(option as HTMLElement).hidden)
        .map((option) => `${option.className} ${option.getAttribute('aria-selected')} ${option.textContent}`)
        .join();
    const disagreements: string[] = [];
    let offers = 0;
    let elements = 0;
    for (let step = 0; step < 700; step++) {
      steps[random(steps.length)]?.();
      if (random(4) === 0) await new Promise((resolve) => requestAnimationFrame(resolve));
      else await Promise.resolve();
      view.coordsAtPos(view.state.selection.main.head);
      const offer = cm.candidates(view.state);
      if (offer) offers++;
      const shown = offer?.candidates.map((each) => each?.text).join(' ') ?? '';
      const drawn = [...document.querySelectorAll('.cm-foreword-bar [role=option]:not([hidden]) .cm-foreword-text')];
      if (words('.cm-foreword-bar') !== words('.cm-foreword-popup')) disagreements.push(`step ${step}: bar and popup`);
      const texts = drawn.map((each) => (each.closest('.cm-foreword-vacant') ? '' : each.textContent));
      if (texts.join(' ') !== shown) disagreements.push(`step ${step}: bar and state`);
      const ghost = document.querySelector('.cm-foreword-ghost')?.textContent.trim();
      const ghosted = document.querySelector('.cm-foreword-bar .cm-foreword-ghosted .cm-foreword-text')?.textContent;
      if (ghost && !ghosted?.endsWith(ghost)) disagreements.push(`step ${step}: ghost ${ghost}, bar ${ghosted}`);
      if (step === 300) elements = document.querySelectorAll('.cm-editor > * *:not(.cm-content *)').length;
    }
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: 'Good ' }, selection: { anchor: 5 } });
    type('p');
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const left = document.querySelectorAll('.cm-editor > * *:not(.cm-content *)').length;
    return { disagreements, offers, grown: left - elements };
  });
  expect(walk.disagreements).toEqual([]);
  expect(walk.offers).toBeGreaterThan(100);
  expect(walk.grown).toBeLessThan(60);
  await expect(editor.ghost).toHaveText('eople');
});
