import { type Lexicon, normalizeWord } from '@foreword/core';
import type { Personal, PersonalWord, WordRule } from '@foreword/core/personal';
import { button, element } from './elements.ts';
import { forgetWord } from './forget-word.ts';
import { formatAgo, type LanguageTag, type StringKey, text, textOf } from './strings.ts';

/** Rows drawn at first, and each time that more are asked for: as many as a browser lays out at once. */
const firstRows = 50;
const moreRows = 200;

const views = ['all', 'new', 'ruled'] as const;
type View = (typeof views)[number];

/** What can be done with a word. */
type Deed = 'pin' | 'block' | 'allow' | 'forget';
/** The rule that a deed makes, and takes back where it holds. */
const ruleOf: Readonly<Record<Exclude<Deed, 'forget'>, WordRule>> = {
  pin: 'pinned',
  block: 'blocked',
  allow: 'allowed',
};

/** The learned words, latest first, with a search and what can be done with each. */
export class LearnedList {
  readonly dom: HTMLElement;
  readonly #personal: Personal;
  readonly #lexicon: Lexicon;
  readonly #language: LanguageTag;
  readonly #say: (message: string) => void;
  readonly #search = element('input', { type: 'search', class: 'field', autocomplete: 'off' });
  readonly #rows = element('ul', { class: 'learned-rows', 'aria-label': text('learned') });
  readonly #more = button('', () => this.#showMore(), { hidden: true });
  #words: readonly PersonalWord[] = [];
  #view: View = 'all';
  #shown = firstRows;

  /** `language`: of the words. `say` tells the writer what has just been done. */
  constructor(personal: Personal, lexicon: Lexicon, language: LanguageTag, say: (message: string) => void) {
    this.#personal = personal;
    this.#lexicon = lexicon;
    this.#language = language;
    this.#say = say;
    const label = text('learned.search');
    this.#search.setAttribute('aria-label', label);
    this.#search.placeholder = label;
    this.#search.addEventListener('input', () => this.#begin());
    this.dom = element(
      'section',
      { class: 'learned-list', 'aria-label': text('learned') },
      element('div', { class: 'learned-filter' }, this.#search, this.#viewChoice()),
      this.#rows,
      element('p', { class: 'learned-end' }, this.#more),
    );
  }

  /** Draws what is known now. */
  refresh(words: readonly PersonalWord[]): void {
    this.#words = words;
    this.#draw();
  }

  #viewChoice(): HTMLElement {
    const options = views.map((view) => {
      const input = element('input', {
        type: 'radio',
        name: 'learned-view',
        value: view,
        checked: view === this.#view,
      });
      input.addEventListener('change', () => {
        this.#view = view;
        this.#begin();
      });
      return element('label', {}, input, element('span', {}, text(`learned.view.${view}`)));
    });
    return element('div', { class: 'choices', role: 'radiogroup', 'aria-label': text('learned.view') }, ...options);
  }

  #begin(): void {
    this.#shown = firstRows;
    this.#draw();
    this.#rows.scrollTop = 0;
  }

  #showMore(): void {
    const first = this.#rows.childElementCount;
    this.#shown += moreRows;
    this.#draw();
    this.#rows.children[first]?.querySelector('button')?.focus();
  }

  #matching(): PersonalWord[] {
    const wanted = normalizeWord(this.#search.value.trim());
    return this.#words.filter(
      ({ word, isNew, rule }) =>
        word.includes(wanted) && (this.#view === 'all' || (this.#view === 'new' ? isNew : rule !== null)),
    );
  }

  #draw(): void {
    const matching = this.#matching();
    const focus = this.#focusedAt();
    const rows = matching.slice(0, this.#shown).map((word) => this.#row(word));
    const empty: StringKey = this.#words.length === 0 ? 'learned.none' : 'learned.noMatch';
    this.#rows.replaceChildren(...(rows.length > 0 ? rows : [element('li', { class: 'learned-empty' }, text(empty))]));
    this.#more.hidden = matching.length <= this.#shown;
    this.#more.textContent = textOf('learned.more', Math.min(moreRows, matching.length - this.#shown));
    if (focus !== null) this.#focus(focus.row, focus.deed);
  }

  #row(word: PersonalWord): HTMLElement {
    const state = this.#stateOf(word);
    const facts = [textOf('learned.times', word.count)];
    if (word.lastUsedMs > 0) facts.push(formatAgo(word.lastUsedMs));
    const isOffensive = this.#lexicon.isOffensive(word.word);
    return element(
      'li',
      { class: 'learned-row', 'data-word': word.word },
      element(
        'div',
        { class: 'learned-word' },
        element('bdi', { lang: this.#language }, word.text),
        element('small', {}, facts.join(' · '), ...(state === null ? [] : [element('span', {}, text(state))])),
      ),
      ...(isOffensive ? [this.#deed('allow', word)] : []),
      this.#deed('pin', word),
      this.#deed('block', word),
      this.#deed('forget', word),
    );
  }

  /** Why a word is not simply suggested; null where it is. */
  #stateOf({ word, count, isNew, isSuggested, rule }: PersonalWord): StringKey | null {
    if (rule !== null) return `learned.is.${rule}`;
    if (this.#lexicon.isOffensive(word)) return 'learned.is.offensive';
    if (isSuggested) return isNew ? 'learned.is.new' : null;
    return count <= 1 ? 'learned.is.remembered' : 'learned.is.slip';
  }

  #deed(deed: Deed, word: PersonalWord): HTMLButtonElement {
    const isPressed = deed !== 'forget' && word.rule === ruleOf[deed];
    const made = button('', () => this.#do(deed, word), {
      class: 'tool',
      'data-deed': deed,
      'aria-label': text(`learned.${deed}.word`, { word: word.text }),
      title: text(`learned.${deed}`),
      ...(deed === 'forget' ? {} : { 'aria-pressed': String(isPressed) }),
    });
    made.append(icon(deed));
    return made;
  }

  #do(deed: Deed, { word, text: shown, rule }: PersonalWord): void {
    if (deed === 'forget') {
      forgetWord(this.#personal, word);
      this.#say(text('learned.forgotten', { word: shown }));
    } else {
      const isTakenBack = rule === ruleOf[deed];
      this.#personal.setRule(word, isTakenBack ? null : ruleOf[deed]);
      this.#say(text(isTakenBack ? 'learned.unruled' : `learned.done.${deed}`, { word: shown }));
    }
  }

  #focusedAt(): { row: number; deed: string | undefined } | null {
    const focused = document.activeElement;
    const row = focused?.closest('.learned-row');
    if (!(focused instanceof HTMLElement) || !row || !this.#rows.contains(row)) return null;
    return { row: [...this.#rows.children].indexOf(row), deed: focused.dataset['deed'] };
  }

  /** A row that is gone hands the focus to the one in its place. */
  #focus(row: number, deed: string | undefined): void {
    const found = this.#rows.children[Math.min(row, this.#rows.childElementCount - 1)];
    const target = found?.querySelector<HTMLElement>(`[data-deed="${deed}"]`) ?? this.#search;
    target.focus();
  }
}

function icon(deed: Deed): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#icon-${deed}`);
  svg.append(use);
  return svg;
}
