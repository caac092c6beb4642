import { NEIGHBOURS } from '../neighbours.ts';

/** ln of what slips of the pen cost in a syllable. Chosen by hand, so low that clauses typed exactly are read as if there were none. */
export const SLIP_COSTS: Readonly<Record<'doubled' | 'leftOut' | 'neighbour' | 'swapped', number>> = {
  swapped: Math.log(0.002),
  doubled: Math.log(0.002),
  neighbour: Math.log(0.001),
  leftOut: Math.log(0.0005),
};

/** ln of what it costs each of two syllables of a word that the letters where they meet are swapped: `nhiao` for ni'hao. */
export const SWAPPED_ACROSS: number = SLIP_COSTS.swapped / 2;

/** Fewest letters of two syllables that are looked at so: three may be initials. */
const FEWEST_LETTERS = 4;

/** The two rows of letters that were meant where the last of the first and the first of the second are swapped; null for none. */
export function unswapped(letters: string, split: number): [first: string, second: string] | null {
  if (letters.length < FEWEST_LETTERS || letters[split - 1] === letters[split]) return null;
  return [letters.slice(0, split - 1) + letters[split], letters[split - 1] + letters.slice(split + 1)];
}

/** How a syllable is typed with one slip: two letters swapped, one twice, a key beside one, one left out but the first. */
export function* slipsOf(syllable: string): Generator<[typed: string, logCost: number]> {
  const replaced = (at: number, length: number, by: string): string =>
    syllable.slice(0, at) + by + syllable.slice(at + length);
  for (let at = 0; at < syllable.length; at++) {
    const letter = syllable[at]!;
    const next = syllable[at + 1];
    if (next !== undefined) yield [replaced(at, 2, next + letter), SLIP_COSTS.swapped];
    yield [replaced(at, 0, letter), SLIP_COSTS.doubled];
    for (const key of NEIGHBOURS[letter] ?? '') yield [replaced(at, 1, key), SLIP_COSTS.neighbour];
    if (at > 0) yield [replaced(at, 1, ''), SLIP_COSTS.leftOut];
  }
}
