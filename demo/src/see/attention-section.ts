import type { Attention } from '@foreword/core/neural';
import { element } from '../elements.ts';
import { foldedTable } from './data-table.ts';
import { fixed, percent } from './figures.ts';
import type { Section, SectionHost } from './section.ts';
import { say } from './strings.ts';
import { picture, svg } from './svg.ts';

/** Most of a text's last tokens that are drawn. */
const tokensShown = 32;

/** Where the GPT looks while it reads the text: each layer and head, as a heat map and as arcs. */
export function attentionSection(host: SectionHost): Section {
  const overview = element('div', { class: 'heads' });
  const large = element('div', {});
  return {
    needsNeural: true,
    build(place) {
      place.replaceChildren(
        element('h3', {}, say('attention.heads')),
        overview,
        element('p', { class: 'note' }, say('attention.first')),
        large,
      );
    },
    async refresh(signal) {
      const model = await host.models.attention();
      const attention = await model.read(host.text.trimEnd());
      signal.throwIfAborted();
      const first = strongestHead(attention);
      const layer = choice(host, 'layer', attention.layers) ?? first.layer;
      const head = choice(host, 'head', attention.heads) ?? first.head;
      const focused = document.activeElement?.getAttribute('data-head');
      overview.replaceChildren(...drawOverview(host, attention, layer, head));
      if (focused != null) overview.querySelector<HTMLElement>(`[data-head="${focused}"]`)?.focus();
      const seen = headOf(attention, layer, head);
      const row = chosenRow(host, seen);
      large.replaceChildren(...drawHead(host, seen, row, layer, head));
      centre(large.querySelector('.arcs'), row);
    },
  };
}

/** One head's attention, of the tokens that are drawn. */
export interface Head {
  readonly tokens: readonly string[];
  /** What the row's token gives the column's. */
  share(row: number, column: number): number;
}

/** One head of what a text was read with, its last tokens. */
export function headOf({ tokens, heads, shares }: Attention, layer: number, head: number): Head {
  const length = tokens.length;
  const first = Math.max(0, length - tokensShown);
  const start = (layer * heads + head) * length * length;
  return {
    tokens: tokens.slice(first),
    share: (row, column) => shares[start + (first + row) * length + first + column]!,
  };
}

/** Scrolls the arcs sideways so that the token they come from is seen. The page stays where it is. */
function centre(arcs: Element | null, row: number): void {
  const scroller = arcs?.parentElement;
  if (scroller != null) scroller.scrollLeft = centreOf(row) - scroller.clientWidth / 2;
}

function choice(host: SectionHost, name: string, count: number): number | undefined {
  const asked = Number(host.option(name));
  return Number.isInteger(asked) && asked >= 1 && asked <= count ? asked - 1 : undefined;
}

/** The head in which the pronoun, or else the last token, gives most to one token further back than the last. */
function strongestHead(attention: Attention): { readonly layer: number; readonly head: number } {
  let best = { layer: 0, head: 0, share: 0 };
  for (let layer = 0; layer < attention.layers; layer++) {
    for (let head = 0; head < attention.heads; head++) {
      const seen = headOf(attention, layer, head);
      const row = pronounRow(seen.tokens);
      // Not the mark before the text, where every head rests.
      for (let column = 1; column < row - 1; column++) {
        const share = seen.share(row, column);
        if (share > best.share) best = { layer, head, share };
      }
    }
  }
  return best;
}

function pronounRow(tokens: readonly string[]): number {
  const pronoun = tokens.findLastIndex((token) => /^\s*(it|he|she|they|him|her|them)$/i.test(token));
  return pronoun >= 0 ? pronoun : tokens.length - 1;
}

/** The token whose looking is drawn as arcs: the pronoun of the text, else its last token. */
function chosenRow(host: SectionHost, { tokens }: Head): number {
  const asked = Number(host.option('token') ?? Number.NaN);
  if (Number.isInteger(asked) && asked >= 1 && asked <= tokens.length) return asked - 1;
  return pronounRow(tokens);
}

function drawOverview(host: SectionHost, attention: Attention, layer: number, head: number): Node[] {
  const rows: Node[] = [];
  for (let l = 0; l < attention.layers; l++) {
    for (let h = 0; h < attention.heads; h++) {
      const name = say('attention.head', { layer: l + 1, head: h + 1 });
      const isChosen = l === layer && h === head;
      const small = element('button', {
        type: 'button',
        'aria-pressed': String(isChosen),
        'aria-label': name,
        'data-head': `${l} ${h}`,
      });
      small.append(thumbnail(headOf(attention, l, h)), element('span', { 'aria-hidden': 'true' }, `${l + 1}·${h + 1}`));
      small.addEventListener('click', () => {
        host.choose('layer', String(l + 1));
        host.choose('head', String(h + 1));
      });
      rows.push(small);
    }
  }
  return rows;
}

function thumbnail(head: Head): SVGSVGElement {
  const size = head.tokens.length;
  const drawn = svg('svg', { viewBox: `0 0 ${size} ${size}`, 'aria-hidden': 'true', class: 'thumbnail' });
  drawn.append(svg('rect', { class: 'unseen', width: size, height: size }));
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) drawn.append(cell(head.share(row, column), column, row, 1));
  }
  return drawn;
}

