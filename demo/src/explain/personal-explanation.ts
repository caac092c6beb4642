import type { PersonalDetails } from '@foreword/core';
import { element } from '../elements.ts';
import { drawTable } from '../see/data-table.ts';
import { significant, whole } from '../see/figures.ts';
import { formatAgo } from '../strings.ts';
import { say } from './panel-strings.ts';

/** Draws how the writer's own model comes to a word: its counts, and what has faded of them. */
export function drawPersonal(details: PersonalDetails): Node[] {
  const { count, lastUsedMs, wordsSince, evidence, isTrusted, counts, odds } = details;
  const uses =
    wordsSince === null
      ? say('personal.never')
      : say('personal.uses', { count: whole(count), ago: formatAgo(lastUsedMs), since: whole(wordsSince) });
  const title = element('h3', {}, say('personal'));
  const said = element('p', { id: 'explain-uses', 'data-count': String(count) }, uses);
  if (odds === 0) return [title, said];
  const state = say(isTrusted ? 'personal.trusted' : 'personal.untrusted');
  return [
    title,
    said,
    ...(evidence > 0
      ? [element('p', {}, say('personal.evidence', { evidence: significant(evidence, 3), state }))]
      : []),
    element('p', {}, say('personal.odds', { odds: significant(odds, 3) })),
    drawTable({
      caption: say('personal.counts'),
      columns: [say('personal.place'), say('personal.word'), say('personal.all')],
      rows: ([0, 1, 2] as const).map((k) => [
        say(`personal.place.${k}`),
        significant(counts[k].word, 4),
        significant(counts[k].all, 4),
      ]),
    }),
  ];
}
