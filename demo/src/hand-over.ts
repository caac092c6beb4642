import type { EditorView } from '@codemirror/view';
import type { LanguageTag } from './strings.ts';

/** What a visit leaves to the one that follows it at once. */
export interface HandOver {
  readonly writing: LanguageTag;
  /** Only where the browser keeps nothing for the page. */
  readonly text?: string;
  readonly anchor: number;
  readonly head: number;
  readonly scrollTop: number;
}

/**
 * Opens the page anew, which alone may load something once the door is shut, and hands over what the writer would miss. The browser
 * keeps it with the tab's history, on this device, even where the page may store nothing.
 */
export function reopen(view: EditorView, writing: LanguageTag, keepsText: boolean): void {
  const { doc, selection } = view.state;
  const { anchor, head } = selection.main;
  const { scrollTop } = view.scrollDOM;
  const text = keepsText ? {} : { text: doc.toString() };
  history.replaceState({ foreword: { writing, anchor, head, scrollTop, ...text } satisfies HandOver }, '');
  location.reload();
}

/** What the visit before left, once. */
export function takeOver(): HandOver | undefined {
  const left = (history.state as { foreword?: HandOver } | null)?.foreword;
  // Opened anew by the writer, the page begins as ever.
  if (left !== undefined) history.replaceState(null, '');
  return left;
}
