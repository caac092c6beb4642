import { button, byId, element } from './elements.ts';
import type { Store } from './store.ts';
import { type LanguageTag, type StringKey, text } from './strings.ts';

/** What the writer does, as far as the guide cares. */
export type Deed =
  | { readonly kind: 'typed'; readonly characters: number }
  | { readonly kind: 'accepted'; readonly by: 'choice' | 'ghost' }
  | { readonly kind: 'dismissed' }
  /** Pinyin became characters. `sparedKeys`: against full pinyin and Space. */
  | { readonly kind: 'composed'; readonly characters: number; readonly byDigit: boolean; readonly sparedKeys: number }
  /** The keys write the other language. */
  | { readonly kind: 'switched' }
  | { readonly kind: 'saved'; readonly percent: number };

interface Step {
  readonly title: StringKey;
  readonly body: StringKey;
  /** Whether a deed completes the step. */
  readonly done: (deed: Deed, since: Since) => boolean;
}

/** What was done since the step began. */
interface Since {
  readonly typed: number;
  readonly accepted: number;
}

const write: Step = {
  title: 'guide.write.title',
  body: 'guide.write.body',
  done: (deed, since) => deed.kind === 'typed' && since.typed >= 12,
};
const choose: Step = {
  title: 'guide.choose.title',
  body: 'guide.choose.body',
  done: (deed) => deed.kind === 'accepted' && deed.by === 'choice',
};
const chooseByTouch: Step = { ...choose, title: 'guide.tap.title', body: 'guide.tap.body' };
const ghost: Step = {
  title: 'guide.ghost.title',
  body: 'guide.ghost.body',
  done: (deed) => deed.kind === 'accepted' && deed.by === 'ghost',
};
const dismiss: Step = {
  title: 'guide.dismiss.title',
  body: 'guide.dismiss.body',
  done: (deed) => deed.kind === 'dismissed',
};
const count: Step = {
  title: 'guide.count.title',
  body: 'guide.count.body',
  done: (deed, since) => deed.kind === 'saved' && deed.percent >= 10 && since.accepted >= 2,
};
const end: Step = { title: 'guide.end.title', body: 'guide.end.body', done: () => false };

const pinyin: Step = {
  title: 'guide.pinyin.title',
  body: 'guide.pinyin.body',
  done: (deed) => deed.kind === 'composed' && deed.characters >= 2,
};
const pinyinByTouch: Step = { ...pinyin, body: 'guide.pinyin.tap' };
const digit: Step = {
  title: 'guide.digit.title',
  body: 'guide.digit.body',
  done: (deed) => deed.kind === 'composed' && deed.byDigit,
};
const next: Step = {
  title: 'guide.follow.title',
  body: 'guide.follow.body',
  done: (deed) => deed.kind === 'accepted',
};
const nextByTouch: Step = { ...next, body: 'guide.follow.tap' };
const initials: Step = {
  title: 'guide.initials.title',
  body: 'guide.initials.body',
  done: (deed) => deed.kind === 'composed' && deed.sparedKeys >= 2,
};
const shift: Step = {
  title: 'guide.shift.title',
  body: 'guide.shift.body',
  done: (deed) => deed.kind === 'switched',
};
const shiftByTouch: Step = { ...shift, title: 'guide.mode.title', body: 'guide.mode.body' };

interface Steps {
  readonly byKeys: readonly Step[];
  readonly byTouch: readonly Step[];
}

const stepsOf: Readonly<Record<LanguageTag, Steps>> = {
  en: { byKeys: [write, choose, ghost, dismiss, count, end], byTouch: [write, chooseByTouch, count, end] },
  zh: {
    byKeys: [pinyin, digit, next, initials, shift, end],
    byTouch: [pinyinByTouch, nextByTouch, initials, shiftByTouch, end],
  },
};

/** Under which name it is remembered that the guide was ended: each language has its own. */
const namesInStore: Readonly<Record<LanguageTag, string>> = { en: 'guide', zh: 'guide.zh' };

/** The first minute: a card that asks for one small deed after another and moves on when it is done. */
export class Guide {
  readonly #card = byId('guide');
  readonly #store: Store;
  readonly #writing: LanguageTag;
  readonly #onClose: () => void;
  #steps: readonly Step[] = [];
  #index = 0;
  #since: Since = { typed: 0, accepted: 0 };

  /** `writing`: the language that is shown how to write. `onClose` runs when the writer ends or skips the guide. */
  constructor(store: Store, writing: LanguageTag, onClose: () => void) {
    this.#store = store;
    this.#writing = writing;
    this.#onClose = onClose;
  }

  /** Starts the guide, unless it was ended on an earlier visit. */
  greet(): void {
    if (this.#store.get(namesInStore[this.#writing]) !== 'done') this.start();
  }

  start(): void {
    const { byKeys, byTouch } = stepsOf[this.#writing];
    this.#steps = matchMedia('(pointer: coarse)').matches ? byTouch : byKeys;
    this.#index = 0;
    this.#since = { typed: 0, accepted: 0 };
    this.#show();
  }

  notice(deed: Deed): void {
    const step = this.#steps[this.#index];
    if (step === undefined || this.#card.hidden) return;
    const { typed, accepted } = this.#since;
    if (deed.kind === 'typed') this.#since = { typed: typed + deed.characters, accepted };
    if (deed.kind === 'accepted') this.#since = { typed, accepted: accepted + 1 };
    if (step.done(deed, this.#since)) this.#next();
  }

  /** Writes the card again, in the interface's present language. */
  redraw(): void {
    if (!this.#card.hidden) this.#show();
  }

  #next(): void {
    this.#index++;
    this.#since = { typed: 0, accepted: 0 };
    if (this.#index < this.#steps.length) this.#show();
    else this.#close();
  }

  #close(): void {
    this.#card.hidden = true;
    this.#store.set(namesInStore[this.#writing], 'done');
    this.#onClose();
  }

  #show(): void {
    const step = this.#steps[this.#index];
    if (step === undefined) return;
    const last = this.#index === this.#steps.length - 1;
    const actions = element('p', { class: 'guide-actions' });
    if (!last) actions.append(button(text('guide.skip'), () => this.#close(), { class: 'quiet' }));
    actions.append(button(text(last ? 'guide.done' : 'guide.next'), () => this.#next()));
    this.#card.replaceChildren(
      element(
        'div',
        { 'aria-live': 'polite' },
        element(
          'p',
          { class: 'guide-count' },
          text('guide.step', { step: this.#index + 1, steps: this.#steps.length }),
        ),
        element('h2', {}, text(step.title)),
        element('p', {}, text(step.body)),
      ),
      actions,
    );
    this.#card.hidden = false;
  }
}
