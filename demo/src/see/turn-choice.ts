import { fineTuning } from 'virtual:scores';
import { button, element } from '../elements.ts';
import { conversations, type Question, tidied } from './conversations.ts';
import { drawTable } from './data-table.ts';
import { fixed, percent } from './figures.ts';
import type { Models } from './models.ts';
import type { SectionHost } from './section.ts';
import { say } from './strings.ts';
import { svg } from './svg.ts';

const mostCandidates = 4;

/** Which turn comes next, by the tuned model and by the GPT as it was. */
export class TurnChoice {
  readonly #host: SectionHost;
  #place: HTMLElement = element('div');
  #question: Question = conversations[0]!;
  #asking = new AbortController();

  constructor(host: SectionHost) {
    this.#host = host;
  }

  /** Draws it anew. */
  build(): HTMLElement {
    this.#place = element('div', { id: 'turns' });
    this.refresh();
    return this.#place;
  }

  /** Shows the form once the models are there. */
  refresh(): void {
    const { neural, hasTuned } = this.#host.models;
    const shown = neural !== 'ready' ? 'waiting' : hasTuned ? 'form' : 'absent';
    if (this.#place.dataset['shown'] === shown) return;
    this.#place.dataset['shown'] = shown;
    if (shown === 'form') this.#drawForm();
    else {
      const line = element('p', { class: shown === 'waiting' ? 'models-line' : '' });
      if (shown === 'waiting') line.append(this.#host.modelsLine());
      else
        line.append(
          say('turns.absent'),
          ' ',
          button(say('turns.load'), () => this.#host.loadModels()),
        );
      this.#place.replaceChildren(...heading(), line);
    }
  }

  #drawForm(): void {
    const result = element('div', { id: 'turns-result' });
    const said = element('p', { id: 'turns-said', role: 'status' });
    const example = this.#exampleChoice();
    const context = textField('turns-context', say('turns.context'), this.#question.context, 4, 800);
    const turns = turnFields(this.#question.candidates);
    const submit = element('button', { type: 'submit', class: 'strong', id: 'turns-ask' }, say('turns.ask'));
    const actions = element('p', { class: 'line' }, submit, turns.more);
    const form = element('form', { class: 'turns' }, example.row, context.row, turns.place, actions);
    const ask = (): void => {
      const candidates = turns.areas.map(({ value }) => value);
      this.#question = { context: context.area.value, candidates };
      void this.#ask(tidied(this.#question), result, said);
    };
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      ask();
    });
    form.addEventListener('input', ({ target }) => {
      if (target !== example.select) example.select.value = '';
    });
    this.#place.replaceChildren(...heading(), form, said, result, element('p', { class: 'note' }, honestly()));
    ask();
  }

  #exampleChoice(): { readonly select: HTMLSelectElement; readonly row: HTMLElement } {
    const known = conversations.findIndex(({ context }) => context === this.#question.context);
    const own = element('option', { value: '', selected: known < 0, hidden: true }, say('turns.own'));
    const options = conversations.map(({ context }, index) =>
      element('option', { value: String(index), selected: index === known }, context.split('\n').at(-1)!),
    );
    const select = element('select', { id: 'turns-example', lang: 'en' }, own, ...options);
    select.addEventListener('change', () => {
      this.#question = conversations[Number(select.value)]!;
      this.#drawForm();
      this.#place.querySelector<HTMLElement>('#turns-example')!.focus();
    });
    const label = element('label', { for: 'turns-example' }, say('turns.example'));
    return { select, row: element('p', { class: 'line' }, label, select) };
  }

  /** Asks both models and shows what they say, in `data-state` that it is done. */
  async #ask(question: Question, place: HTMLElement, said: HTMLElement): Promise<void> {
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    if (question.candidates.length < 2) {
      place.replaceChildren();
      delete place.dataset['state'];
      said.textContent = say('turns.two');
      return;
    }
    place.dataset['state'] = 'asking';
    try {
      const probabilities = await this.#host.models
        .tuned()
        .then(({ score }) => score(question.context, question.candidates));
      const logProbs = await meanLogProbs(this.#host.models, question, signal);
      if (signal.aborted) return;
      place.replaceChildren(answerTable(question, probabilities.probabilities, logProbs));
      said.textContent = verdict(question, probabilities.probabilities, logProbs);
      place.dataset['state'] = 'done';
    } catch (error) {
      if (signal.aborted) return;
      place.dataset['state'] = 'failed';
      said.textContent = say('failed', { message: error instanceof Error ? error.message : String(error) });
    }
  }
}

/** ln P of each candidate after the context by the GPT as it was, a token: what training/choice.py compares, `zero_shot_accuracy`. */
async function meanLogProbs(models: Models, { context, candidates }: Question, signal: AbortSignal): Promise<number[]> {
  const before = context === '' ? '' : `${context}\n`;
  const logProbs = await models.gpt!.scoreAfter(before, candidates, signal);
  const tokenizer = await models.tokenizer();
  return candidates.map((candidate, index) => logProbs[index]! / tokenizer.encode(candidate).length);
}

function answerTable({ candidates }: Question, probabilities: Float64Array, logProbs: readonly number[]): HTMLElement {
  const [tuned, plain] = [bestOf(probabilities), bestOf(logProbs)];
  return drawTable({
    caption: say('turns.answers'),
    columns: [say('turns.turn'), say('turns.tuned'), say('turns.plain')],
    rows: candidates.map((candidate, index) => {
      const [probability, logProb] = [probabilities[index]!, logProbs[index]!];
      return [
        element('span', {}, element('b', {}, letter(index)), ' ', element('span', { lang: 'en' }, candidate)),
        element(
          'span',
          { class: index === tuned ? 'answers' : '', 'data-probability': String(probability) },
          percent(probability),
          bar(probability),
        ),
        element(
          'span',
          { class: index === plain ? 'answers' : '', 'data-log-prob': String(logProb) },
          fixed(logProb, 2),
        ),
      ];
    }),
  });
}

function bar(share: number): SVGElement {
  const attributes = { class: 'share', viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true' };
  return svg(
    'svg',
    attributes,
    svg('rect', { class: 'possible', width: 100, height: 4 }),
    svg('rect', { class: 'kept', width: 100 * share, height: 4 }),
  );
}

/** What both choose, in a sentence; of an example also what was meant. */
function verdict(question: Question, probabilities: Float64Array, logProbs: readonly number[]): string {
  const tuned = bestOf(probabilities);
  const words = say('turns.verdict', {
    tuned: letter(tuned),
    share: percent(probabilities[tuned]!),
    plain: letter(bestOf(logProbs)),
  });
  const isExample = conversations.some((known) => JSON.stringify(known) === JSON.stringify(question));
  return isExample ? `${words} ${say('turns.meant', { letter: letter(0) })}` : words;
}

/** How often each is right, as the trainer measured it on conversations that nothing was trained on. */
function honestly(): string {
  const { zeroShotAccuracy = 0, testQuestions = 0, model } = fineTuning ?? {};
  return say('turns.honest', {
    questions: testQuestions,
    plain: percent(zeroShotAccuracy),
    tuned: percent(model?.accuracy ?? 0),
  });
}

function heading(): HTMLElement[] {
  return [element('h3', {}, say('turns.title')), element('p', {}, say('turns.text'))];
}

/** A field for each turn, and a button that adds one. */
function turnFields(candidates: readonly string[]): {
  readonly place: HTMLElement;
  readonly areas: readonly HTMLTextAreaElement[];
  readonly more: HTMLButtonElement;
} {
  const place = element('div', { class: 'turn-fields' });
  const areas: HTMLTextAreaElement[] = [];
  const more = button(say('turns.more'), () => {
    add('');
    areas.at(-1)!.focus();
  });
  const add = (text: string): void => {
    const label = say('turns.candidate', { letter: letter(areas.length) });
    const { area, row } = textField(`turns-${areas.length}`, label, text, 2);
    areas.push(area);
    place.append(row);
    more.hidden = areas.length >= mostCandidates;
  };
  for (const candidate of candidates) add(candidate);
  return { place, areas, more };
}

function textField(
  id: string,
  label: string,
  text: string,
  rows: number,
  most = 240,
): { readonly area: HTMLTextAreaElement; readonly row: HTMLElement } {
  const area = element('textarea', {
    id,
    rows: String(rows),
    maxlength: String(most),
    lang: 'en',
    spellcheck: 'false',
  });
  area.value = text;
  return { area, row: element('div', { class: 'turn-field' }, element('label', { for: id }, label), area) };
}

function bestOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((best, value, index) => (value > values[best]! ? index : best), 0);
}

function letter(index: number): string {
  return 'ABCD'[index]!;
}
