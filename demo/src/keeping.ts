import { hideNotice, showNotice } from './notices.ts';
import type { Store } from './store.ts';

/** Whether everything written so far will be here on the next visit; where not, the writer is told, and asked before leaving. */
export class Keeping {
  #isKept = true;
  #isLeaving = false;

  /** `isEmpty`: whether there is nothing to lose. */
  constructor(store: Store, isEmpty: () => boolean) {
    if (!store.persistent) this.report(false);
    addEventListener('beforeunload', (event) => {
      if (!this.#isKept && !this.#isLeaving && !isEmpty()) event.preventDefault();
    });
  }

  get isKept(): boolean {
    return this.#isKept;
  }

  /** To be called after each attempt to keep the text. */
  report(success: boolean): void {
    if (!success && this.#isKept) showNotice({ message: 'error.storage' });
    if (success) hideNotice('error.storage');
    this.#isKept = success;
  }

  /** The page is about to be opened anew, with all that would be lost handed over. */
  leave(): void {
    this.#isLeaving = true;
  }
}
