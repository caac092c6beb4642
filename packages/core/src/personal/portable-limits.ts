/** What an exported file says that it is. */
export const PORTABLE_FORMAT = 'foreword-personal';
/** The version that is written, and the newest that is read. */
export const PORTABLE_VERSION = 1;

/** Longest text that is read, in UTF-16 code units. */
export const MOST_CHARACTERS: number = 64 * 2 ** 20;
/** The same of a list of words. */
export const MOST_LIST_CHARACTERS: number = 16 * 2 ** 20;
/** Most events, and most words with a rule. */
export const MOST_ITEMS = 1_000_000;
/** Greatest count of a word, and greatest number of an event. */
export const GREATEST_COUNT = 1_000_000_000;
/** So far ahead of the clock a time may be: devices differ. */
export const MOST_AHEAD_MS: number = 24 * 60 * 60 * 1000;
