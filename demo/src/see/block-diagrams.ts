import { say } from './strings.ts';
import { picture, svg } from './svg.ts';
import { isVisible } from './visible.ts';

/** One block of a GPT, from bottom to top: with the norms before its parts (GPT-2, GPT-3) or after its sums (GPT-1). */
export function drawBlock(norm: 'pre' | 'post', label: string): SVGSVGElement {
  const parts =
    norm === 'pre'
      ? ['norm', 'attention', 'sum', 'norm', 'feedForward', 'sum']
      : ['attention', 'sum', 'norm', 'feedForward', 'sum', 'norm'];
  const [width, height, step] = [220, 330, 46];
  const y = (index: number): number => height - 50 - index * step;
  const middle = 100;
  const drawn: Node[] = [svg('line', { class: 'wire', x1: middle, x2: middle, y1: height - 6, y2: 14 })];
  let branch = height - 18;
  for (const [index, part] of parts.entries()) {
    const at = y(index);
    if (part === 'sum') {
      const bend = `M${middle} ${branch} H190 V${at} H${middle + 11}`;
      drawn.push(svg('path', { class: 'wire', d: bend }));
      drawn.push(
        svg('circle', { class: 'box', cx: middle, cy: at, r: 11 }),
        svg('text', { x: middle, y: at + 5, 'text-anchor': 'middle' }, '+'),
      );
      // What is carried past the next part leaves where this one, or the norm upon it, ends.
      branch = norm === 'pre' ? at - 18 : y(index + 1) - 19;
      continue;
    }
    const name = say(part === 'norm' ? 'block.norm' : part === 'attention' ? 'block.attention' : 'block.feedForward');
    drawn.push(
      svg('rect', { class: `box ${part}`, x: middle - 80, y: at - 15, width: 160, height: 30, rx: 6 }),
      svg('text', { x: middle, y: at + 5, 'text-anchor': 'middle' }, name),
    );
  }
  return picture(label, width, height, ...drawn);
}

const positions = 12;

/** Which position (row) sees which (column): all before it, or only the last `band`. */
export function drawMask(band: number, label: string): SVGSVGElement {
  const size = 20;
  const cells: Node[] = [];
  for (let row = 0; row < positions; row++) {
    for (let column = 0; column < positions; column++) {
      const kind = isVisible(row, column, band) ? 'heat' : 'unseen';
      cells.push(
        svg('rect', { class: kind, x: column * size + 1, y: row * size + 1, width: size - 2, height: size - 2 }),
      );
    }
  }
  return picture(label, positions * size, positions * size, ...cells);
}
