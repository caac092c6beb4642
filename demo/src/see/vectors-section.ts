import { scores } from 'virtual:scores';
import { element } from '../elements.ts';
import { drawTable, foldedTable } from './data-table.ts';
import { fixed, percent, significant, whole } from './figures.ts';
import type { TableName } from './models.ts';
import type { Section, SectionHost } from './section.ts';
import { rootMeanSquare, type Similarity, stripColour } from './similarity.ts';
import { type SeeKey, say } from './strings.ts';
import { svg } from './svg.ts';
import { WordMap } from './word-map.ts';

const defaultWords = 'king, queen, man, woman';
const defaultAnalogy = 'king, man, woman';
const neighboursShown = 8;

/** Words as vectors: strips of colour, neighbours, analogies and a map, of two tables that networks have learned. */
export function vectorsSection(host: SectionHost): Section {
  const strips = element('div', {});
  const neighbours = element('div', {});
  const analogy = element('div', { 'aria-live': 'polite' });
  const map = new WordMap();
  return {
    needsNeural: true,
    build(place) {
      const fields = [
        tableChoice(host),
        wordsField(host, 'words', defaultWords),
        strips,
        element('h3', {}, say('vectors.neighbours')),
        neighbours,
        element('h3', {}, say('vectors.analogy')),
        wordsField(host, 'analogy', defaultAnalogy),
        analogy,
        ...analogyScores(),
        element('h3', {}, say('vectors.map')),
        map.build(),
      ];
      place.replaceChildren(...fields);
    },
    async refresh(signal) {
      const similarity = await host.models.table(chosenTable(host));
      signal.throwIfAborted();
      const words = listed(host.option('words') ?? defaultWords);
      const known = words.filter((word) => similarity.has(word));
      strips.replaceChildren(...drawStrips(similarity, words));
      neighbours.replaceChildren(drawNeighbours(similarity, known));
      analogy.replaceChildren(...drawAnalogy(similarity, listed(host.option('analogy') ?? defaultAnalogy)));
      map.show(similarity, known);
    },
  };
}

function chosenTable(host: SectionHost): TableName {
  const { tables } = host.models;
  return tables.find((name) => name === host.option('table')) ?? tables.find((name) => name === 'nnlm') ?? tables[0]!;
}

function tableChoice(host: SectionHost): HTMLElement {
  const options = host.models.tables.map((name) =>
    element('option', { value: name, selected: name === chosenTable(host) }, say(`vectors.table.${name}`)),
  );
  const select = element('select', { id: 'vectors-table' }, ...options);
  select.addEventListener('change', () => host.choose('table', select.value));
  return element('p', { class: 'line' }, element('label', { for: 'vectors-table' }, say('vectors.table')), select);
}

function wordsField(host: SectionHost, name: 'words' | 'analogy', preset: string): HTMLElement {
  const id = `vectors-${name}`;
  const input = element('input', {
    id,
    value: host.option(name) ?? preset,
    autocomplete: 'off',
    spellcheck: 'false',
    lang: 'en',
  });
  const form = element(
    'form',
    { class: 'line' },
    element('label', { for: id }, say(`vectors.${name}.label`)),
    input,
    element('button', { type: 'submit' }, say('show')),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    host.choose(name, input.value.trim() === '' ? undefined : input.value);
  });
  return form;
}

function listed(words: string): string[] {
  return words
    .toLowerCase()
    .split(/[\s,;，、]+/)
    .filter((word) => word !== '')
    .slice(0, 12);
}

