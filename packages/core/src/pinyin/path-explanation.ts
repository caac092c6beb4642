import type { NgramState } from '../ngram-lookup.ts';
import type { PathWord } from './best-paths.ts';
import type { LatticeDecoder } from './lattice.ts';
import { BARE_VOWEL, SPELLING_COSTS } from './spelling.ts';
import { SLIP_COSTS, SWAPPED_ACROSS } from './syllable-slips.ts';
import type { PinyinEdge, PinyinSyllable, ReadWord, SpellingDeparture } from './types.ts';
import type { AlignedSyllable, Alignment } from './word-readings.ts';
import type { WordTexts } from './word-texts.ts';

/** A word of a candidate, and the letters of the decoder that it covers. */
export interface CandidateWord extends PathWord {
  readonly word: ReadWord;
}

/**
 * The words of a path through the lattice as the decoder has weighed them, each with what its score is the sum of. Null where the
 * lattice has no such path.
 */
export function explainPath(
  decoder: LatticeDecoder,
  words: readonly CandidateWord[],
  texts: WordTexts,
): PinyinEdge[] | null {
  const { start } = decoder.words;
  const before = [...start.wordIds];
  const edges: PinyinEdge[] = [];
  let { state } = start;
  let at = decoder.begin;
  for (const { word, wordId, start: from, end } of words) {
    // The first word's letters begin with the apostrophes before it.
    const isAt = edges.length === 0 ? from <= at : from === at;
    const cost = isAt ? costOf(decoder, wordId, at, end) : null;
    if (cost === null) return null;
    const isFirst = edges.length === 0;
    const previousId = previousWord(decoder, at, state, before.at(-1) ?? -1);
    const logProb = decoder.words.logProb(state, previousId, wordId, isFirst);
    const shares = decoder.words.shares(state, previousId, wordId, isFirst, before);
    const { syllables, readingCost } = spellingOf(decoder, { wordId, start: at, end }, cost, texts, word.start - from);
    const spelling = syllables.reduce((sum, syllable) => sum + syllable.cost, 0);
    edges.push({ word, logProb, shares, readingCost, syllables, score: logProb + readingCost + spelling });
    state = decoder.words.advance(state, wordId);
    before.push(wordId);
    at = end;
  }
  return edges;
}

/**
 * The word before, as the decoder had it at a place: where the n-gram cannot tell two ways there apart it is that of the better one. `own` is
 * that of a way that the decoder did not follow.
 */
export function previousWord(decoder: LatticeDecoder, position: number, state: NgramState, own: number): number {
  const node = decoder.nodeAt(position);
  const place = node?.states.findIndex(({ key }) => key === state.key) ?? -1;
  return place < 0 ? own : node!.lastWords[place]!;
}

/** What a word costs that covers some letters, null where they do not spell it: the least of its spellings. */
function costOf(decoder: LatticeDecoder, wordId: number, start: number, end: number): number | null {
  let least: number | null = null;
  for (const { start: from, wordIds, costs } of decoder.spansAt(end)) {
    const place = from === start ? wordIds.indexOf(wordId) : -1;
    if (place >= 0 && (least === null || costs[place]! > least)) least = costs[place]!;
  }
  return least;
}

/** How a word is spelled that costs so much. `offset`: letters before those of the decoder. */
function spellingOf(
  decoder: LatticeDecoder,
  { wordId, start, end }: PathWord,
  cost: number,
  texts: WordTexts,
  offset: number,
): { syllables: PinyinSyllable[]; readingCost: number } {
  if (wordId < 0) {
    const raw = { start: start + offset, end: end + offset, text: texts.text(wordId), cost };
    return { syllables: [{ ...raw, departures: ['raw'] }], readingCost: 0 };
  }
  const isBare = ({ start: from }: AlignedSyllable): boolean => decoder.bareVowel(start + from) === BARE_VOWEL;
  const costOfPlace = ({ start: from, spelled }: AlignedSyllable): number =>
    spelled === 'beginning' ? decoder.beginningCost(start + from) : decoder.bareVowel(start + from);
  const costOfAll = ({ syllables, readingCost }: Alignment): number =>
    syllables.reduce((sum, syllable) => sum + syllable.cost + costOfPlace(syllable), readingCost);
  const distance = (found: Alignment): number => Math.abs(costOfAll(found) - cost);
  const maySpell = ({ spelled, end: to }: AlignedSyllable): boolean =>
    spelled === 'whole' || (spelled === 'initial' ? decoder.hasInitials : start + to === decoder.letters.length);
  const { syllables, readingCost } = texts
    .alignments(decoder.letters.slice(start, end), wordId)
    .filter(({ syllables }) => syllables.every(maySpell))
    .reduce((nearest, found) => (distance(found) < distance(nearest) ? found : nearest));
  return {
    readingCost,
    syllables: syllables.map((syllable) => ({
      start: syllable.start + start + offset,
      end: syllable.end + start + offset,
      text: syllable.text,
      departures: [...departuresOf(syllable), ...(isBare(syllable) ? (['apostrophe'] as const) : [])],
      cost: syllable.cost + costOfPlace(syllable),
    })),
  };
}

/** What of a spelling is not exact: that it is a part, and by what the rest of its cost is, a fuzzy sound or a slip of the pen. */
function departuresOf({ cost, spelled }: AlignedSyllable): readonly SpellingDeparture[] {
  const { fuzzy, initial, partial } = SPELLING_COSTS;
  const part = spelled === 'whole' ? 0 : spelled === 'initial' ? initial : partial;
  const isNear = (rest: number): boolean => Math.abs(cost - part - rest) < 1e-3;
  const parts = spelled === 'whole' ? [] : ([spelled] as const);
  if (isNear(fuzzy)) return [...parts, 'fuzzy'];
  return [...Object.values(SLIP_COSTS), SWAPPED_ACROSS].some(isNear) ? [...parts, 'typo'] : parts;
}
