import {
  arrangeLater,
  arrangeSlots,
  type Candidate,
  normalizeWord,
  type Prediction,
  type WordOrigin,
} from '@foreword/core';
import type { KeystrokeRule, TypedLine } from './keystroke-rule.ts';

/** A predictor as the ideal user asks it: for its final answer, at once where it can. */
export type AskPredictor = (before: string, limit: number) => Prediction | Promise<Prediction>;

/** What the ideal user types with. */
export interface TypingAids {
  readonly ask: AskPredictor;
  /** What is shown until the final answer comes, where that takes time. */
  readonly askFirst?: (before: string, limit: number) => Prediction;
  /** Of a predictor that learns as one types. */
  readonly learning?: LearningAid;
}

/** What learns from the ideal user. */
export interface LearningAid {
  /** Whether no dictionary knows a normalised word: whether it has to be learned before it can be offered. */
  isNew(word: string): boolean;
  /** Is told of each word once it stands in the text. */
  learn(before: string, word: string, origin: WordOrigin): void;
}

/** What a text costs the ideal user: sums over its lines, from which every score follows. */
export interface TypingTally {
  /** Lines that hold a word. */
  lines: number;
  words: number;
  /** C: keys that type the text without prediction. */
  chars: number;
  /** Keys saved with 1, 3, 5 slots and with the rule's own number: K = C − saved. */
  readonly saved: [number, number, number, number];
  /** Words that stood first, among the first 3, among the first 5 before their first letter. */
  readonly nextWordHits: [number, number, number];
  /** Σ 1/rank before the first letter, over ranks 1 to 10. */
  reciprocalRanks: number;
  /** Slots, out of 5, whose candidate still agreed with a newly typed letter and yet moved or vanished. */
  slotChanges: number;
  /** The same where before each word the first answer is shown and the final one comes later: `arrangeLater` holds its slots. */
  streamedSlotChanges: number;
  /** Probability of the first candidate before each word's first letter, and whether it was the word. */
  readonly forecasts: { readonly probability: number; readonly isRight: boolean }[];
  /** C of each line and what 5 slots saved of it. */
  readonly lineChars: number[];
  readonly lineSaved: number[];
  /** Milliseconds each question took. */
  readonly askMs: number[];
  /** Times each new word of three and more letters has been typed; where the predictor learns. */
  readonly newWords: Map<string, number>;
  /** Of the new words that came a second time: how many were then in 5 slots after at most two letters. */
  secondTimesOffered: number;
}

export function createTally(): TypingTally {
  return {
    lines: 0,
    words: 0,
    chars: 0,
    saved: [0, 0, 0, 0],
    nextWordHits: [0, 0, 0],
    reciprocalRanks: 0,
    slotChanges: 0,
    streamedSlotChanges: 0,
    forecasts: [],
    lineChars: [],
    lineSaved: [],
    askMs: [],
    newWords: new Map(),
    secondTimesOffered: 0,
  };
}

/**
 * Types one line as the ideal user does, who chooses a word as soon as it stands in the slots, and adds to `tally`.
 * The keys before a word do not depend on how the words before it were typed, so one pass serves every number of slots.
 * `pace` is awaited between words.
 */
export async function typeLine(
  line: TypedLine,
  rule: KeystrokeRule,
  aids: TypingAids,
  tally: TypingTally,
  pace: () => Promise<void> | undefined,
): Promise<void> {
  const { text, wordBounds } = line;
  if (wordBounds.length === 0) return;
  const savedBefore = tally.saved[FIVE_SLOTS];
  for (let i = 0; i < wordBounds.length; i += 2) {
    const start = wordBounds[i]!;
    const end = wordBounds[i + 1]!;
    const hits = await typeWord(text, start, end, rule, aids, tally);
    const isLast = i + 2 >= wordBounds.length;
    const endsInSpace = text[end] === ' ' || (isLast && rule.endsLineWithSpace);
    countSavings(hits, end - start, rule.typesSpace && endsInSpace, tally);
    if (aids.learning) learnWord(text.slice(0, start), text.slice(start, end), hits[FIVE_SLOTS], aids.learning, tally);
    const breath = pace();
    if (breath !== undefined) await breath;
  }
  const chars = text.length + rule.keysPerLine + (rule.endsLineWithSpace ? 1 : 0);
  tally.lines += 1;
  tally.words += wordBounds.length / 2;
  tally.chars += chars;
  tally.lineChars.push(chars);
  tally.lineSaved.push(tally.saved[FIVE_SLOTS] - savedBefore);
}

/** Where in `TypingTally.saved` five slots are counted, and how many slots each entry counts but the last. */
const FIVE_SLOTS = 2;
const SLOT_COUNTS = [1, 3, 5] as const;

