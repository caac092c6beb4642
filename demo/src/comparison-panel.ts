import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { Comparison } from './comparison.ts';
import { byId } from './elements.ts';
import type { ModelSwitch } from './model-switch.ts';

/** The models side by side, in a panel beside the text or under it that leaves the writer free to write. */
export class ComparisonPanel {
  readonly #models: () => ModelSwitch | undefined;
  readonly #panel = byId('compare');
  readonly #opener = byId<HTMLButtonElement>('open-compare');
  #comparison: Comparison | undefined;

  /** `models`: absent until the pack is open. */
  constructor(models: () => ModelSwitch | undefined) {
    this.#models = models;
  }

  /** Tells the panel of each change to the text. */
  readonly extension: Extension = EditorView.updateListener.of((update) => this.#comparison?.follow(update));

  /** Joins the panel to its buttons. */
  join(view: EditorView): void {
    this.#opener.addEventListener('click', () => (this.#panel.hidden ? void this.#open(view) : this.#close(view)));
    byId('close-compare').addEventListener('click', () => this.#close(view));
    this.#panel.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#close(view);
    });
  }

  /** To be called when a model has come or gone, or the interface's language has changed. */
  redraw(): void {
    this.#opener.hidden = (this.#models()?.inPack.length ?? 0) < 2;
    this.#comparison?.redraw();
  }

  async #open(view: EditorView): Promise<void> {
    const models = this.#models();
    if (models === undefined) return;
    this.#show(true);
    // Loaded with the neural models, before the door was shut.
    const { Comparison } = await import('./comparison.ts');
    this.#comparison ??= new Comparison(models, byId('compare-list'));
    if (!this.#panel.hidden) this.#comparison.start(view);
    view.focus();
  }

  #close(view: EditorView): void {
    this.#show(false);
    this.#comparison?.stop();
    view.focus();
  }

  #show(isOpen: boolean): void {
    this.#panel.hidden = !isOpen;
    this.#opener.setAttribute('aria-expanded', String(isOpen));
    document.documentElement.toggleAttribute('data-comparing', isOpen);
  }
}
