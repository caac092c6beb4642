import type { Settings } from './settings.ts';

const darkQuery = matchMedia('(prefers-color-scheme: dark)');

/** Whether the page is to be dark, by the writer's choice or else by the system's. */
export function isDark(theme: Settings['theme']): boolean {
  return theme === 'system' ? darkQuery.matches : theme === 'dark';
}

/** Colours the page and the browser around it. */
export function applyTheme(theme: Settings['theme']): void {
  const root = document.documentElement;
  root.setAttribute('data-theme', isDark(theme) ? 'dark' : 'light');
  const paper = getComputedStyle(document.body).backgroundColor;
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', paper);
}

export function onSystemTheme(listener: () => void): void {
  darkQuery.addEventListener('change', listener);
}