/** How deep a word's rank is looked for before its first letter. */
const RANK_DEPTH = 10;

/** Letters after which no vocabulary can offer a word any more: n-gram files hold words of at most 255 bytes. */
const LONGEST_WORD = 255;

/**
 * Asks before each letter of a word until it stands first. Returns how many letters were typed when it first stood in 1, 3, 5 and the
 * rule's number of slots, -1 where it never did.
 */
async function typeWord(
  text: string,
  start: number,
  end: number,
  rule: KeystrokeRule,
  { ask, askFirst }: TypingAids,
  tally: TypingTally,
): Promise<[number, number, number, number]> {
  const hits: [number, number, number, number] = [-1, -1, -1, -1];
  let shown: readonly Candidate[] = [];
  let streamed: readonly Candidate[] = askFirst?.(text.slice(0, start), 5).candidates ?? [];
  for (let typed = 0; typed < Math.min(end - start, LONGEST_WORD); typed++) {
    const began = performance.now();
    const answer = ask(text.slice(0, start + typed), Math.max(rule.slots, typed === 0 ? RANK_DEPTH : 5));
    const prediction = answer instanceof Promise ? await answer : answer;
    tally.askMs.push(performance.now() - began);

    const rank = rankOfWord(prediction, text, start + typed, end);
    if (typed === 0) {
      countNextWord(rank, tally);
      const [best] = prediction.candidates;
      if (best !== undefined) tally.forecasts.push({ probability: Math.exp(best.logProb), isRight: rank === 1 });
    }
    if (hits[FIVE_SLOTS] < 0) {
      const ranked = prediction.candidates.slice(0, 5);
      const prefix = normalizeWord(text.slice(start, start + typed));
      const arranged = arrangeSlots(shown, ranked, 5);
      tally.slotChanges += countSlotChanges(shown, arranged, prefix);
      shown = arranged;
      // Only before a word is a final answer late: inside it the slower models filter what they have.
      const later = typed === 0 ? arrangeLater(streamed, ranked, 5) : arrangeSlots(streamed, ranked, 5);
      tally.streamedSlotChanges += countSlotChanges(streamed, later, prefix);
      streamed = later;
    }
    for (let i = 0; i < 4; i++) {
      if (hits[i]! < 0 && rank <= (SLOT_COUNTS[i] ?? rule.slots)) hits[i] = typed;
    }
    if (rank === 1) break;
  }
  return hits;
}

/** Has a word learned that was chosen from five slots after `hit` letters, or typed where that is -1. */
function learnWord(before: string, written: string, hit: number, learning: LearningAid, tally: TypingTally): void {
  const word = normalizeWord(written);
  if (word.length >= 3 && learning.isNew(word)) {
    const times = (tally.newWords.get(word) ?? 0) + 1;
    tally.newWords.set(word, times);
    if (times === 2 && hit >= 0 && hit <= 2) tally.secondTimesOffered++;
  }
  learning.learn(before, written, hit >= 0 ? 'accepted' : 'typed');
}

/** Rank, from 1, of the candidate that would complete the word ending at `end`; Infinity when there is none. */
function rankOfWord(prediction: Prediction, text: string, caret: number, end: number): number {
  // What a candidate replaces may differ from the rule's word: "u-b" may be read as the prefix "b".
  const wanted = normalizeWord(text.slice(caret - prediction.context.prefixLength, end));
  const index = prediction.candidates.findIndex((candidate) => candidate.word === wanted);
  return index < 0 ? Number.POSITIVE_INFINITY : index + 1;
}

function countNextWord(rank: number, tally: TypingTally): void {
  for (let i = 0; i < SLOT_COUNTS.length; i++) {
    if (rank <= SLOT_COUNTS[i]!) tally.nextWordHits[i]! += 1;
  }
  if (rank <= RANK_DEPTH) tally.reciprocalRanks += 1 / rank;
}

/** A word of `length` letters chosen after `hit` of them saves the others, and the space if the slot types it, at the price of one key. */
function countSavings(hits: readonly number[], length: number, slotTypesSpace: boolean, tally: TypingTally): void {
  for (let i = 0; i < hits.length; i++) {
    if (hits[i]! >= 0) tally.saved[i]! += length - hits[i]! + (slotTypesSpace ? 1 : 0) - 1;
  }
}

function countSlotChanges(before: readonly Candidate[], after: readonly Candidate[], prefix: string): number {
  let changes = 0;
  for (let slot = 0; slot < before.length; slot++) {
    const word = before[slot]!.word;
    if (word.startsWith(prefix) && after[slot]?.word !== word) changes += 1;
  }
  return changes;
}
