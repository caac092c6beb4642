import type { PinyinEdge, PinyinExplanation, PinyinSyllable } from '@foreword/core/pinyin';
import { element } from '../elements.ts';
import { drawTable } from '../see/data-table.ts';
import { fixed, percent, significant } from '../see/figures.ts';
import { type ChainPlace, costBars, drawChain } from './chain.ts';
import { say } from './panel-strings.ts';
import { why } from './strings.ts';

/** Draws the path of a candidate of pinyin: each of its words, what it costs and why. `letters`: the composition's. */
export function drawPinyin(explanation: PinyinExplanation, letters: string, place: ChainPlace): Node[] {
  const { edges, rerank, logProb } = explanation;
  if (edges.length === 0) return [];
  const rows = edges.map((edge) => [
    element('span', { lang: place.lang }, edge.word.text),
    edge.word.reading.replaceAll("'", ' ') || '–',
    letters.slice(edge.word.start, edge.word.end),
    fixed(edge.logProb, 3),
    fixed(edge.readingCost, 3),
    fixed(spellingCost(edge), 3),
    fixed(edge.score, 3),
  ]);
  const bars = edges.map((edge) => ({
    label: edge.word.text,
    paid: -edge.readingCost - spellingCost(edge),
    kept: -edge.logProb,
  }));
  const slow = rerank && {
    weight: fixed(rerank.weight, 2),
    slow: fixed(rerank.slowLogProb, 3),
    fast: fixed(rerank.logProb, 3),
  };
  return [
    pathSum(explanation),
    ...(slow === null ? [] : [element('p', {}, `${say('pinyin.gpt', slow)} = ${fixed(rerank!.score, 3)}`)]),
    element('p', {}, `${say('pinyin.probability')}: ${significant(Math.exp(logProb), 4)}`),
    costBars(say('pinyin.picture'), bars, place.width),
    drawTable({
      caption: say('pinyin.path'),
      columns: [
        say('pinyin.word'),
        say('pinyin.reading'),
        say('pinyin.letters'),
        say('pinyin.lnP'),
        say('pinyin.readingCost'),
        say('pinyin.spelling'),
        say('pinyin.sum'),
      ],
      rows,
    }),
    ...drawDepartures(edges, letters),
    ...edges.filter(({ shares }) => shares.length > 0).map((edge) => drawEdge(edge, place)),
  ];
}

/** 你好 −8.396 + 世界 −8.376 = −16.772: what is shown sums to what is shown. */
function pathSum({ edges, rerank, score }: PinyinExplanation): HTMLElement {
  const parts = [
    ...edges.map((edge) => ({ name: edge.word.text, of: 'ngram', score: edge.score })),
    ...(rerank === null ? [] : [{ name: 'GPT', of: 'gpt', score: rerank.score }]),
  ];
  const terms = parts.flatMap(({ name, of, score }, index) => [
    ...(index === 0 ? [] : [' + ']),
    element('span', { class: `term of-${of}`, 'data-score': String(score) }, `${name} ${fixed(score, 3)}`),
  ]);
  const sum = element('b', { 'data-sum': String(score) }, fixed(score, 3));
  return element('p', { class: 'equation' }, ...terms, ' = ', sum);
}

function spellingCost({ syllables }: PinyinEdge): number {
  return syllables.reduce((sum, { cost }) => sum + cost, 0);
}

function drawDepartures(edges: readonly PinyinEdge[], letters: string): Node[] {
  const found = edges.flatMap(({ syllables }) => syllables.flatMap((syllable) => departuresOf(syllable, letters)));
  if (found.length === 0) return [];
  const items = found.map((words) => element('li', {}, words));
  return [element('p', {}, say('pinyin.departures')), element('ul', { class: 'departures' }, ...items)];
}

function departuresOf({ start, end, text, departures }: PinyinSyllable, letters: string): string[] {
  const values = { letters: letters.slice(start, end), syllable: text };
  return departures.map((name) => say(`departure.${name}`, values));
}

/** Where a word's probability comes from, folded away: there are as many as words. */
function drawEdge({ word, shares, logProb }: PinyinEdge, place: ChainPlace): HTMLElement {
  const title = say('pinyin.shares', { word: word.text });
  const steps = shares.find(({ steps }) => steps !== undefined && steps.length > 0)?.steps;
  const total = element('b', { 'data-sum': String(Math.exp(logProb)) }, significant(Math.exp(logProb), 5));
  return element(
    'details',
    { class: 'edge' },
    element('summary', {}, title),
    drawTable({
      caption: title,
      hidesCaption: true,
      columns: [say('pinyin.source'), 'P', why('weight'), why('share')],
      rows: [
        ...shares.map(({ source, logProb, weight, share }) => [
          say(`source.${source}`),
          percent(Math.exp(logProb)),
          fixed(weight, 4),
          element('span', { 'data-share': String(share) }, significant(share, 5)),
        ]),
        ['P', '', '', total],
      ],
    }),
    ...(steps === undefined ? [] : drawChain(word.text, steps, place)),
  );
}
