import type { EditorState, StateCommand } from '@codemirror/state';
import { candidates, dismissEffect, type Offer, selectEffect } from './offer.ts';
import { forewordOptions } from './options.ts';

/** Arms the bar: digits, arrows and Enter then choose. False where the offer does not follow typing, so that arrows still move the caret. */
export const armBar: StateCommand = ({ state, dispatch }) => {
  const offer = candidates(state);
  if (offer === null || !offer.isTyped || offer.selected >= 0) return false;
  dispatch(state.update({ effects: selectEffect.of({ slot: firstSlot(offer), page: offer.page }) }));
  return true;
};

/** Moves the choice by `step` slots, on to the neighbouring page at an end; before the very first candidate the bar is disarmed. */
export function moveSelection(step: 1 | -1): StateCommand {
  return ({ state, dispatch }) => {
    const offer = candidates(state);
    if (offer === null || offer.selected < 0) return false;
    const slots = state.facet(forewordOptions)?.slots ?? 1;
    dispatch(state.update({ effects: selectEffect.of(nextChoice(offer, step, slots)) }));
    return true;
  };
}

/** Shows the next (1) or previous (-1) page and chooses its first candidate. False where there is no such page. */
export function turnPage(step: 1 | -1): StateCommand {
  return ({ state, dispatch }) => {
    const offer = candidates(state);
    if (offer === null || offer.pages < 2) return false;
    const page = offer.page + step;
    // A page key that has nowhere to go stays ours while choosing: it must not scroll the text away.
    if (page < 0 || page >= offer.pages) return offer.selected >= 0;
    dispatch(state.update({ effects: selectEffect.of({ slot: 0, page }) }));
    return true;
  };
}

/** Puts all surfaces away, and keeps them away until the caret's word is finished or left. False where none is shown. */
export const dismiss: StateCommand = ({ state, dispatch }) => {
  if (candidates(state) === null) return false;
  dispatch(state.update({ effects: dismissEffect.of(true) }));
  return true;
};

/** Lets dismissed surfaces come back and asks anew. */
export const suggest: StateCommand = ({ state, dispatch }) => {
  dispatch(state.update({ effects: dismissEffect.of(false) }));
  return true;
};

function nextChoice(offer: Offer, step: 1 | -1, slots: number): { slot: number; page: number } {
  let slot = offer.selected + step;
  while (offer.candidates[slot] === null) slot += step;
  if (slot >= 0 && slot < offer.candidates.length) return { slot, page: offer.page };
  if (slot < 0) return offer.page > 0 ? { slot: slots - 1, page: offer.page - 1 } : { slot: -1, page: 0 };
  return offer.page + 1 < offer.pages ? { slot: 0, page: offer.page + 1 } : { slot: offer.selected, page: offer.page };
}

function firstSlot(offer: Offer): number {
  return offer.candidates.findIndex((candidate) => candidate !== null);
}

/** Whether the arrow and page keys may choose among candidates here: once the bar is armed, or where the offer follows typing. */
export function mayChoose(state: EditorState): boolean {
  const offer = candidates(state);
  return offer !== null && (offer.isTyped || offer.selected >= 0);
}
