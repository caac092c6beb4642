// Hot: builds tables over the whole vocabulary at each new word, and filters them at each key.
import { BestWords } from '../best-words.ts';
import { logSumExp, softmaxAmong } from './softmax.ts';
import type { SortedTokens, TokenIndex } from './token-index.ts';
import { TokenPath } from './token-path.ts';
import { leadsToward, rangesToward } from './token-ranges.ts';

/** How thoroughly words are searched for. */
export interface SearchEffort {
  /** Most paths of one run. */
  readonly beams: number;
  /** Most tokens of a path that can be run. */
  readonly deepest: number;
  /**
   * (V) For each token the share of its occurrences behind which the word has ended, 0–1: what is assumed of a path that
   * has not been run.
   */
  readonly endShares: Float32Array;
  /** Run everything that is likelier than this: what a word's probability may then lack. Infinity: run only what pays. */
  readonly tolerance: number;
}

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
  readonly #index: TokenIndex;
  readonly #effort: SearchEffort;
  readonly #isSpaced: boolean;
  readonly #starts: SortedTokens;
  /** By start token: P(token | the text, a word begins). */
  readonly #probabilities: Float64Array;
  /** By start token: the part of its probability that belongs to longer words and is not divided among them yet. */
  readonly #open: Float64Array;
  /** By start token: 1 where nothing more is to be learned of it. */
  readonly #isSettled: Uint8Array;
  /** By word of `#starts`: its probability. */
  readonly #values: Float64Array;
  /** Probabilities of the words that are no word of `#starts`. */
  readonly #longWords = new Map<string, number>();
  readonly #roots = new Map<number, TokenPath>();
  /** Paths of two and more tokens that can still be run. */
  readonly #frontier = new Set<TokenPath>();
  readonly #run: TokenPath[] = [];
  /** Run paths of which the less likely children have been made too. */
  readonly #detailed = new Set<TokenPath>();
  readonly #best = new BestWords();

  /** `isSpaced`: whether the word begins with the space before it, or right behind the text. */
  constructor(index: TokenIndex, logits: Float32Array, isSpaced: boolean, effort: SearchEffort) {
    this.#index = index;
    this.#effort = effort;
    this.#isSpaced = isSpaced;
    this.#starts = isSpaced ? index.spaced : index.glued;
    this.#probabilities = softmaxAmong(logits, this.#starts.ids);
    this.#open = new Float64Array(this.#probabilities.length);
    this.#values = new Float64Array(this.#starts.words.length);
    const { ids, isClosed, wordOf } = this.#starts;
    this.#isSettled = isClosed.slice();
    for (let start = 0; start < ids.length; start++) {
      const probability = this.#probabilities[start]!;
      const ended = probability * (isClosed[start] === 1 ? 1 : this.#endShare(ids[start]!));
      this.#values[wordOf[start]!]! += ended;
      this.#open[start] = probability - ended;
    }
  }

  /** Number of paths that have been run. Each keeps V numbers. */
  get runs(): number {
    return this.#run.length;
  }

  /** The paths to run next, all of one length; none when the answer is good enough, or can become no better. */
  plan(terms: SearchTerms): TokenPath[] {
    const isThorough = this.#isThorough;
    const wanted: Wish[] = [];
    if (terms.limit > 0) {
      this.#makeChildren(terms.prefix);
      if (isThorough || this.#isVague(terms)) this.#wishCompletions(terms.prefix, wanted);
    }
    const isSearching = wanted.length > 0;
    for (const [word, spellings] of terms.also) {
      if (isThorough) this.#wishSpellings(word, wanted);
      for (const spelling of spellings) this.#wishSpelling(spelling, isSearching, wanted);
    }
    return this.#chooseLength(wanted);
  }

  /** Takes the logits (B, V) of the token after each of B paths, which it keeps. */
  enter(paths: readonly TokenPath[], logits: Float32Array): void {
    const { size } = this.#index;
    for (let row = 0; row < paths.length; row++) {
      this.#enterPath(paths[row]!, logits.subarray(row * size, (row + 1) * size));
    }
  }

  /** The likeliest words that complete a prefix, likeliest first: at most `limit`, none of them impossible. */
  words(prefix: string, limit: number): { words: string[]; probabilities: number[] } {
    const best = this.#best;
    const known = this.#starts.words;
    const [low, high] = this.#starts.wordsCompleting(prefix);
    const long: string[] = [];
    best.clear(limit);
    for (let word = low; word < high; word++) {
      const value = this.#values[word]!;
      if (value > best.worst && value > 0 && known[word] !== '') best.offer(word, value);
    }
    for (const [word, value] of this.#longWords) {
      if (!(value > best.worst && value > 0 && word.startsWith(prefix))) continue;
      best.offer(known.length + long.length, value);
      long.push(word);
    }
    const count = best.sort();
    const words = Array.from(best.wordIds.subarray(0, count), (id) => known[id] ?? long[id - known.length]!);
    return { words, probabilities: Array.from(best.scores.subarray(0, count)) };
  }

  /** The probability of each word of `also`, in its order: what its paths have, and a guess at those not followed to their end. */
  judge(also: SearchTerms['also']): number[] {
    const judged = [...also.keys()].map((word) => this.#value(word));
    if (this.#isThorough) return judged;
    const stops: { judgement: number; path: TokenPath; share: number }[] = [];
    // Words that go on from the same path get together at most what is open there.
    const claims = new Map<TokenPath, number>();
    for (const [judgement, spellings] of [...also.values()].entries()) {
      for (const spelling of spellings) {
        const stop = this.#follow(spelling);
        if (stop === null || stop.left === 0) continue;
        const share = GUESSED_SHARE ** stop.left;
        stops.push({ judgement, path: stop.path, share });
        claims.set(stop.path, (claims.get(stop.path) ?? 0) + share);
      }
    }
    for (const { judgement, path, share } of stops) {
      judged[judgement]! += (this.#openOf(path) * share) / Math.max(1, claims.get(path)!);
    }
    return judged;
  }

  get #isThorough(): boolean {
    return this.#effort.tolerance < Infinity;
  }

  #value(word: string): number {
    const index = this.#starts.wordIndex(word);
    return index < 0 ? (this.#longWords.get(word) ?? 0) : this.#values[index]!;
  }

  #credit(word: string, probability: number): void {
    const index = this.#starts.wordIndex(word);
    if (index >= 0) this.#values[index]! += probability;
    else this.#longWords.set(word, (this.#longWords.get(word) ?? 0) + probability);
  }

  /** What is assumed of the share of a path's probability behind which its word has ended, before it is run. */
  #endShare(tokenId: number): number {
    return this.#effort.endShares[tokenId]!;
  }

  /** The part of a path's probability that is not divided among words yet. */
  #openOf(path: TokenPath): number {
    if (path.isClosed || path.next !== null) return 0;
    return path.probability * (1 - this.#endShare(path.tokenId));
  }

  /** What running a path that is not closed is worth: what it divides among words, or all that is not known exactly. */
  #gainOf(path: TokenPath): number {
    return this.#isThorough ? path.probability : this.#openOf(path);
  }

  /** The same for a start token. */
  #startGain(start: number): number {
    if (this.#isSettled[start] === 1) return 0;
    return this.#isThorough ? this.#probabilities[start]! : this.#open[start]!;
  }

  #root(start: number): TokenPath {
    let path = this.#roots.get(start);
    if (path === undefined) {
      const tokenId = this.#starts.ids[start]!;
      path = new TokenPath(this.#index, null, tokenId, this.#probabilities[start]!, this.#isSpaced);
      this.#roots.set(start, path);
    }
    return path;
  }

  /** The path with one token more, made if need be. For a path that has been run and a token that continues it. */
  #child(parent: TokenPath, tokenId: number): TokenPath {
    let path = parent.children.get(tokenId);
    if (path === undefined) {
      path = new TokenPath(this.#index, parent, tokenId, parent.probability * parent.share(tokenId), this.#isSpaced);
      parent.children.set(tokenId, path);
      this.#credit(path.word, path.probability - this.#openOf(path));
      if (!path.isClosed) this.#frontier.add(path);
    }
    return path;
  }

  #enterPath(path: TokenPath, logits: Float32Array): void {
    if (path.next !== null) return;
    const assumed = path.probability - this.#openOf(path);
    const { ids } = path.followers(this.#index);
    path.next = logits;
    path.logTotal = logSumExp(logits);
    const negligible = path.logTotal - 20;
    let continuing = 0;
    for (let i = 0; i < ids.length; i++) {
      const logit = logits[ids[i]!]!;
      if (logit > negligible) continuing += Math.exp(logit - path.logTotal);
    }
    this.#credit(path.word, path.probability * Math.max(0, 1 - continuing) - assumed);
    if (path.parent === null) {
      const start = this.#starts.position(path.tokenId);
      this.#open[start] = 0;
      this.#isSettled[start] = 1;
    } else {
      this.#frontier.delete(path);
    }
    this.#run.push(path);
    const { tolerance } = this.#effort;
    this.#makeLikelyChildren(path, this.#isThorough ? Math.log(tolerance / path.probability) : LOG_LEAST_CHILD);
  }

  /** Makes the paths with one token more, where ln P(that token) is at least `least`. */
  #makeLikelyChildren(path: TokenPath, least: number): void {
    const { ids } = path.followers(this.#index);
    const leastLogit = path.logTotal + least;
    for (let i = 0; i < ids.length; i++) if (path.next![ids[i]!]! >= leastLogit) this.#child(path, ids[i]!);
  }

  /** Makes the paths toward and into a prefix that are too unlikely to have been made unasked. */
  #makeChildren(prefix: string): void {
    // A thorough search has made all that it will ever run.
    if (prefix === '' || this.#isThorough) return;
    for (const path of this.#run) {
      if (path.key.startsWith(prefix) && !this.#detailed.has(path)) {
        this.#detailed.add(path);
        this.#makeLikelyChildren(path, LOG_LEAST_DETAIL);
      }
      if (path.key.length >= prefix.length || !prefix.startsWith(path.key)) continue;
      const { ids, isFollower } = path.followers(this.#index);
      if (path.isCut) {
        for (const id of ids) this.#child(path, id);
        continue;
      }
      const { continuing } = this.#index;
      const ranges = rangesToward(continuing, prefix.slice(path.key.length));
      for (let i = 0; i < ranges.length; i += 2) {
        for (let position = ranges[i]!; position < ranges[i + 1]!; position++) {
          const id = continuing.ids[position]!;
          if (isFollower[id] === 1) this.#child(path, id);
        }
      }
    }
  }

  /** Whether too much of the probability of the words that complete a prefix is not divided among them yet. */
  #isVague({ prefix, limit }: SearchTerms): boolean {
    let open = 0;
    const ranges = rangesToward(this.#starts, prefix);
    for (let i = 0; i < ranges.length; i += 2) {
      for (let start = ranges[i]!; start < ranges[i + 1]!; start++) open += this.#open[start]!;
    }
    for (const path of this.#frontier) if (leadsToward(path, prefix)) open += this.#openOf(path);
    let known = 0;
    let count = 0;
    const [low, high] = this.#starts.wordsCompleting(prefix);
    for (let word = low; word < high; word++) {
      known += this.#values[word]!;
      if (this.#values[word]! > 0) count++;
    }
    for (const [word, value] of this.#longWords) {
      if (!word.startsWith(prefix)) continue;
      known += value;
      count++;
    }
    if (open < NEGLIGIBLE) return false;
    const share = open / (open + known);
    return share > VAGUE || (share > A_LITTLE_VAGUE && (this.#run.length === 0 || count < Math.min(limit, SHORT_LIST)));
  }

  #wishCompletions(prefix: string, wanted: Wish[]): void {
    const least = this.#isThorough ? this.#effort.tolerance : NEGLIGIBLE;
    const best = this.#best;
    best.clear(this.#effort.beams);
    const ranges = rangesToward(this.#starts, prefix);
    for (let i = 0; i < ranges.length; i += 2) {
      for (let start = ranges[i]!; start < ranges[i + 1]!; start++) {
        const gain = this.#startGain(start);
        if (gain > least && gain > best.worst) best.offer(start, gain);
      }
    }
    const count = best.sort();
    for (let i = 0; i < count; i++) wanted.push({ path: this.#root(best.wordIds[i]!), gain: best.scores[i]! });
    for (const path of this.#frontier) {
      const gain = this.#gainOf(path);
      if (gain > least && leadsToward(path, prefix)) wanted.push({ path, gain });
    }
  }

  /** Wishes for every path that spells a word and is likelier than the tolerance, in tokens the trainer would not have used too. */
  #wishSpellings(word: string, wanted: Wish[]): void {
    const { tolerance } = this.#effort;
    const { words, wordOf } = this.#starts;
    const ranges = rangesToward(this.#starts, word);
    for (let i = 0; i < ranges.length; i += 2) {
      for (let start = ranges[i]!; start < ranges[i + 1]!; start++) {
        const gain = this.#startGain(start);
        if (gain > tolerance && words[wordOf[start]!]!.length <= word.length)
          wanted.push({ path: this.#root(start), gain });
      }
    }
    for (const path of this.#frontier) {
      const gain = this.#gainOf(path);
      if (gain > tolerance && path.word.length <= word.length && leadsToward(path, word)) wanted.push({ path, gain });
    }
  }

  #wishSpelling(spelling: Int32Array, isSearching: boolean, wanted: Wish[]): void {
    const stop = this.#follow(spelling);
    if (stop === null) return;
    const gain = this.#gainOf(stop.path);
    const least = isSearching ? WORTH_A_PLACE : WORTH_A_RUN;
    if (this.#isThorough ? gain > 0 : stop.left > 0 && gain > least) wanted.push({ path: stop.path, gain: 2 * gain });
  }

  /** The first path along a spelling that has not been run, and how many tokens are left behind it; null when there is none. */
  #follow(spelling: Int32Array): { path: TokenPath; left: number } | null {
    const start = this.#starts.position(spelling[0]!);
    if (start < 0) return null;
    let path = this.#root(start);
    for (let i = 1; i < spelling.length; i++) {
      if (path.isClosed) return null;
      if (path.next === null) return { path, left: spelling.length - i };
      if (path.followers(this.#index).isFollower[spelling[i]!] !== 1) return null;
      path = this.#child(path, spelling[i]!);
    }
    return path.isClosed || path.next !== null ? null : { path, left: 0 };
  }

  /** The best wishes of the one length that gains most: the paths of a run are equally long. */
  #chooseLength(wanted: readonly Wish[]): TokenPath[] {
    const gains = new Map<TokenPath, number>();
    for (const { path, gain } of wanted) {
      if (path.depth <= this.#effort.deepest) gains.set(path, Math.max(gain, gains.get(path) ?? 0));
    }
    const sorted = [...gains.keys()].sort((a, b) => gains.get(b)! - gains.get(a)! || (a.key < b.key ? -1 : 1));
    const byLength = new Map<number, { paths: TokenPath[]; gain: number }>();
    for (const path of sorted) {
      const group = byLength.get(path.depth) ?? { paths: [], gain: 0 };
      byLength.set(path.depth, group);
      if (group.paths.length === this.#effort.beams) continue;
      group.paths.push(path);
      group.gain += gains.get(path)!;
    }
    let chosen: { paths: TokenPath[]; gain: number } = { paths: [], gain: 0 };
    for (const group of byLength.values()) if (group.gain > chosen.gain) chosen = group;
    return chosen.paths;
  }
}

interface Wish {
  readonly path: TokenPath;
  /** How much probability it would divide among words. */
  readonly gain: number;
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
/** ln of the least P(next token) for which a longer path is made: when a path has been run, and when a prefix leads to it. */
const LOG_LEAST_CHILD: number = Math.log(0.01);
const LOG_LEAST_DETAIL: number = Math.log(0.001);
/** Of what is open on the way to a judged word, the share guessed to be the word's for each token that was not run. */
const GUESSED_SHARE = 0.1;
