import { type ModelScores, scores } from 'virtual:scores';
import { button, element } from '../elements.ts';
import { type AnswerTimes, measureAnswers } from './answer-times.ts';
import { type Cell, drawTable } from './data-table.ts';
import { bytes, fixed, significant, whole } from './figures.ts';
import type { SectionHost } from './section.ts';
import { type SeeKey, say } from './strings.ts';
import { modelName } from './why-section.ts';

const order = ['ngram', 'nnlm', 'lstm', 'gpt', 'mixture'];

/** The models that run here: what was measured of their very files, and on demand how fast they answer on this device. */
export class OurModels {
  readonly #host: SectionHost;
  readonly #times = new Map<string, AnswerTimes>();
  readonly #table = element('div', {});
  readonly #said = element('span', { id: 'family-measured', role: 'status' });
  readonly #button: HTMLButtonElement;
  #measuring: AbortController | undefined;

  constructor(host: SectionHost) {
    this.#host = host;
    this.#button = button('', () => void this.#measure(), { id: 'family-measure' });
  }

  /** Draws everything anew, in the language in force. */
  build(): Node[] {
    this.#measuring?.abort();
    this.#measuring = undefined;
    this.#said.replaceChildren();
    this.#button.textContent = say('family.measure');
    this.#draw();
    return [
      this.#table,
      element('p', { class: 'line' }, this.#button, this.#said),
      element('p', { class: 'note' }, say('family.ours.note', { words: whole(scores.models[0]?.words ?? 0) })),
    ];
  }

  #draw(): void {
    const rows = [...scores.models]
      .sort((a, b) => order.indexOf(a.model) - order.indexOf(b.model))
      .map((row) => this.#row(row));
    const names = ['model', 'parameters', 'bytes', 'perplexity', 'bits', 'ks5', 'top1', 'top3', 'lambada', 'ms'];
    const columns = names.map((name) => say(`family.column.${name}` as SeeKey));
    this.#table.replaceChildren(drawTable({ caption: say('family.ours.caption'), columns, rows }));
  }

  #row(row: ModelScores): Cell[] {
    const { model } = row;
    const lambada = model === 'gpt' ? scores.lambada?.accuracy : undefined;
    return [
      modelName(model),
      model === 'ngram' ? say('family.counted') : figure(model, 'parameters', row.parameters, whole),
      figure(model, 'bytes', row.sizeBytes, bytes),
      figure(model, 'perplexity', row.wordPerplexity, (value) => fixed(value, 1)),
      figure(model, 'bits', row.bitsPerChar, (value) => fixed(value, 3)),
      figure(model, 'ks5', row.ks5, (value) => `${fixed(value, 1)} %`),
      figure(model, 'top1', row.top1, (value) => `${fixed(value, 1)} %`),
      figure(model, 'top3', row.top3, (value) => `${fixed(value, 1)} %`),
      figure(model, 'lambada', lambada, (value) => `${fixed(100 * value, 2)} %`),
      this.#time(model),
    ];
  }

  #time(model: string): Cell {
    const times = this.#times.get(model);
    if (times === undefined) return '–';
    const spread = `${significant(times.lowerQuartileMs, 2)}–${significant(times.upperQuartileMs, 2)}`;
    const shown = figure(model, 'ms', times.medianMs, (value) => significant(value, 2));
    return element('span', {}, shown, ' ', element('small', {}, `(${spread})`));
  }

  /** Asks one model after the other, those that answer; ends with the visit of the section. */
  async #measure(): Promise<void> {
    if (this.#measuring !== undefined) return;
    const measuring = new AbortController();
    this.#measuring = measuring;
    const { signal } = measuring;
    let answers = 0;
    try {
      for (const [name, predictor] of this.#host.models.answering()) {
        this.#said.textContent = say('family.measuring', { model: modelName(name) });
        const times = await measureAnswers(predictor, signal);
        answers = times.answers;
        this.#times.set(name, times);
        this.#draw();
      }
      const missing = scores.models.some(({ model }) => !this.#times.has(model));
      this.#said.textContent = say(missing ? 'family.measured.some' : 'family.measured', { count: answers });
    } catch (error) {
      if (!signal.aborted) this.#said.textContent = say('failed', { message: String(error) });
    } finally {
      if (this.#measuring === measuring) this.#measuring = undefined;
    }
  }
}

function figure(model: string, name: string, value: number | null | undefined, write: (value: number) => string): Cell {
  if (value == null) return '–';
  return element('span', { 'data-figure': `${model} ${name}`, 'data-value': String(value) }, write(value));
}
