import { button, element } from '../elements.ts';
import { prompt, type TaskName, taskNames, tasks, untilStop } from './few-shot.ts';
import type { Section, SectionHost } from './section.ts';
import { type SeeKey, say } from './strings.ts';

/** The GPT writes on, and is asked to do things by examples alone. */
export function writingSection(host: SectionHost): Section {
  const begins = element('p', { class: 'written', lang: 'en' });
  const shots = element('div', { class: 'shots' });
  let running: AbortController | undefined;
  const begin = (): AbortSignal => {
    running?.abort();
    running = new AbortController();
    return running.signal;
  };
  return {
    needsNeural: true,
    build(place) {
      place.replaceChildren(
        writingForm(host, begins, begin, () => running?.abort()),
        element('h3', {}, say('writing.shots')),
        element('p', {}, say('writing.shots.text')),
        taskChoice(host),
        shots,
        element('p', { class: 'note' }, say('writing.honest')),
      );
    },
    refresh() {
      begins.replaceChildren(host.text);
      const task = taskNames.find((name) => name === host.option('task')) ?? 'opposite';
      if (shots.dataset['task'] === task && shots.childElementCount > 0) return;
      shots.dataset['task'] = task;
      shots.replaceChildren(...[0, 1, 4].map((count) => shotBox(host, task, count, begin)));
    },
  };
}

function writingForm(host: SectionHost, output: HTMLElement, begin: () => AbortSignal, end: () => void): HTMLElement {
  const field = (
    name: 'temperature' | 'topP' | 'seed' | 'words',
    preset: number,
    most: number,
    step: string,
    least = 0,
  ) => {
    const input = element('input', {
      id: `writing-${name}`,
      type: 'number',
      min: String(least),
      max: String(most),
      step,
      value: host.option(name) ?? String(preset),
      required: true,
    });
    input.addEventListener('change', () => input.checkValidity() && host.choose(name, input.value));
    return {
      input,
      row: element('span', { class: 'field' }, element('label', { for: input.id }, say(`writing.${name}`)), input),
    };
  };
  const temperature = field('temperature', 0.8, 2, '0.1');
  const topP = field('topP', 0.95, 1, '0.01', 0.01);
  const seed = field('seed', 0, 999_999, '1');
  const words = field('words', 40, 200, '1', 1);
  const stop = element('input', { id: 'writing-stop', autocomplete: 'off', value: host.option('stop') ?? '' });
  stop.addEventListener('change', () => host.choose('stop', stop.value || undefined));
  const form = element(
    'form',
    { class: 'generation' },
    element(
      'div',
      { class: 'fields' },
      temperature.row,
      topP.row,
      seed.row,
      words.row,
      element('span', { class: 'field' }, element('label', { for: stop.id }, say('writing.stop')), stop),
    ),
    element(
      'p',
      { class: 'line' },
      element('button', { type: 'submit', class: 'strong', id: 'writing-go' }, say('writing.go')),
      button(say('writing.end'), end),
    ),
    output,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const options = {
      temperature: Number(temperature.input.value),
      topP: Number(topP.input.value),
      seed: Number(seed.input.value),
      maxWords: Number(words.input.value),
    };
    const added = element('b', { id: 'writing-added', 'aria-live': 'off' });
    output.replaceChildren(host.text, added);
    void writeOn(host, host.text, { ...options, stop: stop.value, signal: begin() }, added);
  });
  return form;
}

interface WritingOptions {
  readonly temperature: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly maxWords: number;
  /** Where this text comes, the writing ends before it. Empty: nowhere. */
  readonly stop: string;
  readonly signal: AbortSignal;
}

/** Lets the GPT write on, piece by piece, and says in `data-state` when it is done. */
async function writeOn(
  host: SectionHost,
  before: string,
  { stop, ...options }: WritingOptions,
  place: HTMLElement,
): Promise<void> {
  place.dataset['state'] = 'writing';
  let written = '';
  try {
    for await (const piece of host.models.gpt!.continue(before, options)) {
      const { text, isOver } = untilStop(written + piece, stop);
      written = text;
      place.textContent = written;
      if (isOver) break;
    }
    place.dataset['state'] = 'done';
  } catch (error) {
    place.dataset['state'] = 'ended';
    if (!options.signal.aborted) place.append(` ${say('failed', { message: String(error) })}`);
  }
}

function taskChoice(host: SectionHost): HTMLElement {
  const select = element(
    'select',
    { id: 'writing-task' },
    ...taskNames.map((name) =>
      element('option', { value: name, selected: name === host.option('task') }, say(`task.${name}` as SeeKey)),
    ),
  );
  select.addEventListener('change', () => host.choose('task', select.value));
  return element('p', { class: 'line' }, element('label', { for: 'writing-task' }, say('writing.task')), select);
}

/** A prompt with so many examples, that can be changed, and the model's answer to it. */
function shotBox(host: SectionHost, task: TaskName, count: number, begin: () => AbortSignal): HTMLElement {
  const id = `shot-${count}`;
  const area = element('textarea', { id, rows: String(count + 2), lang: 'en', spellcheck: 'false' });
  area.value = prompt(task, count);
  const answer = element('output', { class: 'shot-answer', lang: 'en', for: id });
  const ask = button(say('writing.ask'), () => {
    answer.textContent = '';
    void writeOn(host, area.value, { temperature: 0, maxWords: 4, stop: '\n', signal: begin() }, answer);
  });
  const expected = say('writing.expected', { word: tasks[task].question[1] });
  return element(
    'div',
    { class: 'shot' },
    element('label', { for: id }, say(`writing.shot.${count}` as SeeKey)),
    area,
    element('p', { class: 'line' }, ask, answer, element('span', { class: 'note' }, expected)),
  );
}
