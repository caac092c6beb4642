import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { optionId } from '../candidate-list.ts';
import { candidatePage, composing, pinyinField } from './composing.ts';
import { pinyinListId } from './list.ts';

/**
 * What the textbox says of its candidates. A candidate is named only once the user moves among them: before, they are read out
 * after a pause. That a list is open is said in the state, by which `foreword` puts its own surfaces away.
 */
export const ariaAttributes: Extension = [
  EditorView.contentAttributes.compute(
    [pinyinField],
    (state): Record<string, string> => (composing(state) === null ? {} : { 'aria-haspopup': 'listbox' }),
  ),
  EditorView.contentAttributes.of((view): Record<string, string> | null => {
    const page = candidatePage(view.state);
    if (page === null) return null;
    const list = pinyinListId(view);
    const attributes: Record<string, string> = { 'aria-autocomplete': 'list', 'aria-controls': list };
    if (composing(view.state)?.hasMoved) attributes['aria-activedescendant'] = optionId(list, page.selected);
    return attributes;
  }),
];
