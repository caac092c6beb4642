import type { Text } from '@codemirror/state';
import type { Candidate, Pack, PredictionError } from '@foreword/core';
import type { KeptPersonal, Personal, PersonalChange } from '@foreword/core/personal';
import { byId } from './elements.ts';
import { forgetWord } from './forget-word.ts';
import type { LearnedPanel } from './learned-panel.ts';
import { hideNotice, showNotice } from './notices.ts';
import type { SettingsStore } from './settings.ts';
import { type StringKey, text } from './strings.ts';
import { showToast } from './toast.ts';

/** What the learning needs of the page. */
export interface LearningHost {
  readonly pack: Pack;
  readonly settings: SettingsStore;
  /** What the writer has written, by which the panel measures what learning saves. */
  doc(): Text;
  /** Lets the writer's own model answer and learn from now on. */
  join(personal: Personal): void;
  /** Whether the caret stands in the text. */
  isWriting(): boolean;
  /** Takes down what is on offer and asks anew. A word that has just been taken, and would be learned with the next key, is not learned. */
  redraw(): void;
}

/** The writer's own model: opened behind the first words, kept on this device, ruled by the writer. */
export class Learning {
  readonly #host: LearningHost;
  #kept: KeptPersonal | undefined;
  #panel: LearnedPanel | undefined;

  constructor(host: LearningHost) {
    this.#host = host;
  }

  /**
   * Loads what learns, which cannot be fetched once the door is shut, and begins to read what was learned before. Words that are
   * finished until that is there are not learned. Never rejects: what fails is told of.
   */
  async load(): Promise<void> {
    try {
      const { openLearned, LearnedPanel } = await import('./learned.ts');
      this.#open({ openLearned, LearnedPanel }).catch(reportFailure);
    } catch (error) {
      reportFailure(error);
    }
  }

  /** Incognito: nothing is learned while it is on. */
  set isPaused(isPaused: boolean) {
    if (this.#kept !== undefined) this.#kept.personal.isPaused = isPaused;
  }

  /** Settles when all that was learned is kept, or cannot be. */
  async saved(): Promise<void> {
    // What fails has been told of.
    await this.#kept?.saved().catch(() => {});
  }

  /** Fills the panel of what was learned. */
  fillPanel(): void {
    this.#panel?.fill(this.#host.doc());
  }

  /** Forgets a candidate's word, says so, and offers never to suggest it again. False until the model has been opened. */
  forget({ word, text: shown }: Pick<Candidate, 'word' | 'text'>): boolean {
    const personal = this.#kept?.personal;
    if (personal === undefined) return false;
    const wasLearned = forgetWord(personal, word) > 0;
    const setRule = (rule: 'blocked' | null): void => personal.setRule(word, rule);
    showToast(text(wasLearned ? 'learned.forgotten' : 'forgotten.unknown', { word: shown }), {
      label: text('forgotten.block'),
      run() {
        setRule('blocked');
        const undo = { label: text('undo'), run: () => setRule(null) };
        showToast(text('learned.done.block', { word: shown }), undo);
      },
    });
    return true;
  }

  async #open({ openLearned, LearnedPanel }: typeof import('./learned.ts')): Promise<void> {
    const { pack, settings } = this.#host;
    const scope = {
      get addresses() {
        return settings.current.learnsAddresses;
      },
    };
    const kept = await openLearned(pack, scope, reportStorage);
    kept.personal.isPaused = settings.current.incognito;
    this.#kept = kept;
    this.#panel = new LearnedPanel(pack, kept);
    this.#host.join(kept.personal);
    kept.personal.onChange((change) => this.#follow(change));
    byId<HTMLButtonElement>('open-learned').disabled = false;
    followStatus(kept);
    saveOnLeaving(kept);
  }

  /** What comes in from another tab while one writes here waits for the next letter, so that nothing moves. */
  #follow(change: PersonalChange): void {
    if (change === 'appended' || (change === 'rewritten' && this.#host.isWriting())) return;
    // The editor may be in the middle of an update.
    queueMicrotask(() => this.#host.redraw());
  }
}

const storageNotices: readonly StringKey[] = ['error.learned.unkept', 'error.learned.full', 'error.learned.too-new'];

function followStatus(kept: KeptPersonal): void {
  const show = (): void => {
    document.documentElement.setAttribute('data-learning', kept.status);
    if (kept.status === 'saved') for (const notice of storageNotices) hideNotice(notice);
  };
  show();
  kept.onStatus(show);
}

/** What was learned in the last second is not saved yet. */
function saveOnLeaving(kept: KeptPersonal): void {
  // What fails has been told of.
  const save = (): void => void kept.saved().catch(() => {});
  addEventListener('pagehide', save);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') save();
  });
}

function reportStorage(error: PredictionError): void {
  console.error(error);
  if (error.code === 'file-malformed') showNotice({ message: 'error.learned.damaged' });
  else if (error.code === 'pack-too-new') showNotice({ message: 'error.learned.too-new' });
  else showNotice({ message: isFull(error.cause) ? 'error.learned.full' : 'error.learned.unkept' });
}

function isFull(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'QuotaExceededError';
}

function reportFailure(error: unknown): void {
  console.error(error);
  const message = error instanceof Error ? error.message : String(error);
  showNotice({ message: 'error.learning', values: { message } });
}
