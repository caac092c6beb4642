import { byId } from './elements.ts';
import { text } from './strings.ts';

/** Shows that nothing is learned: on its button, in words beside the page's name, and in the colour of the line they stand on. */
export function showIncognito(isOn: boolean): void {
  byId('incognito').setAttribute('aria-pressed', String(isOn));
  // Written anew each time, so that screen readers hear of it.
  byId('incognito-sign').textContent = isOn ? text('incognito.on') : '';
  document.documentElement.toggleAttribute('data-incognito', isOn);
}
