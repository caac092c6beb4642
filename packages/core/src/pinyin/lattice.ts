// Hot: `decode` runs at every key. No closures or strings per word.
import type { NgramLookup } from '../ngram-lookup.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { bestPaths, type LatticeNode, type Path } from './best-paths.ts';
import { Hypotheses } from './hypotheses.ts';
import type { PinyinLexicon } from './pinyin-lexicon.ts';
import { type Span, SpanCollector } from './spans.ts';
import { APOSTROPHE, bareVowel, LONGEST_SYLLABLE, type SpellingTable } from './spelling.ts';
import { type Reach, TrieReach } from './trie-reach.ts';
import type { UserWords } from './user-words.ts';
import { type SentenceStart, WordProbability } from './word-probability.ts';

/** How many of what is kept. */
const MOST_STATES = 24;
const MOST_SURVIVORS = 144;
/** Nats below a node's best hypothesis at which none is followed. */
const BEAM_NATS = 13;
/** ln of what a character costs that is no pinyin. */
const RAW_COST = -14;
/**
 * ln of what a longer syllable costs where the letters are one by themselves and nothing else: `du` is 读 before it is 对. In longer
 * rows the beginning of the last syllable is foreseen as readily as ever.
 */
export const LONGER_ALONE: number = Math.log(0.02);
/** More letters are not looked at; of initials, which branch, fewer. */
const MOST_LETTERS = 240;
const MOST_INITIALS = 60;

/** What a decoder searches. */
export interface LatticeSource {
  readonly lexicon: PinyinLexicon;
  readonly lookup: NgramLookup;
  readonly vocabulary: Vocabulary;
  readonly table: SpellingTable;
  readonly user: UserWords | null;
  /** The word that stands for a comma, or -1. */
  readonly pauseId: number;
}

/**
 * Finds the likeliest words for letters (Viterbi search over the lattice of all spellings, the n-gram's state at each node; the n best
 * by A* backwards, Soong & Huang 1991). Keeps its work: with a letter more only what ends there is searched.
 */
export class LatticeDecoder {
  /** How likely words are behind the beginning that is decoded. */
  readonly words: WordProbability;
  readonly #user: UserWords | null;
  readonly #reach: TrieReach;
  readonly #collector: SpanCollector;
  #table: SpellingTable;
  #letters = '';
  /** Whether initials count as syllables: where the letters cannot be read otherwise. */
  #hasInitials = false;
  #spans: Span[][] = [];
  #nodes: (LatticeNode | null)[] = [];
  readonly #found = new Hypotheses();
  #final: LatticeNode | null = null;
  #finalSpans: Span[] = [];

  constructor({ lexicon, lookup, vocabulary, table, user, pauseId }: LatticeSource) {
    this.words = new WordProbability(lookup, vocabulary, user, pauseId);
    this.#user = user;
    this.#reach = new TrieReach(lexicon, user);
    this.#collector = new SpanCollector(lexicon, vocabulary, user);
    this.#table = table;
  }

  /** Reads letters otherwise from now on. */
  setTable(table: SpellingTable): void {
    this.#table = table;
    this.#clear(this.words.start);
  }

