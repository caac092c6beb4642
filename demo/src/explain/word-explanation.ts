import './explanation.css';
import type { ModelExplanation, WordExplanation } from '@foreword/core';
import { element } from '../elements.ts';
import { drawTable } from '../see/data-table.ts';
import { fixed, percent, significant } from '../see/figures.ts';
import { type ChainPlace, drawChain } from './chain.ts';
import { type WhyKey, why } from './strings.ts';

/** Where an explanation is drawn. */
export interface ExplanationPlace extends ChainPlace {
  /** Id of its equation. */
  readonly equationId: string;
}

/** Draws why a word is suggested, or is not: its place, every model's share, and the n-gram's chain. */
export function drawWordExplanation(explanation: WordExplanation, place: ExplanationPlace): Node[] {
  const { word, logProb, rank, obstacles, models, nearMiss } = explanation;
  const standing =
    rank !== null
      ? why(rank > 100 ? 'rank.behind' : 'rank', { rank })
      : obstacles.map((name) => why(`obstacle.${name}`)).join(' ');
  const details = models.find(({ details }) => details?.kind === 'ngram')?.details;
  const steps = details?.kind === 'ngram' ? details.steps : undefined;
  return [
    element('p', {}, standing),
    ...(nearMiss === undefined
      ? []
      : [element('p', {}, why('nearMiss', { factor: significant(Math.exp(nearMiss), 2) }))]),
    equation(models, logProb, place.equationId),
    drawTable({
      caption: why('models'),
      columns: [why('model'), 'P', 'ln P', why('weight'), why('share')],
      rows: models.map(({ model, logProb, weight, share }) => [
        modelName(model),
        percent(Math.exp(logProb)),
        fixed(logProb, 3),
        fixed(weight, 4),
        significant(share, 5),
      ]),
    }),
    ...(steps === undefined ? [] : [element('h3', {}, why('chain'))]),
    ...(steps?.length === 0 ? [element('p', {}, why('chain.unknown'))] : []),
    ...(steps === undefined || steps.length === 0 ? [] : drawChain(word, steps, place)),
  ];
}

function modelName(name: string): string {
  return why(`model.${name}` as WhyKey);
}

/** 0.4176 · 0.031 + 0.5824 · 0.12 = 0.083: what is shown sums to what is shown. */
function equation(models: readonly ModelExplanation[], logProb: number, id: string): HTMLElement {
  const terms = models.flatMap(({ model, weight, logProb, share }, index) => [
    ...(index === 0 ? [] : [' + ']),
    element(
      'span',
      { class: `term of-${model}`, 'data-share': String(share), title: modelName(model) },
      `${fixed(weight, 4)} · ${significant(Math.exp(logProb), 5)}`,
    ),
  ]);
  const total = Math.exp(logProb);
  const sum = element('b', { 'data-sum': String(total) }, significant(total, 5));
  return element('p', { class: 'equation', id }, 'P = ', ...terms, ' = ', sum);
}
