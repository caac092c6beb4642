import { type Candidate, readContext, type WordExplanation } from '@foreword/core';
import { button, element } from '../elements.ts';
import { why } from '../explain/strings.ts';
import { drawWordExplanation } from '../explain/word-explanation.ts';
import { drawTable } from './data-table.ts';
import { percent } from './figures.ts';
import type { Section, SectionHost } from './section.ts';
import { type SeeKey, say } from './strings.ts';
import { fittingWidth, svg } from './svg.ts';

const candidatesShown = 10;

/** Why a word is suggested, or why it is not: every part of its probability. */
export function whySection(host: SectionHost): Section {
  const inside = element('p', { class: 'line' });
  const candidates = element('div', { id: 'why-candidates' });
  const answer = element('div', { id: 'why-answer', 'aria-live': 'polite' });
  let word = '';
  return {
    needsNeural: false,
    build(place) {
      place.replaceChildren(inside, candidates, wordForm(host), answer);
    },
    async refresh(signal) {
      const { predictor } = host.models;
      const before = host.text;
      inside.replaceChildren(...drawInside(host));
      let found: readonly Candidate[] = [];
      for await (const prediction of predictor.predict(before, { limit: candidatesShown, signal })) {
        found = prediction.candidates;
      }
      signal.throwIfAborted();
      candidates.replaceChildren(...drawCandidates(host, found));
      word = host.option('word') ?? found[0]?.word ?? '';
      if (word === '') {
        answer.replaceChildren(element('p', {}, say('why.nothing')));
        return;
      }
      const explanation = await predictor.explain(before, word, { limit: 100, signal });
      signal.throwIfAborted();
      answer.replaceChildren(...drawExplanation(explanation));
      for (const pressed of candidates.querySelectorAll('button')) {
        pressed.setAttribute('aria-pressed', String(pressed.dataset['word'] === explanation.word));
      }
    },
  };
}

/** A caret inside a word asks for its completion: said, for the next word may be what was meant. */
function drawInside(host: SectionHost): Node[] {
  const { prefix } = readContext(host.text);
  if (prefix === '') return [];
  return [new Text(say('why.inside', { prefix })), button(say('why.space'), () => host.write(`${host.text} `))];
}

function wordForm(host: SectionHost): HTMLElement {
  const input = element('input', {
    id: 'why-word',
    maxlength: '60',
    autocomplete: 'off',
    spellcheck: 'false',
    lang: 'en',
  });
  const form = element(
    'form',
    { class: 'line' },
    element('label', { for: 'why-word' }, say('why.ask')),
    input,
    element('button', { type: 'submit' }, say('why.askButton')),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const asked = input.value.trim();
    if (asked !== '') host.choose('word', asked);
  });
  return form;
}

function drawCandidates(host: SectionHost, candidates: readonly Candidate[]): Node[] {
  if (candidates.length === 0) return [];
  const names = candidates[0]!.evidence.map(({ model }) => model);
  const most = Math.exp(candidates[0]!.logProb);
  const rows = candidates.map(({ text, word, logProb, evidence }) => {
    const shares = evidence.map(({ weight, logProb }) => weight * Math.exp(logProb));
    const chosen = button(text, () => host.choose('word', word), { class: 'word', lang: 'en' });
    chosen.dataset['word'] = word;
    return [
      chosen,
      percent(Math.exp(logProb)),
      shareBar(names, shares, most),
      ...shares.map((share) => percent(share)),
    ];
  });
  const columns = [say('why.word'), 'P', say('why.bar'), ...names.map(modelName)];
  return [legend(names), drawTable({ caption: say('why.candidates'), columns, rows })];
}

function legend(names: readonly string[]): HTMLElement {
  return element(
    'ul',
    { class: 'legend' },
    ...names.map((name) => element('li', { class: `of-${name}` }, modelName(name))),
  );
}

/** How a model is called in the interface. */
export function modelName(name: string): string {
  return say(`model.${name}` as SeeKey);
}

/** A bar of the models' shares; the numbers stand beside it. */
function shareBar(names: readonly string[], shares: readonly number[], most: number): SVGSVGElement {
  const [width, height] = [160, 12];
  const bar = svg('svg', { class: 'bar', viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true' });
  let x = 0;
  for (const [index, share] of shares.entries()) {
    const length = (width * share) / most;
    bar.append(svg('rect', { class: `of-${names[index]}`, x, y: 0, width: length, height }));
    x += length;
  }
  return bar;
}

function drawExplanation(explanation: WordExplanation): Node[] {
  const place = { width: fittingWidth(640), lang: 'en', equationId: 'why-equation' };
  return [element('h3', {}, why('heading', { word: explanation.word })), ...drawWordExplanation(explanation, place)];
}
