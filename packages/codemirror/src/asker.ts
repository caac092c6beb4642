import { EditorState, type TransactionSpec } from '@codemirror/state';
import { EditorView, logException, type PluginValue, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import { hideGhost } from './ghost.ts';
import { type Answer, answerEffect, canOffer, dismissEffect, focusEffect } from './offer.ts';
import { forewordOptions } from './options.ts';
import { textAfter, textBefore } from './surroundings.ts';

// A composition's last changes may arrive after its end; acting sooner would cut into them.
const AFTER_COMPOSITION_MS = 25;

/** Asks the predictor after each change of the text or the caret, and brings its answers into the state; stale ones are dropped. */
export class Asker implements PluginValue {
  readonly view: EditorView;
  private question: AbortController | null = null;
  private timer = -1;
  /** An answer that a better one may replace before it is shown. */
  private held: Answer | null = null;
  private patience = -1;
  private restUntil = 0;
  private isAlive = true;
  private lastKey: KeyboardEvent | null = null;
  private editContext: EventTarget | null = null;

  constructor(view: EditorView) {
    this.view = view;
    // An editor that has the focus already will not tell of it again.
    if (view.hasFocus) queueMicrotask(() => this.isAlive && view.dispatch({ effects: focusEffect.of(true) }));
  }

  update(update: ViewUpdate): void {
    this.listenToEditContext();
    if (asksAnew(update)) this.ask();
  }

  destroy(): void {
    this.isAlive = false;
    this.cancel();
    this.editContext?.removeEventListener('compositionstart', this.compositionStarted);
    this.editContext?.removeEventListener('compositionend', this.compositionEnded);
  }

  /** Whether an input method is at work: then nothing may be asked, drawn into the text or changed. */
  get isComposing(): boolean {
    return this.view.composing || this.view.compositionStarted;
  }

  /** Whether the key now pressed belongs to an input method; keyCode 229 says so where `isComposing` comes too late. */
  get isComposingKey(): boolean {
    return this.isComposing || this.lastKey?.isComposing === true || this.lastKey?.keyCode === 229;
  }

  /** Where CodeMirror uses the EditContext API, compositions begin and end there and not on the element. It makes it after its plugins. */
  private listenToEditContext(): void {
    const { editContext = null } = this.view.contentDOM as { editContext?: EventTarget | null };
    if (editContext === this.editContext) return;
    this.editContext?.removeEventListener('compositionstart', this.compositionStarted);
    this.editContext?.removeEventListener('compositionend', this.compositionEnded);
    editContext?.addEventListener('compositionstart', this.compositionStarted);
    editContext?.addEventListener('compositionend', this.compositionEnded);
    this.editContext = editContext;
  }

  noteKey(event: KeyboardEvent): void {
    this.lastKey = event;
  }

  compositionStarted = (): void => hideGhost(this.view, true);

  compositionEnded = (): void => {
    hideGhost(this.view, false);
    this.restUntil = performance.now() + AFTER_COMPOSITION_MS;
    this.ask();
  };

  private ask(): void {
    this.cancel();
    const question = new AbortController();
    this.question = question;
    this.later(() => this.stream(question.signal));
  }

  /** Runs once the update under way is done, in the same task, so that text and suggestions are painted together; later after a composition. */
  private later(run: () => void): void {
    const question = this.question;
    const waitMs = this.restUntil - performance.now();
    if (waitMs > 0) this.timer = setTimeout(run, waitMs);
    else queueMicrotask(() => question === this.question && run());
  }

  private async stream(signal: AbortSignal): Promise<void> {
    const { view } = this;
    const { state } = view;
    const options = state.facet(forewordOptions);
    if (options === null || !canOffer(state) || !view.hasFocus || this.isComposing) return;
    const pos = state.selection.main.head;
    const start = performance.now();
    let firstMs = -1;
    try {
      const answers = options.predictor.predict(textBefore(state, pos), {
        after: textAfter(state, pos),
        limit: options.slots * options.pages,
        signal,
      });
      for await (const { context, candidates, final } of answers) {
        if (signal.aborted) return;
        const ms = performance.now() - start;
        if (firstMs < 0) firstMs = ms;
        const answer = { pos, prefixLength: context.prefixLength, ranked: candidates, final, ms, firstMs };
        if (final) this.show(answer);
        else this.hold(answer, options.patienceMs - ms);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (this.held !== null) this.show(this.held);
      logException(view.state, error, 'foreword');
    }
  }

  /** Shows an answer once the time for better ones is over; those that follow by then take its place. */
  private hold(answer: Answer, forMs: number): void {
    const isHolding = this.held !== null;
    this.held = answer;
    if (isHolding) return;
    if (forMs <= 0) this.show(answer);
    else this.patience = setTimeout(() => this.held && this.show(this.held), forMs);
  }

  private show(answer: Answer): void {
    this.release();
    const { view } = this;
    view.dispatch({ effects: answerEffect.of(answer) } satisfies TransactionSpec);
    const { ms, firstMs, final, ranked } = answer;
    view.state.facet(forewordOptions)?.onAnswer?.({ ms, firstMs, count: ranked.length, final }, view);
  }

  private release(): void {
    clearTimeout(this.patience);
    this.held = null;
  }

  private cancel(): void {
    this.question?.abort();
    this.question = null;
    this.release();
    clearTimeout(this.timer);
  }
}

/** The extension's `Asker`, with the events it lives on. */
export const asker: ViewPlugin<Asker> = ViewPlugin.fromClass(Asker, {
  eventObservers: {
    keydown(event) {
      this.noteKey(event);
    },
    compositionstart() {
      this.compositionStarted();
    },
    compositionend() {
      this.compositionEnded();
    },
  },
  provide: () => EditorView.focusChangeEffect.of((_state, isFocused) => focusEffect.of(isFocused)),
});

function asksAnew(update: ViewUpdate): boolean {
  if (update.docChanged || update.selectionSet) return true;
  const { startState, state } = update;
  if (startState.facet(forewordOptions) !== state.facet(forewordOptions)) return true;
  if (startState.facet(EditorState.readOnly) !== state.facet(EditorState.readOnly)) return true;
  return update.transactions.some((tr) =>
    tr.effects.some((effect) => effect.is(focusEffect) || effect.is(dismissEffect)),
  );
}
