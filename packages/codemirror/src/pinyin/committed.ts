import { Annotation, type AnnotationType } from '@codemirror/state';
import type { Composition } from '@foreword/core/pinyin';

/** A composition that was put into the text. */
export interface Committed {
  /** What was put in: what was chosen, then the letters that were not. */
  readonly text: string;
  /** What it was composed of. */
  readonly composition: Composition;
  /** The text before it, at most 2,000 UTF-16 code units. */
  readonly before: string;
}

/** Marks the transaction of a commit. Read it in an update listener. */
export const committed: AnnotationType<Committed> = Annotation.define<Committed>();
