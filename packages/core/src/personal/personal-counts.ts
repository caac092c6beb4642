// Hot: `gather` runs on every keystroke, `add` with every word. Typed arrays and indices; sums lie in arrays that stay.
import { BestWords } from '../best-words.ts';
import type { EventKind, EventLog, Familiarity } from './event-log.ts';
import { FadingTable } from './fading-table.ts';
import { GAP, grown, SENTENCE_START } from './word-table.ts';

/** What an event of each kind counts in the sums. */
const STRENGTHS: Readonly<Record<EventKind, number>> = {
  typed: 1,
  accepted: 1.2,
  inserted: 0.5,
  rejected: -1,
  listed: 0,
};

/** What an event of each kind says for a word that no dictionary knows. A `listed` one counts up to `MOST_LISTED`. */
const EVIDENCE: Readonly<Record<EventKind, number>> = {
  typed: 1,
  accepted: 2,
  inserted: 0.5,
  rejected: -1.5,
  listed: 1,
};
const SUSPECT_EVIDENCE = 0.25;
const MOST_LISTED = 3;

/** By words typed since: what is left of a count, alone and after other words. */
const recentFading = new FadingTable(400);
const fadingAfterWords = new FadingTable(2000);
/** The same for words that no dictionary knows: they stay findable by their letters. */
const lastingFading = new FadingTable(30_000);
/** What a lasting count is worth of a recent one. */
const LASTING_WEIGHT = 2;

/** Events behind the same word that are looked at, newest first; older ones have faded or tell little. */
const MOST_AFTER_WORD = 500;
/** Newest events whose words may be proposed before a letter is typed. */
const RECENT_EVENTS = 200;
/** Completions of a prefix that may be proposed, those with the greatest counts. */
const MOST_COMPLETIONS = 128;
/** A word whose sums are below this is not proposed. */
const LEAST_COUNT = 1e-4;

/**
 * What a word's count is worth by how well everyone's dictionary knows it. The use of a word that everyone uses says little: about 1 / (1 + P / 1e-3), P its
 * unigram probability, which is worth 0.1 points of KS@5. A new word tends to come again soon.
 */
const DAMPING: Readonly<Record<Familiarity, number>> = { new: 2, rare: 0.97, usual: 0.75, common: 0.15 };

/**
 * Counts of the user's words that fade with the words typed since: alone, after one word and after two. All sums follow from the log,
 * event by event, so that the same events give the same bits. Exponential decay as in the recency caches of Clarkson & Robinson (1997).
 */
export class PersonalCounts {
  readonly #log: EventLog;
  /** Events that are in the sums, and so the time: a word typed is a tick. */
  #time = 0;
  /** By word: the sums at `#lastTime`, and how much evidence there is. */
  #recent: Float32Array = new Float32Array(64);
  #lasting: Float32Array = new Float32Array(64);
  #lastTime: Uint32Array = new Uint32Array(64);
  #evidence: Float32Array = new Float32Array(64);
  /** By word: 1 + the newest event behind it; by event: 1 + the next older one behind the same word. */
  #newestAfter: Uint32Array = new Uint32Array(64);
  #olderAfter: Uint32Array = new Uint32Array(64);
  /** The sum of all words' sums at `#time`. */
  #total = 0;
  #lastingTotal = 0;

  /** What `gather` found, by place 0 … `found` - 1: the words and their counts alone, after one word, after two. */
  found = 0;
  wordIds: Uint32Array = new Uint32Array(256);
  readonly counts: readonly [{ list: Float64Array }, { list: Float64Array }, { list: Float64Array }] = [
    { list: new Float64Array(256) },
    { list: new Float64Array(256) },
    { list: new Float64Array(256) },
  ];
  /** The counts of all words found together, by the same three. */
  readonly totals: Float64Array = new Float64Array(3);
  /** Share, 0–1, that the words found have of all words, going by the counts alone. */
  share = 1;

  /** By word: its place in the answer, where that place holds the word; what was left by earlier answers is told by that. */
  #places: Uint32Array = new Uint32Array(64);
  readonly #likeliest: BestWords = new BestWords();
  readonly #completions: { list: Uint32Array } = { list: new Uint32Array(256) };

