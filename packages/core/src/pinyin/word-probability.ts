// Hot: asked for every word of the lattice. No closures, objects or strings per word but in `shares`.
import type { BackoffStep } from '../explain.ts';
import type { NgramLookup, NgramState } from '../ngram-lookup.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { PinyinWordShare } from './types.ts';
import type { UserWords } from './user-words.ts';
import { WordMemory } from './word-memory.ts';

/** Where a sentence begins: after words, or with nothing known of what stands before. */
export interface SentenceStart {
  /** Equal for equal beginnings. */
  readonly key: string;
  readonly state: NgramState;
  /** The words before that the state may remember, oldest first. */
  readonly wordIds: readonly number[];
  /** The word before, -1 where there is none. */
  readonly previousId: number;
  /** Words of the text before: they come again. */
  readonly memory: WordMemory;
  /** Then words are worth what they are worth by themselves as much as after a pause. */
  readonly isUnknown: boolean;
}

/** How likely a word is behind others in one place: by the n-gram, by the text before, and by what the user has written. */
export class WordProbability {
  readonly #lookup: NgramLookup;
  readonly #vocabulary: Vocabulary;
  readonly #user: UserWords | null;
  readonly #pauseId: number;
  readonly #pause: NgramState;
  #start: SentenceStart;
  /** What the user's words and those of the text before count, and ln of what the n-gram does. */
  #userShare = 0;
  #memoryShare = 0;
  #logRest = 0;

  /** `pauseId`: the word that stands for a comma, or -1. */
  constructor(lookup: NgramLookup, vocabulary: Vocabulary, user: UserWords | null, pauseId: number) {
    this.#lookup = lookup;
    this.#vocabulary = vocabulary;
    this.#user = user;
    this.#pauseId = pauseId;
    this.#pause = pauseId < 0 ? lookup.empty : lookup.stateAfter([pauseId]);
    const { empty } = lookup;
    this.#start = { key: '', state: empty, wordIds: [], previousId: -1, memory: new WordMemory(), isUnknown: true };
  }

  /** Where the sentence begins that is asked about. */
  get start(): SentenceStart {
    return this.#start;
  }

  /** Is asked about another beginning from now on, and by what the user has written by now. */
  begin(start: SentenceStart): void {
    this.#start = start;
    const words = this.#user?.memory.total ?? 0;
    this.#userShare = (USER_SHARE * words) / (words + USER_TRUST);
    const repeated = start.memory.total;
    this.#memoryShare = (MEMORY_SHARE * repeated) / (repeated + MEMORY_TRUST);
    this.#logRest = Math.log(1 - this.#userShare - this.#memoryShare);
  }

  /** The n-gram's state behind one word more; behind what it does not know, none. */
  advance(state: NgramState, wordId: number): NgramState {
    const isKnown = wordId >= 0 && wordId < this.#vocabulary.size;
    return isKnown ? this.#lookup.advance(state, wordId) : this.#lookup.empty;
  }

  /** ln P(word | state, the word before); 0 for a character that stands for itself. */
  logProb(state: NgramState, previousId: number, wordId: number, isFirst: boolean): number {
    if (wordId < 0) return 0;
    const base = this.#ngramLogProb(state, wordId, isFirst) + this.#logRest;
    if (this.#logRest === 0) return base;
    const { memory } = this.#start;
    let recent = 0;
    if (memory.has(wordId)) recent = this.#memoryShare * memory.probability(wordId, previousId);
    if (this.#user?.memory.has(wordId)) recent += this.#userShare * this.#user.memory.probability(wordId, previousId);
    return recent === 0 ? base : Math.log(Math.exp(base) + recent);
  }

  #ngramLogProb(state: NgramState, wordId: number, isFirst: boolean): number {
    if (wordId >= this.#vocabulary.size) return -Infinity;
    if (!isFirst || !this.#start.isUnknown) return this.#lookup.logProb(state, wordId);
    // Nothing is known of what stands before: half as after a pause, half as frequent as the word is by itself.
    const afterPause = Math.exp(this.#lookup.logProb(this.#pause, wordId));
    return Math.log(PAUSE_SHARE * afterPause + (1 - PAUSE_SHARE) * Math.exp(this.#vocabulary.logFrequency(wordId)));
  }

  /** What `logProb` is the sum of; `before`: the words that the state may remember, oldest first. Empty where it is 0. */
  shares(
    state: NgramState,
    previousId: number,
    wordId: number,
    isFirst: boolean,
    before: readonly number[],
  ): PinyinWordShare[] {
    if (wordId < 0) return [];
    const rest = Math.exp(this.#logRest);
    const shares = this.#ngramShares(state, wordId, isFirst, before, rest);
    const { memory } = this.#start;
    const user = this.#user?.memory;
    if (this.#memoryShare > 0)
      shares.push(shareOf('text', this.#memoryShare, Math.log(memory.probability(wordId, previousId))));
    if (this.#userShare > 0 && user !== undefined)
      shares.push(shareOf('user', this.#userShare, Math.log(user.probability(wordId, previousId))));
    return shares;
  }

  #ngramShares(
    state: NgramState,
    wordId: number,
    isFirst: boolean,
    before: readonly number[],
    rest: number,
  ): PinyinWordShare[] {
    if (wordId >= this.#vocabulary.size) return [shareOf('ngram', rest, -Infinity, [])];
    const stepsAfter = (state: NgramState, ids: readonly number[]): BackoffStep[] =>
      this.#lookup.explain(
        state,
        wordId,
        ids.slice(ids.length - state.followers.length).map((id) => this.#vocabulary.word(id)),
      );
    const logProbOf = (steps: readonly BackoffStep[]): number => steps[0]!.logProb;
    if (!isFirst || !this.#start.isUnknown) {
      const steps = stepsAfter(state, before);
      return [shareOf('ngram', rest, logProbOf(steps), steps)];
    }
    const steps = stepsAfter(this.#pause, this.#pauseId < 0 ? [] : [this.#pauseId]);
    return [
      shareOf('pause', rest * PAUSE_SHARE, logProbOf(steps), steps),
      shareOf('frequency', rest * (1 - PAUSE_SHARE), this.#vocabulary.logFrequency(wordId)),
    ];
  }
}

function shareOf(
  source: PinyinWordShare['source'],
  weight: number,
  logProb: number,
  steps?: readonly BackoffStep[],
): PinyinWordShare {
  const share = weight * Math.exp(logProb);
  return { source, weight, logProb, share, ...(steps === undefined ? {} : { steps }) };
}

/** What the user's words count against the n-gram's once there are many, and with how many they count half of that. */
const USER_SHARE = 0.2;
const USER_TRUST = 60;
/** The same of the words of the text before the caret. */
const MEMORY_SHARE = 0.05;
const MEMORY_TRUST = 10;
/** What a pause counts where nothing is known of what stands before. */
export const PAUSE_SHARE: number = 0.5;
