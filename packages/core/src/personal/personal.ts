import type { PersonalDetails } from '../explain.ts';
import type { NgramModel } from '../ngram-model.ts';
import type { Distribution, PersonalModel, PredictionContext, Query, WordOrigin } from '../types.ts';
import { normalizeWord, wordSpans } from '../words.ts';
import { Blend } from './blend.ts';
import { mergeLogs } from './derived-logs.ts';
import { detailsOf } from './details.ts';
import { type EventKind, EventLog, type Familiarity } from './event-log.ts';
import { type EventSet, eventsOfPhrase, eventsOfWord, eventsSince, thinned, withoutEvents } from './forgetting.ts';
import { LearningLadder, SURE_EVIDENCE } from './learning-ladder.ts';
import { PersonalCounts } from './personal-counts.ts';
import { mergeRules, RuleBook, type WordRule } from './rule-book.ts';
import { isSecret, type LearningScope } from './secrets.ts';
import { looksLikeSlip } from './slips.ts';
import type { PersonalChange, PersonalOptions, PersonalState, PersonalWord } from './types.ts';
import { WordForms } from './word-forms.ts';
import { GAP, SENTENCE_START, SENTENCE_START_TEXT } from './word-table.ts';
import { freshWriterName } from './writer-name.ts';

/** Makes a personal model that has learned nothing yet, or what `state` holds. `openPersonal` makes one that is kept. */
export function createPersonal(options: PersonalOptions = {}): Personal {
  return new Personal(options);
}

/**
 * A model of what its user writes: words, pairs and triples that fade with the words written since, mixed in the more, the more speaks for
 * them. Learns at once, forgets exactly: after forgetting, its answers are bit for bit those of a model that never saw the word.
 */
export class Personal implements PersonalModel {
  readonly name: string = 'personal';
  /** While true nothing is learned and nothing taken back: incognito. */
  isPaused = false;
  readonly #ngram: NgramModel | undefined;
  readonly #scope: LearningScope;
  readonly #now: () => number;
  #writer: string;
  readonly #listeners: Set<(change: PersonalChange) => void> = new Set();
  #log: EventLog;
  #rules: RuleBook;
  #counts: PersonalCounts;
  #ladder: LearningLadder;
  #forms: WordForms;

