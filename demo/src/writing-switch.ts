import { byId } from './elements.ts';
import { type LanguageTag, languageTags, text } from './strings.ts';

/** What the switch needs of the page. */
export interface WritingSwitchHost {
  readonly writing: LanguageTag;
  /** The writer wants to write another language. */
  onSwitch(writing: LanguageTag): void;
  /** The writer wants the keys to write the other language, for a while. */
  onMode(): void;
}

/** The languages one can write in, at the head of the page; beside them, where one writes Chinese, which of both the keys write now. */
export class WritingSwitch {
  readonly #mode = byId<HTMLButtonElement>('mode');

  constructor({ writing, onSwitch, onMode }: WritingSwitchHost) {
    for (const tag of languageTags) {
      const choice = byId<HTMLButtonElement>(`write-${tag}`);
      choice.setAttribute('aria-pressed', String(tag === writing));
      choice.addEventListener('click', () => {
        if (tag !== writing) onSwitch(tag);
      });
    }
    // The focus stays in the text, and a soft keyboard stays open.
    this.#mode.addEventListener('pointerdown', (event) => event.preventDefault());
    this.#mode.addEventListener('click', onMode);
  }

  /** Shows which language the keys write, in the interface's present language. Hidden until then. */
  showMode(isChinese: boolean): void {
    this.#mode.hidden = false;
    this.#mode.textContent = isChinese ? '中' : '英';
    this.#mode.setAttribute('aria-label', text(isChinese ? 'mode.isChinese' : 'mode.isEnglish'));
    this.#mode.title = text('mode.tip');
    document.documentElement.setAttribute('data-mode', isChinese ? 'zh' : 'en');
  }
}
