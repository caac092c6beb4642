import type { EditorState, Extension, Range } from '@codemirror/state';
import { Decoration, EditorView, WidgetType } from '@codemirror/view';
import { chosenEnd } from '@foreword/core/pinyin';
import { type Composing, composing, pinyinField } from './composing.ts';

/**
 * The composition as it stands, underlined at the caret, where it is going to be: choices as hanzi, then the letters by syllables.
 * None of it is in the document. What is selected is shown as going to be replaced.
 */
export const preedit: Extension = [
  EditorView.decorations.compute([pinyinField, 'selection'], (state) => {
    const value = composing(state);
    return value === null ? Decoration.none : Decoration.set([...replacedMarks(state), preeditAt(state, value)], true);
  }),
  EditorView.editorAttributes.compute(
    [pinyinField],
    (state): Record<string, string> => (composing(state) === null ? {} : { class: 'cm-foreword-composing' }),
  ),
];

/** The element that shows the composition, or null while there is none. */
export function preeditElement(view: EditorView): HTMLElement | null {
  return view.contentDOM.querySelector<HTMLElement>('.cm-foreword-preedit');
}

const replaced = Decoration.mark({ class: 'cm-foreword-replaced' });

function replacedMarks(state: EditorState): Range<Decoration>[] {
  return state.selection.ranges.filter(({ empty }) => !empty).map(({ from, to }) => replaced.range(from, to));
}

function preeditAt(state: EditorState, value: Composing): Range<Decoration> {
  return Decoration.widget({ widget: new PreeditWidget(value), side: 1 }).range(state.selection.main.to);
}

/** A part of the preedit: a choice, or letters of one segment. */
interface Part {
  readonly className: string;
  readonly text: string;
  /** Where the caret stands in the text, or -1. */
  readonly caret: number;
}

class PreeditWidget extends WidgetType {
  private readonly parts: readonly Part[];

  constructor(value: Composing) {
    super();
    this.parts = partsOf(value);
  }

  override eq(other: PreeditWidget): boolean {
    return JSON.stringify(this.parts) === JSON.stringify(other.parts);
  }

  override toDOM(): HTMLElement {
    const dom = document.createElement('span');
    dom.className = 'cm-foreword-preedit';
    dom.setAttribute('aria-hidden', 'true');
    dom.translate = false;
    // The caret of the text stays where it is.
    dom.addEventListener('mousedown', (event) => event.preventDefault());
    this.draw(dom);
    return dom;
  }

  override updateDOM(dom: HTMLElement): boolean {
    this.draw(dom);
    return true;
  }

  override ignoreEvent(): boolean {
    return true;
  }

  private draw(dom: HTMLElement): void {
    dom.replaceChildren(...this.parts.map(drawPart));
  }
}

function drawPart({ className, text, caret }: Part): HTMLElement {
  const dom = document.createElement('span');
  dom.className = className;
  if (caret < 0) {
    dom.textContent = text;
    return dom;
  }
  const mark = document.createElement('span');
  mark.className = 'cm-foreword-preedit-caret';
  dom.append(text.slice(0, caret), mark, text.slice(caret));
  return dom;
}

/** The caret is drawn once, in the part that ends with it where two meet. */
function partsOf({ composition, answer }: Composing): Part[] {
  const { letters, caret, chosen } = composition;
  const rest = chosenEnd(composition);
  const parts: Part[] = [];
  const holdsCaret = (start: number, end: number): boolean => caret <= end && (caret > start || start === 0);
  for (const { text, start, end } of chosen) {
    const at = !holdsCaret(start, end) ? -1 : caret === end ? text.length : 0;
    parts.push({ className: 'cm-foreword-preedit-chosen', text, caret: at });
  }
  for (const { start, end, kind } of coverAll(answer.segments, rest, letters.length)) {
    const at = holdsCaret(start, end) ? caret - start : -1;
    const text = letters.slice(start, end);
    parts.push({ className: `cm-foreword-preedit-${isSeparator(text) ? 'separator' : kind}`, text, caret: at });
  }
  return parts;
}

/** Whether letters only divide others: apostrophes. */
export function isSeparator(letters: string): boolean {
  return /^'+$/.test(letters);
}

type Span = Pick<Composing['answer']['segments'][number], 'start' | 'end' | 'kind'>;

/** The segments, and as raw letters whatever an engine left out behind them: no letter is ever hidden. */
function coverAll(segments: readonly Span[], from: number, to: number): Span[] {
  const spans = segments.filter(({ start, end }) => start >= from && end <= to);
  const end = spans.at(-1)?.end ?? from;
  return end < to ? [...spans, { start: end, end: to, kind: 'raw' }] : spans;
}