  /** @internal */
  constructor({ ngram, state, writer, scope = {}, now = Date.now }: PersonalOptions) {
    this.#ngram = ngram;
    this.#scope = scope;
    this.#now = now;
    this.#writer = writer ?? freshWriterName(now());
    this.#rules = state?.rules ?? new RuleBook();
    this.#log = state?.log ?? new EventLog();
    ({ counts: this.#counts, forms: this.#forms, ladder: this.#ladder } = this.#derive());
  }

  /** All that is known, live: not to be changed. */
  get state(): PersonalState {
    return { log: this.#log, rules: this.#rules };
  }

  /** Who writes here: another one after everything was forgotten, so that numbers of events are not used twice. */
  get writer(): string {
    return this.#writer;
  }

  /** Calls `listener` after each change; returns what ends that. */
  onChange(listener: (change: PersonalChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Some 0.01 ms for a word that a dictionary knows, 0.15 to 0.25 ms for a new one, whose neighbours are looked at. */
  learn(context: PredictionContext, word: string, origin: WordOrigin = 'typed'): void {
    this.#note(context, word, origin);
  }

  /** Takes note that the user took `word` back after it stood in the text: it counts against the word. */
  reject(context: PredictionContext, word: string): void {
    this.#note(context, word, 'rejected');
  }

  /**
   * The user's likeliest words here. Where letters are typed, P(word) is P(these letters) by all of the user's words, times P(word | letters)
   * by how much is known of words with these letters.
   */
  next(query: Query): Distribution {
    const { context, limit, also = [] } = query;
    if (!(Number.isInteger(limit) && limit >= 0)) throw new RangeError(`limit must be an integer ≥ 0, not ${limit}`);
    const { words } = this.#log;
    const prefix = normalizeWord(context.prefix);
    const blend = this.#gather(context, prefix, also);
    const probabilities = new Map<string, number>();
    for (const place of this.#ladder.best(blend, limit, prefix)) {
      probabilities.set(words.text(this.#counts.wordIds[place]!), blend.probability(place));
    }
    for (const word of also) {
      if (!probabilities.has(word)) probabilities.set(word, this.#probability(blend, words.id(word)));
    }
    return {
      words: [...probabilities.keys()],
      logProbs: Float32Array.from(probabilities.values(), Math.log),
      confidence: { odds: blend.odds, mass: this.#counts.share },
    };
  }

  /** The counts by which `next` judges a normalised word. Looks through all that was learned: some milliseconds. */
  explain(context: PredictionContext, word: string): PersonalDetails {
    const prefix = normalizeWord(context.prefix);
    const blend = this.#gather(context, prefix, [word]);
    const wordId = this.#log.words.id(word);
    const isTrusted = this.#ladder.isTrusted(word, wordId, prefix);
    return { ...detailsOf(wordId, this.#log, this.#counts), isTrusted, odds: blend.odds };
  }

  /** Whether the user does not want a word suggested, in whatever case. */
  isBlocked(word: string): boolean {
    return this.#rules.rule(normalizeWord(word)) === 'blocked';
  }

  /** Whether the user wants a word suggested although it is on the list of offensive words. */
  isAllowed(word: string): boolean {
    return this.#rules.rule(normalizeWord(word)) === 'allowed';
  }

  /** How the user writes a word; undefined where it was not learned. */
  displayForm(word: string): string | undefined {
    const id = this.#log.words.id(normalizeWord(word));
    return id <= SENTENCE_START ? undefined : this.#forms.form(id);
  }

  /** Decides about a word, for good and in every case form; null takes the decision back. What was learned of it stays. */
  setRule(word: string, rule: WordRule | null): void {
    const normalized = normalizeWord(word.trim());
    if (normalized === '') throw new RangeError('word must not be empty');
    this.#rules.set(normalized, rule, this.#now());
    if (rule === 'pinned' && this.#log.words.id(normalized) === GAP) this.learnList([[word.trim(), SURE_EVIDENCE]]);
    else this.#tell('rewritten');
  }

  /** The words learned and decided about, those used last first. Some 50 ms for 100,000. */
  words(): PersonalWord[] {
    const log = this.#log;
    const facts = new Map<string, { count: number; lastUsedMs: number }>();
    for (let event = 0; event < log.length; event++) {
      const word = log.words.text(log.wordIds[event]!);
      const fact = facts.get(word) ?? { count: 0, lastUsedMs: 0 };
      const kind = log.kind(event);
      if (kind === 'listed') fact.count += log.beforePreviousIds[event]!;
      else if (kind !== 'rejected') fact.count++;
      fact.lastUsedMs = 1000 * log.seconds[event]!;
      facts.set(word, fact);
    }
    for (const word of this.#rules.words()) if (!facts.has(word)) facts.set(word, { count: 0, lastUsedMs: 0 });
    return [...facts]
      .map(([word, { count, lastUsedMs }]) => this.#describe(word, count, lastUsedMs))
      .sort((a, b) => b.lastUsedMs - a.lastUsedMs || (a.word < b.word ? -1 : 1));
  }

  /** Forgets a word, also as the context of others. Returns how often it had been learned. A rule about it stays. */
  forget(word: string): number {
    const normalized = normalizeWord(word.trim());
    return this.#remove(eventsOfWord(this.#log, normalized), normalized);
  }

  /** Forgets each time that these words were learned one after the other. Returns how many learned words that took out. */
  forgetPhrase(phrase: string): number {
    const words = wordSpans(phrase).map(({ start, end }) => normalizeWord(phrase.slice(start, end)));
    return this.#remove(eventsOfPhrase(this.#log, words));
  }

  /** Forgets what was learned at `sinceMs` or later, in milliseconds since 1970. Returns how many learned words that took out. */
  forgetSince(sinceMs: number): number {
    return this.#remove(eventsSince(this.#log, Math.floor(sinceMs / 1000)));
  }

  /** Forgets everything, all decisions included, and that there was anything: what was exported before may be imported again. */
  forgetAll(): void {
    this.#writer = freshWriterName(this.#now());
    this.#put({ log: new EventLog(), rules: new RuleBook() }, 'emptied');
  }

  /** Takes in what another model knows. What either has forgotten stays forgotten; of two decisions the later holds. */
  merge({ log, rules }: PersonalState): void {
    this.replace({ log: mergeLogs(this.#log, log), rules: mergeRules(this.#rules, rules) });
  }

  /** Puts another state in the place of this one, which becomes this model's own. `writer`: who writes from now on. */
  replace(state: PersonalState, writer: string = this.#writer): void {
    this.#writer = writer;
    this.#put(state, 'rewritten');
  }

  /**
   * Learns words of a list, each with how often it is used: an integer from 1 to a billion. Secrets are left out. Returns how many were learned.
   * Throws `RangeError` for another count, and has then learned none.
   */
  learnList(list: Iterable<readonly [word: string, count: number]>): number {
    const entries = [...list];
    const wrong = entries.find(([, count]) => !(Number.isInteger(count) && count >= 1 && count <= MOST_LISTED));
    if (wrong !== undefined) {
      throw new RangeError(`the count of "${wrong[0]}" must be an integer from 1 to ${MOST_LISTED}, not ${wrong[1]}`);
    }
    let learned = 0;
    for (const [written, count] of entries) {
      if (isSecret(written, this.#scope)) continue;
      const word = normalizeWord(written);
      const { familiarity } = this.#judge(word);
      const event = { word, written, previous: '', beforePrevious: '', kind: 'listed', familiarity, count } as const;
      if (this.#append({ ...event, isSuspect: false, seconds: this.#nextSeconds() })) learned++;
    }
    if (learned > 0) this.replace(this.state);
    return learned;
  }

  /** Bytes that the model holds in memory: some 75 a word. */
  get sizeBytes(): number {
    return this.#log.sizeBytes + this.#counts.sizeBytes + this.#forms.sizeBytes;
  }

  #note(context: PredictionContext, written: string, kind: EventKind): void {
    if (this.isPaused || isSecret(written, this.#scope)) return;
    const word = normalizeWord(written);
    if (word === '' || this.#rules.rule(word) === 'blocked') return;
    const [beforePrevious, previous] = this.#contextWords(context);
    const isName = written !== word && previous !== SENTENCE_START_TEXT;
    const event = { ...this.#judge(word, isName), word, written, previous, beforePrevious, kind, count: 0 };
    if (!this.#append({ ...event, seconds: this.#nextSeconds() })) return;
    const index = this.#log.length - 1;
    this.#counts.add(index);
    this.#forms.add(index);
    if (this.#log.length > MOST_EVENTS) this.replace(this.state);
    else this.#tell('appended');
  }

  #append(event: Parameters<EventLog['append']>[0]): boolean {
    const log = this.#log;
    if (log.words.add(event.word) === GAP) return false;
    const writerIndex = log.writerIndex(this.#writer);
    log.append(event, writerIndex, log.writers[writerIndex]!.known);
    return true;
  }

  /** Now, or so much later that the event stands behind the last one, whoever wrote that. */
  #nextSeconds(): number {
    const now = Math.floor(this.#now() / 1000);
    const log = this.#log;
    if (log.length === 0) return now;
    const last = log.length - 1;
    const isBehind = log.writers[log.writerIndexes[last]!]!.id <= this.#writer;
    return Math.max(now, log.seconds[last]! + (isBehind ? 0 : 1));
  }

  /** The two words before, as they may be remembered. */
  #contextWords({ words }: PredictionContext): [beforePrevious: string, previous: string] {
    const previous = words.length === 0 ? SENTENCE_START_TEXT : this.#remembered(words.at(-1)!);
    if (previous === '' || previous === SENTENCE_START_TEXT) return ['', previous];
    return [words.length === 1 ? SENTENCE_START_TEXT : this.#remembered(words.at(-2)!), previous];
  }

  /** The word, or nothing: what was written incognito or has been forgotten does not stay as the context of the next word either. */
  #remembered(word: string): string {
    const isOpen = this.#isKnown(word) || this.#log.words.id(word) !== GAP;
    return isOpen && !isSecret(word, this.#scope) && !this.isBlocked(word) ? word : '';
  }

  /** Finds the counts of the user's words at a place, and of those of `also`. */
  #gather(context: PredictionContext, prefix: string, also: readonly string[]): Blend {
    const [beforePrevious, previous] = this.#contextIds(context);
    const alsoIds = also.map((word) => this.#log.words.id(word));
    this.#counts.gather(beforePrevious, previous, prefix, alsoIds);
    return new Blend(this.#counts, prefix.length);
  }

  #contextIds(context: PredictionContext): [beforePrevious: number, previous: number] {
    const [beforePrevious, previous] = this.#contextWords(context);
    const ids = this.#log.words;
    return [beforePrevious === '' ? GAP : ids.id(beforePrevious), previous === '' ? GAP : ids.id(previous)];
  }

  #isKnown(word: string): boolean {
    return this.#ngram !== undefined && this.#ngram.vocabulary.id(word) !== 0;
  }

  /** What everyone's dictionary says of a word. */
  #judge(word: string, isName = false): { familiarity: Familiarity; isSuspect: boolean } {
    if (this.#ngram === undefined) return { familiarity: 'new', isSuspect: false };
    if (!this.#isKnown(word)) return { familiarity: 'new', isSuspect: looksLikeSlip(word, this.#ngram, isName) };
    const probability = Math.exp(this.#ngram.logProb([], word));
    return { familiarity: probability < 1e-4 ? 'rare' : probability < 1e-3 ? 'usual' : 'common', isSuspect: false };
  }

  #describe(word: string, count: number, lastUsedMs: number): PersonalWord {
    const id = this.#log.words.id(word);
    const rule = this.#rules.rule(word);
    const isNew = !this.#isKnown(word);
    const isTrusted = this.#ladder.isTrusted(word, id, '');
    return {
      word,
      text: this.displayForm(word) ?? word,
      count,
      lastUsedMs,
      isNew,
      isSuggested: isTrusted && rule !== 'blocked',
      rule,
    };
  }

  #probability(blend: Blend, wordId: number): number {
    const place = this.#counts.placeOf(wordId);
    return place < 0 ? 0 : blend.probability(place);
  }

  #remove(removed: EventSet, word?: string): number {
    // A word that was forgotten may have become the context of others again, as long as it stands in the text.
    const isContext = word !== undefined && this.#log.words.id(word) > SENTENCE_START;
    if (removed.size > 0 || isContext) {
      this.#put({ log: withoutEvents(this.#log, removed, word), rules: this.#rules }, 'forgotten');
    }
    return removed.size;
  }

  #put({ log, rules }: PersonalState, change: PersonalChange): void {
    this.#log = thinned(log, MOST_EVENTS);
    this.#rules = rules;
    ({ counts: this.#counts, forms: this.#forms, ladder: this.#ladder } = this.#derive());
    this.#tell(change);
  }

  /** What follows from the log and the rules. */
  #derive(): { counts: PersonalCounts; forms: WordForms; ladder: LearningLadder } {
    const counts = new PersonalCounts(this.#log);
    const isKnown = (word: string) => this.#isKnown(word);
    const ladder = new LearningLadder({ words: this.#log.words, counts, rules: this.#rules, isKnown });
    return { counts, forms: new WordForms(this.#log), ladder };
  }

  #tell(change: PersonalChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** Words written and kept: of those written often the oldest times go first. */
const MOST_EVENTS = 150_000;

/** Largest count of a word in a list. */
const MOST_LISTED = 1_000_000_000;
