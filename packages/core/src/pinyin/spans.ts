// Hot: words are collected at every key. No closures or strings per word.
import type { Vocabulary } from '../vocabulary.ts';
import type { PinyinLexicon } from './pinyin-lexicon.ts';
import { LONGEST_SYLLABLE } from './spelling.ts';
import type { Reach } from './trie-reach.ts';
import type { UserWords } from './user-words.ts';

/** The words that the same letters stand for. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly wordIds: readonly number[];
  /** Of each: ln of what spelling and reading cost. */
  readonly costs: readonly number[];
}

/** Most words of one span that are weighed, the most frequent. Single characters have more homophones. */
const MOST_WORDS = 48;
const MOST_CHARACTERS = 80;
/** Of each of many nodes so many words are looked at, the most frequent. */
const FEWEST_OF_NODE = 4;

/** Gathers the words at the ends of what was followed in the tries. */
export class SpanCollector {
  readonly #lexicon: PinyinLexicon;
  readonly #vocabulary: Vocabulary;
  readonly #user: UserWords | null;

  constructor(lexicon: PinyinLexicon, vocabulary: Vocabulary, user: UserWords | null) {
    this.#lexicon = lexicon;
    this.#vocabulary = vocabulary;
    this.#user = user;
  }

  /** The words at the nodes reached, the most frequent ones; each by the cheapest of its spellings. */
  collect({ nodes, costs }: Reach, start: number, end: number): Span {
    const lexicon = this.#lexicon;
    const found: { wordId: number; cost: number; worth: number }[] = [];
    const mostOfNode = Math.max(FEWEST_OF_NODE, Math.ceil((2 * MOST_CHARACTERS) / nodes.length));
    for (let i = 0; i < nodes.length; i++) {
      if (nodes[i]! < 0) {
        // The user's own words stand before all others: there are few.
        for (const wordId of this.#user!.wordsAt(nodes[i]!)) found.push({ wordId, cost: costs[i]!, worth: costs[i]! });
        continue;
      }
      const first = lexicon.firstEntry(nodes[i]!);
      const last = Math.min(lexicon.firstEntry(nodes[i]! + 1), first + mostOfNode);
      for (let entry = first; entry < last; entry++) {
        const wordId = lexicon.wordId(entry);
        const cost = costs[i]! + lexicon.readingCost(entry);
        found.push({ wordId, cost, worth: cost + this.#vocabulary.logFrequency(wordId) });
      }
    }
    if (nodes.length > 1) found.sort((a, b) => b.worth - a.worth);
    const most = found.length > MOST_WORDS && end - start <= LONGEST_SYLLABLE ? MOST_CHARACTERS : MOST_WORDS;
    const wordIds: number[] = [];
    const kept: number[] = [];
    const seen = new Set<number>();
    for (let i = 0; i < found.length && wordIds.length < most; i++) {
      const { wordId, cost } = found[i]!;
      if (seen.has(wordId)) continue;
      seen.add(wordId);
      wordIds.push(wordId);
      kept.push(cost);
    }
    return { start, end, wordIds, costs: kept };
  }
}
