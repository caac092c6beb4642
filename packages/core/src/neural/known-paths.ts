// Hot: builds tables over the whole vocabulary at each new word, and filters them at each key.
import { logSumExp, softmaxAmong } from './softmax.ts';
import type { SortedTokens, TokenIndex } from './token-index.ts';
import { TokenPath } from './token-path.ts';
import { rangesToward } from './token-ranges.ts';
import { WordTally } from './word-tally.ts';

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

/**
 * The token paths behind one text that have been run or can be, and what words have been given of their probability: P(path) is
 * conditioned on a word beginning at all, and each path's is given to one word once.
 */
export class KnownPaths {
  /** The tokens that a word may begin with. */
  readonly starts: SortedTokens;
  readonly tally: WordTally;
  /** Paths of two and more tokens that can still be run. */
  readonly frontier: ReadonlySet<TokenPath>;
  /** Whether everything likelier than a tolerance is to be run. */
  readonly isThorough: boolean;
  readonly #index: TokenIndex;
  readonly #effort: SearchEffort;
  readonly #isSpaced: boolean;
  /** By start token: P(token | the text, a word begins). */
  readonly #probabilities: Float64Array;
  /** By start token: the part of its probability that belongs to longer words and is not divided among them yet. */
  readonly #open: Float64Array;
  /** By start token: 1 where nothing more is to be learned of it. */
  readonly #isSettled: Uint8Array;
  readonly #roots = new Map<number, TokenPath>();
  readonly #frontier = new Set<TokenPath>();
  readonly #run: TokenPath[] = [];
  /** Run paths of which the less likely children have been made too. */
  readonly #detailed = new Set<TokenPath>();

  /** `isSpaced`: whether the word begins with the space before it, or right behind the text. */
  constructor(index: TokenIndex, logits: Float32Array, isSpaced: boolean, effort: SearchEffort) {
    this.#index = index;
    this.#effort = effort;
    this.#isSpaced = isSpaced;
    this.isThorough = effort.tolerance < Infinity;
    this.frontier = this.#frontier;
    this.starts = isSpaced ? index.spaced : index.glued;
    this.#probabilities = softmaxAmong(logits, this.starts.ids);
    this.#open = new Float64Array(this.#probabilities.length);
    this.tally = new WordTally(this.starts);
    const { ids, isClosed } = this.starts;
    this.#isSettled = isClosed.slice();
    for (let start = 0; start < ids.length; start++) {
      const probability = this.#probabilities[start]!;
      const ended = probability * (isClosed[start] === 1 ? 1 : this.#endShare(ids[start]!));
      this.tally.creditStart(start, ended);
      this.#open[start] = probability - ended;
    }
  }

  /** Takes the logits (B, V) of the token after each of B paths, which it keeps. */
  enter(paths: readonly TokenPath[], logits: Float32Array): void {
    const { size } = this.#index;
    for (let row = 0; row < paths.length; row++) {
      this.#enterPath(paths[row]!, logits.subarray(row * size, (row + 1) * size));
    }
  }

  /** Number of paths that have been run. Each keeps V numbers. */
  get runs(): number {
    return this.#run.length;
  }

  /** The part of a path's probability that is not divided among words yet. */
  openOf(path: TokenPath): number {
    if (path.isClosed || path.next !== null) return 0;
    return path.probability * (1 - this.#endShare(path.tokenId));
  }

  /** What running a path that is not closed is worth: what it divides among words, or all that is not known exactly. */
  gainOf(path: TokenPath): number {
    return this.isThorough ? path.probability : this.openOf(path);
  }

  /** The same for a start token. */
  startGain(start: number): number {
    if (this.#isSettled[start] === 1) return 0;
    return this.isThorough ? this.#probabilities[start]! : this.#open[start]!;
  }

  /** The part of a start token's probability that is not divided among words yet. */
  openAt(start: number): number {
    return this.#open[start]!;
  }

  /** The path of a start token alone, made if need be. */
  root(start: number): TokenPath {
    let path = this.#roots.get(start);
    if (path === undefined) {
      const tokenId = this.starts.ids[start]!;
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
      this.tally.credit(path.word, path.probability - this.openOf(path));
      if (!path.isClosed) this.#frontier.add(path);
    }
    return path;
  }

  /** The first path along a spelling that has not been run, and how many tokens are left behind it; null when there is none. */
  follow(spelling: Int32Array): { path: TokenPath; left: number } | null {
    const start = this.starts.position(spelling[0]!);
    if (start < 0) return null;
    let path = this.root(start);
    for (let i = 1; i < spelling.length; i++) {
      if (path.isClosed) return null;
      if (path.next === null) return { path, left: spelling.length - i };
      if (path.followers(this.#index).isFollower[spelling[i]!] !== 1) return null;
      path = this.#child(path, spelling[i]!);
    }
    return path.isClosed || path.next !== null ? null : { path, left: 0 };
  }

  /** Makes the paths toward and into a prefix that are too unlikely to have been made unasked. */
  makeChildren(prefix: string): void {
    // A thorough search has made all that it will ever run.
    if (prefix === '' || this.isThorough) return;
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

  #enterPath(path: TokenPath, logits: Float32Array): void {
    if (path.next !== null) return;
    const assumed = path.probability - this.openOf(path);
    const { ids } = path.followers(this.#index);
    path.next = logits;
    path.logTotal = logSumExp(logits);
    const negligible = path.logTotal - 20;
    let continuing = 0;
    for (let i = 0; i < ids.length; i++) {
      const logit = logits[ids[i]!]!;
      if (logit > negligible) continuing += Math.exp(logit - path.logTotal);
    }
    this.tally.credit(path.word, path.probability * Math.max(0, 1 - continuing) - assumed);
    if (path.parent === null) {
      const start = this.starts.position(path.tokenId);
      this.#open[start] = 0;
      this.#isSettled[start] = 1;
    } else {
      this.#frontier.delete(path);
    }
    this.#run.push(path);
    const { tolerance } = this.#effort;
    this.#makeLikelyChildren(path, this.isThorough ? Math.log(tolerance / path.probability) : LOG_LEAST_CHILD);
  }

  /** Makes the paths with one token more, where ln P(that token) is at least `least`. */
  #makeLikelyChildren(path: TokenPath, least: number): void {
    const { ids } = path.followers(this.#index);
    const leastLogit = path.logTotal + least;
    for (let i = 0; i < ids.length; i++) if (path.next![ids[i]!]! >= leastLogit) this.#child(path, ids[i]!);
  }

  /** What is assumed of the share of a path's probability behind which its word has ended, before it is run. */
  #endShare(tokenId: number): number {
    return this.#effort.endShares[tokenId]!;
  }
}

/** ln of the least P(next token) for which a longer path is made: when a path has been run, and when a prefix leads to it. */
const LOG_LEAST_CHILD: number = Math.log(0.01);
const LOG_LEAST_DETAIL: number = Math.log(0.001);
