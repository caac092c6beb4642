import type { EditorView } from '@codemirror/view';
import type { Asked } from '@foreword/codemirror';
import type { PinyinAsked } from '@foreword/codemirror/pinyin';
import type { PinyinEngine } from '@foreword/core/pinyin';
import type { Explainer, ExplainPanel } from './explain/explain-panel.ts';
import { reportLack } from './failures.ts';

/** Why a candidate is offered: the panel that says so. Until it is loaded nothing answers. */
export class Explaining {
  #panel: ExplainPanel | undefined;

  /** Loads the panel, which cannot be fetched once the door is shut. Never rejects: what fails is told of. */
  async load(): Promise<void> {
    try {
      const { ExplainPanel } = await import('./explain/explain-panel.ts');
      this.#panel = new ExplainPanel();
    } catch (error) {
      reportLack('error.explain', error);
    }
  }

  word(asked: Asked, explainer: Explainer, view: EditorView): void {
    this.#panel?.showWord(asked, explainer, () => view.focus());
  }

  pinyin(asked: PinyinAsked, engine: PinyinEngine, view: EditorView): void {
    this.#panel?.showPinyin(asked, engine, () => view.focus());
  }
}
