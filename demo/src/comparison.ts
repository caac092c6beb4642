import type { EditorView, ViewUpdate } from '@codemirror/view';
import type { Prediction, Predictor } from '@foreword/core';
import { ComparisonCard } from './comparison-card.ts';
import { type ModelChoice, type ModelSwitch, modelChoices } from './model-switch.ts';
import { RecentMedian } from './recent-median.ts';
import { Replay } from './replay.ts';
import { textBefore, type WrittenWord, writtenWords } from './written-words.ts';

/** Rest after the last change before the models are asked, in milliseconds: typing goes before comparing. */
const restMs = 200;
/** Most of the text's last words that are replayed when the comparison begins, and that wait later on. */
const mostWords = 50;
/** UTF-16 code units before the caret in which those words are looked for. */
const furthestBack = 2000;
const candidatesShown = 5;

/**
 * Compares the models on what is being written: their words for the caret, and an ideal writer's score with each over the
 * words written. Asks one model at a time and only while the writer rests; the next key ends it.
 */
export class Comparison {
  readonly #models: ModelSwitch;
  readonly #list: HTMLElement;
  readonly #rows = new Map<ModelChoice, Row>();
  #view: EditorView | undefined;
  #running: AbortController | undefined;
  #timer: number | undefined;
  /** Where the last word that was counted ends. */
  #countedTo = 0;

  /** Draws into `list`. */
  constructor(models: ModelSwitch, list: HTMLElement) {
    this.#models = models;
    this.#list = list;
  }

  /** Begins anew, with the words that stand before the caret. */
  start(view: EditorView): void {
    this.#view = view;
    this.#rows.clear();
    const head = view.state.selection.main.head;
    this.#countedTo = head;
    const { words } = writtenWords(view.state.doc, Math.max(0, head - furthestBack), head);
    this.#refreshRows(words.slice(-mostWords));
    this.#rest();
  }

  stop(): void {
    this.#view = undefined;
    this.#interrupt();
  }

  /** To be called when a model has come or gone, or the language has changed. */
  redraw(): void {
    if (this.#view === undefined) return;
    this.#interrupt();
    this.#refreshRows([]);
    this.#rest();
  }

  /** To be called with every update of the editor. */
  follow(update: ViewUpdate): void {
    if (this.#view === undefined || !(update.docChanged || update.selectionSet)) return;
    this.#interrupt();
    if (update.docChanged) this.#count(update);
    this.#rest();
  }

  /** Puts the words that have just been finished into every model's queue. */
  #count(update: ViewUpdate): void {
    this.#countedTo = update.changes.mapPos(this.#countedTo);
    const { doc, selection } = update.state;
    const { head } = selection.main;
    const isWritten = update.transactions.every((tr) => !tr.docChanged || isWriting(tr.isUserEvent.bind(tr)));
    if (!isWritten) {
      // What is pasted or cleared was not written word by word.
      this.#countedTo = head;
    } else if (head > this.#countedTo) {
      const { words, to } = writtenWords(doc, this.#countedTo, head);
      this.#countedTo = to;
      for (const { waiting } of this.#rows.values()) {
        waiting.unshift(...words.toReversed());
        waiting.length = Math.min(waiting.length, mostWords);
      }
    }
  }

  #refreshRows(words: readonly WrittenWord[]): void {
    const rivals = this.#models.rivals();
    const choices = modelChoices.filter((choice) => rivals.has(choice));
    for (const choice of this.#rows.keys()) if (!rivals.has(choice)) this.#rows.delete(choice);
    for (const choice of choices) {
      const predictor = rivals.get(choice)!;
      const row = this.#rows.get(choice);
      if (row !== undefined) row.predictor = predictor;
      else this.#rows.set(choice, new Row(predictor, new ComparisonCard(choice, this.#models), words.toReversed()));
    }
    this.#list.replaceChildren(...choices.map((choice) => this.#rows.get(choice)!.card.draw()));
    for (const row of this.#rows.values()) row.show();
  }

  #interrupt(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = undefined;
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), restMs);
  }

  async #run(): Promise<void> {
    const view = this.#view;
    if (view === undefined || document.hidden) return;
    const running = new AbortController();
    this.#running = running;
    const { signal } = running;
    const before = textBefore(view.state.doc, view.state.selection.main.head);
    for (const row of this.#rows.values()) {
      await row.askForCaret(before, signal);
      if (signal.aborted) return;
    }
    for (;;) {
      const behind = [...this.#rows.values()].filter(({ waiting }) => waiting.length > 0);
      for (const row of behind) {
        await row.replayNext(signal);
        if (signal.aborted) return;
      }
      if (behind.length === 0) return;
    }
  }
}

/** One model's part of the comparison. */
class Row {
  predictor: Predictor;
  readonly card: ComparisonCard;
  /** Words to replay, the oldest last. */
  readonly waiting: WrittenWord[];
  readonly #replay = new Replay();
  readonly #speed = new RecentMedian(100);

  constructor(predictor: Predictor, card: ComparisonCard, waiting: WrittenWord[]) {
    this.predictor = predictor;
    this.card = card;
    this.waiting = waiting;
  }

  async askForCaret(before: string, signal: AbortSignal): Promise<void> {
    try {
      const { candidates } = await this.#ask(before, candidatesShown, signal);
      this.card.showWords(candidates);
      this.show();
    } catch (error) {
      this.#fail(error, signal);
    }
  }

  async replayNext(signal: AbortSignal): Promise<void> {
    const word = this.waiting.at(-1);
    if (word === undefined) return;
    try {
      await this.#replay.add(word, (before, limit) => this.#ask(before, limit, signal));
      this.waiting.pop();
      this.show();
    } catch (error) {
      this.#fail(error, signal);
    }
  }

  show(): void {
    const { words, savedPercent, meanReciprocalRank } = this.#replay;
    this.card.showScores({ words, savedPercent, meanReciprocalRank, medianMs: this.#speed.value });
  }

  /** The final answer, as slow as it comes. A turn of the event loop lies before each, so that keys go first. */
  async #ask(before: string, limit: number, signal: AbortSignal): Promise<Prediction> {
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
    const began = performance.now();
    let last: Prediction | undefined;
    for await (const prediction of this.predictor.predict(before, { limit, signal })) last = prediction;
    this.#speed.add(performance.now() - began);
    return last!;
  }

  /** A model that fails leaves the comparison of this text; whoever loaded it tells the writer. */
  #fail(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    console.error(error);
    this.waiting.length = 0;
  }
}

function isWriting(isUserEvent: (event: string) => boolean): boolean {
  return isUserEvent('input.type') || isUserEvent('input.complete') || isUserEvent('delete');
}
