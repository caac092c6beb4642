import type { Text } from '@codemirror/state';
import type { Pack } from '@foreword/core';
import type { KeptPersonal, Personal, PersonalWord } from '@foreword/core/personal';
import { byId, element } from './elements.ts';
import { LearnedList } from './learned-list.ts';
import { type LearningSavings, measureSavings } from './learned-savings.ts';
import { forgettingTools, movingTools } from './learned-tools.ts';
import { languageOf } from './packs.ts';
import { formatBytes, formatNumber, text, textOf } from './strings.ts';

/** The dialog of what was learned: what it saves, the words, and what the writer may do with them. */
export class LearnedPanel {
  readonly #pack: Pack;
  readonly #kept: KeptPersonal;
  #open: AbortController | undefined;

  constructor(pack: Pack, kept: KeptPersonal) {
    this.#pack = pack;
    this.#kept = kept;
    byId('learned').addEventListener('close', () => this.#open?.abort());
  }

  /** Fills the dialog anew, in the interface's present language, and keeps it up to date until it is closed. */
  fill(doc: Text): void {
    this.#open?.abort();
    this.#open = new AbortController();
    const { signal } = this.#open;
    const { personal } = this.#kept;
    say('');
    const language = languageOf(this.#pack);
    const list = new LearnedList(personal, this.#pack.lexicon, language, say);
    const facts = element('p', { id: 'learned-facts' });
    const savings = element('div', { class: 'learned-savings', title: text('learned.savings.tip') });
    // How many keys a Chinese word takes is a matter of the input method, which a replay of the text has not.
    const isMeasured = language === 'en';
    byId('learned-body').replaceChildren(
      element('div', { class: 'learned-summary' }, facts, ...(isMeasured ? [savings] : [])),
      list.dom,
      element('div', { class: 'learned-side' }, forgettingTools(personal, say), movingTools(personal, say)),
    );
    const refresh = (): void => {
      const words = personal.words();
      list.refresh(words);
      facts.textContent = this.#factsOf(words);
    };
    refresh();
    followChanges(personal, refresh, signal);
    if (isMeasured) void measureSavings(this.#pack, doc, (measured) => showSavings(savings, measured), signal);
  }

  #factsOf(words: readonly PersonalWord[]): string {
    const added = words.filter(({ isNew }) => isNew).length;
    return [
      textOf('words', words.length),
      textOf('learned.new', added),
      formatBytes(this.#kept.personal.sizeBytes),
      text(this.#kept.status === 'failed' ? 'learned.unkept' : 'learned.kept'),
    ].join(' · ');
  }
}

/** Refreshes once a frame at most: one deed may change much. */
function followChanges(personal: Personal, refresh: () => void, signal: AbortSignal): void {
  let isDue = false;
  const stop = personal.onChange(() => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      if (!signal.aborted) refresh();
    });
  });
  signal.addEventListener('abort', stop);
}

function say(message: string, kind: 'done' | 'error' = 'done'): void {
  const line = byId('learned-message');
  line.textContent = message;
  line.setAttribute('data-kind', kind);
}

function showSavings(place: HTMLElement, { words, withPercent, withoutPercent }: LearningSavings): void {
  const figure = (name: 'with' | 'without', percent: number | undefined): HTMLElement =>
    element(
      'div',
      { 'data-savings': name },
      element('dt', {}, text(`learned.savings.${name}`)),
      element('dd', {}, percent === undefined ? '–' : `${formatNumber(percent, 1)} %`),
    );
  place.replaceChildren(
    element('dl', {}, figure('with', withPercent), figure('without', withoutPercent)),
    element('p', { 'data-words': String(words) }, textOf('learned.savings', words)),
  );
}
