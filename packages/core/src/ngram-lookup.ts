// Hot: a sentence decoder asks for thousands of probabilities a keystroke. Typed arrays and indices only.
import type { BackoffStep } from './explain.ts';
import type { FileLevel } from './file-level.ts';
import { FIRST_WORD } from './vocabulary.ts';
import type { WordRanks } from './word-ranks.ts';

/** The words that follow one context in the model, by ascending rank. */
interface Followers {
  /** Entry of the first in file order. */
  readonly first: number;
  readonly ranks: Uint32Array;
  readonly codes: Uint8Array;
  /** File order of each: entry = first + place. Null where that is their order here. */
  readonly places: Uint32Array | null;
  /** Indices into the three arrays, likeliest first: what the positions of the next order count. Made when first needed. */
  byCode: Uint32Array | null;
}

/**
 * What the model remembers of the words before: the longest context that it has followers of. Two histories with the same
 * state are the same to the model, whatever comes (Heafield 2011, left state minimisation).
 */
export interface NgramState {
  /** Equal for equal states, unique among different ones. */
  readonly key: number;
  /** By k - 1: followers of the last k words, from 1 to the length of the context. */
  readonly followers: readonly (Followers | null)[];
  /** By k - 1: ln of the weight of backing off from the last k words to the last k - 1. */
  readonly logBackoffs: readonly number[];
}

/** Options of `NgramModel.lookup`. */
export interface NgramLookupOptions {
  /** How many followers are kept, at some 10 bytes each, before all are forgotten. Default half a million. */
  readonly mostFollowers?: number;
}

/**
 * An n-gram model asked out of order: any word after any of many states at once. Agrees with `NgramModel.logProb` to rounding. Decodes the
 * followers of a context when it is first met and keeps them, up to some 5 MB.
 */
export class NgramLookup {
  readonly #levels: readonly FileLevel[];
  readonly #ranks: WordRanks;
  readonly #unigramLogProbs: Float32Array;
  /** By order of the context: its entry → the state. */
  #states: Map<number, NgramState>[] = [];
  #kept = 0;
  readonly #mostFollowers: number;
  /** No word known. */
  readonly empty: NgramState = { key: -1, followers: [], logBackoffs: [] };

