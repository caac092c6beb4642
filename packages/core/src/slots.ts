import type { Candidate } from './types.ts';

/**
 * Places ranked candidates into slots so that nothing moves under the user's finger: a word already shown that is still
 * among the ranked ones keeps its slot, with its newest text and evidence; newcomers fill the free slots best first.
 * Where there are fewer candidates than the shown ones' slots reach, those behind a gap move up. For a new word pass no `shown`.
 */
export function arrangeSlots(
  shown: readonly (Candidate | null)[],
  ranked: readonly Candidate[],
  slots: number,
): Candidate[] {
  if (!(Number.isInteger(slots) && slots >= 0)) throw new RangeError(`slots must be an integer ≥ 0, not ${slots}`);
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
  return arranged.map((kept) => kept ?? queue.next().value ?? null).filter((candidate) => candidate !== null);
}
