import { byId } from './elements.ts';
import { currentLanguage, text, textOf } from './strings.ts';

/** What the status line shows; undefined: nothing to show yet. */
export interface Counts {
  readonly savedPercent?: number | undefined;
  readonly msPerSuggestion?: number | undefined;
  readonly bytesLoaded?: number | undefined;
  readonly requests?: number | undefined;
  readonly words?: number | undefined;
  readonly characters?: number | undefined;
}

/** The status line. Values that arrive within one frame are written together. */
export class StatusLine {
  #counts: Counts = {};
  #frame: number | undefined;

  show(counts: Counts): void {
    this.#counts = { ...this.#counts, ...counts };
    this.#frame ??= requestAnimationFrame(() => this.draw());
  }

  draw(): void {
    this.#frame = undefined;
    const { savedPercent, msPerSuggestion, bytesLoaded, requests, words = 0, characters = 0 } = this.#counts;
    write('length', `${textOf('words', words)} · ${textOf('characters', characters)}`);
    write('counter-saved', savedPercent, (value) => `${number(value, 0)} %`);
    write('counter-speed', msPerSuggestion, (value) =>
      text('milliseconds', { value: number(value, value < 10 ? 2 : 0) }),
    );
    write('counter-bytes', bytesLoaded, formatBytes);
    write('counter-requests', requests, (value) => number(value, 0));
  }
}

function write(id: string, content: string): void;
function write(id: string, value: number | undefined, format: (value: number) => string): void;
function write(id: string, value: string | number | undefined, format?: (value: number) => string): void {
  const shown = typeof value === 'string' ? value : value === undefined ? '–' : (format?.(value) ?? '');
  const target = byId(id);
  if (target.textContent !== shown) target.textContent = shown;
}

/** 2,113,408 → "2.1 MB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${number(bytes, 0)} B`;
  return bytes < 1e6 ? `${number(bytes / 1000, 0)} kB` : `${number(bytes / 1e6, 1)} MB`;
}

function number(value: number, decimals: number): string {
  // A count just below zero is zero, not "-0".
  const rounded = Number(value.toFixed(decimals)) + 0;
  return rounded.toLocaleString(currentLanguage(), { maximumFractionDigits: decimals });
}
