import type { Extension } from '@codemirror/state';
import { type EditorView, type Panel, showPanel, showTooltip, type Tooltip, type TooltipView } from '@codemirror/view';
import type { Composition, PinyinCandidate } from '@foreword/core/pinyin';
import { describe, element, optionId, pageButton } from '../candidate-list.ts';
import { offerField, surfacesOf } from '../offer.ts';
import { forewordOptions } from '../options.ts';
import { onQuestionPress } from '../question-press.ts';
import { choose, turnPage } from './commands.ts';
import { candidatePage, composing, pinyinField } from './composing.ts';
import { explainCandidate, explainHint } from './explain.ts';
import { pinyinOptions } from './options.ts';
import { preeditElement } from './preedit.ts';

/** The numbered candidates: under the composition, or docked under the text where they keep their height. */
export const candidateBar: Extension = [
  showTooltip.compute([pinyinField, pinyinOptions, 'selection'], (state): Tooltip | null => {
    const isShown = state.facet(pinyinOptions)?.bar === 'caret' && candidatePage(state) !== null;
    return isShown ? { pos: state.selection.main.to, create: createCaretBar } : null;
  }),
  showPanel.compute([pinyinOptions], (state) =>
    state.facet(pinyinOptions)?.bar === 'docked' ? createDockedBar : null,
  ),
];

/** Id of the listbox in this editor. */
export function pinyinListId(view: EditorView): string {
  if (!editorNumbers.has(view)) editorNumbers.set(view, ++editorCount);
  return `foreword-pinyin-${editorNumbers.get(view)}`;
}

const editorNumbers = new WeakMap<EditorView, number>();
let editorCount = 0;

// The same function each time, by which CodeMirror keeps the element from one state to the next.
function createCaretBar(view: EditorView): TooltipView {
  const list = new PinyinList(view);
  list.dom.classList.add('cm-foreword-bar', 'cm-foreword-tooltip');
  return {
    dom: list.dom,
    resize: false,
    // The place of the caret in the document says nothing of where the letters break their lines.
    getCoords: (pos) => preeditElement(view)?.getClientRects()[0] ?? view.coordsAtPos(pos) ?? new DOMRect(),
    update: () => list.update(),
  };
}

function createDockedBar(view: EditorView): Panel {
  const list = new PinyinList(view);
  list.dom.classList.add('cm-foreword-docked');
  const update = (): void => {
    list.update();
    // One docked bar at a time: where `foreword` has one, this takes its place while composing.
    list.dom.hidden = composing(view.state) === null && hasOtherDockedBar(view);
  };
  update();
  return { dom: list.dom, update };
}

function hasOtherDockedBar({ state }: EditorView): boolean {
  return (
    state.facet(forewordOptions) !== null &&
    state.field(offerField, false) !== undefined &&
    surfacesOf(state).bar === 'docked'
  );
}

/** The candidates as a listbox whose options keep their elements. */
class PinyinList {
  readonly dom: HTMLElement = element('div', 'cm-foreword-list cm-foreword-pinyin');
  private readonly view: EditorView;
  private readonly listbox: HTMLElement = element('div', 'cm-foreword-options');
  private readonly options: OptionElement[] = [];
  private readonly pager: HTMLElement = element('div', 'cm-foreword-pager');
  private readonly previous: HTMLButtonElement;
  private readonly next: HTMLButtonElement;

  constructor(view: EditorView) {
    this.view = view;
    this.listbox.id = pinyinListId(view);
    this.listbox.setAttribute('role', 'listbox');
    this.listbox.setAttribute('aria-label', view.state.phrase('Candidates'));
    this.listbox.setAttribute('aria-orientation', 'horizontal');
    this.previous = pageButton(view, 'Previous candidates', '‹', turnPage(-1));
    this.next = pageButton(view, 'More candidates', '›', turnPage(1));
    this.pager.append(this.previous, this.next);
    this.dom.append(this.listbox, this.pager);
    // The focus never leaves the text.
    this.dom.addEventListener('mousedown', (event) => event.preventDefault());
    this.update();
  }

  update(): void {
    const { state } = this.view;
    const page = candidatePage(state);
    const shown = page?.candidates ?? [];
    const composition = composing(state)?.composition ?? null;
    this.dom.classList.toggle('cm-foreword-empty', page === null);
    describe(this.listbox, explainHint(state));
    for (let slot = 0; slot < Math.max(shown.length, this.options.length); slot++) {
      this.option(slot).draw(shown[slot] ?? null, composition, slot === page?.selected);
    }
    if (page !== null) this.options[page.selected]?.uncover();
    this.pager.hidden = page === null || page.pages < 2;
    this.previous.disabled = page === null || page.page === 0;
    this.next.disabled = page === null || page.page + 1 >= page.pages;
  }

  private option(slot: number): OptionElement {
    const existing = this.options[slot];
    if (existing) return existing;
    const created = new OptionElement(slot, optionId(this.listbox.id, slot), {
      choose: (pressed) => this.choose(pressed),
      explain: (pressed) => this.isOnShow(pressed) && explainCandidate(this.view, pressed.candidate, 'pointer'),
    });
    this.options.push(created);
    this.listbox.append(created.dom);
    return created;
  }

  /** Takes what was pressed, even if a better answer since then has put another into its slot. */
  private choose(pressed: Pressed): void {
    if (!this.isOnShow(pressed)) return;
    choose(pressed.candidate)(this.view);
    this.view.focus();
  }

  private isOnShow({ composition }: Pressed): boolean {
    return composing(this.view.state)?.composition === composition;
  }
}

/** A candidate under the finger, and the composition it is a candidate for. */
interface Pressed {
  readonly candidate: PinyinCandidate;
  readonly composition: Composition;
}

/** What is done with a candidate that was pressed. */
interface PressHandlers {
  choose(pressed: Pressed): void;
  /** Returns false where one cannot ask. */
  explain(pressed: Pressed): boolean;
}

/** One candidate with its number. */
class OptionElement {
  readonly dom: HTMLElement = element('div', 'cm-foreword-option');
  private readonly text: HTMLElement = element('bdi', 'cm-foreword-text');
  private shown: Pressed | null = null;
  private pressed: Pressed | null = null;

  constructor(slot: number, id: string, { choose, explain }: PressHandlers) {
    this.dom.id = id;
    this.dom.setAttribute('role', 'option');
    const number = element('span', 'cm-foreword-number');
    number.textContent = String(slot + 1);
    number.setAttribute('aria-hidden', 'true');
    this.dom.append(number, this.text);
    onQuestionPress(this.dom, () => {
      const asked = this.pressed ?? this.shown;
      return asked !== null && explain(asked);
    });
    this.dom.addEventListener('pointerdown', () => {
      this.pressed = this.shown;
    });
    this.dom.addEventListener('click', () => {
      const chosen = this.pressed ?? this.shown;
      this.pressed = null;
      if (chosen) choose(chosen);
    });
  }

  draw(candidate: PinyinCandidate | null, composition: Composition | null, isSelected: boolean): void {
    this.dom.hidden = candidate === null;
    this.dom.setAttribute('aria-selected', String(isSelected));
    if (candidate !== null && candidate.text !== this.text.textContent) this.text.textContent = candidate.text;
    this.shown = candidate && composition && { candidate, composition };
  }

  /** A docked list may hold more than its width shows. */
  uncover(): void {
    if (this.dom.closest('.cm-foreword-docked')) this.dom.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
}
