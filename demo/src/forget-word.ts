import type { Personal } from '@foreword/core/personal';

/** Forgets a word, and that it was to be suggested always: without the word that means nothing. Returns how often it had been learned. */
export function forgetWord(personal: Personal, word: string): number {
  const times = personal.forget(word);
  if (personal.state.rules.rule(word) === 'pinned') personal.setRule(word, null);
  return times;
}