  /** Reads lower-case letters and apostrophes after what stands before. The other methods then answer for them. */
  decode(letters: string, start: SentenceStart): void {
    const hasInitials = !this.#table.spells(letters.slice(0, MOST_LETTERS));
    const read = letters.slice(0, hasInitials ? MOST_INITIALS : MOST_LETTERS);
    // First, so that a new beginning counts by what has been learned up to there.
    const isChanged = this.#user?.refresh() === true;
    if (isChanged || start.key !== this.words.start.key) this.#clear(start);
    if (hasInitials !== this.#hasInitials) this.#clear(start);
    this.#hasInitials = hasInitials;
    const shared = sharedLength(read, this.#letters);
    // A node stands behind the apostrophes that follow its letters.
    const isMoved = read.charCodeAt(shared) === APOSTROPHE || this.#letters.charCodeAt(shared) === APOSTROPHE;
    this.#keep(isMoved ? shared : shared + 1);
    this.#letters = read;
    for (let end = this.#nodes.length; end <= read.length; end++) this.#extend(end);
    this.#finish();
  }

  /** Whether the letters are no row of whole syllables, so that initials count as syllables. */
  get hasInitials(): boolean {
    return this.#hasInitials;
  }

  /** The likeliest whole readings, best first, at most `limit` with different words. Empty for no letters. */
  paths(limit: number): Path[] {
    return this.#final === null || this.#letters === '' ? [] : bestPaths(this.#final, limit, this.#letters);
  }

  /** The words that begin with the first letter, by what they cover, shortest first. The last may end in a syllable's beginning. */
  firstSpans(): Span[] {
    const found: Span[] = [];
    for (let end = 1; end <= this.#letters.length; end++) {
      for (const span of this.spansAt(end)) if (span.start === this.begin) found.push(span);
    }
    return found;
  }

  /** ln P of a word as the first. */
  firstLogProb(wordId: number): number {
    const { state, previousId } = this.words.start;
    return this.words.logProb(state, previousId, wordId, true);
  }

  /** The letters that were read: of very many only the first. */
  get letters(): string {
    return this.#letters;
  }

  /** Where the first syllable begins: behind apostrophes. */
  get begin(): number {
    return this.#skip(0);
  }

  /** The words that end behind so many letters; those at the end may end in a syllable's beginning. */
  spansAt(end: number): readonly Span[] {
    return end === this.#letters.length ? this.#finalSpans : (this.#spans[end] ?? []);
  }

  /** What is known behind so many letters, null where no word ends. */
  nodeAt(position: number): LatticeNode | null {
    return this.#nodes[position] ?? null;
  }

  #clear(start: SentenceStart): void {
    this.words.begin(start);
    this.#letters = '';
    this.#keep(0);
  }

  /** Forgets all but the first nodes. */
  #keep(count: number): void {
    const nodes = Math.min(this.#nodes.length, count);
    this.#nodes.length = nodes;
    this.#spans.length = Math.min(this.#spans.length, nodes);
    this.#reach.keep(nodes);
    this.#final = null;
    this.#finalSpans = [];
  }

  #skip(position: number): number {
    let at = position;
    while (at < this.#letters.length && this.#letters.charCodeAt(at) === APOSTROPHE) at++;
    return at;
  }

  /** Searches what ends behind the first `end` letters. */
  #extend(end: number): void {
    const letters = this.#letters;
    this.#spans[end] = [];
    if (end === 0 || (end <= this.begin && end > 0)) {
      this.#nodes[end] = end === this.begin ? this.#startNode(end) : null;
      this.#reach.open(end);
      return;
    }
    if (letters.charCodeAt(end - 1) === APOSTROPHE) this.#reach.carryOver(end);
    else this.#reach.followLetters(letters, end, this.#table, this.#hasInitials, this.#nodes);
    // Nodes stand behind apostrophes, not before them.
    if (end < letters.length && letters.charCodeAt(end) === APOSTROPHE) {
      this.#nodes[end] = null;
      this.#reach.shut(end);
      return;
    }
    const spans = this.#spansTo(end, (start) => this.#reach.between(start, end));
    this.#addRaw(end, spans);
    this.#spans[end] = spans;
    this.#nodes[end] = this.#search(end, spans);
    this.#reach.open(end);
  }

  #startNode(position: number): LatticeNode {
    const { state, previousId } = this.words.start;
    return { position, states: [state], scores: [0], lastWords: [previousId], arcs: [[]] };
  }

  /** ln of what it costs that the letters from there on are the beginning of the last syllable, beside what any beginning costs. */
  beginningCost(from: number): number {
    const isAlone = from === this.begin && this.#table.whole.has(this.#letters.slice(from));
    return this.bareVowel(from) + (isAlone ? LONGER_ALONE : 0);
  }

  /** `bareVowel` of a place among the letters. */
  bareVowel(from: number): number {
    return bareVowel(this.#letters, from);
  }

  #spansTo(end: number, reachOf: (start: number) => Reach | undefined): Span[] {
    const spans: Span[] = [];
    for (let start = 0; start < end; start++) {
      const node = this.#nodes[start];
      if (node === null || node === undefined || node.states.length === 0) continue;
      const reach = reachOf(start);
      if (reach === undefined) continue;
      const span = this.#collector.collect(reach, start, end);
      if (span.wordIds.length > 0) spans.push(span);
    }
    return spans;
  }

