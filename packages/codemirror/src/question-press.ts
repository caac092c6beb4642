/** How long a finger rests on an element to ask about it. Phones open their own menus after as long. */
const LONG_TOUCH_MS = 500;
/** How far it may slip meanwhile, in pixels. */
const MOST_SLIP = 10;

/**
 * Calls `ask` on a secondary click or a long touch of an element. Where that returns false both stay the browser's own; a press that has asked
 * does not click too.
 */
export function onQuestionPress(dom: HTMLElement, ask: () => boolean): void {
  let hasAsked = false;
  let down = { x: 0, y: 0 };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = (): void => clearTimeout(timer);
  dom.addEventListener('pointerdown', ({ pointerType, clientX, clientY }) => {
    cancel();
    hasAsked = false;
    down = { x: clientX, y: clientY };
    // Safari has no `contextmenu` for a long touch.
    if (pointerType !== 'touch') return;
    timer = setTimeout(() => {
      hasAsked = ask();
    }, LONG_TOUCH_MS);
  });
  dom.addEventListener('pointermove', ({ clientX, clientY }) => {
    if (Math.hypot(clientX - down.x, clientY - down.y) > MOST_SLIP) cancel();
  });
  for (const end of ['pointerup', 'pointercancel', 'pointerleave'] as const) dom.addEventListener(end, cancel);
  dom.addEventListener('contextmenu', (event) => {
    cancel();
    hasAsked ||= ask();
    if (hasAsked) event.preventDefault();
  });
  const swallow = (event: MouseEvent): void => {
    if (hasAsked) event.stopImmediatePropagation();
    hasAsked = false;
  };
  dom.addEventListener('click', swallow, { capture: true });
}
