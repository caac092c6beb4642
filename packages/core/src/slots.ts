import { rankingScore } from './mixture.ts';
import type { Candidate } from './types.ts';

/**
 * Places ranked candidates into slots so that nothing moves under the user's finger: a word already shown that is still
 * among the ranked ones keeps its slot, with its newest text and evidence; newcomers fill the free slots best first.
 * Where there are fewer candidates than the shown ones' slots reach, those behind a gap move up. For a new word pass no `shown`.
 *
 * A shown word gives its slot to one behind it that is more than `yieldRatio` times as likely: > 1, by default 10, which
 * after another letter keeps nearly all words in place (0.06 slot changes a key in everyday English; 0.2 at a ratio of 2)
 * without leaving the likeliest far behind. Infinity is never: for a later answer to the same question.
 */
export function arrangeSlots(
  shown: readonly (Candidate | null)[],
  ranked: readonly Candidate[],
  slots: number,
  yieldRatio = 10,
): Candidate[] {
  if (!(Number.isInteger(slots) && slots >= 0)) throw new RangeError(`slots must be an integer ≥ 0, not ${slots}`);
  if (!(yieldRatio > 1)) throw new RangeError(`yieldRatio must be above 1, not ${yieldRatio}`);
  const newcomers = new Map<string, Candidate>();
  for (const candidate of ranked) {
    if (!newcomers.has(candidate.word)) newcomers.set(candidate.word, candidate);
  }
  const arranged: (Candidate | null)[] = [];
  for (let slot = 0; slot < slots; slot++) {
    const kept = newcomers.get(shown[slot]?.word ?? '') ?? null;
    if (kept !== null) newcomers.delete(kept.word);
    arranged.push(kept);
  }
  const queue = newcomers.values();
  const filled = arranged.map((kept) => kept ?? queue.next().value ?? null).filter((candidate) => candidate !== null);
  giveWay(filled, Math.log(yieldRatio));
  return filled;
}

/**
 * Places a later answer to a question whose earlier answer is already on show: nothing shown moves or goes, for the finger may be
 * on its way; a word that is ranked again takes its newest text and evidence. Newcomers fill the free slots best first, and all
 * gain their places with the next letter, through `arrangeSlots`. An answer that comes before the earlier one was
 * drawn needs no such care.
 */
export function arrangeLater(
  shown: readonly (Candidate | null)[],
  ranked: readonly Candidate[],
  slots: number,
): Candidate[] {
  const newest = new Map(ranked.map((candidate) => [candidate.word, candidate]));
  const held = shown.slice(0, slots).map((candidate) => candidate && (newest.get(candidate.word) ?? candidate));
  const added = ranked.filter(({ word }) => !held.some((candidate) => candidate?.word === word));
  return arrangeSlots(held, [...held.filter((candidate) => candidate !== null), ...added], slots, Infinity);
}

/** Swaps a candidate with the likeliest one behind it where that is likelier by more than `margin` nats. */
function giveWay(arranged: Candidate[], margin: number): void {
  for (let slot = 0; slot < arranged.length; slot++) {
    let likeliest = slot;
    for (let behind = slot + 1; behind < arranged.length; behind++) {
      if (rankingScore(arranged[behind]!) > rankingScore(arranged[likeliest]!)) likeliest = behind;
    }
    const [here, there] = [arranged[slot]!, arranged[likeliest]!];
    if (rankingScore(there) - rankingScore(here) > margin) {
      arranged[slot] = there;
      arranged[likeliest] = here;
    }
  }
}
