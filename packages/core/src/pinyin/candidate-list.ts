import type { PinyinCandidate } from './types.ts';

/** Candidates as they are found: none twice, at most `limit`. */
export class CandidateList {
  readonly candidates: PinyinCandidate[] = [];
  readonly #limit: number;
  readonly #seen: Set<string> = new Set();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.candidates.length >= this.#limit;
  }

  /** Whether it was taken: there is room, and it is not there yet. */
  add(candidate: PinyinCandidate): boolean {
    return !this.isFull && this.insert(this.candidates.length, candidate);
  }

  /** Puts a candidate at a place, or at the end where there are fewer. Whether it was taken. */
  insert(place: number, candidate: PinyinCandidate): boolean {
    const key = keyOf(candidate);
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    this.candidates.splice(place, 0, candidate);
    if (this.candidates.length > this.#limit) this.#seen.delete(keyOf(this.candidates.pop()!));
    return true;
  }

  /** Puts it last even where there is no room: then in the place of the last. */
  addLast(candidate: PinyinCandidate): void {
    if (this.#seen.has(keyOf(candidate))) return;
    if (this.isFull) this.candidates.pop();
    this.candidates.push(candidate);
  }
}

function keyOf({ end, text }: PinyinCandidate): string {
  return `${end} ${text}`;
}