/** A square as dark as the share it stands for. */
function cell(share: number, x: number, y: number, size: number): SVGGElement {
  const place = { x: x * size, y: y * size, width: size, height: size };
  return svg(
    'g',
    {},
    svg('rect', { class: 'paper', ...place }),
    svg('rect', { class: 'heat', ...place, 'fill-opacity': Math.sqrt(share).toFixed(3) }),
  );
}

function drawHead(host: SectionHost, head: Head, row: number, layer: number, index: number): Node[] {
  const { tokens } = head;
  const names = tokens.map(tokenName);
  const choose = element(
    'select',
    { id: 'attention-token' },
    ...names.map((name, at) => element('option', { value: String(at + 1), selected: at === row }, `${at + 1} ${name}`)),
  );
  choose.addEventListener('change', () => host.choose('token', choose.value));
  const title = say('attention.head', { layer: layer + 1, head: index + 1 });
  const strongest = tokens
    .map((_, column) => ({ column, share: column <= row ? head.share(row, column) : 0 }))
    .sort((a, b) => b.share - a.share)
    .slice(0, 3)
    .map(({ column, share }) => `${names[column]} ${percent(share, 2)}`);
  const rows = tokens.map((_, at) => [
    `${at + 1} ${names[at]}`,
    ...tokens.map((_, column) => (column > at ? '' : fixed(head.share(at, column), 3))),
  ]);
  return [
    element('h3', {}, title),
    element('p', { class: 'line' }, element('label', { for: 'attention-token' }, say('attention.from')), choose),
    drawArcs(head, names, row),
    element(
      'p',
      { id: 'attention-strongest', 'aria-live': 'polite' },
      say('attention.strongest', { token: names[row]!, list: strongest.join(', ') }),
    ),
    drawHeatMap(head, names, title),
    element('p', { class: 'note' }, say('attention.mask')),
    foldedTable({ caption: say('attention.table', { title }), columns: [say('attention.token'), ...names], rows }),
  ];
}

/** How a token is written: the one before the text as a mark. */
function tokenName(token: string): string {
  if (token === '') return say('attention.start');
  return token.replaceAll('\n', '↵').replace(/^ /, '·');
}

function drawHeatMap(head: Head, names: readonly string[], title: string): HTMLElement {
  const size = 20;
  const [left, top] = [96, 84];
  const grid = svg('g', { transform: `translate(${left} ${top})` });
  for (const [row, name] of names.entries()) {
    grid.append(
      svg('text', { x: -6, y: row * size + 14, 'text-anchor': 'end', lang: 'en' }, name),
      svg('text', { transform: `translate(${row * size + 14} -6) rotate(-60)`, lang: 'en' }, name),
    );
    for (const column of names.keys()) {
      if (column > row)
        grid.append(svg('rect', { class: 'unseen', x: column * size, y: row * size, width: size, height: size }));
      else grid.append(cell(head.share(row, column), column, row, size));
    }
  }
  const width = left + names.length * size + 50;
  const drawn = picture(`${title}. ${say('attention.map')}`, width, top + names.length * size + 4, grid);
  return element(
    'div',
    { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': say('attention.map') },
    drawn,
  );
}

/** Pixels from one token to the next above which the arcs stand. */
const tokenWidth = 62;

function centreOf(token: number): number {
  return (token + 0.5) * tokenWidth;
}

/** From the chosen token to each that it looks at, as thick as the share. */
function drawArcs(head: Head, names: readonly string[], row: number): HTMLElement {
  const line = element('div', { class: 'arcs' });
  const tallest = 30 + Math.min(150, (row * tokenWidth) / 4);
  const arcs = names.slice(0, row + 1).map((_, column) => {
    const share = head.share(row, column);
    const [from, to] = [centreOf(row), centreOf(column)];
    const rise = column === row ? 18 : Math.min(tallest - 10, 20 + Math.abs(from - to) / 4);
    const path =
      column === row
        ? `M${from - 6} ${tallest} C${from - 18} ${tallest - rise} ${from + 18} ${tallest - rise} ${from + 6} ${tallest}`
        : `M${from} ${tallest} C${from} ${tallest - rise} ${to} ${tallest - rise} ${to} ${tallest}`;
    return svg('path', {
      d: path,
      class: 'arc',
      'stroke-width': (0.5 + 8 * share).toFixed(2),
      'stroke-opacity': Math.sqrt(share).toFixed(3),
    });
  });
  const labels = names.map((name, at) => {
    const kind = at === row ? 'token from' : at > row ? 'token later' : 'token';
    return svg('text', { class: kind, x: centreOf(at), y: tallest + 18, 'text-anchor': 'middle', lang: 'en' }, name);
  });
  const label = say('attention.arcs', { token: names[row]! });
  line.append(picture(label, names.length * tokenWidth, tallest + 28, ...arcs, ...labels));
  return element('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': label }, line);
}
