import type { CDPSession } from '@playwright/test';
import { type DemoPage, expect, test } from './demo-page.ts';

/** Half an hour at 200 keys a minute. */
const keyCount = 6000;
/** Until the caches, the undo history and the compiled code have their full size. */
const warmUpKeys = 2000;
/** The browser's own undo stack, up to 1,000 steps deep, keeps lines that were typed over. Anything else leaves thousands of nodes. */
const undoneNodes = 500;

/** Those of the largest list and its buttons, twice. */
const lateListeners = 30;

test('half an hour of writing leaves no listener, no node and no memory behind', async ({ demo }) => {
  test.setTimeout(900_000);
  await demo.open();
  await demo.stored();
  await demo.text.focus();
  const session = await demo.page.context().newCDPSession(demo.page);
  await session.send('Performance.enable');
  const random = mulberry32(20);

  await write(demo, session, random, warmUpKeys);
  const before = await usage(demo, session);
  await write(demo, session, random, (keyCount - warmUpKeys) / 2);
  const between = await usage(demo, session);
  await write(demo, session, random, (keyCount - warmUpKeys) / 2);
  const after = await usage(demo, session);

  // A list that is first drawn late, on a busy machine, is no leak: what leaks grows in both halves.
  const growth = [between.listeners - before.listeners, after.listeners - between.listeners];
  expect(Math.min(...growth), `listeners more in each half: ${growth.join(', ')}`).toBeLessThanOrEqual(1);
  expect(after.listeners).toBeLessThanOrEqual(before.listeners + lateListeners);
  // A message to screen readers ("Selection deleted") may just be on its way out; what leaks stays.
  await expect.poll(async () => (await usage(demo, session)).leftBehind).toEqual([]);
  expect(after.nodes).toBeLessThanOrEqual(before.nodes + undoneNodes);
  expect(after.heapBytes).toBeLessThan(1.1 * before.heapBytes);
  // It still does what it is there for.
  await demo.type('Thank you for your ');
  await expect(demo.options.first()).toBeVisible();
});

interface Usage {
  readonly listeners: number;
  readonly nodes: number;
  readonly heapBytes: number;
  /** Elements that scripts still hold though they are no longer on the page, but for lines of text. */
  readonly leftBehind: readonly string[];
}

/** What the blank page holds, rubbish collected. */
async function usage(demo: DemoPage, session: CDPSession): Promise<Usage> {
  await demo.page.keyboard.press('ControlOrMeta+a');
  await demo.page.keyboard.press('Delete');
  await expect(demo.page.locator('#length')).toHaveText('0 words · 0 characters');
  for (let round = 0; round < 3; round++) await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (name: string): number => metrics.find((found) => found.name === name)!.value;
  return {
    listeners: metric('JSEventListeners'),
    nodes: metric('Nodes'),
    heapBytes: metric('JSHeapUsedSize'),
    leftBehind: await leftBehind(session),
  };
}

async function leftBehind(session: CDPSession): Promise<string[]> {
  const prototype = await session.send('Runtime.evaluate', { expression: 'HTMLElement.prototype' });
  const { objects } = await session.send('Runtime.queryObjects', { prototypeObjectId: prototype.result.objectId! });
  const { result, exceptionDetails } = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId!,
    returnByValue: true,
    functionDeclaration: `function () {
      // The prototypes of the kinds of elements are among them; they cannot be asked.
      const elements = this.filter((element) => !Object.hasOwn(element, 'constructor'));
      const removed = elements.filter((element) => !element.isConnected);
      const others = removed.filter((element) => !element.matches('.cm-line, .cm-line *, br, .cm-widgetBuffer'));
      return others.map((element) => element.outerHTML.slice(0, 100));
    }`,
  });
  await session.send('Runtime.releaseObject', { objectId: objects.objectId! });
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description);
  return result.value as string[];
}

/** Presses random keys: words mostly, and each way to take, refuse, move and correct. */
async function write(demo: DemoPage, session: CDPSession, random: () => number, count: number): Promise<void> {
  let pressed = 0;
  while (pressed < count) {
    const keys = randomKeys(random);
    pressed += keys.length;
    await Promise.all(keys.flatMap((key) => press(session, key)));
    // Where nothing stands in grey, Tab leaves the text.
    if (keys.some(({ key }) => key === 'Tab')) await demo.text.focus();
  }
}

interface Key {
  readonly key: string;
  readonly code: string;
  readonly keyCode: number;
  readonly text?: string;
  readonly modifiers?: number;
}

const words = 'the of and to in is that it was for I you he on as are with his they at be this have from'.split(' ');
const alt = 1;
const special = (key: string, keyCode: number, text?: string): Key => ({
  key,
  code: key,
  keyCode,
  ...(text === undefined ? {} : { text }),
});

function randomKeys(random: () => number): Key[] {
  const pick = Math.floor(random() * 20);
  switch (pick) {
    case 0:
      return [special('Tab', 9)];
    case 1:
      // Esc and then Tab would leave the text.
      return [special('Escape', 27), letterKey('a')];
    case 2:
      return [special('Backspace', 8), special('Backspace', 8)];
    case 3:
      return [special('Enter', 13, '\r')];
    case 4:
      return [special('ArrowDown', 40), special('ArrowRight', 39), special('Enter', 13, '\r')];
    case 5:
      return [special('ArrowLeft', 37), special('ArrowRight', 39), special('End', 35)];
    case 6:
    case 7:
    case 8: {
      const digit = String(1 + Math.floor(random() * 5));
      return [{ key: digit, code: `Digit${digit}`, keyCode: digit.charCodeAt(0), modifiers: alt }];
    }
    default: {
      const word = words[Math.floor(random() * words.length)]!;
      const letters = word.slice(0, 1 + Math.floor(random() * word.length));
      return [...`${letters}${pick < 16 ? ' ' : ''}`].map(letterKey);
    }
  }
}

function letterKey(letter: string): Key {
  return {
    key: letter,
    code: letter === ' ' ? 'Space' : `Key${letter.toUpperCase()}`,
    keyCode: letter.toUpperCase().charCodeAt(0),
    text: letter,
  };
}

function press(session: CDPSession, { key, code, keyCode, text, modifiers = 0 }: Key): Promise<unknown>[] {
  const event = { key, code, modifiers, windowsVirtualKeyCode: keyCode };
  return [
    session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...event, ...(text === undefined ? {} : { text }) }),
    session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event }),
  ];
}

/** Random numbers from 0 to 1, the same for the same seed (Tommy Ettinger's mulberry32). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
