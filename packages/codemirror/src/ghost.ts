import { EditorSelection, type Extension } from '@codemirror/state';
import { Direction, type EditorView, type LayerMarker, layer, RectangleMarker } from '@codemirror/view';
import { ghostOf } from './accept.ts';
import { candidates } from './offer.ts';

/**
 * The rest of the leading candidate after the caret. It is drawn in a layer over the text on every platform: nothing in the
 * text moves when it comes or goes, and no soft keyboard or composition ever meets it.
 */
export const ghostText: Extension = layer({
  above: true,
  class: 'cm-foreword-ghost-layer',
  markers: (view) => {
    const marker = ghostMarker(view);
    return marker ? [marker] : [];
  },
  update: ({ startState, state, geometryChanged }) => geometryChanged || candidates(startState) !== candidates(state),
  mount: (dom, view) => layers.set(view, dom),
});

/** Whether the ghost has a place to be seen at: only then may Tab accept it. May read the layout. */
export function isGhostDrawn(view: EditorView): boolean {
  return ghostMarker(view) !== null;
}

/** Hides the ghost at once while an input method composes, without an update of the editor that could disturb it. */
export function hideGhost(view: EditorView, isHidden: boolean): void {
  const dom = layers.get(view);
  if (dom) dom.hidden = isHidden;
}

const layers = new WeakMap<EditorView, HTMLElement>();
// Less room than this shows nothing that could be read.
const LEAST_ROOM_PX = 12;

function ghostMarker(view: EditorView): GhostMarker | null {
  const ghost = view.compositionStarted ? null : ghostOf(view.state);
  if (ghost === null) return null;
  const pos = view.state.selection.main.head;
  const direction = view.textDirectionAt(pos);
  if (directionBefore(view, pos) !== direction) return null;
  const caret = view.coordsAtPos(pos, -1);
  const [origin] = RectangleMarker.forRange(view, '', EditorSelection.cursor(pos, -1));
  if (!caret || !origin) return null;
  const room =
    direction === Direction.LTR ? roomEdges(view, pos).right - caret.left : caret.left - roomEdges(view, pos).left;
  if (room < LEAST_ROOM_PX) return null;
  const left = direction === Direction.LTR ? origin.left : origin.left - room;
  return new GhostMarker(ghost.text, direction, left, origin.top, room, origin.height, fontAt(view, pos));
}

/** Direction of the text that ends at `pos`. Where it runs against its line, what follows has no place beside it. */
function directionBefore(view: EditorView, pos: number): Direction {
  const line = view.state.doc.lineAt(pos);
  const last = view.bidiSpans(line).find((span) => span.to === pos - line.from);
  return last?.dir ?? view.textDirectionAt(pos);
}

/** How far a ghost may reach: the inside of its line, as far as that can be seen. */
function roomEdges(view: EditorView, pos: number): { left: number; right: number } {
  const scroller = view.scrollDOM.getBoundingClientRect();
  const line = elementAt(view, pos).closest<HTMLElement>('.cm-line') ?? view.contentDOM;
  const rect = line.getBoundingClientRect();
  const style = getComputedStyle(line);
  return {
    left: Math.max(scroller.left, rect.left + Number.parseFloat(style.paddingLeft)),
    right: Math.min(scroller.left + view.scrollDOM.clientWidth, rect.right - Number.parseFloat(style.paddingRight)),
  };
}

/** The innermost element that holds the character before `pos`, whose type the ghost continues. */
function elementAt(view: EditorView, pos: number): HTMLElement {
  const { node, offset } = view.domAtPos(pos, -1);
  let inner: Node = node.nodeType === Node.ELEMENT_NODE ? (node.childNodes[offset - 1] ?? node) : node;
  while (inner.lastChild) inner = inner.lastChild;
  const element = inner instanceof HTMLElement && inner.tagName !== 'BR' ? inner : inner.parentElement;
  return element ?? view.contentDOM;
}

/** The CSS properties that decide how letters look and run at `pos`. */
function fontAt(view: EditorView, pos: number): string {
  const style = getComputedStyle(elementAt(view, pos));
  return fontProperties.map((property) => `${property}:${style.getPropertyValue(property)}`).join(';');
}

const fontProperties = [
  'font-style',
  'font-variant',
  'font-weight',
  'font-stretch',
  'font-size',
  'font-family',
  'font-kerning',
  'font-feature-settings',
  'font-variation-settings',
  'letter-spacing',
  'word-spacing',
];

class GhostMarker implements LayerMarker {
  private readonly text: string;
  private readonly direction: Direction;
  private readonly css: string;

  constructor(
    text: string,
    direction: Direction,
    left: number,
    top: number,
    width: number,
    height: number,
    font: string,
  ) {
    this.text = text;
    this.direction = direction;
    const box = `left:${left}px;top:${top}px;width:${width}px;height:${height}px;line-height:${height}px`;
    this.css = `${box};${font}`;
  }

  eq(other: GhostMarker): boolean {
    return this.text === other.text && this.css === other.css && this.direction === other.direction;
  }

  draw(): HTMLElement {
    const dom = document.createElement('div');
    dom.className = 'cm-foreword-ghost';
    dom.setAttribute('aria-hidden', 'true');
    this.update(dom);
    return dom;
  }

  update(dom: HTMLElement): boolean {
    dom.textContent = this.text;
    dom.dir = this.direction === Direction.RTL ? 'rtl' : 'ltr';
    dom.style.cssText = this.css;
    return true;
  }
}
