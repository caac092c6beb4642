import { readContext } from '../context.ts';
import { PredictionError } from '../errors.ts';
import type { Distribution, LanguageModel, Query } from '../types.ts';
import type { CausalBackend, Tokenizer } from './backend.ts';
import { divideContinuations, scoreContinuations } from './continuations.ts';
import { type ContinueOptions, continueText } from './generation.ts';
import { checkOptions, type GptOptions } from './gpt-options.ts';
import type { SearchEffort } from './known-paths.ts';
import { KvCache } from './kv-cache.ts';
import { PathTree } from './path-tree.ts';
import { Recent } from './recent.ts';
import { scoreText, type TextScore } from './scoring.ts';
import { Spelling } from './spelling.ts';
import { TokenIndex } from './token-index.ts';
import { abandonable, pause, Turns } from './turns.ts';
import { UnspacedWords } from './unspaced-words.ts';
import {
  readPlace,
  recentText,
  recentTokens,
  type TokenizerHabits,
  tokenizerHabits,
  type WordPlace,
} from './word-place.ts';
import { type SearchTerms, WordSearch } from './word-search.ts';

/**
 * A GPT as a language model over words. Answers from what it has run where that will do, which takes well under a
 * millisecond; else reads the text that is new, at most 16 tokens at a time, and runs the likeliest token paths, looking
 * out for an abort between runs. Questions take turns. Text further back than about 800 characters is not read.
 *
 * ln P(word) is conditioned on a word standing at the caret, so that the probabilities of all words sum to at most 1: see
 * `WordSearch`.
 */
export class GptModel implements LanguageModel {
  readonly name: string;
  readonly #backend: CausalBackend;
  readonly #tokenizer: Tokenizer;
  readonly #habits: TokenizerHabits;
  readonly #index: TokenIndex;
  readonly #spelling: Spelling;
  readonly #cache: KvCache;
  readonly #effort: SearchEffort;
  readonly #unspaced: UnspacedWords | null;
  readonly #turns = new Turns();
  /** The paths behind the last texts, by the texts' tokens. */
  #trees = new Recent<PathTree>(MOST_TREES);
  /** The searches of the last places, for going back to them. */
  #searches = new Recent<WordSearch>(MOST_SEARCHES);
  #closing: Promise<void> | null = null;

