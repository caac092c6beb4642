import { type ModelScores, scores } from 'virtual:scores';
import { element } from '../elements.ts';
import { drawBlock, drawMask } from './block-diagrams.ts';
import { drawTable } from './data-table.ts';
import { bytes, fixed, significant, whole } from './figures.ts';
import { ourLambada, published, sources } from './published.ts';
import type { Section, SectionHost } from './section.ts';
import { type SeeKey, say } from './strings.ts';
import { fittingWidth, picture, svg } from './svg.ts';
import { modelName } from './why-section.ts';

/** The models by year, those that run here beside the large ones, and how they are built. */
export function familySection(_: SectionHost): Section {
  return {
    needsNeural: false,
    build(place) {
      place.replaceChildren(
        timeline(),
        element('h3', {}, say('family.ours')),
        ourTable(),
        element('p', { class: 'note' }, say('family.ours.note', { words: whole(scores.models[0]?.words ?? 0) })),
        element('h3', {}, say('family.published')),
        publishedTable(),
        element(
          'ul',
          { class: 'sources' },
          ...Object.values(sources).map((source) => element('li', { lang: 'en' }, source)),
        ),
        element('h3', {}, say('family.plot')),
        sizePlot(),
        element(
          'p',
          { class: 'note' },
          say('family.plot.note', { ours: fixed(ourLambada.percent, 2), error: fixed(ourLambada.standardError, 2) }),
        ),
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

function ourTable(): HTMLElement {
  const order = ['ngram', 'nnlm', 'lstm', 'gpt', 'mixture'];
  const sorted = [...scores.models].sort((a, b) => order.indexOf(a.model) - order.indexOf(b.model));
  const figure = (model: string, name: string, value: number | null | undefined, write: (value: number) => string) =>
    value == null
      ? '–'
      : element('span', { 'data-figure': `${model} ${name}`, 'data-value': String(value) }, write(value));
  const rows = sorted.map((row: ModelScores) => [
    modelName(row.model),
    row.model === 'ngram' ? say('family.counted') : figure(row.model, 'parameters', row.parameters, whole),
    figure(row.model, 'bytes', row.sizeBytes, bytes),
    figure(row.model, 'perplexity', row.wordPerplexity, (value) => fixed(value, 1)),
    figure(row.model, 'bits', row.bitsPerChar, (value) => fixed(value, 3)),
    figure(row.model, 'ks5', row.ks5, (value) => `${fixed(value, 1)} %`),
    figure(row.model, 'top1', row.top1, (value) => `${fixed(value, 1)} %`),
    figure(row.model, 'top3', row.top3, (value) => `${fixed(value, 1)} %`),
    row.model === 'gpt' ? `${fixed(ourLambada.percent, 2)} %` : '–',
  ]);
  const names = ['model', 'parameters', 'bytes', 'perplexity', 'bits', 'ks5', 'top1', 'top3', 'lambada'];
  const columns = names.map((name) => say(`family.column.${name}` as SeeKey));
  return drawTable({ caption: say('family.ours.caption'), columns, rows });
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
  const points = published.flatMap(({ name, parameters, lambada, lambadaFewShot }) => [
    ...(lambada === undefined ? [] : [point(x(parameters), y(lambada), `${name} ${fixed(lambada, 1)} %`, 'theirs')]),
    ...(lambadaFewShot === undefined
      ? []
      : [
          point(
            x(parameters),
            y(lambadaFewShot),
            `${say('family.fewShot')} ${fixed(lambadaFewShot, 1)} %`,
            'theirs few',
          ),
        ]),
  ]);
  const gpt = scores.models.find(({ model }) => model === 'gpt');
  if (gpt?.parameters != null) {
    points.push(
      point(x(gpt.parameters), y(ourLambada.percent), `${say('family.here')} ${fixed(ourLambada.percent, 1)} %`, 'own'),
    );
  }
  const drawn = picture(say('family.plot'), width, height, ...axes, ...points);
  return element('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': say('family.plot') }, drawn);
}

function point(x: number, y: number, label: string, kind: string): SVGGElement {
  const isRight = x > fittingWidth(680) * 0.62;
  const at = { x: isRight ? x - 10 : x + 10, y: y - 6, 'text-anchor': isRight ? 'end' : 'start' };
  return svg('g', { class: `point ${kind}` }, svg('circle', { cx: x, cy: y, r: 6 }), svg('text', at, label));
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
