// Hot: looks through all that a word may begin with at each key.
import { BestWords } from '../best-words.ts';
import { KnownPaths, type SearchEffort } from './known-paths.ts';
import type { TokenIndex } from './token-index.ts';
import type { TokenPath } from './token-path.ts';
import { leadsToward, rangesToward } from './token-ranges.ts';
import { chooseRun, type Wish } from './wishes.ts';

/** What is asked of a search: words that complete `prefix`, and the probability of those in `also`. All normalised. */
export interface SearchTerms {
  readonly prefix: string;
  /** Number of words wanted; 0 asks for `also` alone. */
  readonly limit: number;
  /** Words to judge, each with the ways of writing it in tokens that a run is worth. */
  readonly also: ReadonlyMap<string, readonly Int32Array[]>;
}

/**
 * The words that may follow one text, as far as they are known. Made of the logits of the token that follows it; refined
 * by running token paths, which the caller does:
 *
 *     for (let paths = search.plan(terms); paths.length > 0; paths = search.plan(terms)) search.enter(paths, await logitsOf(paths));
 *
 * P(word) = Σ over the token paths that spell it, whatever its case, of P(path) · P(the next token does not continue it),
 * where P(path) is conditioned on a word beginning at all. Each path's probability is given to one word once, so that the
 * sum over all words is at most 1, and 1 when all paths have been run. A path that has not been run counts by `endShares`.
 *
 * What has been run stays: the same question asked again, or one about a longer prefix, starts from there.
 */
export class WordSearch {
  readonly #paths: KnownPaths;
  readonly #effort: SearchEffort;
  readonly #best = new BestWords();

  /** `isSpaced`: whether the word begins with the space before it, or right behind the text. */
  constructor(index: TokenIndex, logits: Float32Array, isSpaced: boolean, effort: SearchEffort) {
    this.#paths = new KnownPaths(index, logits, isSpaced, effort);
    this.#effort = effort;
  }

  /** Number of paths that have been run. Each keeps V numbers. */
  get runs(): number {
    return this.#paths.runs;
  }

