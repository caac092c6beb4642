import { button, element } from '../elements.ts';
import { foldedTable } from './data-table.ts';
import { fixed, percent } from './figures.ts';
import { projectToPlane } from './principal-components.ts';
import type { Similarity } from './similarity.ts';
import { say } from './strings.ts';
import { fittingWidth, svg } from './svg.ts';

/** The most frequent words that are drawn besides the chosen ones. */
const wordsShown = 300;
/** On a narrow screen. */
const fewerWords = 120;

/** A map of words that can be moved, zoomed and searched, with the mouse, by touch or with the keys. */
export class WordMap {
  readonly #drawing = svg('svg', { class: 'map', role: 'application', tabindex: 0 });
  readonly #said = element('p', { class: 'note', role: 'status' });
  readonly #table = element('div', {});
  #places: ReadonlyMap<string, readonly [number, number]> = new Map();
  #drawn = '';
  /** What is seen: the middle, in the drawing's units, and how many times larger. */
  #view = { x: 0, y: 0, zoom: 1 };
  /** The drawing's size in pixels, from which it may have changed on the screen since. */
  #size: readonly [number, number] = [720, 432];

  constructor() {
    this.#followPointer();
    this.#drawing.addEventListener('keydown', (event) => {
      const step = 60 / this.#view.zoom;
      const moves: Record<string, readonly [number, number, number]> = {
        ArrowLeft: [-step, 0, 1],
        ArrowRight: [step, 0, 1],
        ArrowUp: [0, -step, 1],
        ArrowDown: [0, step, 1],
        '+': [0, 0, 1.25],
        '=': [0, 0, 1.25],
        '-': [0, 0, 0.8],
      };
      const move = event.ctrlKey || event.metaKey ? undefined : moves[event.key];
      if (move === undefined) return;
      event.preventDefault();
      this.#move(...move);
    });
  }

  /** The map and what it is steered with. */
  build(): HTMLElement {
    const input = element('input', { id: 'map-search', autocomplete: 'off', spellcheck: 'false', lang: 'en' });
    const form = element(
      'form',
      { class: 'line' },
      element('label', { for: 'map-search' }, say('map.search')),
      input,
      element('button', { type: 'submit' }, say('map.find')),
      button('+', () => this.#move(0, 0, 1.5), { 'aria-label': say('map.in') }),
      button('−', () => this.#move(0, 0, 1 / 1.5), { 'aria-label': say('map.out') }),
      button(say('map.all'), () => this.#lookAtAll()),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#find(input.value.trim().toLowerCase());
    });
    this.#drawing.setAttribute('aria-label', say('map.label'));
    this.#drawn = '';
    return element('div', {}, element('p', {}, say('map.text')), form, this.#drawing, this.#said, this.#table);
  }

  /** Draws a table's most frequent words, and `chosen` among them in colour. */
  show({ table }: Similarity, chosen: readonly string[]): void {
    const width = fittingWidth(1100);
    const isNarrow = width < 500;
    this.#size = [width, Math.round(width * (isNarrow ? 1.25 : 0.55))];
    const key = `${table.width} ${chosen.join(' ')} ${width}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    const words = [
      ...new Set([
        ...chosen,
        ...table.words.filter((word) => word.length > 2).slice(0, isNarrow ? fewerWords : wordsShown),
      ]),
    ];
    const data = new Float32Array(words.length * table.width);
    for (const [row, word] of words.entries()) {
      const at = table.words.indexOf(word) * table.width;
      data.set(unitLength(table.data.subarray(at, at + table.width)), row * table.width);
    }
    const { points, shares } = projectToPlane(data, table.width);
    this.#places = placed(words, points, this.#size);
    this.#drawing.replaceChildren(...words.map((word) => this.#label(word, chosen.includes(word))));
    this.#lookAtAll();
    const together = percent(shares[0] + shares[1]);
    this.#said.textContent = say('map.shares', { words: words.length, share: together });
    const rows = words.map((word, row) => [word, fixed(points[2 * row]!, 3), fixed(points[2 * row + 1]!, 3)]);
    this.#table.replaceChildren(foldedTable({ caption: say('map.table'), columns: [say('why.word'), 'x', 'y'], rows }));
  }

  #label(word: string, isChosen: boolean): SVGGElement {
    const [x, y] = this.#places.get(word)!;
    const label = svg('g', { class: isChosen ? 'chosen' : '', 'data-word': word });
    label.append(svg('circle', { cx: x, cy: y, r: 1 }), svg('text', { x, y, lang: 'en' }, word));
    return label;
  }

  #find(word: string): void {
    const place = this.#places.get(word);
    for (const found of this.#drawing.querySelectorAll('.found')) found.classList.remove('found');
    if (place === undefined) {
      this.#said.textContent = say('map.missing', { word });
      return;
    }
    this.#drawing.querySelector(`[data-word="${CSS.escape(word)}"]`)?.classList.add('found');
    this.#look({ x: place[0], y: place[1], zoom: Math.max(4, this.#view.zoom) });
    this.#said.textContent = say('map.found', { word });
  }

  #move(x: number, y: number, factor: number): void {
    const { x: middleX, y: middleY, zoom } = this.#view;
    this.#look({ x: middleX + x, y: middleY + y, zoom: Math.min(30, Math.max(0.8, zoom * factor)) });
  }

  #lookAtAll(): void {
    this.#look({ x: this.#size[0] / 2, y: this.#size[1] / 2, zoom: 1 });
  }

  #look(view: { x: number; y: number; zoom: number }): void {
    this.#view = view;
    const [w, h] = this.#size.map((length) => length / view.zoom) as [number, number];
    this.#drawing.setAttribute('viewBox', `${view.x - w / 2} ${view.y - h / 2} ${w} ${h}`);
    // Letters and dots keep their size on the screen.
    this.#drawing.style.setProperty('--unit', String(1 / view.zoom));
  }

  #followPointer(): void {
    let last: { readonly x: number; readonly y: number } | undefined;
    const drawing = this.#drawing;
    drawing.addEventListener('pointerdown', (event) => {
      last = { x: event.clientX, y: event.clientY };
      drawing.setPointerCapture(event.pointerId);
    });
    drawing.addEventListener('pointermove', (event) => {
      if (last === undefined) return;
      const unit = this.#size[0] / this.#view.zoom / drawing.clientWidth;
      this.#move((last.x - event.clientX) * unit, (last.y - event.clientY) * unit, 1);
      last = { x: event.clientX, y: event.clientY };
    });
    for (const end of ['pointerup', 'pointercancel'] as const) {
      drawing.addEventListener(end, () => {
        last = undefined;
      });
    }
    drawing.addEventListener(
      'wheel',
      (event) => {
        // The page scrolls over the map; with Ctrl, as pinching has it, the map grows.
        if (!event.ctrlKey) return;
        event.preventDefault();
        this.#move(0, 0, event.deltaY < 0 ? 1.2 : 1 / 1.2);
      },
      { passive: false },
    );
  }
}

/** Where the words stand in the drawing: all of them within its margins. */
function placed(
  words: readonly string[],
  points: Float64Array,
  [width, height]: readonly [number, number],
): Map<string, readonly [number, number]> {
  const places = new Map<string, readonly [number, number]>();
  const range = (axis: 0 | 1): readonly [number, number] => {
    const values = words.map((_, row) => points[2 * row + axis]!);
    return [Math.min(...values), Math.max(...values)];
  };
  const [[left, right], [bottom, top]] = [range(0), range(1)];
  for (const [row, word] of words.entries()) {
    const x = 30 + ((points[2 * row]! - left) / (right - left || 1)) * (width - 90);
    const y = height - 20 - ((points[2 * row + 1]! - bottom) / (top - bottom || 1)) * (height - 40);
    places.set(word, [x, y]);
  }
  return places;
}

// Cosines are what the table is read by: frequent words have longer vectors, which says nothing of their meaning.
function unitLength(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