  /** Throws `RangeError` where an option is out of its range or the tokenizer is not that of the network. */
  constructor(backend: CausalBackend, tokenizer: Tokenizer, options: GptOptions = {}) {
    const { beams = 8, exact = false, tolerance = 1e-4 } = options;
    checkOptions(backend, tokenizer, options);
    const deepest = Math.min(DEEPEST, backend.contextLength - 3);
    this.name = options.name ?? 'gpt';
    this.#backend = backend;
    this.#tokenizer = tokenizer;
    this.#habits = tokenizerHabits(tokenizer);
    this.#index = new TokenIndex(tokenizer, backend.vocabularySize);
    this.#spelling = new Spelling(tokenizer, options.lexicon);
    this.#cache = new KvCache(backend, Math.min(options.window ?? WINDOW, backend.contextLength - 1 - deepest));
    const endShares = options.endShares ?? new Float32Array(backend.vocabularySize).fill(0.5);
    this.#effort = { beams, deepest, endShares, tolerance: exact ? tolerance : Infinity };
    const { unspacedWords } = options;
    this.#unspaced =
      unspacedWords === undefined ? null : new UnspacedWords(tokenizer, this.#index, this.#spelling, unspacedWords);
  }

  next(query: Query, signal: AbortSignal): Promise<Distribution> {
    return abandonable(this.#answer(query, signal), signal);
  }

  /**
   * Writes on where `text` ends, inside a word too, and yields the new text piece by piece. The same seed gives the same
   * text. Throws `RangeError` on a bad option, the signal's reason when it is aborted.
   */
  async *continue(text: string, options: ContinueOptions = {}): AsyncGenerator<string, void, undefined> {
    const context = readContext(text);
    const place = readPlace(context, this.#habits, this.#unspaced !== null);
    const isAfterSpace = place.text === '' || /\s$/.test(text.slice(0, text.length - context.prefixLength));
    const space = place.isSpaced && (isAfterSpace || place.typed !== '') ? ' ' : '';
    yield* continueText(options, {
      index: this.#index,
      ids: this.#encode(place.text),
      begun: space + place.typed,
      isHabitualSpace: this.#habits.spacesLines,
      endOfText: this.#tokenizer.endOfText,
      logits: (ids, signal) => this.#logits(ids, signal),
    });
  }

  /** How likely a text is to the model, word by word. Costs a run for each token: about a second for 2,000 characters. */
  score(text: string, signal?: AbortSignal): Promise<TextScore> {
    const ids = this.#encode(text);
    return scoreText(text, ids, this.#index, (before) => this.#logits(before, signal));
  }

  /**
   * ln P(text | before) for each of up to 20 short texts, in their order: ln P(before and text) - ln P(before), each divided into
   * tokens as a whole. So the texts are compared exactly, also where a token reaches over the caret; there one may exceed 0, for
   * `before` is then unlikely to end with the token it ends with. Reads `before` once, then runs the texts token by token, all of them
   * at once and what they have in common once: 30 to 50 CPU-ms for 8 sentences of 8 Chinese characters. Throws `RangeError` for too
   * many or too long texts, rejects with the signal's reason as soon as it is aborted.
   */
  async scoreAfter(before: string, texts: readonly string[], signal?: AbortSignal): Promise<Float64Array> {
    if (texts.length > MOST_TEXTS) throw new RangeError(`texts must be at most ${MOST_TEXTS}, not ${texts.length}`);
    signal?.throwIfAborted();
    this.#checkOpen();
    const scoring = this.#turns.take(() => this.#scoreAfter(before, texts, signal), signal);
    return signal === undefined ? scoring : abandonable(scoring, signal);
  }

  /** Frees the network after the run under way. Idempotent; questions that still wait reject with `PredictionError` `closed`. */
  close(): Promise<void> {
    this.#closing ??= this.#turns.settled().then(() => {
      this.#searches = new Recent(0);
      this.#trees = new Recent(0);
      return this.#backend.close();
    });
    return this.#closing;
  }

  async #answer({ context, limit, also = [] }: Query, signal: AbortSignal): Promise<Distribution> {
    signal.throwIfAborted();
    this.#checkOpen();
    const place = readPlace(context, this.#habits, this.#unspaced !== null);
    const unspaced = this.#unspaced;
    if (unspaced !== null) {
      const query = { context, limit, also };
      return this.#turns.take(() => this.#answerUnspaced(unspaced, place, query, signal), signal);
    }
    const terms = {
      prefix: place.prefix,
      limit,
      also: new Map(also.map((word) => [word, this.#spelling.spellings(word, place)])),
    };
    const known = this.#searches.get(keyOf(place));
    const search =
      known !== undefined && (isExhausted(known, this.#effort) || known.plan(terms).length === 0)
        ? known
        : await this.#turns.take(() => this.#search(place, terms, signal), signal);
    return distribution(search, terms);
  }

  /** To be called in a turn. */
  async #search(place: WordPlace, terms: SearchTerms, signal: AbortSignal): Promise<WordSearch> {
    await pause(signal);
    this.#checkOpen();
    const ids = this.#recent(this.#encode(place.text));
    let search = this.#searches.get(keyOf(place));
    if (search === undefined) {
      const logits = await this.#cache.feed(ids, signal);
      search = new WordSearch(this.#index, logits, place.isSpaced, this.#effort);
      this.#searches.set(keyOf(place), search);
    }
    const mostRuns = this.#effort.tolerance < Infinity ? Infinity : runsFor(terms);
    for (let runs = 0; runs < mostRuns && !isExhausted(search, this.#effort); runs++) {
      const paths = search.plan(terms);
      if (paths.length === 0) break;
      await pause(signal);
      await this.#cache.hold(ids, signal);
      const { depth } = paths[0]!;
      const suffixes = new Int32Array(paths.length * depth);
      for (const [beam, path] of paths.entries()) path.write(suffixes, beam * depth);
      search.enter(paths, await this.#cache.branch(suffixes, paths.length, ids.length));
    }
    return search;
  }

  /** To be called in a turn. */
  async #answerUnspaced(
    unspaced: UnspacedWords,
    place: WordPlace,
    { limit, also = [] }: Query,
    signal: AbortSignal,
  ): Promise<Distribution> {
    await pause(signal);
    this.#checkOpen();
    const { beams, deepest, tolerance } = this.#effort;
    const explore = async (tree: PathTree, paths: readonly Int32Array[], most: number, least: number) => {
      const short = paths.filter(({ length }) => length <= deepest);
      for (let runs = 0; runs < most; runs++) {
        const nodes = tree.plan(short, beams, least);
        if (nodes.length === 0) return;
        await pause(signal);
        await tree.run(nodes, this.#cache, signal);
      }
    };
    const isExact = tolerance < Infinity;
    return unspaced.answer(
      place,
      { limit, also },
      {
        tree: (ids) => this.#tree(ids, deepest, signal),
        follow: (tree, path) => explore(tree, [path], Infinity, 0),
        explore: (tree, paths) => explore(tree, paths, isExact ? Infinity : RUNS, isExact ? 0 : WORTH_A_RUN),
      },
    );
  }

  /** To be called in a turn. */
  async #scoreAfter(before: string, texts: readonly string[], signal: AbortSignal | undefined): Promise<Float64Array> {
    await pause(signal);
    this.#checkOpen();
    const continuations = divideContinuations(this.#tokenizer, recentText(before, this.#unspaced !== null), texts);
    const { shared, rest, paths } = continuations;
    const longest = paths.reduce((most, { length }) => Math.max(most, length), rest.length);
    const tree = await this.#tree(shared, longest, signal);
    const scores = await scoreContinuations(continuations, tree, this.#cache, signal);
    if (tree.runs > MOST_PATHS) this.#trees = new Recent(MOST_TREES);
    return scores;
  }

  /** The paths known behind a text, of whose tokens what leaves room for so many others is read. To be called in a turn. */
  async #tree(ids: Int32Array, following: number, signal: AbortSignal | undefined): Promise<PathTree> {
    const context = this.#cut(ids, following);
    const key = context.join();
    let tree = this.#trees.get(key);
    if (tree === undefined || tree.runs >= MOST_PATHS) {
      tree = new PathTree(context, await this.#cache.feed(this.#recent(context), signal));
      this.#trees.set(key, tree);
    }
    return tree;
  }

  #logits(ids: Int32Array, signal: AbortSignal | undefined): Promise<Float32Array> {
    this.#checkOpen();
    return this.#turns.take(async () => {
      await pause(signal);
      this.#checkOpen();
      return this.#cache.feed(this.#recent(ids), signal);
    }, signal);
  }

  #encode(text: string): Int32Array {
    return text === '' ? new Int32Array(0) : this.#tokenizer.encode(text);
  }

  /** What the network is to read of a text's tokens: an empty text is the start token once more, whose row gives no logits. */
  #recent(ids: Int32Array): Int32Array {
    if (ids.length > 0) return this.#cut(ids, 1);
    return Int32Array.of(this.#backend.startToken ?? this.#tokenizer.endOfText);
  }

  /** The last of a text's tokens, so that so many others find room behind them. */
  #cut(ids: Int32Array, following: number): Int32Array {
    const room = this.#backend.contextLength - following;
    if (room < 0) throw new RangeError(`texts must have at most ${room + following} tokens each, not ${following}`);
    let { capacity } = this.#cache;
    // Halved, not made to fit: so it is the same for texts of about one length.
    while (Math.min(capacity, ids.length) > room) capacity >>= 1;
    if (capacity === 0) return ids.subarray(ids.length);
    return recentTokens(ids, capacity, (id) => this.#index.bytes(id)[0] === 0x20);
  }

  #checkOpen(): void {
    if (this.#closing !== null)
      throw new PredictionError('closed', 'The model has been closed. Open it again to go on.');
  }
}

/** Most tokens of the text before the caret. */
const WINDOW = 119;
/** Most tokens of a word that can be run. With the window and the start token they make 128 positions. */
const DEEPEST = 8;
/**
 * Most runs of token paths for one question. At a word's first place a second saves next to nothing and costs as much as the first;
 * inside words it saves the GPT, alone, up to a point of the keystrokes.
 */
const RUNS = 1;
const RUNS_INSIDE = 2;
/** Of a language without spaces: a word that is less likely by its first tokens is not followed any further. */
const WORTH_A_RUN = 1e-4;
/** Most texts of one question. */
const MOST_TEXTS = 20;
/** Texts behind which the known paths are kept: that at the caret and the one before. */
const MOST_TREES = 2;
/** Places whose searches are kept. */
const MOST_SEARCHES = 8;
/** Paths run at one place after which nothing more is: each keeps the logits of all tokens. */
const MOST_PATHS = 96;

/** Judgements alone are not worth a second. */
function runsFor({ prefix, limit }: SearchTerms): number {
  return limit > 0 && prefix !== '' ? RUNS_INSIDE : RUNS;
}

function isExhausted(search: WordSearch, { tolerance }: SearchEffort): boolean {
  return tolerance === Infinity && search.runs >= MOST_PATHS;
}

function keyOf({ text, isSpaced }: WordPlace): string {
  return isSpaced ? `${text} ` : text;
}

function distribution(search: WordSearch, { prefix, limit, also }: SearchTerms): Distribution {
  const { words, probabilities } = search.words(prefix, limit);
  const judged = search.judge(also);
  const listed = new Set(words);
  let index = 0;
  for (const word of also.keys()) {
    if (!listed.has(word)) {
      words.push(word);
      probabilities.push(judged[index]!);
    }
    index++;
  }
  return { words, logProbs: Float32Array.from(probabilities, (p) => (p <= 0 ? -Infinity : Math.log(p))) };
}