  /** The paths to run next, all of one length; none when the answer is good enough, or can become no better. */
  plan(terms: SearchTerms): TokenPath[] {
    const isThorough = this.#paths.isThorough;
    const wanted: Wish[] = [];
    if (terms.limit > 0) {
      this.#paths.makeChildren(terms.prefix);
      if (isThorough || this.#isVague(terms)) this.#wishCompletions(terms.prefix, wanted);
    }
    const isSearching = wanted.length > 0;
    for (const [word, spellings] of terms.also) {
      if (isThorough) this.#wishSpellings(word, wanted);
      for (const spelling of spellings) this.#wishSpelling(spelling, isSearching, wanted);
    }
    return chooseRun(wanted, this.#effort);
  }

  /** Takes the logits (B, V) of the token after each of B paths, which it keeps. */
  enter(paths: readonly TokenPath[], logits: Float32Array): void {
    this.#paths.enter(paths, logits);
  }

  /** The likeliest words that complete a prefix, likeliest first: at most `limit`, none of them impossible. */
  words(prefix: string, limit: number): { words: string[]; probabilities: number[] } {
    return this.#paths.tally.words(prefix, limit);
  }

  /** The probability of each word of `also`, in its order: what its paths have, and a guess at those not followed to their end. */
  judge(also: SearchTerms['also']): number[] {
    const judged = [...also.keys()].map((word) => this.#paths.tally.valueOf(word));
    if (this.#paths.isThorough) return judged;
    const stops: { judgement: number; path: TokenPath; share: number }[] = [];
    // Words that go on from the same path get together at most what is open there.
    const claims = new Map<TokenPath, number>();
    for (const [judgement, spellings] of [...also.values()].entries()) {
      for (const spelling of spellings) {
        const stop = this.#paths.follow(spelling);
        if (stop === null || stop.left === 0) continue;
        const share = GUESSED_SHARE ** stop.left;
        stops.push({ judgement, path: stop.path, share });
        claims.set(stop.path, (claims.get(stop.path) ?? 0) + share);
      }
    }
    for (const { judgement, path, share } of stops) {
      judged[judgement]! += (this.#paths.openOf(path) * share) / Math.max(1, claims.get(path)!);
    }
    return judged;
  }

  /** Whether too much of the probability of the words that complete a prefix is not divided among them yet. */
  #isVague({ prefix, limit }: SearchTerms): boolean {
    let open = 0;
    const ranges = rangesToward(this.#paths.starts, prefix);
    for (let i = 0; i < ranges.length; i += 2) {
      for (let start = ranges[i]!; start < ranges[i + 1]!; start++) open += this.#paths.openAt(start);
    }
    for (const path of this.#paths.frontier) if (leadsToward(path, prefix)) open += this.#paths.openOf(path);
    if (open < NEGLIGIBLE) return false;
    const { known, count } = this.#paths.tally.totalOf(prefix);
    const share = open / (open + known);
    return share > VAGUE || (share > A_LITTLE_VAGUE && (this.#paths.runs === 0 || count < Math.min(limit, SHORT_LIST)));
  }

  #wishCompletions(prefix: string, wanted: Wish[]): void {
    const least = this.#paths.isThorough ? this.#effort.tolerance : NEGLIGIBLE;
    const best = this.#best;
    best.clear(this.#effort.beams);
    const ranges = rangesToward(this.#paths.starts, prefix);
    for (let i = 0; i < ranges.length; i += 2) {
      for (let start = ranges[i]!; start < ranges[i + 1]!; start++) {
        const gain = this.#paths.startGain(start);
        if (gain > least && gain > best.worst) best.offer(start, gain);
      }
    }
    const count = best.sort();
    for (let i = 0; i < count; i++) wanted.push({ path: this.#paths.root(best.wordIds[i]!), gain: best.scores[i]! });
    for (const path of this.#paths.frontier) {
      const gain = this.#paths.gainOf(path);
      if (gain > least && leadsToward(path, prefix)) wanted.push({ path, gain });
    }
  }

  /** Wishes for every path that spells a word and is likelier than the tolerance, in tokens the trainer would not have used too. */
  #wishSpellings(word: string, wanted: Wish[]): void {
    const { tolerance } = this.#effort;
    const { words, wordOf } = this.#paths.starts;
    const ranges = rangesToward(this.#paths.starts, word);
    for (let i = 0; i < ranges.length; i += 2) {
      for (let start = ranges[i]!; start < ranges[i + 1]!; start++) {
        const gain = this.#paths.startGain(start);
        if (gain > tolerance && words[wordOf[start]!]!.length <= word.length)
          wanted.push({ path: this.#paths.root(start), gain });
      }
    }
    for (const path of this.#paths.frontier) {
      const gain = this.#paths.gainOf(path);
      if (gain > tolerance && path.word.length <= word.length && leadsToward(path, word)) wanted.push({ path, gain });
    }
  }

  #wishSpelling(spelling: Int32Array, isSearching: boolean, wanted: Wish[]): void {
    const stop = this.#paths.follow(spelling);
    if (stop === null) return;
    const gain = this.#paths.gainOf(stop.path);
    const least = isSearching ? WORTH_A_PLACE : WORTH_A_RUN;
    if (this.#paths.isThorough ? gain > 0 : stop.left > 0 && gain > least)
      wanted.push({ path: stop.path, gain: 2 * gain });
  }
}

/** Shares of probability not divided among words: above the first a run pays, above the second it does for a short or a first list. */
const VAGUE = 0.25;
const A_LITTLE_VAGUE = 0.05;
const SHORT_LIST = 8;
/** A probability not worth a run by itself, whatever the prefix. */
const NEGLIGIBLE = 1e-9;
/** What must be open on the way to a judged word for it to take a place in a run that is made anyway, and to cause one. */
const WORTH_A_PLACE = 1e-4;
const WORTH_A_RUN = 3e-3;
/** Of what is open on the way to a judged word, the share guessed to be the word's for each token that was not run. */
const GUESSED_SHARE = 0.1;
