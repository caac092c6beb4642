type Attributes = Readonly<Record<string, string | number>>;

/** Makes an SVG element with attributes and children. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[Tag] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/** How wide a picture may be that is drawn to fit the page, in pixels: no more than `most`. */
export function fittingWidth(most: number): number {
  return Math.min(most, document.documentElement.clientWidth - 40);
}

/** A picture that screen readers hear as its label; the same numbers stand in a table beside it. */
export function picture(
  label: string,
  width: number,
  height: number,
  ...children: readonly (Node | string)[]
): SVGSVGElement {
  const view = { viewBox: `0 0 ${width} ${height}`, width, height };
  return svg('svg', { role: 'img', 'aria-label': label, class: 'picture', ...view }, ...children);
}
