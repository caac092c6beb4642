import { byId, element } from './elements.ts';
import { type ModelChoice, type ModelName, type ModelSwitch, modelSizeBytes } from './model-switch.ts';
import { formatBytes, formatMilliseconds, text } from './strings.ts';

/** How far the neural models have come. */
export type NeuralState =
  | { readonly kind: 'loading'; readonly receivedBytes: number; readonly totalBytes: number }
  | { readonly kind: 'starting' | 'ready' }
  /** `waiting`: for the writer's leave; `unavailable`: the browser cannot run them. */
  | { readonly kind: 'waiting' | 'unavailable' };

/** The choice of the model at the foot of the page, and who answered last. Hidden where the pack leaves no choice. */
export class ModelStatus {
  readonly #models: ModelSwitch;
  readonly #select = byId<HTMLSelectElement>('model-choice');
  #state: NeuralState;
  #answering: readonly ModelName[] = [];
  #frame: number | undefined;

  constructor(models: ModelSwitch, onChoose: (choice: ModelChoice) => void) {
    this.#models = models;
    this.#state = { kind: models.inPack.length < 2 ? 'ready' : 'starting' };
    this.#select.addEventListener('change', () => onChoose(this.#select.value as ModelChoice));
  }

  show(state: NeuralState): void {
    this.#state = state;
    this.#later();
  }

  /** Tells who gave the final answer shown now. */
  answered(models: readonly ModelName[]): void {
    this.#answering = models;
    this.#later();
  }

  /** Draws everything anew, in the interface's present language. */
  draw(): void {
    this.#frame = undefined;
    const { inPack } = this.#models;
    byId('model').hidden = inPack.length < 2;
    document.documentElement.setAttribute('data-models', this.#state.kind);
    if (inPack.length < 2) return;
    fillChoices(this.#select, this.#models);
    const facts = byId('model-facts');
    const shown = this.#facts();
    if (facts.textContent !== shown) facts.textContent = shown;
  }

  #later(): void {
    this.#frame ??= requestAnimationFrame(() => this.draw());
  }

  #facts(): string {
    const state = this.#state;
    switch (state.kind) {
      case 'loading': {
        const received = formatBytes(state.receivedBytes);
        return text('model.loading', { received, total: formatBytes(state.totalBytes) });
      }
      case 'starting':
        return text('model.starting');
      case 'waiting':
        return text('model.waiting');
      case 'unavailable':
        return text('model.unavailable');
      case 'ready':
        return this.#lastAnswer();
      default:
        return state satisfies never;
    }
  }

  #lastAnswer(): string {
    const { pack, chosen } = this.#models;
    const ms = this.#models.medianMs(chosen);
    if (this.#answering.length === 0 || ms === undefined) return '';
    const names = this.#answering.map((name) => text(`model.${name}`)).join(' + ');
    const bytes = this.#answering.reduce((sum, name) => sum + modelSizeBytes(pack, name), 0);
    return [names, formatBytes(bytes), formatMilliseconds(ms)].join(' · ');
  }
}

/** Fills a `<select>` with the choices that the pack leaves. One not loaded yet comes into force when it is. */
function fillChoices(select: HTMLSelectElement, { offered, wanted }: ModelSwitch): void {
  const options = offered.map((name) => element('option', { value: name }, text(`model.${name}`)));
  const isSame =
    options.length === select.options.length &&
    options.every((option, index) => select.options[index]?.textContent === option.textContent);
  if (!isSame) select.replaceChildren(...options); // an open list would close
  select.value = wanted;
}
