import { type Command, Direction, type EditorView } from '@codemirror/view';
import type { Candidate } from '@foreword/core';
import { acceptanceSpec, ghostOf } from './accept.ts';
import { turnPage } from './choose.ts';
import { explainCandidate, explainHint } from './explain.ts';
import { candidates, type Offer } from './offer.ts';
import { onQuestionPress } from './question-press.ts';

/** Where a list of candidates is drawn. */
export type ListPlace = 'bar' | 'docked' | 'popup';

/** Id of the listbox that `place` draws in this editor. */
export function listId(view: EditorView, place: ListPlace): string {
  if (!editorNumbers.has(view)) editorNumbers.set(view, ++editorCount);
  return `foreword-${editorNumbers.get(view)}-${place}`;
}

/** Id of the option for `slot` in the listbox `list`. */
export function optionId(list: string, slot: number): string {
  return `${list}-${slot}`;
}

const editorNumbers = new WeakMap<EditorView, number>();
let editorCount = 0;

/** The candidates as a listbox whose options keep their elements: an update changes only the texts that differ. */
export class CandidateList {
  /** The list with its page buttons. */
  readonly dom: HTMLElement;
  private readonly view: EditorView;
  private readonly listbox: HTMLElement;
  private readonly options: OptionElement[] = [];
  private readonly pager: HTMLElement;
  private readonly previous: HTMLButtonElement;
  private readonly next: HTMLButtonElement;
  private drawn: Offer | null = null;
  // Asking the element would make the browser lay out the page at every word.
  private isScrolled = false;

  constructor(view: EditorView, place: ListPlace) {
    this.view = view;
    this.dom = element('div', `cm-foreword-list cm-foreword-${place}`);
    this.listbox = element('div', 'cm-foreword-options');
    this.listbox.id = listId(view, place);
    this.listbox.setAttribute('role', 'listbox');
    this.listbox.setAttribute('aria-label', view.state.phrase('Suggestions'));
    this.listbox.setAttribute('aria-orientation', place === 'popup' ? 'vertical' : 'horizontal');
    this.pager = element('div', 'cm-foreword-pager');
    this.previous = pageButton(view, 'Previous suggestions', '‹', turnPage(-1));
    this.next = pageButton(view, 'More suggestions', '›', turnPage(1));
    this.pager.append(this.previous, this.next);
    this.dom.append(this.listbox, this.pager);
    this.listbox.addEventListener('scroll', () => {
      this.isScrolled = true;
    });
    // The focus never leaves the text.
    this.dom.addEventListener('mousedown', (event) => event.preventDefault());
    this.draw(candidates(view.state));
  }

  update(): void {
    const offer = candidates(this.view.state);
    if (offer !== this.drawn) this.draw(offer);
  }

  private draw(offer: Offer | null): void {
    // A docked list that was scrolled sideways starts anew with the word.
    if (this.isScrolled && offer?.from !== this.drawn?.from) {
      this.listbox.scrollLeft = 0;
      this.isScrolled = false;
    }
    this.drawn = offer;
    const shown = offer?.candidates ?? [];
    this.dom.dir = this.view.textDirection === Direction.RTL ? 'rtl' : 'ltr';
    this.dom.classList.toggle('cm-foreword-armed', offer !== null && offer.selected >= 0);
    this.dom.classList.toggle('cm-foreword-empty', shown.length === 0);
    describe(this.listbox, explainHint(this.view.state));
    const ghostSlot = ghostOf(this.view.state)?.slot ?? -1;
    for (let slot = 0; slot < Math.max(shown.length, this.options.length); slot++) {
      this.option(slot).draw(shown[slot], offer?.to ?? 0, slot === offer?.selected, slot === ghostSlot);
    }
    if (offer !== null && offer.selected >= 0) this.uncover(offer.selected);
    this.pager.hidden = offer === null || offer.pages < 2;
    this.previous.disabled = offer === null || offer.page === 0;
    this.next.disabled = offer === null || offer.page + 1 >= offer.pages;
  }

  /** A docked list may hold more than its width shows. */
  private uncover(slot: number): void {
    if (!this.dom.classList.contains('cm-foreword-docked')) return;
    this.options[slot]?.dom.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  private option(slot: number): OptionElement {
    const existing = this.options[slot];
    if (existing) return existing;
    const created = new OptionElement(slot, optionId(this.listbox.id, slot), {
      choose: (pressed) => this.choose(slot, pressed),
      explain: (pressed) => this.isOnOffer(pressed) && explainCandidate(this.view, pressed.candidate, slot, 'pointer'),
    });
    this.options.push(created);
    this.listbox.append(created.dom);
    return created;
  }

  /** Accepts the word that was pressed, even if an answer since then has put another into its slot. */
  private choose(slot: number, pressed: Pressed): void {
    const { view } = this;
    if (!this.isOnOffer(pressed)) return;
    view.dispatch(acceptanceSpec(view.state, pressed.candidate, slot, 'pointer'));
    view.focus();
  }

  private isOnOffer({ at }: Pressed): boolean {
    return candidates(this.view.state)?.to === at;
  }
}

/** Says something of a list to those who point at it or have it read; nothing where `hint` is empty. */
export function describe(list: HTMLElement, hint: string): void {
  if (list.title !== hint) list.title = hint;
}

/** A button that turns the page of a list; the focus stays in the text. */
export function pageButton(view: EditorView, label: string, sign: string, turn: Command): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'cm-foreword-page';
  button.tabIndex = -1;
  button.textContent = sign;
  button.setAttribute('aria-label', view.state.phrase(label));
  button.addEventListener('click', () => turn(view));
  return button;
}

/** A candidate under the finger, and where the caret stood then. */
interface Pressed {
  readonly candidate: Candidate;
  readonly at: number;
}

/** What is done with a candidate that was pressed. */
interface PressHandlers {
  choose(pressed: Pressed): void;
  /** Returns false where one cannot ask. */
  explain(pressed: Pressed): boolean;
}

/** One candidate with its number. */
class OptionElement {
  readonly dom: HTMLElement;
  private readonly text: HTMLElement;
  private shown: Pressed | null = null;
  private pressed: Pressed | null = null;

  constructor(slot: number, id: string, { choose, explain }: PressHandlers) {
    this.dom = element('div', 'cm-foreword-option');
    this.dom.id = id;
    this.dom.setAttribute('role', 'option');
    const number = element('span', 'cm-foreword-number');
    number.textContent = String(slot + 1);
    number.setAttribute('aria-hidden', 'true');
    this.text = element('bdi', 'cm-foreword-text');
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

  /** `candidate` is undefined where the page has no such slot, and null where the slot waits for its next word. */
  draw(candidate: Candidate | null | undefined, at: number, isSelected: boolean, isGhost: boolean): void {
    this.dom.hidden = candidate === undefined;
    this.dom.classList.toggle('cm-foreword-vacant', candidate === null);
    this.dom.classList.toggle('cm-foreword-ghosted', isGhost);
    this.dom.setAttribute('aria-selected', String(isSelected));
    // A slot that waits keeps its last word's width, so that its neighbours stand still.
    if (candidate && candidate.text !== this.text.textContent) this.text.textContent = candidate.text;
    this.shown = candidate ? { candidate, at } : null;
  }
}

/** An element with a class. */
export function element(tag: string, className: string): HTMLElement {
  const created = document.createElement(tag);
  created.className = className;
  return created;
}
