import type { ModelDetails, NgramDetails, Obstacle, PersonalDetails, WordExplanation } from '@foreword/core';

/** What `foreword ask --explain` prints: the mixture as a table, then how each model that can tell came to its number. */
export function explanationText(before: string, explanation: WordExplanation): string {
  const { word, logProb, models } = explanation;
  const parts = models.map(({ model, weight, logProb, share }) => [
    model,
    percent(weight),
    percent(Math.exp(logProb)),
    percent(share),
  ]);
  const mixture = models.length > 0 ? table(['model', 'weight', 'P alone', 'share'], parts) : '';
  const details = models.map(({ model, details }) => (details === undefined ? '' : detailsText(word, model, details)));
  return `${before}│${word}\n  ${percent(Math.exp(logProb))}, ${standing(explanation)}\n${mixture}${details.join('')}`;
}

const obstacleTexts: Readonly<Record<Obstacle, string>> = {
  blocked: 'it is blocked',
  offensive: 'it is on the list of offensive words',
  letters: 'it does not complete the letters typed',
  unknown: 'no model knows it',
  place: 'nothing is suggested here',
};

function standing({ rank, obstacles, nearMiss }: WordExplanation): string {
  if (rank === null) return `not suggested: ${obstacles.map((obstacle) => obstacleTexts[obstacle]).join(', ')}`;
  if (nearMiss === undefined) return `place ${rank}`;
  return `place ${rank}, counted as ${percent(Math.exp(nearMiss))} of it, for it begins only nearly with the letters typed`;
}

function detailsText(word: string, model: string, details: ModelDetails): string {
  switch (details.kind) {
    case 'ngram':
      return ngramText(word, model, details);
    case 'personal':
      return personalText(model, details);
    default:
      throw new TypeError(`unknown kind of details: ${(details satisfies never as ModelDetails).kind}`);
  }
}

function ngramText(word: string, model: string, { order, steps, logFrequency }: NgramDetails): string {
  if (order === 0) return `  ${model}: "${word}" is outside its vocabulary\n`;
  const rows = steps.map(({ order: stepOrder, context, ngramLogProb, logBackoff, logProb }) => [
    `${stepOrder}${stepOrder === order ? ' ←' : ''}`,
    [...context, word].join(' '),
    ngramLogProb === null ? 'none' : percent(Math.exp(ngramLogProb)),
    ngramLogProb === null ? `${figure(Math.exp(logBackoff))} × P of the next row` : '',
    percent(Math.exp(logProb)),
  ]);
  const frequency =
    logFrequency === null ? '' : `  ${model}: ${percent(Math.exp(logFrequency))} of its training text is this word\n`;
  return `${table(['order', 'n-gram', 'its own P', 'else', 'P'], rows)}${frequency}`;
}

function personalText(model: string, details: PersonalDetails): string {
  const { count, wordsSince, evidence, isTrusted, counts, odds } = details;
  const facts = [
    wordsSince === null ? 'never learned' : `learned ${count} times, the last ${wordsSince} words ago`,
    `evidence ${figure(evidence)}${isTrusted ? '' : ', too little to suggest it'}`,
    `weighs ${figure(odds)} : 1 against the others`,
  ];
  const rows = counts.map(({ word, all }, wordsBefore) => [`${wordsBefore}`, figure(word), figure(all)]);
  return `  ${model}: ${facts.join('; ')}\n${table(['words before', 'faded count', 'of'], rows)}`;
}

/** Rows under their titles: the columns as wide as they need to be, numbers not aligned. */
function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, ...rows];
  const widths = titles.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const text = lines.map((line) =>
    `  ${line.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd(),
  );
  return `\n${text.join('\n')}\n`;
}

function percent(share: number): string {
  return `${figure(100 * share)} %`;
}

function figure(value: number): string {
  return Number(value.toPrecision(4)).toString();
}
