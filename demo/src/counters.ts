import { byId } from './elements.ts';
import { formatBytes, formatMilliseconds, formatNumber, textOf } from './strings.ts';

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
  /** Whether the length is counted in words too: Chinese is counted in characters alone. */
  readonly #countsWords: boolean;
  #counts: Counts = {};
  #isOpen = false;
  #frame: number | undefined;

  constructor({ countsWords }: { readonly countsWords: boolean }) {
    this.#countsWords = countsWords;
  }

  show(counts: Counts): void {
    this.#counts = { ...this.#counts, ...counts };
    if (this.#isOpen) this.#frame ??= requestAnimationFrame(() => this.draw());
  }

  /** Begins to draw. To be called when the page has nothing more urgent to do: a browser's first formatted number takes some 20 ms. */
  open(): void {
    this.#isOpen = true;
    this.show({});
  }

  draw(): void {
    this.#frame = undefined;
    const { savedPercent, msPerSuggestion, bytesLoaded, requests, words = 0, characters = 0 } = this.#counts;
    const length = textOf('characters', characters);
    write('length', this.#countsWords ? `${textOf('words', words)} · ${length}` : length);
    write('counter-saved', savedPercent, (value) => `${formatNumber(value, 0)} %`);
    write('counter-speed', msPerSuggestion, formatMilliseconds);
    write('counter-bytes', bytesLoaded, formatBytes);
    write('counter-requests', requests, (value) => formatNumber(value, 0));
  }
}

function write(id: string, content: string): void;
function write(id: string, value: number | undefined, format: (value: number) => string): void;
function write(id: string, value: string | number | undefined, format?: (value: number) => string): void {
  const shown = typeof value === 'string' ? value : value === undefined ? '–' : (format?.(value) ?? '');
  const target = byId(id);
  if (target.textContent !== shown) target.textContent = shown;
}
