import './explain-panel.css';
import type { Asked } from '@foreword/codemirror';
import type { PinyinAsked } from '@foreword/codemirror/pinyin';
import type { MixturePredictor, PersonalDetails } from '@foreword/core';
import type { PinyinCandidate, PinyinEngine } from '@foreword/core/pinyin';
import { element } from '../elements.ts';
import { fixed, significant } from '../see/figures.ts';
import { text } from '../strings.ts';
import { say } from './panel-strings.ts';
import { drawPersonal } from './personal-explanation.ts';
import { drawPinyin } from './pinyin-explanation.ts';
import { seeTextKey } from './see-text.ts';
import { why } from './strings.ts';
import { drawWordExplanation, type ExplanationPlace } from './word-explanation.ts';

/** Who can say why a word is suggested. */
export type Explainer = Pick<MixturePredictor, 'explain'>;

/** Answers a question in the panel: draws why a text is offered, or why it is not. */
type Answer = (asked: string, place: ExplanationPlace, signal: AbortSignal) => Promise<Node[]>;

/** The dialog that says why a candidate is offered, and why another is not. */
export class ExplainPanel {
  readonly #dialog = element('dialog', { class: 'sheet explain', id: 'explain', 'aria-labelledby': 'explain-title' });
  #open = new AbortController();
  #giveBack: () => void = () => {};

  constructor() {
    document.body.append(this.#dialog);
    this.#dialog.addEventListener('close', () => {
      this.#open.abort();
      this.#giveBack();
    });
    this.#dialog.addEventListener('pointerdown', (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
  }

  /** Says why a word is suggested. `giveBack` is called when the panel is closed, for the focus. */
  showWord({ candidate, before, after }: Asked, explainer: Explainer, giveBack: () => void): void {
    const lang = /\p{sc=Han}/u.test(candidate.text) ? 'zh' : 'en';
    const answer: Answer = async (word, place, signal) => {
      const explanation = await explainer.explain(before, word, { after, limit: 100, signal });
      const details = explanation.models.find(({ details }) => details?.kind === 'personal')?.details;
      return [
        ...drawWordExplanation(explanation, place),
        ...(details === undefined ? [] : drawPersonal(details as PersonalDetails)),
      ];
    };
    this.#show(candidate.word, candidate.text, lang, answer, giveBack);
    if (lang === 'en') this.#linkText(before, candidate.word);
  }

  /** Says why letters of pinyin become a text. */
  showPinyin({ candidate, answer, before }: PinyinAsked, engine: PinyinEngine, giveBack: () => void): void {
    const { composition, candidates } = answer;
    const draw: Answer = async (text, place) => {
      const found = candidates.find((each) => each.text === text) ?? engine.readingOf(composition, text, { before });
      if (found === null) return [element('p', {}, say('ask.none'))];
      const explanation = engine.explain(composition, found, { before });
      return [
        element('p', {}, standingOf(found, candidates, composition.letters)),
        ...drawPinyin(explanation, composition.letters, place),
      ];
    };
    this.#show(candidate.text, candidate.text, 'zh', draw, giveBack);
  }

  #show(asked: string, shown: string, lang: string, answer: Answer, giveBack: () => void): void {
    this.#open.abort();
    this.#open = new AbortController();
    const { signal } = this.#open;
    this.#giveBack = giveBack;
    const main = element('div', { id: 'explain-answer', 'aria-live': 'polite' });
    const other = element('div', { id: 'explain-other', 'aria-live': 'polite' });
    const draw = (place: HTMLElement, asked: string, id: string): Promise<void> =>
      fill(place, answer(asked, { width: width(), lang, equationId: id }, signal), signal);
    const form = askForm(lang, (word) => {
      const heading = element('h3', {}, say('other', { word }));
      const drawn = element('div');
      other.replaceChildren(heading, drawn);
      void draw(drawn, word, 'explain-other-equation').then(() => heading.scrollIntoView());
    });
    const see = element('a', { href: './see.html', id: 'explain-see' }, say('see'));
    this.#dialog.replaceChildren(
      head(why('heading', { word: shown }), lang),
      // What scrolls can be reached with the keyboard.
      element('div', { class: 'sheet-body', tabindex: '0' }, main, element('p', {}, see), other),
      form,
    );
    void draw(main, asked, 'explain-equation');
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /** The page about the models shows the same word after the same text: handed over in this tab, not in the address. */
  #linkText(before: string, word: string): void {
    const link = this.#dialog.querySelector<HTMLAnchorElement>('#explain-see')!;
    link.href = `./see.html#why?${new URLSearchParams({ word })}`;
    link.addEventListener('click', () => {
      try {
        sessionStorage.setItem(seeTextKey, before.split('\n').at(-1)!.slice(-160));
      } catch {
        // Without it that page shows its example.
      }
    });
  }
}

/** Draws an answer once it is there, unless the panel has been closed or asked something else. */
async function fill(place: HTMLElement, coming: Promise<Node[]>, signal: AbortSignal): Promise<void> {
  place.setAttribute('aria-busy', 'true');
  const asking = element('p', {}, say('asking'));
  place.append(asking);
  try {
    const nodes = await coming;
    if (asking.isConnected) place.replaceChildren(...nodes);
  } catch (error) {
    if (signal.aborted) return;
    console.error(error);
    const message = error instanceof Error ? error.message : String(error);
    place.replaceChildren(element('p', {}, say('failed', { message })));
  }
  place.setAttribute('aria-busy', 'false');
}

function head(title: string, lang: string): HTMLElement {
  const icon = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  icon.setAttribute('aria-hidden', 'true');
  icon.append(document.createElementNS('http://www.w3.org/2000/svg', 'use'));
  icon.firstElementChild!.setAttribute('href', '#icon-close');
  return element(
    'form',
    { method: 'dialog', class: 'sheet-head' },
    element('h2', { id: 'explain-title', lang: lang === 'zh' ? 'zh' : document.documentElement.lang }, title),
    element('button', { type: 'submit', class: 'tool', 'aria-label': text('close') }, icon),
  );
}

function askForm(lang: string, onAsk: (word: string) => void): HTMLFormElement {
  const input = element('input', {
    id: 'explain-word',
    maxlength: '60',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    lang,
  });
  const form = element(
    'form',
    { class: 'explain-ask' },
    element('label', { for: 'explain-word' }, say('ask.word')),
    input,
    element('button', { type: 'submit' }, say('ask.button')),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const asked = input.value.trim();
    if (asked !== '') onAsk(asked);
  });
  return form;
}

/** Where a candidate stands among those on offer, and how far from the first. */
function standingOf(found: PinyinCandidate, candidates: readonly PinyinCandidate[], letters: string): string {
  const first = candidates[0]!;
  const place = candidates.indexOf(found);
  if (found.kind === 'raw' || found.kind === 'english') return say(`pinyin.${found.kind}`);
  if (place === 0) return say('pinyin.first');
  const nats = first.score - found.score;
  const values = {
    rank: place + 1,
    first: first.text,
    nats: fixed(Math.abs(nats), 2),
    times: significant(Math.exp(nats), 3),
  };
  const part = say('pinyin.part', { letters: letters.slice(found.start, found.end) });
  if (found.logProb === undefined) return `${say(place < 0 ? 'pinyin.absent' : 'pinyin.place', values)} ${part}`;
  if (place > 0) return say('pinyin.behind', values);
  return `${say('pinyin.absent')} ${say(nats >= 0 ? 'pinyin.less' : 'pinyin.more', values)}`;
}

/** How wide a picture in the dialog may be, in pixels. */
function width(): number {
  return Math.min(640, document.documentElement.clientWidth - 90);
}
