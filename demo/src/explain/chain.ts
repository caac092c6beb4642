import type { BackoffStep } from '@foreword/core';
import { element } from '../elements.ts';
import { drawTable } from '../see/data-table.ts';
import { fixed, significant } from '../see/figures.ts';
import { picture, svg } from '../see/svg.ts';
import { why } from './strings.ts';

/** Where a chain is drawn. */
export interface ChainPlace {
  /** Width of the picture, in pixels. */
  readonly width: number;
  /** BCP 47 tag of the words. */
  readonly lang: string;
}

/** How an n-gram comes to a word: the whole chain of what it looked for, as a picture and in numbers. */
export function drawChain(word: string, steps: readonly BackoffStep[], { width, lang }: ChainPlace): Node[] {
  const answers = steps.findIndex(({ ngramLogProb }) => ngramLogProb !== null);
  const rows = steps.map(({ order, context, ngramLogProb, logBackoff, logWeight, logProb }, index) => [
    String(order),
    element('span', { lang, class: index === answers ? 'answers' : '' }, `${context.join(' ')} → ${word}`),
    ngramLogProb === null ? why('none') : fixed(ngramLogProb, 3),
    fixed(logBackoff, 3),
    fixed(logWeight, 3),
    significant(Math.exp(logProb), 4),
  ]);
  const order = steps[answers]?.order ?? 0;
  return [
    element('p', {}, why('chain.text', { order, longest: steps[0]!.order })),
    chainBars(word, steps, width),
    drawTable({
      caption: why('chain.table'),
      columns: [why('order'), why('ngram'), why('lnP'), why('backoff'), why('paid'), why('result')],
      rows,
    }),
  ];
}

/** For each order the ln P of its answer: what the n-gram keeps, and what backing off to it costs. */
function chainBars(word: string, steps: readonly BackoffStep[], width: number): SVGSVGElement {
  const rows = steps.map(({ context, ngramLogProb, logWeight }) => ({
    label: [...context, word].join(' '),
    paid: -logWeight,
    kept: ngramLogProb === null ? null : -ngramLogProb,
  }));
  return costBars(why('chain.picture'), rows, width);
}

/** A row of `costBars`: nats that are paid, and behind them those of a probability; null for none. */
export interface CostRow {
  readonly label: string;
  readonly paid: number;
  readonly kept: number | null;
}

/** Bars of what was paid, in nats, and behind it what stands for a probability. */
export function costBars(label: string, rows: readonly CostRow[], width: number): SVGSVGElement {
  const height = 30;
  const left = Math.round(0.33 * width);
  const longest = Math.max(1, ...rows.map(({ paid, kept }) => paid + (kept ?? 0)));
  const scale = (nats: number): number => Math.max(0, (nats / longest) * (width - left - 40));
  const bars = rows.flatMap(({ label, paid, kept }, index) => {
    const y = index * height;
    const paidWidth = scale(paid);
    return [
      svg('text', { x: left - 8, y: y + 19, 'text-anchor': 'end' }, fitting(label, left)),
      svg('rect', { class: 'paid', x: left, y: y + 6, width: paidWidth, height: 18 }),
      kept === null
        ? svg('text', { class: 'quiet', x: left + 6 + paidWidth, y: y + 19 }, why('none'))
        : svg('rect', { class: 'kept', x: left + paidWidth, y: y + 6, width: scale(kept), height: 18 }),
    ];
  });
  return picture(label, width, rows.length * height, ...bars);
}

/** The end of a label, as much as so many pixels hold. */
function fitting(label: string, width: number): string {
  let room = width - 16;
  const kept: string[] = [];
  for (const character of [...label].reverse()) {
    room -= /\p{sc=Han}/u.test(character) ? 13 : 6.5;
    if (room < 0) return `…${kept.join('')}`;
    kept.unshift(character);
  }
  return label;
}
