import type { PinyinLexicon } from './pinyin-lexicon.ts';
import { ROOT } from './pinyin-lexicon.ts';
import { LONGEST_SYLLABLE, type Spelling, type SpellingTable } from './spelling.ts';
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
  /** Whether its letters spell the whole of it. */
  readonly isWhole: boolean;
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
  const { lexicon, user } = source;
  let best: { cost: number; syllables: AlignedSyllable[] } | null = null;
  const taken: AlignedSyllable[] = [];
  const descend = (at: number, node: number, cost: number): void => {
    const from = skipApostrophes(letters, at);
    if (from === letters.length || taken.length === length) {
      if (from < letters.length || taken.length < length || (best !== null && cost <= best.cost)) return;
      const share = shareOf(node, wordId, lexicon, user);
      if (share !== null && (best === null || cost + share > best.cost))
        best = { cost: cost + share, syllables: [...taken] };
      return;
    }
    // Each syllable still to come takes a letter at least.
    const last = Math.min(from + LONGEST_SYLLABLE, letters.length - (length - taken.length - 1));
    for (let end = from + 1; end <= last; end++) {
      const typed = letters.slice(from, end);
      for (const [spelling, isWhole] of spellingsOf(typed, end === letters.length, source.table)) {
        for (let i = 0; i < spelling.syllables.length; i++) {
          const id = spelling.syllables[i]!;
          const child = node < 0 ? user!.child(node, id) : lexicon.child(node, id);
          if (child === NONE) continue;
          taken.push({ start: from, end, text: SYLLABLES[id]!, isWhole });
          descend(end, child, cost + spelling.costs[i]!);
          taken.pop();
        }
      }
    }
  };
  descend(0, ROOT, 0);
  if (user !== null) descend(0, user.root, 0);
  const found = best as { syllables: AlignedSyllable[] } | null;
  return found && { reading: found.syllables.map(({ text }) => text).join("'"), syllables: found.syllables };
}

/** What `child` answers where there is no node. */
const NONE = -1;

function spellingsOf(typed: string, isLast: boolean, table: SpellingTable): [Spelling, boolean][] {
  const whole = table.whole.get(typed);
  const found: [Spelling, boolean][] = whole === undefined ? [] : [[whole, true]];
  const initials = table.initials.get(typed);
  if (initials !== undefined) found.push([initials, false]);
  const beginnings = isLast ? table.beginnings.get(typed) : undefined;
  if (beginnings !== undefined) found.push([beginnings, false]);
  return found;
}

function shareOf(node: number, wordId: number, lexicon: PinyinLexicon, user: UserWords | null): number | null {
  if (node < 0) return user!.wordsAt(node).includes(wordId) ? 0 : null;
  const last = lexicon.firstEntry(node + 1);
  for (let entry = lexicon.firstEntry(node); entry < last; entry++) {
    if (lexicon.wordId(entry) === wordId) return lexicon.logShare(entry);
  }
  return null;
}

function skipApostrophes(letters: string, at: number): number {
  let from = at;
  while (letters[from] === "'") from++;
  return from;
}