/** One-hot beside distributed, for each word. */
function drawStrips({ table }: Similarity, words: readonly string[]): Node[] {
  const scale = rootMeanSquare(table.data);
  const size = table.words.length;
  const rows = words.map((word) => {
    const rank = table.words.indexOf(word);
    if (rank < 0)
      return element('p', { class: 'strip-row' }, element('b', { lang: 'en' }, word), ' ', say('vectors.unknown'));
    const vector = table.data.subarray(rank * table.width, (rank + 1) * table.width);
    return element(
      'div',
      { class: 'strip-row' },
      element('b', { lang: 'en' }, word),
      element('div', { class: 'strips' }, oneHot(rank, size), strip(word, vector, scale)),
    );
  });
  const first = words.flatMap((word) => {
    const rank = table.words.indexOf(word);
    if (rank < 0) return [];
    const vector = [...table.data.subarray(rank * table.width, rank * table.width + 12)];
    return [[word, whole(rank + 1), ...vector.map((value) => fixed(value / scale, 2))]];
  });
  const columns = [say('why.word'), say('vectors.place'), ...Array.from({ length: 12 }, (_, i) => String(i + 1))];
  return [
    element('p', {}, say('vectors.oneHot', { size: whole(size), width: table.width, bits: whole(size * size) })),
    ...rows,
    element('p', { class: 'note' }, say('vectors.scale', { scale: significant(scale, 3) })),
    foldedTable({ caption: say('vectors.numbers'), columns, rows: first }),
  ];
}

/** A line of zeros with one 1 in it. */
function oneHot(rank: number, size: number): SVGSVGElement {
  const view = { viewBox: '0 0 512 14', preserveAspectRatio: 'none', 'aria-hidden': 'true', class: 'strip' };
  // A word's one number would be thinner than a hair.
  const x = Math.min(510, (512 * rank) / size);
  return svg(
    'svg',
    view,
    svg('rect', { class: 'zeros', width: 512, height: 14 }),
    svg('rect', { class: 'one', x, width: 2, height: 14 }),
  );
}

function strip(word: string, vector: Float32Array, scale: number): SVGSVGElement {
  const width = vector.length;
  const view = {
    viewBox: `0 0 ${width} 1`,
    preserveAspectRatio: 'none',
    role: 'img',
    class: 'strip',
    'shape-rendering': 'crispEdges',
  };
  const cells = Array.from(vector, (value, x) =>
    svg('rect', { x, y: 0, width: 1.02, height: 1, fill: stripColour(value / scale) }),
  );
  return svg('svg', { ...view, 'aria-label': say('vectors.strip', { word, width }) }, ...cells);
}

function drawNeighbours(similarity: Similarity, words: readonly string[]): HTMLElement {
  const rows = words.map((word) => [
    element('span', { lang: 'en' }, word),
    ...similarity
      .neighbours(word, neighboursShown)
      .map(({ word, cosine }) =>
        element(
          'span',
          { lang: 'en', 'data-cosine': String(cosine) },
          `${word} `,
          element('small', {}, fixed(cosine, 2)),
        ),
      ),
  ]);
  const columns = [say('why.word'), ...Array.from({ length: neighboursShown }, (_, i) => String(i + 1))];
  return drawTable({ caption: say('vectors.neighbours.caption'), columns, rows });
}

function drawAnalogy(similarity: Similarity, words: readonly string[]): Node[] {
  const [a, b, c] = words;
  if (a === undefined || b === undefined || c === undefined) return [element('p', {}, say('vectors.analogy.three'))];
  const missing = [a, b, c].filter((word) => !similarity.has(word));
  if (missing.length > 0) return [element('p', {}, say('vectors.analogy.missing', { words: missing.join(', ') }))];
  const found = similarity.analogy(a, b, c, 5);
  const rows = found.map(({ word, cosine }) => [element('span', { lang: 'en' }, word), fixed(cosine, 3)]);
  return [drawTable({ caption: `${a} − ${b} + ${c} ≈`, columns: [say('why.word'), say('vectors.cosine')], rows })];
}

/** How often the tables are right, measured on word2vec's own questions. */
function analogyScores(): Node[] {
  if (scores.analogies.length === 0) return [];
  const rows = scores.analogies.map(({ table, asked, questions, correct, semantic, syntactic }) => [
    say(`vectors.table.${table}` as SeeKey),
    `${whole(asked)} / ${whole(questions)}`,
    percent(correct / asked),
    semantic.asked === 0 ? '–' : percent(semantic.correct / semantic.asked),
    syntactic.asked === 0 ? '–' : percent(syntactic.correct / syntactic.asked),
  ]);
  const columns = ['table', 'asked', 'right', 'semantic', 'syntactic'].map((name) =>
    say(`vectors.scores.${name}` as SeeKey),
  );
  return [
    drawTable({ caption: say('vectors.scores'), columns, rows }),
    element('p', { class: 'note' }, say('vectors.scores.note')),
  ];
}
