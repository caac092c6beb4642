import { normalizeWord, readContext } from '@foreword/core';
import { element } from '../elements.ts';
import {
  type Counts,
  contextFor,
  countNgrams,
  distinctNgrams,
  followersOf,
  readSentences,
  unknownWord,
} from './counting.ts';
import { drawTable } from './data-table.ts';
import { absoluteDiscounting, addOne, type Estimator, maximumLikelihood, modifiedKneserNey } from './estimators.ts';
import { percent, powerOfTen, significant, whole } from './figures.ts';
import { sampleText } from './sample-text.ts';
import type { Section, SectionHost } from './section.ts';
import { type SeeKey, say } from './strings.ts';
import { fittingWidth, picture, svg } from './svg.ts';

const estimators: readonly (readonly [string, Estimator])[] = [
  ['ml', maximumLikelihood],
  ['addOne', addOne],
  ['absolute', absoluteDiscounting],
  ['kneserNey', modifiedKneserNey],
];
const rowsShown = 12;
const defaultOrder = 3;
/** Words of the longest phrases that the growth is shown of. */
const longestCounted = 5;

/** How counts become probabilities, on a text small enough to count while one looks on, and why counts run out. */
export function countsSection(host: SectionHost): Section {
  const source = element('textarea', {
    id: 'counts-source',
    rows: '5',
    maxlength: '200000',
    lang: 'en',
    spellcheck: 'false',
  });
  const result = element('div', { id: 'counts-result' });
  const count = countOnce();
  source.value = sampleText;
  source.addEventListener('change', () => host.refresh());
  return {
    needsNeural: false,
    build(place) {
      place.replaceChildren(
        element('label', { for: 'counts-source' }, say('counts.source')),
        source,
        orderChoice(host),
        wordForm(host),
        result,
      );
    },
    refresh() {
      const asked = Number(host.option('n') ?? defaultOrder);
      const counts = count(source.value, [2, 3, 4].includes(asked) ? asked : defaultOrder);
      const context = contextFor(counts, readContext(withSpace(host.text)).words);
      result.replaceChildren(
        ...drawEstimates(counts, context, host.option('word')),
        ...drawGrowth(host, count(source.value, longestCounted)),
      );
    },
  };
}

/** Counts a text by order, and keeps the counts until there is another text. */
function countOnce(): (text: string, order: number) => Counts {
  let read: string | undefined;
  let sentences: readonly (readonly string[])[] = [];
  const known = new Map<number, Counts>();
  return (text, order) => {
    if (text !== read) {
      read = text;
      sentences = readSentences(text);
      known.clear();
    }
    const counts = known.get(order) ?? countNgrams(sentences, order);
    known.set(order, counts);
    return counts;
  };
}

/** The text with its last word finished: what is asked for is the word behind it. */
function withSpace(text: string): string {
  return /\S$/.test(text) ? `${text} ` : text;
}

function orderChoice(host: SectionHost): HTMLElement {
  const select = element(
    'select',
    { id: 'counts-order' },
    ...[2, 3, 4].map((n) =>
      element('option', { value: String(n), selected: n === Number(host.option('n') ?? defaultOrder) }, String(n)),
    ),
  );
  select.addEventListener('change', () => host.choose('n', select.value));
  return element('p', { class: 'line' }, element('label', { for: 'counts-order' }, say('counts.order')), select);
}

/** A word to judge whatever its rank. */
function wordForm(host: SectionHost): HTMLElement {
  const input = element('input', {
    id: 'counts-word',
    maxlength: '60',
    autocomplete: 'off',
    spellcheck: 'false',
    lang: 'en',
    value: host.option('word') ?? '',
  });
  const form = element(
    'form',
    { class: 'line' },
    element('label', { for: 'counts-word' }, say('counts.also')),
    input,
    element('button', { type: 'submit' }, say('show')),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    host.choose('word', normalizeWord(input.value.trim()) || undefined);
  });
  return form;
}

