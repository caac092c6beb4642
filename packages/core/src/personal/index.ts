export { mergeLogs } from './derived-logs.ts';
export {
  type EventKind,
  EventLog,
  eventKinds,
  type Familiarity,
  familiarities,
  type LearnedEvent,
  type WordCasing,
  type Writer,
  wordCasings,
} from './event-log.ts';
export { exportPersonal } from './export-personal.ts';
export { type FileSystem, fileStore } from './file-store.ts';
export { importPersonal } from './import-personal.ts';
export {
  type KeptPersonal,
  type KeptPersonalOptions,
  openPersonal,
  type SavingStatus,
} from './kept-personal.ts';
export { type KeyValueStore, memoryStore } from './key-value-store.ts';
export { createPersonal, type Personal } from './personal.ts';
export { mergeRules, RuleBook, type RuleEntry, type WordRule, wordRules } from './rule-book.ts';
export type { SavingChannel, SavingLock } from './saving.ts';
export { isSecret, type LearningScope } from './secrets.ts';
export type { PersonalChange, PersonalOptions, PersonalState, PersonalWord } from './types.ts';
export { type CountedWord, readWordList } from './word-list-text.ts';
export type { WordTable } from './word-table.ts';