  constructor(log: EventLog) {
    this.#log = log;
    for (let event = 0; event < log.length; event++) this.add(event);
  }

  /** Takes in the log's event `event`, the one after those that are in. */
  add(event: number): void {
    const log = this.#log;
    this.#makeRoom(event);
    const word = log.wordIds[event]!;
    const kind = log.kind(event);
    if (kind === 'listed') this.#addListed(word, log.beforePreviousIds[event]!);
    else this.#addWritten(event, word, kind);
  }

  /** How much speaks for a word: about the number of times that it was written, less for what may be a slip, more for what was chosen. */
  evidence(wordId: number): number {
    return this.#evidence[wordId] ?? 0;
  }

  /** Words written since it was last learned. Only for one that was. */
  wordsSince(wordId: number): number {
    return this.#time - this.#lastTime[wordId]!;
  }

  /** Whether no dictionary knew the word when it was learned. */
  isNew(wordId: number): boolean {
    return this.#lasting[wordId]! > 0;
  }

  /** The fading count of a word alone. */
  count(wordId: number): number {
    const age = this.#time - this.#lastTime[wordId]!;
    const recent = this.#recent[wordId]! * recentFading.left(age);
    const lasting = this.#lasting[wordId]! * lastingFading.left(age);
    return Math.max(0, recent) + LASTING_WEIGHT * Math.max(0, lasting);
  }

  /**
   * Finds the user's words that begin with `prefix`, and what they count here: `beforePrevious` and `previous` are ids of the
   * two words before, `GAP` where there is none. Then adds `also`. Before a letter only words of the last 200 events, or behind the
   * same word, are found.
   */
  gather(beforePrevious: number, previous: number, prefix: string, also: readonly number[]): void {
    this.found = 0;
    this.totals.fill(0);
    const length = this.#log.words.prefixBytes(prefix);
    this.#gatherAfter(beforePrevious, previous, length);
    if (length === 0) this.#gatherRecent();
    else this.#gatherCompletions(length);
    const everything = this.#everything();
    this.share = length === 0 ? 1 : everything > 0 ? Math.min(1, this.totals[0]! / everything) : 0;
    if (length === 0) this.totals[0] = everything;
    for (const wordId of also) if (wordId >= 2) this.#place(wordId);
    for (let place = 0; place < this.found; place++) {
      this.counts[0].list[place] = this.count(this.wordIds[place]!);
    }
  }

  /** The place of a word in the answer; -1 where it is not in it. */
  placeOf(wordId: number): number {
    const place = this.#places[wordId] ?? 0;
    return place < this.found && this.wordIds[place] === wordId ? place : -1;
  }

  /** Bytes that the sums hold in memory. */
  get sizeBytes(): number {
    return this.#recent.length * 4 * 6 + this.#olderAfter.byteLength;
  }

