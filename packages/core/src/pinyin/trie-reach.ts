// Hot: the trie is followed at every key. No closures or strings per word.
import type { LatticeNode } from './best-paths.ts';
import { type PinyinLexicon, ROOT } from './pinyin-lexicon.ts';
import { bareVowel, LONGEST_SPELLING, LONGEST_SYLLABLE, type Spelling, type SpellingTable } from './spelling.ts';
import { SWAPPED_ACROSS } from './syllable-slips.ts';
import type { UserWords } from './user-words.ts';

/** Most trie nodes that one span is followed to: initials branch. */
const MOST_NODES = 1200;

/** Where the trie has been followed to from one start: nodes and costs by position. */
export interface Reach {
  readonly nodes: number[];
  readonly costs: number[];
}

type Lattice = readonly (LatticeNode | null)[];

/** How far the words' tries, the lexicon's and the user's, have been followed along the letters, from each place where a word may begin. */
export class TrieReach {
  readonly #lexicon: PinyinLexicon;
  readonly #user: UserWords | null;
  /** By start, by end. */
  #reach: (Reach | undefined)[][] = [];

  constructor(lexicon: PinyinLexicon, user: UserWords | null) {
    this.#lexicon = lexicon;
    this.#user = user;
  }

  /** From one place to another, undefined where no word begins with the letters between them. */
  between(start: number, end: number): Reach | undefined {
    return this.#reach[start]?.[end];
  }

  /** Forgets all that lies at so many letters and behind. */
  keep(count: number): void {
    this.#reach.length = Math.min(this.#reach.length, count);
    for (const ends of this.#reach) if (ends.length > count) ends.length = count;
  }

  /** Lets words begin behind so many letters. */
  open(position: number): void {
    const ends: (Reach | undefined)[] = [];
    ends[position] =
      this.#user === null ? { nodes: [ROOT], costs: [0] } : { nodes: [ROOT, this.#user.root], costs: [0, 0] };
    this.#reach[position] = ends;
  }

  /** Lets none begin there. */
  shut(position: number): void {
    this.#reach[position] = [];
  }

  /** Words that ended before apostrophes end behind them. */
  carryOver(end: number): void {
    for (const ends of this.#reach) if (ends !== undefined && ends[end - 1] !== undefined) ends[end] = ends[end - 1];
  }

  /** Follows the letters that end somewhere, from every start that a word may have: those with a node in the lattice. */
  followLetters(letters: string, end: number, table: SpellingTable, hasInitials: boolean, lattice: Lattice): void {
    for (let from = Math.max(0, end - LONGEST_SPELLING); from < end; from++) {
      const syllable = letters.slice(from, end);
      const initial = hasInitials ? table.initials.get(syllable) : undefined;
      for (const spelling of [table.whole.get(syllable), initial, table.slips.get(syllable)]) {
        if (spelling !== undefined) this.#follow(from, end, [spelling], bareVowel(letters, from), lattice);
      }
    }
    for (let from = Math.max(0, end - 2 * LONGEST_SYLLABLE); from < end; from++) {
      const both = letters.slice(from, end);
      const last = Math.min(LONGEST_SYLLABLE, both.length - 1);
      for (let split = Math.max(1, both.length - LONGEST_SYLLABLE); split <= last; split++) {
        const pair = table.swappedPair(both, split);
        if (pair === null) continue;
        const cost = 2 * SWAPPED_ACROSS + bareVowel(letters, from) + bareVowel(letters, from + split);
        this.#follow(from, end, pair, cost, lattice);
      }
    }
  }

  /** Follows one syllable, or two of a word that does not end between them. */
  #follow(from: number, end: number, [first, second]: readonly Spelling[], cost: number, lattice: Lattice): void {
    for (let start = 0; start <= from; start++) {
      const ends = this.#reach[start];
      const reached = ends?.[from];
      if (reached === undefined || lattice[start] === null) continue;
      const before = second === undefined ? reached : this.descend(reached, first!, 0, undefined);
      if (before !== undefined) ends![end] = this.descend(before, second ?? first!, cost, ends![end]);
    }
  }

  /** Where a reach leads by the syllables of a spelling, beside what is in `into`; undefined for nowhere. */
  descend(reached: Reach, { syllables, costs }: Spelling, cost: number, into: Reach | undefined): Reach | undefined {
    const found = into ?? { nodes: [], costs: [] };
    const { nodes } = reached;
    for (let i = 0; i < nodes.length; i++) {
      for (let s = 0; s < syllables.length; s++) {
        const node = nodes[i]!;
        const child = node < 0 ? this.#user!.child(node, syllables[s]!) : this.#lexicon.child(node, syllables[s]!);
        if (child === -1 || found.nodes.length >= MOST_NODES) continue;
        found.nodes.push(child);
        found.costs.push(reached.costs[i]! + costs[s]! + cost);
      }
    }
    return found.nodes.length === 0 ? undefined : found;
  }
}
