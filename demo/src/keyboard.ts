/** A soft keyboard is taller than this, in CSS pixels; a browser's own bars are not. */
const leastKeyboardHeight = 150;

/**
 * Keeps the page as tall as what a soft keyboard leaves of the window, so that the docked bar stands on the keyboard.
 * Some browsers shrink the window itself; others lay the keyboard over it and only tell the visual viewport.
 */
export function fitAboveKeyboard(): void {
  const viewport = window.visualViewport;
  if (viewport === null) return;
  const root = document.documentElement;
  let width = 0;
  let tallest = 0;
  const fit = (): void => {
    // Zoomed in, the visual viewport is a lens over the page and says nothing about a keyboard.
    if (viewport.scale > 1.01) return;
    tallest = width === viewport.width ? Math.max(tallest, viewport.height) : viewport.height;
    width = viewport.width;
    root.style.setProperty('--visible-height', `${viewport.height}px`);
    root.style.setProperty('--visible-top', `${viewport.offsetTop}px`);
    root.toggleAttribute('data-keyboard', viewport.height < tallest - leastKeyboardHeight);
  };
  viewport.addEventListener('resize', fit);
  viewport.addEventListener('scroll', fit);
  fit();
}
