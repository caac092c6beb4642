import {
  type BackoffStep,
  type Candidate,
  type ModelExplanation,
  readContext,
  type WordExplanation,
} from '@foreword/core';
import { button, element } from '../elements.ts';
import { drawTable } from './data-table.ts';
import { fixed, percent, significant } from './figures.ts';
import type { Section, SectionHost } from './section.ts';
import { type SeeKey, say } from './strings.ts';
import { fittingWidth, picture, svg } from './svg.ts';

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

function drawExplanation({ word, logProb, rank, obstacles, models }: WordExplanation): Node[] {
  const heading = element('h3', {}, say('why.heading', { word }));
  const standing =
    rank !== null
      ? say(rank > 100 ? 'why.rank.behind' : 'why.rank', { rank })
      : obstacles.map((name) => say(`why.obstacle.${name}`)).join(' ');
  const ngram = models.find(({ details }) => details?.kind === 'ngram');
  return [
    heading,
    element('p', {}, standing),
    equation(models, logProb),
    drawTable({
      caption: say('why.models'),
      columns: [say('why.model'), 'P', 'ln P', say('why.weight'), say('why.share')],
      rows: models.map(({ model, logProb, weight, share }) => [
        modelName(model),
        percent(Math.exp(logProb)),
        fixed(logProb, 3),
        fixed(weight, 4),
        significant(share, 5),
      ]),
    }),
    ...(ngram?.details?.kind === 'ngram' ? drawChain(word, ngram.details.steps) : []),
  ];
}

/** 0.4176 · 0.031 + 0.5824 · 0.12 = 0.083: what is shown sums to what is shown. */
function equation(models: readonly ModelExplanation[], logProb: number): HTMLElement {
  const terms = models.flatMap(({ model, weight, logProb, share }, index) => [
    ...(index === 0 ? [] : [' + ']),
    element(
      'span',
      { class: `term of-${model}`, 'data-share': String(share), title: modelName(model) },
      `${fixed(weight, 4)} · ${significant(Math.exp(logProb), 5)}`,
    ),
  ]);
  const total = Math.exp(logProb);
  const sum = element('b', { 'data-sum': String(total) }, significant(total, 5));
  return element('p', { class: 'equation', id: 'why-equation' }, 'P = ', ...terms, ' = ', sum);
}

function drawChain(word: string, steps: readonly BackoffStep[]): Node[] {
  const title = element('h3', {}, say('why.chain'));
  if (steps.length === 0) return [title, element('p', {}, say('why.chain.unknown'))];
  const answers = steps.findIndex(({ ngramLogProb }) => ngramLogProb !== null);
  const rows = steps.map(({ order, context, ngramLogProb, logBackoff, logWeight, logProb }, index) => [
    String(order),
    element('span', { lang: 'en', class: index === answers ? 'answers' : '' }, `${context.join(' ')} → ${word}`),
    ngramLogProb === null ? say('why.none') : fixed(ngramLogProb, 3),
    fixed(logBackoff, 3),
    fixed(logWeight, 3),
    significant(Math.exp(logProb), 4),
  ]);
  const order = steps[answers]?.order ?? 0;
  return [
    title,
    element('p', {}, say('why.chain.text', { order, longest: steps[0]!.order })),
    chainBars(word, steps),
    drawTable({
      caption: say('why.chain.table'),
      columns: [
        say('why.order'),
        say('why.ngram'),
        say('why.lnP'),
        say('why.backoff'),
        say('why.paid'),
        say('why.result'),
      ],
      rows,
    }),
  ];
}

/** For each order the ln P of its answer: what the n-gram keeps, and what backing off to it costs. */
function chainBars(word: string, steps: readonly BackoffStep[]): SVGSVGElement {
  const [width, row] = [fittingWidth(640), 30];
  const left = Math.round(0.33 * width);
  const most = Math.floor(left / 6.5);
  const longest = Math.max(1, ...steps.map(({ ngramLogProb, logWeight }) => -(ngramLogProb ?? 0) - logWeight));
  const scale = (nats: number): number => (nats / longest) * (width - left - 40);
  const bars = steps.flatMap(({ context, ngramLogProb, logWeight }, index) => {
    const y = index * row;
    const label = [...context, word].join(' ');
    const paid = scale(-logWeight);
    const kept = scale(-(ngramLogProb ?? 0));
    return [
      svg(
        'text',
        { x: left - 8, y: y + 19, 'text-anchor': 'end' },
        label.length > most ? `…${label.slice(1 - most)}` : label,
      ),
      svg('rect', { class: 'paid', x: left, y: y + 6, width: Math.max(0, paid), height: 18 }),
      ngramLogProb === null
        ? svg('text', { class: 'quiet', x: left + 6 + paid, y: y + 19 }, say('why.none'))
        : svg('rect', { class: 'kept', x: left + paid, y: y + 6, width: kept, height: 18 }),
    ];
  });
  return picture(say('why.chain.picture'), width, steps.length * row, ...bars);
}
