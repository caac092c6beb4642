import { element } from '../elements.ts';

/** A cell: text, or something that stands for it. */
export type Cell = string | Node;

/** A table; the first cell of each row is its heading. */
export interface DataTable {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Whether the caption is for screen readers alone. Default false. */
  readonly hidesCaption?: boolean;
}

/** Draws a table that can be scrolled sideways, with the keyboard too, where it is too wide. */
export function drawTable({ caption, columns, rows, hidesCaption = false }: DataTable): HTMLElement {
  const table = element(
    'table',
    { class: 'data' },
    element('caption', { class: hidesCaption ? 'for-readers' : '' }, element('span', {}, caption)),
    element('thead', {}, element('tr', {}, ...columns.map((name) => element('th', { scope: 'col' }, name)))),
    element(
      'tbody',
      {},
      ...rows.map(([heading = '', ...cells]) =>
        element('tr', {}, element('th', { scope: 'row' }, heading), ...cells.map((cell) => element('td', {}, cell))),
      ),
    ),
  );
  return element('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': caption }, table);
}

/** A table behind a line that opens it: what a picture shows, in numbers. */
export function foldedTable(table: DataTable): HTMLElement {
  return element(
    'details',
    { class: 'fold' },
    element('summary', {}, table.caption),
    drawTable({ ...table, hidesCaption: true }),
  );
}
