import type { PinyinLexicon } from './pinyin-lexicon.ts';
import { ROOT } from './pinyin-lexicon.ts';
import { LONGEST_SPELLING, LONGEST_SYLLABLE, type Spelling, type SpellingTable } from './spelling.ts';
import { SWAPPED_ACROSS } from './syllable-slips.ts';
import { SYLLABLES } from './syllables.ts';
import type { UserWords } from './user-words.ts';

/** How the letters of a word were read. */
export interface AlignedReading {
  /** Full pinyin, syllables joined by apostrophes: `nv'er`. */
  readonly reading: string;
  /** Where each syllable's letters begin and end, relative to the word's; apostrophes belong to none. */
  readonly syllables: readonly AlignedSyllable[];
}

/** A syllable and its letters. */
export interface AlignedSyllable {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** What of it its letters spell. */
  readonly spelled: SpelledPart;
  /** ln of what being spelled so costs. */
  readonly cost: number;
}

/** The whole of a syllable, its initial for the whole, or its beginning while it is being typed. */
export type SpelledPart = 'whole' | 'initial' | 'beginning';

/** One of the ways in which letters spell a word. */
export interface Alignment {
  readonly syllables: readonly AlignedSyllable[];
  /** Of the whole: see `PinyinLexicon.readingCost`. 0 for a user's own word. */
  readonly readingCost: number;
}

/** What readings are found with. */
export interface ReadingSource {
  readonly lexicon: PinyinLexicon;
  readonly table: SpellingTable;
  readonly user: UserWords | null;
}

/** Finds the cheapest way in which letters spell a word of `length` characters, or null where they do not. For what is shown and learned, not for the search. */
export function alignReading(
  letters: string,
  wordId: number,
  length: number,
  source: ReadingSource,
): AlignedReading | null {
  let best: Alignment | null = null;
  let bestCost = -Infinity;
  for (const found of alignments(letters, wordId, length, source)) {
    const cost = found.syllables.reduce((sum, syllable) => sum + syllable.cost, 0) + found.readingCost;
    if (best !== null && cost <= bestCost) continue;
    best = found;
    bestCost = cost;
  }
  return best && { reading: best.syllables.map(({ text }) => text).join("'"), syllables: best.syllables };
}

/** All ways in which letters spell a word of `length` characters. */
export function alignments(letters: string, wordId: number, length: number, source: ReadingSource): Alignment[] {
  const { lexicon, user } = source;
  const found: Alignment[] = [];
  const taken: AlignedSyllable[] = [];
  const descend = (at: number, node: number): void => {
    const from = skipApostrophes(letters, at);
    if (from === letters.length || taken.length === length) {
      if (from < letters.length || taken.length < length) return;
      const readingCost = costOf(node, wordId, lexicon, user);
      if (readingCost !== null) found.push({ syllables: [...taken], readingCost });
      return;
    }
    for (const step of stepsFrom(letters, from, length - taken.length, source.table)) take(step, from, node);
  };
  const take = ({ end, spelling, spelled, cost, next }: Step, start: number, node: number): void => {
    for (let i = 0; i < spelling.syllables.length; i++) {
      const id = spelling.syllables[i]!;
      const child = node < 0 ? user!.child(node, id) : lexicon.child(node, id);
      if (child === NONE) continue;
      taken.push({ start, end, text: SYLLABLES[id]!, spelled, cost: spelling.costs[i]! + cost });
      if (next === null) descend(end, child);
      else take(next, end, child);
      taken.pop();
    }
  };
  descend(0, ROOT);
  if (user !== null) descend(0, user.root);
  return found;
}

/** What `child` answers where there is no node. */
const NONE = -1;

/** Letters up to somewhere as one syllable, or as the first of two that are read together. */
interface Step {
  readonly end: number;
  readonly spelling: Spelling;
  readonly spelled: SpelledPart;
  /** ln of what it costs beside the spelling. */
  readonly cost: number;
  readonly next: Step | null;
}

/** How the letters from somewhere on go on where so many syllables are still to come, each of which takes a letter at least. */
function* stepsFrom(letters: string, from: number, syllables: number, table: SpellingTable): Generator<Step> {
  const last = letters.length - (syllables - 1);
  for (let end = from + 1; end <= Math.min(from + LONGEST_SPELLING, last); end++) {
    for (const [spelling, spelled] of spellingsOf(letters.slice(from, end), end === letters.length, table)) {
      yield { end, spelling, spelled, cost: 0, next: null };
    }
  }
  if (syllables < 2) return;
  for (let end = from + 2; end <= Math.min(from + 2 * LONGEST_SYLLABLE, last + 1); end++) {
    const pair = letters.slice(from, end);
    for (let split = 1; split < pair.length; split++) {
      const swapped = table.swappedPair(pair, split);
      if (swapped === null) continue;
      const [first, second] = swapped.map(
        (spelling) => ({ spelling, spelled: 'whole', cost: SWAPPED_ACROSS }) as const,
      );
      yield { ...first!, end: from + split, next: { ...second!, end, next: null } };
    }
  }
}

function spellingsOf(typed: string, isLast: boolean, table: SpellingTable): [Spelling, SpelledPart][] {
  const whole = table.whole.get(typed);
  const slips = table.slips.get(typed);
  const found: [Spelling, SpelledPart][] = [whole, slips].flatMap((each) =>
    each === undefined ? [] : [[each, 'whole']],
  );
  const initials = table.initials.get(typed);
  if (initials !== undefined) found.push([initials, 'initial']);
  const beginnings = isLast ? table.beginnings.get(typed) : undefined;
  if (beginnings !== undefined) found.push([beginnings, 'beginning']);
  return found;
}

function costOf(node: number, wordId: number, lexicon: PinyinLexicon, user: UserWords | null): number | null {
  if (node < 0) return user!.wordsAt(node).includes(wordId) ? 0 : null;
  const last = lexicon.firstEntry(node + 1);
  for (let entry = lexicon.firstEntry(node); entry < last; entry++) {
    if (lexicon.wordId(entry) === wordId) return lexicon.readingCost(entry);
  }
  return null;
}

function skipApostrophes(letters: string, at: number): number {
  let from = at;
  while (letters[from] === "'") from++;
  return from;
}