function drawEstimates(counts: Counts, context: readonly string[], asked: string | undefined): Node[] {
  const followers = followersOf(counts.counts[context.length], context);
  const words = rankedWords(counts, context, asked);
  const shown = [...words.entries()].slice(0, rowsShown).map(([word]) => word);
  const rows = shown.map((word) => [
    element('span', { lang: 'en' }, word),
    whole(followers?.words.get(word) ?? 0),
    ...estimators.map(([name, estimate]) => probabilityCell(name, estimate(counts, context, word))),
  ]);
  const size = counts.vocabulary.size;
  const seen = followers?.words.size ?? 0;
  const columns = [
    say('why.word'),
    say('counts.count'),
    ...estimators.map(([name]) => say(`counts.${name}` as SeeKey)),
  ];
  const totals = estimators.map(([, estimate]) => {
    if (estimate(counts, context, shown[0] ?? '') === null) return say('counts.undefined');
    let total = 0;
    for (const word of counts.vocabulary) total += estimate(counts, context, word)!;
    return significant(total, 6);
  });
  const shownContext = element('b', { lang: 'en', id: 'counts-context' }, context.join(' '));
  return [
    element('p', {}, say('counts.context'), ' ', shownContext),
    element(
      'p',
      { id: 'counts-seen' },
      say(seen === 0 ? 'counts.unseen' : 'counts.seen', {
        times: whole(followers?.total ?? 0),
        seen: whole(seen),
        zero: whole(size - seen),
        size: whole(size),
      }),
    ),
    drawTable({
      caption: say('counts.table'),
      columns,
      rows: [...rows, [say('counts.total'), whole(followers?.total ?? 0), ...totals]],
    }),
    element('p', { class: 'note' }, say('counts.note')),
  ];
}

/** Words by what modified Kneser–Ney gives them, likeliest first. */
function rankedWords(counts: Counts, context: readonly string[], asked: string | undefined): Map<string, number> {
  const all = [...counts.vocabulary].map((word) => [word, modifiedKneserNey(counts, context, word)!] as const);
  all.sort(([a, p], [b, q]) => q - p || (a < b ? -1 : 1));
  // A word that the text lacks is to it the same as all strangers.
  const first = asked === undefined || counts.vocabulary.has(asked) ? asked : unknownWord;
  return new Map([...all.filter(([word]) => word === first), ...all]);
}

function probabilityCell(name: string, probability: number | null): Node {
  const value = probability === null ? '' : String(probability);
  const label = probability === null ? say('counts.undefined') : probability === 0 ? '0' : percent(probability);
  return element('span', { 'data-estimate': name, 'data-value': value, class: probability === 0 ? 'zero' : '' }, label);
}

function drawGrowth(host: SectionHost, counts: Counts): Node[] {
  const size = counts.vocabulary.size;
  const live = Array.from({ length: longestCounted }, (_, at) => ({
    n: at + 1,
    size,
    seen: distinctNgrams(counts, at + 1),
  }));
  const { words, ngrams } = host.models.pack.manifest.models.ngram;
  const pack = ngrams.map((seen, index) => ({ n: index + 1, size: words, seen }));
  return [
    element('h3', {}, say('counts.growth')),
    element('p', {}, say('counts.growth.text')),
    element('h4', {}, say('counts.growth.here')),
    growthPicture(say('counts.growth.here'), live),
    growthTable(say('counts.growth.here'), live),
    element('h4', {}, say('counts.growth.pack')),
    growthPicture(say('counts.growth.pack'), pack),
    growthTable(say('counts.growth.pack'), pack),
  ];
}

interface Growth {
  readonly n: number;
  /** V. */
  readonly size: number;
  readonly seen: number;
}

function growthTable(caption: string, rows: readonly Growth[]): HTMLElement {
  return drawTable({
    caption,
    hidesCaption: true,
    columns: ['n', say('counts.possible'), say('counts.seenNgrams'), say('counts.shareSeen')],
    rows: rows.map(({ n, size, seen }) => [
      String(n),
      n * Math.log10(size) < 12 ? whole(size ** n) : powerOfTen(n * Math.log10(size)),
      whole(seen),
      `${significant((100 * seen) / size ** n, 2)} %`,
    ]),
  });
}

/** Bars on a scale of powers of ten: V^n behind what was seen of it. */
function growthPicture(label: string, rows: readonly Growth[]): SVGSVGElement {
  const [width, row, left] = [fittingWidth(640), 34, 28];
  const longest = Math.max(...rows.map(({ n, size }) => n * Math.log10(size)));
  const scale = (log10: number): number => (log10 / longest) * (width - left - 60);
  const bars = rows.flatMap(({ n, size, seen }, index) => {
    const y = index * row;
    const possible = scale(n * Math.log10(size));
    return [
      svg('text', { x: left - 10, y: y + 21, 'text-anchor': 'end' }, String(n)),
      svg('rect', { class: 'possible', x: left, y: y + 4, width: possible, height: 24 }),
      svg('rect', { class: 'seen', x: left, y: y + 10, width: scale(Math.log10(Math.max(1, seen))), height: 12 }),
      svg('text', { x: left + possible + 6, y: y + 21 }, powerOfTen(n * Math.log10(size))),
    ];
  });
  return picture(`${label}. ${say('counts.growth.scale')}`, width, rows.length * row, ...bars);
}
