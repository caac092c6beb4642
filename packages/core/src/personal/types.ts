import type { NgramModel } from '../ngram-model.ts';
import type { EventLog } from './event-log.ts';
import type { RuleBook, WordRule } from './rule-book.ts';
import type { LearningScope } from './secrets.ts';

/** All that a personal model knows, to be stored, merged and moved. */
export interface PersonalState {
  readonly log: EventLog;
  readonly rules: RuleBook;
}

/** What changed: one event came to the end of the log, something was forgotten, everything was, or anything else. */
export type PersonalChange = 'appended' | 'forgotten' | 'emptied' | 'rewritten';

/** Options of `createPersonal`. */
export interface PersonalOptions {
  /**
   * The model that everyone has. It says which words need no learning, and which new ones look like slips of the pen. Without it every
   * word is new, and none a slip.
   */
  readonly ngram?: NgramModel;
  /** What was learned before. It becomes this model's own. Default: nothing. */
  readonly state?: PersonalState;
  /** Names who writes, differently in each tab and program at work at the same time. Default: a random name. */
  readonly writer?: string;
  /** What may be learned beyond plain words. Default: nothing. */
  readonly scope?: LearningScope;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** A word that was learned, or about which the user has decided. */
export interface PersonalWord {
  /** Normalised. */
  readonly word: string;
  /** As the user writes it. */
  readonly text: string;
  /** How often it was learned: written, chosen, or as a list counted it. */
  readonly count: number;
  /** When last, in milliseconds since 1970; 0 where it was never written. */
  readonly lastUsedMs: number;
  /** Whether no dictionary knows it. */
  readonly isNew: boolean;
  /** Whether it is suggested by now: a word seen once is only completed, and one that looks like a slip has to come again. */
  readonly isSuggested: boolean;
  readonly rule: WordRule | null;
}