  constructor(
    levels: readonly FileLevel[],
    ranks: WordRanks,
    { mostFollowers = MOST_FOLLOWERS }: NgramLookupOptions = {},
  ) {
    this.#levels = levels;
    this.#ranks = ranks;
    this.#mostFollowers = mostFollowers;
    const { codes, codebook, logProbs } = levels[0]!;
    // Of a word by its id; exact files keep them by rank.
    this.#unigramLogProbs = Float32Array.from(codes, (code, id) =>
      logProbs === null ? codebook[code]! : logProbs[ranks.rankOfWord[id]!]!,
    );
    this.#forget();
  }

  /** ln P(word | state). */
  logProb(state: NgramState, wordId: number): number {
    const { followers, logBackoffs } = state;
    const rank = this.#ranks.rankOfWord[wordId]!;
    let logBackoff = 0;
    for (let k = followers.length; k >= 1; k--) {
      const list = followers[k - 1]!;
      if (list !== null) {
        const i = find(list.ranks, rank);
        if (i >= 0) {
          const level = this.#levels[k]!;
          const own = level.logProbs === null ? level.codebook[list.codes[i]!]! : level.logProbs[entryOf(list, i)]!;
          return logBackoff + own;
        }
      }
      logBackoff += logBackoffs[k - 1]!;
    }
    return logBackoff + this.#unigramLogProbs[wordId]!;
  }

  /** How `logProb` comes about: every order, the longest first. `before`: the words that the state may remember, oldest first. */
  explain(state: NgramState, wordId: number, before: readonly string[]): BackoffStep[] {
    const { followers, logBackoffs } = state;
    const steps: BackoffStep[] = [];
    for (let k = 0; k <= followers.length; k++) {
      const ngramLogProb = k === 0 ? this.#unigramLogProbs[wordId]! : this.#ownLogProb(followers[k - 1]!, k, wordId);
      const logBackoff = k === 0 ? 0 : logBackoffs[k - 1]!;
      const logProb = ngramLogProb ?? logBackoff + steps[0]!.logProb;
      const logWeight = logBackoffs.slice(k).reduce((sum, weight) => sum + weight, 0);
      const context = before.slice(before.length - k);
      steps.unshift({ order: k + 1, context, ngramLogProb, logBackoff, logWeight, logProb });
    }
    return steps;
  }

  #ownLogProb(list: Followers | null, k: number, wordId: number): number | null {
    const i = list === null ? -1 : find(list.ranks, this.#ranks.rankOfWord[wordId]!);
    if (i < 0) return null;
    const level = this.#levels[k]!;
    return level.logProbs === null ? level.codebook[list!.codes[i]!]! : level.logProbs[entryOf(list!, i)]!;
  }

  /** The state after one word more. */
  advance(state: NgramState, wordId: number): NgramState {
    const rank = this.#ranks.rankOfWord[wordId]!;
    const most = Math.min(state.followers.length + 1, this.#levels.length - 1);
    let longest = this.empty;
    for (let k = 1; k <= most; k++) {
      const list = k === 1 ? null : (state.followers[k - 2] ?? null);
      const i = list === null ? -1 : find(list.ranks, rank);
      const entry = k === 1 ? rank : i < 0 ? -1 : entryOf(list!, i);
      if (entry < 0) continue;
      const known = this.#states[k]!.get(entry);
      if (known !== undefined) {
        longest = known;
        continue;
      }
      const level = this.#levels[k - 1]!;
      const count = level.childCounts.at(entry);
      if (count === 0) continue;
      longest = this.#keep(k, entry, count, longest);
    }
    return longest;
  }

  /** The state after these words alone, oldest first. */
  stateAfter(wordIds: readonly number[]): NgramState {
    return wordIds.reduce((state, wordId) => this.advance(state, wordId), this.empty);
  }

  /** The likeliest followers of a state, at most `limit` of each context it knows: word ids, without special words. */
  followers(state: NgramState, limit: number): number[] {
    const found: number[] = [];
    for (let k = state.followers.length; k >= 1; k--) {
      const list = state.followers[k - 1]!;
      if (list === null) continue;
      const order = likeliestFirst(list);
      for (let i = 0, taken = 0; i < order.length && taken < limit; i++) {
        const wordId = this.#ranks.wordOfRank[list.ranks[order[i]!]!]!;
        if (wordId < FIRST_WORD || found.includes(wordId)) continue;
        found.push(wordId);
        taken++;
      }
    }
    return found;
  }

  #keep(k: number, entry: number, count: number, shorter: NgramState): NgramState {
    if (this.#kept > this.#mostFollowers) this.#forget();
    const list = this.#decode(k, entry, count, shorter);
    // A state that its suffix has no followers of cannot be: whatever follows k words follows k - 1.
    const followers = [...shorter.followers];
    const logBackoffs = [...shorter.logBackoffs];
    while (followers.length < k - 1) {
      followers.push(null);
      logBackoffs.push(0);
    }
    followers.push(list);
    logBackoffs.push(this.#levels[k - 1]!.logBackoff(entry));
    const state = { key: entry * 8 + k, followers, logBackoffs };
    this.#states[k]!.set(entry, state);
    this.#kept += count;
    return state;
  }

  #decode(k: number, entry: number, count: number, shorter: NgramState): Followers {
    const level = this.#levels[k]!;
    const first = this.#levels[k - 1]!.firstChild(entry);
    const suffixes = k === 1 ? null : shorter.followers[k - 2]!;
    const order = suffixes === null ? null : likeliestFirst(suffixes);
    const ranks = new Uint32Array(count);
    const codes = new Uint8Array(count);
    const { positionGaps, areResiduals, codes: stored } = level;
    let position = -1;
    for (let i = 0; i < count; i++) {
      position += 1 + positionGaps.at(first + i);
      const place = order === null ? position : order[position]!;
      const suffixCode = suffixes === null ? this.#unigramCode(place) : suffixes.codes[place]!;
      ranks[i] = suffixes === null ? place : suffixes.ranks[place]!;
      codes[i] = areResiduals ? (suffixCode - stored[first + i]!) & 255 : stored[first + i]!;
    }
    // Bigrams stand by rank already.
    if (order === null) return { first, ranks, codes, places: null, byCode: null };
    const places = Uint32Array.from(ranks, (_, i) => i);
    places.sort((a, b) => ranks[a]! - ranks[b]!);
    return {
      first,
      ranks: places.map((i) => ranks[i]!),
      codes: Uint8Array.from(places, (i) => codes[i]!),
      places,
      byCode: null,
    };
  }

  #unigramCode(rank: number): number {
    return this.#levels[0]!.codes[this.#ranks.wordOfRank[rank]!]!;
  }

  #forget(): void {
    this.#states = this.#levels.map(() => new Map());
    this.#kept = 0;
  }
}

const MOST_FOLLOWERS = 500_000;

/** A stable counting sort by code, of the followers in file order: the order in which the next level counts them. */
function likeliestFirst(list: Followers): Uint32Array {
  if (list.byCode !== null) return list.byCode;
  const { codes, places } = list;
  const inFileOrder = new Uint32Array(codes.length);
  for (let i = 0; i < codes.length; i++) inFileOrder[places === null ? i : places[i]!] = i;
  const next = new Uint32Array(257);
  for (let i = 0; i < codes.length; i++) next[codes[i]! + 1]!++;
  for (let code = 1; code < 257; code++) next[code]! += next[code - 1]!;
  const order = new Uint32Array(codes.length);
  for (const i of inFileOrder) order[next[codes[i]!]!++] = i;
  list.byCode = order;
  return order;
}

function entryOf({ first, places }: Followers, i: number): number {
  return first + (places === null ? i : places[i]!);
}

function find(ranks: Uint32Array, rank: number): number {
  let low = 0;
  let high = ranks.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = ranks[middle]!;
    if (found === rank) return middle;
    if (found < rank) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
