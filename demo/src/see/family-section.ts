import { scores } from 'virtual:scores';
import { element } from '../elements.ts';
import { drawBlock, drawMask } from './block-diagrams.ts';
import { drawTable } from './data-table.ts';
import { fixed, significant, whole } from './figures.ts';
import { OurModels } from './our-models.ts';
import { published, sources } from './published.ts';
import type { Section, SectionHost } from './section.ts';
import { type SeeKey, say } from './strings.ts';
import { fittingWidth, picture, svg } from './svg.ts';

/** The models by year, those that run here beside the large ones, and how they are built. */
export function familySection(host: SectionHost): Section {
  const ours = new OurModels(host);
  return {
    needsNeural: false,
    build(place) {
      place.replaceChildren(
        timeline(),
        element('h3', {}, say('family.ours')),
        ...ours.build(),
        element('h3', {}, say('family.published')),
        publishedTable(),
        element('ul', { class: 'sources' }, ...sources.map((source) => element('li', { lang: 'en' }, source))),
        element('h3', {}, say('family.plot')),
        sizePlot(),
        ...plotNote(),
        element('h3', {}, say('family.blocks')),
        blocks(),
      );
    },
    refresh() {},
  };
}

const generations = ['ngram', 'nnlm', 'lstm', 'gpt1', 'gpt2', 'gpt3'] as const;

function timeline(): HTMLElement {
  return element(
    'ol',
    { class: 'timeline' },
    ...generations.map((name) =>
      element(
        'li',
        {},
        element('b', {}, say(`family.${name}.name` as SeeKey)),
        element('span', { class: 'year' }, say(`family.${name}.year` as SeeKey)),
        element('p', {}, say(`family.${name}.text` as SeeKey)),
      ),
    ),
  );
}

function publishedTable(): HTMLElement {
  const rows = published.map(({ name, year, parameters, layers, width, lambada, lambadaFewShot }) => [
    name,
    String(year),
    parameters >= 1e9
      ? say('family.billion', { count: significant(parameters / 1e9, 3) })
      : say('family.million', { count: whole(parameters / 1e6) }),
    whole(layers),
    whole(width),
    lambada === undefined ? '–' : `${fixed(lambada, 1)} %`,
    lambadaFewShot === undefined ? '–' : `${fixed(lambadaFewShot, 1)} %`,
  ]);
  const names = ['model', 'year', 'parameters', 'layers', 'width', 'zeroShot', 'fewShot'];
  return drawTable({
    caption: say('family.published.caption'),
    columns: names.map((name) => say(`family.column.${name}` as SeeKey)),
    rows,
  });
}

/** LAMBADA against size: ours measured, the others as published. */
function sizePlot(): HTMLElement {
  const [width, height, left, bottom] = [fittingWidth(680), 340, 48, 44];
  const x = (parameters: number): number => left + ((Math.log10(parameters) - 6) / 6) * (width - left - 30);
  const y = (percent: number): number => height - bottom - (percent / 100) * (height - bottom - 20);
  const axes: Node[] = [];
  for (const percent of [0, 20, 40, 60, 80, 100]) {
    axes.push(
      svg('line', { class: 'grid', x1: left, x2: width - 20, y1: y(percent), y2: y(percent) }),
      svg('text', { class: 'quiet', x: left - 8, y: y(percent) + 4, 'text-anchor': 'end' }, `${percent} %`),
    );
  }
  for (const [power, label] of [
    [6, '1 M'],
    [7, '10 M'],
    [8, '100 M'],
    [9, '1 B'],
    [10, '10 B'],
    [11, '100 B'],
    [12, '1,000 B'],
  ] as const) {
    axes.push(
      svg('text', { class: 'quiet', x: x(10 ** power), y: height - bottom + 20, 'text-anchor': 'middle' }, label),
    );
  }
  axes.push(
    svg(
      'text',
      { class: 'quiet', x: (left + width) / 2, y: height - 6, 'text-anchor': 'middle' },
      say('family.plot.x'),
    ),
  );
  const drawPoint = (parameters: number, percent: number, name: string, kind: string, side: Side): Node =>
    point(x(parameters), y(percent), `${name} ${fixed(percent, 1)} %`, kind, side);
  const points = published.flatMap(({ name, parameters, lambada, lambadaFewShot }, index) => {
    // Every second label stands before its point, or those of like sizes would cover one another.
    const side = parameters > 1e10 || index % 2 === 0 ? 'before' : 'after';
    return [
      ...(lambada === undefined ? [] : [drawPoint(parameters, lambada, name, 'theirs', side)]),
      ...(lambadaFewShot === undefined
        ? []
        : [drawPoint(parameters, lambadaFewShot, say('family.fewShot'), 'theirs few', side)]),
    ];
  });
  const gpt = scores.models.find(({ model }) => model === 'gpt');
  if (gpt?.parameters != null && scores.lambada !== null) {
    points.push(drawPoint(gpt.parameters, 100 * scores.lambada.accuracy, say('family.here'), 'own', 'after'));
  }
  const drawn = picture(say('family.plot'), width, height, ...axes, ...points);
  return element('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': say('family.plot') }, drawn);
}

/** Where a point's label stands: before it and above, or after it and below. */
type Side = 'before' | 'after';

function point(x: number, y: number, label: string, kind: string, side: Side): SVGGElement {
  const isAbove = side === 'before' || kind === 'own';
  const anchor = side === 'before' ? { x: x - 10, 'text-anchor': 'end' } : { x: x + 10, 'text-anchor': 'start' };
  const circle = svg('circle', { cx: x, cy: y, r: 6 });
  return svg('g', { class: `point ${kind}` }, circle, svg('text', { ...anchor, y: isAbove ? y - 6 : y + 16 }, label));
}

function plotNote(): Node[] {
  if (scores.lambada === null) return [];
  const { accuracy, standardError, passages } = scores.lambada;
  const values = { ours: fixed(100 * accuracy, 2), error: fixed(100 * standardError, 2), passages: whole(passages) };
  return [element('p', { class: 'note' }, say('family.plot.note', values))];
}

function blocks(): HTMLElement {
  const figure = (drawing: SVGSVGElement, name: string, flag: string): HTMLElement =>
    element(
      'figure',
      {},
      drawing,
      element('figcaption', {}, say(`family.block.${name}` as SeeKey), ' ', element('code', {}, flag)),
    );
  return element(
    'div',
    { class: 'blocks' },
    figure(drawBlock('pre', say('family.block.pre')), 'pre', '--norm pre'),
    figure(drawBlock('post', say('family.block.post')), 'post', '--norm post'),
    figure(drawMask(Infinity, say('family.block.dense')), 'dense', '--attention dense'),
    figure(drawMask(4, say('family.block.banded')), 'banded', '--attention alternating --band 4'),
  );
}
