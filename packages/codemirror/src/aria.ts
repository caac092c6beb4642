import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { type ListPlace, listId, optionId } from './candidate-list.ts';
import { candidates, surfacesOf } from './offer.ts';

/**
 * What the textbox says of its suggestions (WAI-ARIA APG, combobox and listbox). The focus stays in the text; a choice is
 * named only while the user is actively choosing. A function, for as attributes of the state it would depend on itself.
 */
export const ariaAttributes: Extension = EditorView.contentAttributes.of((view) => {
  const offer = candidates(view.state);
  const { bar, ghost, popup } = surfacesOf(view.state);
  const places: ListPlace[] = [];
  if (popup) places.push('popup');
  if (bar) places.push(bar === 'caret' ? 'bar' : 'docked');
  const kind = places.length > 0 ? (ghost ? 'both' : 'list') : ghost ? 'inline' : 'none';
  const attributes: Record<string, string> = { 'aria-autocomplete': kind };
  const lists = places.map((place) => listId(view, place));
  if (offer === null || lists.length === 0) return attributes;
  attributes['aria-haspopup'] = 'listbox';
  attributes['aria-controls'] = lists.join(' ');
  if (offer.selected >= 0) attributes['aria-activedescendant'] = optionId(lists[0]!, offer.selected);
  return attributes;
});
