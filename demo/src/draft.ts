import { Annotation, type Extension } from '@codemirror/state';
import { type EditorView, ViewPlugin } from '@codemirror/view';
import type { Store } from './store.ts';

/** How long the text may be ahead of the store, in milliseconds; leaving the page stores it at once. */
const delayMs = 200;

/** Marks text taken over from another tab, which has stored it itself. */
const fromElsewhere = Annotation.define<boolean>();

/** The text of the last visit. */
export function readDraft(store: Store): string {
  return store.get('text') ?? '';
}

/**
 * Keeps the text in the store as it is written, and follows what another tab of this page writes.
 * `onResult` hears after each attempt whether the text was kept.
 */
export function keepDraft(store: Store, onResult: (kept: boolean) => void): Extension {
  return ViewPlugin.define((view) => {
    let timer: number | undefined;
    const flush = (): void => {
      if (timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      onResult(store.set('text', view.state.doc.toString()));
    };
    const flushWhenHidden = (): void => {
      if (document.visibilityState === 'hidden') flush();
    };
    addEventListener('pagehide', flush);
    document.addEventListener('visibilitychange', flushWhenHidden);
    return {
      update(update) {
        if (!update.docChanged || update.transactions.some((tr) => tr.annotation(fromElsewhere))) return;
        timer ??= setTimeout(flush, delayMs);
      },
      destroy() {
        flush();
        removeEventListener('pagehide', flush);
        document.removeEventListener('visibilitychange', flushWhenHidden);
      },
    };
  });
}

/** Takes over the text another tab has written. Undo brings back what stood here. */
export function followOtherTabs(view: EditorView, store: Store): void {
  const follow = (text: string | null): void => {
    const here = view.state.doc.toString();
    if (text !== null && text !== here) {
      view.dispatch({ changes: difference(here, text), annotations: fromElsewhere.of(true) });
    }
  };
  store.onChangeElsewhere('text', follow);
  // A page brought back by the browser's Back has slept through the changes.
  addEventListener('pageshow', (event) => {
    if (event.persisted) follow(store.get('text'));
  });
}

/** One change that makes `after` of `before`, as short as it can be, so that a caret elsewhere stays where it is. */
function difference(before: string, after: string): { from: number; to: number; insert: string } {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before.charCodeAt(from) === after.charCodeAt(from)) from++;
  let same = 0;
  while (
    same < shorter - from &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  )
    same++;
  return { from, to: before.length - same, insert: after.slice(from, after.length - same) };
}