  #addWritten(event: number, word: number, kind: EventKind): void {
    const familiarity = this.#log.familiarity(event);
    const strength = STRENGTHS[kind];
    const recent = strength * DAMPING[familiarity];
    const lasting = familiarity === 'new' ? strength : 0;
    this.#time++;
    this.#fade(word);
    this.#recent[word]! += recent;
    this.#lasting[word]! += lasting;
    this.#evidence[word]! += kind === 'typed' && this.#log.isSuspect(event) ? SUSPECT_EVIDENCE : EVIDENCE[kind];
    this.#total = this.#total * recentFading.perWord + recent;
    this.#lastingTotal = this.#lastingTotal * lastingFading.perWord + lasting;
    const previous = this.#log.previousIds[event]!;
    if (previous === GAP) return;
    this.#olderAfter[event] = this.#newestAfter[previous]!;
    this.#newestAfter[previous] = event + 1;
  }

  /** A list says that a word is one, and a little of how often it is used; it is no tick of the clock. */
  #addListed(word: number, count: number): void {
    this.#fade(word);
    const lasting = Math.log2(1 + count);
    this.#lasting[word]! += lasting;
    this.#lastingTotal += lasting;
    this.#evidence[word]! += Math.min(MOST_LISTED, count);
  }

  /** Brings a word's sums to the present. */
  #fade(word: number): void {
    const age = this.#time - this.#lastTime[word]!;
    this.#lastTime[word] = this.#time;
    // A word that is seen for the first time has nothing to fade.
    if (this.#recent[word] === 0 && this.#lasting[word] === 0) return;
    this.#recent[word]! *= recentFading.exactlyLeft(age);
    this.#lasting[word]! *= lastingFading.exactlyLeft(age);
  }

  #everything(): number {
    return Math.max(0, this.#total) + LASTING_WEIGHT * Math.max(0, this.#lastingTotal);
  }

  /** The words behind the same word or the same two, newest first. */
  #gatherAfter(beforePrevious: number, previous: number, prefixLength: number): void {
    if (previous === GAP || previous >= this.#log.words.size) return;
    const log = this.#log;
    const [, afterOne, afterTwo] = this.counts;
    // A sentence's start has nothing before it, so that it matches whole.
    const matchesTwo = beforePrevious !== GAP || previous === SENTENCE_START;
    let event = this.#newestAfter[previous]! - 1;
    for (let seen = 0; event >= 0 && seen < MOST_AFTER_WORD; seen++, event = this.#olderAfter[event]! - 1) {
      const wordId = log.wordIds[event]!;
      if (prefixLength > 0 && !log.words.beginsWith(wordId, prefixLength)) continue;
      const count = STRENGTHS[log.kind(event)] * fadingAfterWords.left(log.length - event);
      const place = this.#place(wordId);
      afterOne.list[place]! += count;
      if (matchesTwo && log.beforePreviousIds[event] === beforePrevious) afterTwo.list[place]! += count;
    }
    for (let place = 0; place < this.found; place++) {
      for (const k of [1, 2] as const) {
        const { list } = this.counts[k];
        if (list[place]! < 0) list[place] = 0;
        this.totals[k]! += list[place]!;
      }
    }
  }

  #gatherRecent(): void {
    const { wordIds, length } = this.#log;
    for (let event = length - 1; event >= Math.max(0, length - RECENT_EVENTS); event--) this.#place(wordIds[event]!);
  }

  /** All of the words count, the likeliest are found. */
  #gatherCompletions(prefixLength: number): void {
    const completions = this.#log.words.completions(prefixLength, this.#completions);
    const { list } = this.#completions;
    this.#likeliest.clear(Math.min(MOST_COMPLETIONS, completions));
    let total = 0;
    for (let index = 0; index < completions; index++) {
      const count = this.count(list[index]!);
      if (count < LEAST_COUNT) continue;
      total += count;
      if (count > this.#likeliest.worst) this.#likeliest.offer(list[index]!, count);
    }
    this.totals[0] = total;
    const found = this.#likeliest.sort();
    for (let rank = 0; rank < found; rank++) this.#place(this.#likeliest.wordIds[rank]!);
  }

  /** The place of a word in the answer, which it enters if it is not there yet. */
  #place(wordId: number): number {
    const known = this.placeOf(wordId);
    if (known >= 0) return known;
    const place = this.found++;
    if (place === this.wordIds.length) {
      this.wordIds = grown(this.wordIds, this.found);
      for (const counts of this.counts) counts.list = grown(counts.list, this.found);
    }
    this.#places[wordId] = place;
    this.wordIds[place] = wordId;
    for (const { list } of this.counts) list[place] = 0;
    return place;
  }

  #makeRoom(event: number): void {
    const words = this.#log.words.size;
    if (words > this.#recent.length) {
      this.#recent = grown(this.#recent, words);
      this.#lasting = grown(this.#lasting, words);
      this.#lastTime = grown(this.#lastTime, words);
      this.#evidence = grown(this.#evidence, words);
      this.#newestAfter = grown(this.#newestAfter, words);
      this.#places = grown(this.#places, words);
    }
    this.#olderAfter = grown(this.#olderAfter, event + 1);
  }
}