  /** Where letters are no pinyin, each stands for itself. */
  #addRaw(end: number, spans: Span[]): void {
    // A node stands behind the apostrophes that follow its letter.
    let start = end - 1;
    while (start > 0 && this.#letters.charCodeAt(start) === APOSTROPHE) start--;
    if (!this.#hasInitials || this.#nodes[start] === null || this.#nodes[start] === undefined) return;
    const code = this.#letters.charCodeAt(start);
    spans.push({ start, end, wordIds: [-1 - code], costs: [RAW_COST] });
  }

  /** The likeliest hypotheses that end at a position by one of the spans. */
  #search(position: number, spans: readonly Span[]): LatticeNode | null {
    if (spans.length === 0) return null;
    const found = this.#found;
    const probability = this.words;
    found.length = 0;
    let best = -Infinity;
    for (let p = 0; p < spans.length; p++) {
      const { start, wordIds, costs } = spans[p]!;
      const from = this.#nodes[start]!;
      const isFirst = start === this.begin;
      for (let s = 0; s < from.states.length; s++) {
        const state = from.states[s]!;
        const before = from.scores[s]!;
        const last = from.lastWords[s]!;
        for (let w = 0; w < wordIds.length; w++) {
          // What cannot enter even for certain is not looked up.
          if (before + costs[w]! < best - BEAM_NATS) continue;
          const total = before + probability.logProb(state, last, wordIds[w]!, isFirst) + costs[w]!;
          if (total < best - BEAM_NATS) continue;
          if (total > best) best = total;
          found.add(total, p, s, w);
        }
      }
    }
    return this.#merge(position, spans, found.best(best - BEAM_NATS, MOST_SURVIVORS));
  }

  /** Makes a node of hypotheses, best first: those that leave the same state are ways to it. */
  #merge(position: number, spans: readonly Span[], survivors: Uint32Array): LatticeNode {
    const { totals, spanIndexes, stateIndexes, wordIndexes } = this.#found;
    const node: LatticeNode = { position, states: [], scores: [], lastWords: [], arcs: [] };
    const places = new Map<number, number>();
    for (let i = 0; i < survivors.length; i++) {
      const hypothesis = survivors[i]!;
      const { start, wordIds, costs } = spans[spanIndexes[hypothesis]!]!;
      const from = this.#nodes[start]!;
      const fromState = stateIndexes[hypothesis]!;
      const wordId = wordIds[wordIndexes[hypothesis]!]!;
      const state = this.words.advance(from.states[fromState]!, wordId);
      const place = places.get(state.key);
      if (place === undefined && node.states.length === MOST_STATES) continue;
      const total = totals[hypothesis]!;
      const arc = {
        from,
        fromState,
        wordId,
        score: total - from.scores[fromState]!,
        cost: costs[wordIndexes[hypothesis]!]!,
      };
      if (place !== undefined) {
        node.arcs[place]!.push(arc);
        continue;
      }
      places.set(state.key, node.states.length);
      node.states.push(state);
      node.scores.push(total);
      node.lastWords.push(wordId);
      node.arcs.push([arc]);
    }
    return node;
  }

  /** The end, where the last syllable may have only begun. */
  #finish(): void {
    const end = this.#letters.length;
    const whole = this.#nodes[end] ?? null;
    const wholeSpans = this.#spans[end] ?? [];
    const reaches: (Reach | undefined)[] = [];
    for (let from = Math.max(0, end - LONGEST_SYLLABLE); from < end; from++) {
      const beginning = this.#table.beginnings.get(this.#letters.slice(from, end));
      if (beginning === undefined) continue;
      for (let start = 0; start <= from; start++) {
        const reached = this.#nodes[start] === null ? undefined : this.#reach.between(start, from);
        if (reached !== undefined)
          reaches[start] = this.#reach.descend(reached, beginning, this.beginningCost(from), reaches[start]);
      }
    }
    if (reaches.length === 0) {
      this.#final = whole;
      this.#finalSpans = wholeSpans;
      return;
    }
    const spans = [...wholeSpans, ...this.#spansTo(end, (start) => reaches[start])];
    this.#finalSpans = spans;
    this.#final = this.#search(end, spans);
  }
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}
