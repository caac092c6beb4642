import { Direction, type EditorView } from '@codemirror/view';
import type { Candidate } from '@foreword/core';
import { acceptSlot, ghostOf } from './accept.ts';
import { turnPage } from './choose.ts';
import { candidates, type Offer } from './offer.ts';

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
  private drawn: Offer | null = null;

  constructor(view: EditorView, place: ListPlace) {
    this.view = view;
    this.dom = element('div', `cm-foreword-list cm-foreword-${place}`);
    this.listbox = element('div', 'cm-foreword-options');
    this.listbox.id = listId(view, place);
    this.listbox.setAttribute('role', 'listbox');
    this.listbox.setAttribute('aria-label', view.state.phrase('Suggestions'));
    this.listbox.setAttribute('aria-orientation', place === 'popup' ? 'vertical' : 'horizontal');
    this.pager = this.createPager();
    this.dom.append(this.listbox, this.pager);
    // The focus never leaves the text.
    this.dom.addEventListener('mousedown', (event) => event.preventDefault());
    this.draw(candidates(view.state));
  }

  update(): void {
    const offer = candidates(this.view.state);
    if (offer !== this.drawn) this.draw(offer);
  }

  private draw(offer: Offer | null): void {
    this.drawn = offer;
    const shown = offer?.candidates ?? [];
    this.dom.dir = this.view.textDirection === Direction.RTL ? 'rtl' : 'ltr';
    this.dom.classList.toggle('cm-foreword-armed', offer !== null && offer.selected >= 0);
    this.dom.classList.toggle('cm-foreword-empty', shown.length === 0);
    const ghostSlot = ghostOf(this.view.state)?.slot ?? -1;
    for (let slot = 0; slot < Math.max(shown.length, this.options.length); slot++) {
      this.option(slot).draw(shown[slot], slot === offer?.selected, slot === ghostSlot);
    }
    this.pager.hidden = offer === null || offer.pages < 2;
  }

  private option(slot: number): OptionElement {
    const existing = this.options[slot];
    if (existing) return existing;
    const created = new OptionElement(slot, optionId(this.listbox.id, slot), (candidate) =>
      this.choose(slot, candidate),
    );
    this.options.push(created);
    this.listbox.append(created.dom);
    return created;
  }

  private choose(slot: number, candidate: Candidate): void {
    // An answer that came between press and release must not put another word under the finger.
    const current = this.drawn?.candidates[slot];
    if (current?.word !== candidate.word) return;
    acceptSlot(slot, 'pointer')(this.view);
    this.view.focus();
  }

  private createPager(): HTMLElement {
    const pager = element('div', 'cm-foreword-pager');
    for (const [step, label, sign] of [
      [-1, 'Previous suggestions', '‹'],
      [1, 'More suggestions', '›'],
    ] as const) {
      const button = document.createElement('button');
      button.type = 'button';
      button.tabIndex = -1;
      button.textContent = sign;
      button.setAttribute('aria-label', this.view.state.phrase(label));
      button.addEventListener('click', () => turnPage(step)(this.view));
      pager.append(button);
    }
    return pager;
  }
}

/** One candidate with its number. */
class OptionElement {
  readonly dom: HTMLElement;
  private readonly text: HTMLElement;
  private candidate: Candidate | null | undefined = undefined;
  private pressed: Candidate | null | undefined = undefined;

  constructor(slot: number, id: string, choose: (candidate: Candidate) => void) {
    this.dom = element('div', 'cm-foreword-option');
    this.dom.id = id;
    this.dom.setAttribute('role', 'option');
    const number = element('span', 'cm-foreword-number');
    number.textContent = String(slot + 1);
    number.setAttribute('aria-hidden', 'true');
    this.text = element('bdi', 'cm-foreword-text');
    this.dom.append(number, this.text);
    this.dom.addEventListener('pointerdown', () => {
      this.pressed = this.candidate;
    });
    this.dom.addEventListener('click', () => {
      const pressed = this.pressed ?? this.candidate;
      this.pressed = undefined;
      if (pressed) choose(pressed);
    });
  }

  draw(candidate: Candidate | null | undefined, isSelected: boolean, isGhost: boolean): void {
    this.dom.hidden = candidate === undefined;
    this.dom.classList.toggle('cm-foreword-vacant', candidate === null);
    this.dom.classList.toggle('cm-foreword-ghosted', isGhost);
    this.dom.setAttribute('aria-selected', String(isSelected));
    // A slot that waits for its next word keeps the last one's width, so that its neighbours stand still.
    if (candidate && candidate.text !== this.candidate?.text) this.text.textContent = candidate.text;
    this.candidate = candidate;
  }
}

function element(tag: string, className: string): HTMLElement {
  const created = document.createElement(tag);
  created.className = className;
  return created;
}
