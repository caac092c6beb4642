import { Annotation, type AnnotationType } from '@codemirror/state';
import type { Candidate } from '@foreword/core';

/** How a candidate was accepted. `key`: a digit, or Enter while the bar is armed; `completion`: the popup of @codemirror/autocomplete. */
export type AcceptedBy = 'key' | 'pointer' | 'ghost' | 'ghost-word' | 'completion' | 'api';

/** A candidate that was put into the text. */
export interface Accepted {
  /** What was chosen, with its evidence. */
  readonly candidate: Candidate;
  /** Its slot on the page, from 0. */
  readonly slot: number;
  /** What the user did. */
  readonly by: AcceptedBy;
  /** Where the candidate begins in the new document. */
  readonly from: number;
  /** Where the caret stands in the new document. */
  readonly to: number;
  /** What stood there before: the unfinished word. */
  readonly typed: string;
  /** What stands there now, with the spaces added around the candidate. */
  readonly inserted: string;
  /** Whether a space follows the candidate that was not typed: 'inserted', 'stepped' over one that was there, or 'none'. */
  readonly space: 'inserted' | 'stepped' | 'none';
  /** Keys saved if the accept itself counts as one: characters gained less 1. Negative when typing would have been shorter. */
  readonly keysSaved: number;
}

/** Marks the transaction of an accept. Read it in an update listener. */
export const accepted: AnnotationType<Accepted> = Annotation.define<Accepted>();

/** Marks the transaction that takes an accept back. */
export const reverted: AnnotationType<Accepted> = Annotation.define<Accepted>();
