import { isolateHistory } from '@codemirror/commands';
import { type EditorState, type StateCommand, Transaction, type TransactionSpec } from '@codemirror/state';
import { type Acceptance, acceptCandidate, type Candidate, normalizeWord } from '@foreword/core';
import { type Accepted, type AcceptedBy, accepted, reverted } from './accepted.ts';
import { candidates, canOffer, isLineEnd, type Offer, offerField, surfacesOf } from './offer.ts';
import { textAfter, textBefore } from './surroundings.ts';

/** A command that puts the candidate of `slot` (from 0, on the page shown) into the text. False where there is none. */
export function acceptSlot(slot: number, by: AcceptedBy = 'api'): StateCommand {
  return ({ state, dispatch }) => {
    const candidate = candidates(state)?.candidates[slot];
    if (!candidate) return false;
    dispatch(state.update(acceptanceSpec(state, candidate, slot, by)));
    return true;
  };
}

/** Accepts the slot that is chosen while the bar is armed. False while it is not. */
export const acceptSelected: StateCommand = (target) => {
  const offer = candidates(target.state);
  return offer !== null && offer.selected >= 0 && acceptSlot(offer.selected, 'key')(target);
};

/** Accepts what the ghost shows. False where there is no ghost. */
export const acceptGhost: StateCommand = (target) => {
  const ghost = ghostOf(target.state);
  return ghost !== null && acceptSlot(ghost.slot, 'ghost')(target);
};

/** Accepts the next word of the ghost; all of it where it is one word. False where there is no ghost. */
export const acceptGhostWord: StateCommand = ({ state, dispatch }) => {
  const ghost = ghostOf(state);
  if (ghost === null) return false;
  const word = /^\s*\S+/.exec(ghost.text)![0];
  if (word === ghost.text) return acceptSlot(ghost.slot, 'ghost-word')({ state, dispatch });
  const edit: Acceptance = { deleteBefore: 0, insert: word, skipAfter: 0 };
  dispatch(state.update(editSpec(state, ghost.candidate, ghost.slot, 'ghost-word', edit)));
  return true;
};

/** Right after an accept, puts back what was typed, in one transaction. False at any other time. */
export const revertAccept: StateCommand = ({ state, dispatch }) => {
  const undone = state.field(offerField, false)?.accepted;
  if (!undone || !canOffer(state) || state.selection.main.head !== undone.to) return false;
  const end = undone.from + undone.inserted.length;
  dispatch(
    state.update({
      changes: { from: undone.from, to: end, insert: undone.typed },
      selection: { anchor: undone.from + undone.typed.length },
      annotations: [reverted.of(undone), isolateHistory.of('full'), Transaction.userEvent.of('delete.revert')],
      scrollIntoView: true,
    }),
  );
  return true;
};

/** The text that the ghost shows after the caret, and where it comes from. */
export interface Ghost {
  readonly text: string;
  readonly candidate: Candidate;
  readonly slot: number;
}

/**
 * The ghost in this state, or null: it continues the chosen candidate, else the likeliest, after what the user typed.
 * Only at the end of a line, for anywhere else it would push text aside.
 */
export function ghostOf(state: EditorState): Ghost | null {
  const offer = candidates(state);
  if (offer === null || !offer.isTyped || !surfacesOf(state).ghost || !isLineEnd(state, offer.to)) return null;
  const slot = offer.selected >= 0 ? offer.selected : offer.lead;
  const candidate = offer.candidates[slot];
  if (!candidate) return null;
  const text = continuation(state, offer, candidate);
  return text === '' ? null : { text, candidate, slot };
}

/** What accepting the candidate adds behind the caret, without the space that follows; empty where it rewrites what was typed. */
function continuation(state: EditorState, offer: Offer, candidate: Candidate): string {
  const { deleteBefore, insert } = acceptCandidate(
    textBefore(state, offer.to),
    textAfter(state, offer.to),
    candidate.text,
  );
  const typed = state.sliceDoc(offer.to - deleteBefore, offer.to);
  if (normalizeWord(insert.slice(0, deleteBefore)) !== normalizeWord(typed)) return '';
  return insert.slice(deleteBefore).trimEnd();
}

/** The transaction that accepts the candidate at the caret: one undo step, `userEvent` `input.complete`, marked with `accepted`. */
export function acceptanceSpec(
  state: EditorState,
  candidate: Candidate,
  slot: number,
  by: AcceptedBy,
): TransactionSpec {
  const pos = state.selection.main.head;
  const edit = acceptCandidate(textBefore(state, pos), textAfter(state, pos), candidate.text);
  return editSpec(state, candidate, slot, by, edit);
}

function editSpec(
  state: EditorState,
  candidate: Candidate,
  slot: number,
  by: AcceptedBy,
  { deleteBefore, insert, skipAfter }: Acceptance,
): TransactionSpec {
  const pos = state.selection.main.head;
  const from = pos - deleteBefore;
  const typed = state.sliceDoc(from, pos);
  const to = from + insert.length + skipAfter;
  // Letters that stay are not touched, so that marks, other carets and collaborators keep their place in them.
  const kept = commonPrefixLength(typed, insert);
  const done: Accepted = {
    candidate,
    slot,
    by,
    from,
    to,
    typed,
    inserted: insert,
    space: skipAfter > 0 ? 'stepped' : insert.endsWith(' ') ? 'inserted' : 'none',
    keysSaved: insert.length + skipAfter - deleteBefore - 1,
  };
  return {
    changes: { from: from + kept, to: pos, insert: insert.slice(kept) },
    selection: { anchor: to },
    annotations: [accepted.of(done), isolateHistory.of('full'), Transaction.userEvent.of('input.complete')],
    scrollIntoView: true,
  };
}

function commonPrefixLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}
