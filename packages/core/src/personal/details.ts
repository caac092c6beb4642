import type { FadedCount, PersonalDetails } from '../explain.ts';
import type { EventLog } from './event-log.ts';
import type { PersonalCounts } from './personal-counts.ts';

/** What the log says of a word, and the counts by what they have gathered last. The word must have been gathered. */
export function detailsOf(
  wordId: number,
  log: EventLog,
  counts: PersonalCounts,
): Omit<PersonalDetails, 'isTrusted' | 'odds'> {
  const place = counts.placeOf(wordId);
  const fadedCount = (k: 0 | 1 | 2): FadedCount => ({
    word: place < 0 ? 0 : counts.counts[k].list[place]!,
    all: counts.totals[k]!,
  });
  const { count, lastUsedMs, isLearned } = usesOf(wordId, log);
  return {
    kind: 'personal',
    count,
    lastUsedMs,
    wordsSince: isLearned ? counts.wordsSince(wordId) : null,
    evidence: counts.evidence(wordId),
    counts: [fadedCount(0), fadedCount(1), fadedCount(2)],
  };
}

function usesOf(wordId: number, log: EventLog): { count: number; lastUsedMs: number; isLearned: boolean } {
  const uses = { count: 0, lastUsedMs: 0, isLearned: false };
  for (let event = 0; event < log.length; event++) {
    if (log.wordIds[event] !== wordId) continue;
    const kind = log.kind(event);
    if (kind === 'listed') uses.count += log.beforePreviousIds[event]!;
    else if (kind !== 'rejected') uses.count++;
    uses.lastUsedMs = 1000 * log.seconds[event]!;
    uses.isLearned = true;
  }
  return uses;
}
