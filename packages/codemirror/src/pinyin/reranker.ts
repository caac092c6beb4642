import { type EditorView, logException, type PluginValue, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import type { Composition, PathScorer, PinyinAnswer } from '@foreword/core/pinyin';
import { textBefore } from '../surroundings.ts';
import { composing, rerankedEffect } from './composing.ts';
import { pinyinOptions } from './options.ts';

/** Asks the slower model after a pause, and shows its order if the user has neither typed on nor moved among the candidates. */
class Reranker implements PluginValue {
  private readonly view: EditorView;
  private question: AbortController | null = null;
  private timer = -1;
  private last: Composition | null = null;

  constructor(view: EditorView) {
    this.view = view;
  }

  update({ state }: ViewUpdate): void {
    const value = composing(state);
    if (value?.hasMoved) this.cancel();
    if ((value?.composition ?? null) === this.last) return;
    this.last = value?.composition ?? null;
    this.cancel();
    const options = state.facet(pinyinOptions);
    if (value === null || !options?.scorer) return;
    const { scorer } = options;
    const question = new AbortController();
    this.question = question;
    this.timer = setTimeout(() => this.ask(value.answer, scorer, question.signal), options.rerankAfterMs);
  }

  destroy(): void {
    this.cancel();
  }

  private async ask(asked: PinyinAnswer, scorer: PathScorer, signal: AbortSignal): Promise<void> {
    const { view } = this;
    const options = view.state.facet(pinyinOptions);
    const before = textBefore(view.state, view.state.selection.main.from);
    try {
      const answer = await options?.engine.rerank(asked, before, scorer, signal);
      if (!signal.aborted && answer !== undefined && answer !== asked) {
        view.dispatch({ effects: rerankedEffect.of({ asked, answer }) });
      }
    } catch (error) {
      if (!signal.aborted) logException(view.state, error, 'foreword');
    }
  }

  private cancel(): void {
    clearTimeout(this.timer);
    this.question?.abort();
    this.question = null;
  }
}

/** The extension's `Reranker`. */
export const reranker: ViewPlugin<PluginValue> = ViewPlugin.fromClass(Reranker);
