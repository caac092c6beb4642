import type { Candidate } from '@foreword/core';
import { element } from './elements.ts';
import { type ModelChoice, type ModelSwitch, modelSizeBytes } from './model-switch.ts';
import { formatBytes, formatMilliseconds, formatNumber, type StringKey, text, textOf } from './strings.ts';

/** A model's scores so far; undefined before the first word or answer. */
export interface Scores {
  readonly words: number;
  readonly savedPercent: number | undefined;
  readonly meanReciprocalRank: number | undefined;
  readonly medianMs: number | undefined;
}

/** What the comparison shows of one model. */
export class ComparisonCard {
  readonly #choice: ModelChoice;
  readonly #models: ModelSwitch;
  readonly #count = element('small', { class: 'compare-count' });
  readonly #words = element('ol', { class: 'compare-words' });
  readonly #scores = element('dl', { class: 'compare-scores' });

  constructor(choice: ModelChoice, models: ModelSwitch) {
    this.#choice = choice;
    this.#models = models;
  }

  /** The card, in the interface's present language. */
  draw(): HTMLElement {
    const size = this.#choice === 'auto' ? '' : formatBytes(modelSizeBytes(this.#models.pack, this.#choice));
    const head = element('h3', {}, text(`model.${this.#choice}`), element('small', {}, size), this.#count);
    return element('li', { class: 'compare-card', 'data-model': this.#choice }, head, this.#words, this.#scores);
  }

  /** Words for the caret with their probabilities, likeliest first. */
  showWords(candidates: readonly Candidate[]): void {
    const items = candidates.map(({ text: word, logProb }) => {
      const percent = 100 * Math.exp(logProb);
      const share = `${formatNumber(percent, percent < 10 ? 1 : 0)} %`;
      return element('li', {}, element('b', {}, word), ' ', element('span', {}, share));
    });
    this.#words.replaceChildren(...(items.length > 0 ? items : [element('li', {}, text('compare.none'))]));
  }

  showScores({ words, savedPercent, meanReciprocalRank, medianMs }: Scores): void {
    this.#count.textContent = textOf('compare.words', words);
    this.#scores.replaceChildren(
      fact('compare.saved', savedPercent === undefined ? '–' : `${formatNumber(savedPercent, 0)} %`, 'saved'),
      fact('compare.rank', meanReciprocalRank === undefined ? '–' : formatNumber(meanReciprocalRank, 2), 'rank'),
      fact('compare.speed', medianMs === undefined ? '–' : formatMilliseconds(medianMs), 'speed'),
    );
  }
}

function fact(name: 'compare.saved' | 'compare.rank' | 'compare.speed', value: string, kind: string): HTMLElement {
  const tip: StringKey = `${name}.tip`;
  return element(
    'div',
    { title: text(tip), 'data-fact': kind },
    element('dt', {}, text(name)),
    element('dd', {}, value),
  );
}
