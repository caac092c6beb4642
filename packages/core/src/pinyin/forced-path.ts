import type { NgramState } from '../ngram-lookup.ts';
import type { PathWord } from './best-paths.ts';
import type { LatticeDecoder } from './lattice.ts';
import { previousWord } from './path-explanation.ts';
import type { WordTexts } from './word-texts.ts';

/** The likeliest way in which letters stand for a text. */
export interface ForcedPath {
  readonly words: readonly PathWord[];
  /** ln P(words) plus the costs of their spelling and their readings. */
  readonly score: number;
  /** ln P(words) alone. */
  readonly logProb: number;
  /** Whether it covers all letters that were read. */
  readonly isWhole: boolean;
}

/**
 * Finds the likeliest path through the lattice whose words are a text (Viterbi search among such words alone): over all letters, or else over as
 * many as there is one for. Null where there is none.
 */
export function forcedPath(decoder: LatticeDecoder, text: string, texts: WordTexts): ForcedPath | null {
  const { start } = decoder.words;
  const last = decoder.letters.length;
  const first: Way = { written: 0, state: start.state, previousId: start.previousId, score: 0, logProb: 0, words: [] };
  const ways: Way[][] = [];
  ways[decoder.begin] = [first];
  let found: ForcedPath | null = null;
  for (let end = decoder.begin + 1; end <= last; end++) {
    const ending = new Map<string, Way>();
    for (const span of decoder.spansAt(end)) {
      for (const way of ways[span.start] ?? []) {
        for (const [i, wordId] of span.wordIds.entries()) {
          if (!text.startsWith(texts.text(wordId), way.written)) continue;
          const longer = extend(decoder, way, { wordId, start: span.start, end }, span.costs[i]!, texts);
          const key = `${longer.written} ${longer.state.key}`;
          if (longer.score > (ending.get(key)?.score ?? -Infinity)) ending.set(key, longer);
        }
      }
    }
    const longer = [...ending.values()];
    ways[end] = longer;
    const best = bestOf(longer.filter(({ written }) => written === text.length));
    if (best !== null) found = { ...best, words: wholeWords(best.words), isWhole: end === last };
  }
  return found;
}

/** A way to some letters' end that has written the text up to somewhere. */
interface Way {
  readonly written: number;
  readonly state: NgramState;
  readonly previousId: number;
  readonly score: number;
  readonly logProb: number;
  readonly words: readonly PathWord[];
}

function extend(decoder: LatticeDecoder, way: Way, word: PathWord, cost: number, texts: WordTexts): Way {
  const { state, previousId } = way;
  const isFirst = way.words.length === 0;
  const previous = previousWord(decoder, word.start, state, previousId);
  const logProb = decoder.words.logProb(state, previous, word.wordId, isFirst);
  return {
    written: way.written + texts.text(word.wordId).length,
    state: decoder.words.advance(state, word.wordId),
    previousId: word.wordId,
    score: way.score + logProb + cost,
    logProb: way.logProb + logProb,
    words: [...way.words, word],
  };
}

function bestOf(ways: readonly Way[]): Way | null {
  return ways.reduce<Way | null>((best, way) => (best === null || way.score > best.score ? way : best), null);
}

/** Apostrophes before the first letter belong to the first word. */
function wholeWords([first, ...others]: readonly PathWord[]): PathWord[] {
  return first === undefined ? [] : [{ ...first, start: 0 }, ...others];
}
