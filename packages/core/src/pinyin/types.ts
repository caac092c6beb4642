/**
 * The pinyin input method's vocabulary: read this file and `index.ts` and you can build an input method on it.
 *
 * Positions are UTF-16 code units in `Composition.letters` unless something else is said. Probabilities are natural logarithms.
 */
import type { BackoffStep } from '../explain.ts';

/** What is being typed and not yet in the text. Plain immutable data: keep it in an editor's state. */
export interface Composition {
  /** The keys typed, as typed: letters, apostrophes. Nothing typed is ever dropped from here. */
  readonly letters: string;
  /** Where the next key goes: 0 … `letters.length`. */
  readonly caret: number;
  /** The parts from the beginning that have been chosen already. They are taken as they are. */
  readonly chosen: readonly Choice[];
}

/** A part of the composition that the user has chosen. */
export interface Choice {
  /** What it becomes. */
  readonly text: string;
  /** Where its letters begin and end. The first begins at 0, each other where the one before ends. */
  readonly start: number;
  readonly end: number;
  /** The words it is made of. */
  readonly words: readonly ReadWord[];
}

/** A word with the reading by which it was found. */
export interface ReadWord {
  /** Simplified characters, as the lexicon has them. */
  readonly text: string;
  /** Full pinyin, syllables joined by apostrophes, ü as v: `nv'er`. Empty for what is no Chinese word. */
  readonly reading: string;
  /** Where its letters begin and end. */
  readonly start: number;
  readonly end: number;
}

/** What a candidate is. `raw` is the letters themselves, `english` an English word. */
export type PinyinCandidateKind = 'sentence' | 'word' | 'character' | 'english' | 'raw';

/** Something the letters may stand for. */
export interface PinyinCandidate {
  /** What choosing it puts into the text, in the output script that was asked for. */
  readonly text: string;
  readonly kind: PinyinCandidateKind;
  /** The letters it covers: `start` is the end of the last choice, `end` at most the number of letters. */
  readonly start: number;
  readonly end: number;
  /** The words it is made of; for `raw` and `english` none. */
  readonly words: readonly ReadWord[];
  /** ln P of its words after the text before it plus the costs of inexact spelling: what sentences are ranked by. */
  readonly score: number;
  /** Of a whole reading: ln P of its words alone, as the n-gram and what was learned have it. */
  readonly logProb?: number;
  /** Of one that a slower model has put into its place (`PinyinEngine.rerank`): ln P of its text by that model. */
  readonly slowLogProb?: number;
}

/** How the letters were read, for showing them. */
export interface PinyinSegment {
  readonly start: number;
  readonly end: number;
  /** Full syllable in letters (`zhuang` for a shuangpin `vl`), or the letters as they are where they are no pinyin. */
  readonly text: string;
  /** Whether it is a whole syllable, the beginning of one, or no pinyin at all. */
  readonly kind: 'syllable' | 'partial' | 'raw';
}

/** What the engine makes of a composition. */
export interface PinyinAnswer {
  /** The composition it answers. */
  readonly composition: Composition;
  /** The letters behind the choices, divided as the best candidate reads them. In order, without gaps. */
  readonly segments: readonly PinyinSegment[];
  /**
   * Best first: up to `sentences` whole readings, then words that begin at the first letter that is not chosen, longest
   * first, then single characters; the letters themselves last. None twice. Empty only where every letter has been chosen.
   */
  readonly candidates: readonly PinyinCandidate[];
}

/** What to ask for. */
export interface PinyinQuery {
  /** The text before the caret: its last words are the context of the first word. Default `''`. */
  readonly before?: string;
  /** Most candidates, 1 or more. Default 100. */
  readonly limit?: number;
  /** Most whole readings, 1–20. Default 10. */
  readonly sentences?: number;
}

/** How pinyin is typed. */
export interface PinyinOptions {
  /** `full`, or a shuangpin table. Default `full`. */
  readonly scheme?: 'full' | ShuangpinScheme;
  /** Which sounds count as the same. Default none. `lue` is always `lve`, and behind j, q, x and y `v` is `u`. */
  readonly fuzzy?: readonly FuzzyPair[];
  /**
   * Whether slips of the pen in full pinyin are forgiven, one a syllable and at a cost: `nihoa`, `nihso` and `nhiao` are 你好 too, after what
   * fits exactly. Default true.
   */
  readonly typos?: boolean;
  /**
   * Whether English words are offered among the candidates, and first where the letters are likelier one (`wifi`). Default true where the
   * engine was given any.
   */
  readonly english?: boolean;
  /** Which characters are written: `undefined` for simplified ones, as the lexicon has them; else how to convert. */
  readonly script?: ScriptConverter | undefined;
}

/** Converts between simplified characters and those of another script; both ways by words, not by characters. */
export interface ScriptConverter {
  /** From simplified characters to those that are written. */
  write(simplified: string): string;
  /** Back, for what stands in the text already. */
  read(text: string): string;
}

/** Sounds that may count as one. */
export type FuzzyPair =
  | 'z/zh'
  | 'c/ch'
  | 's/sh'
  | 'l/n'
  | 'f/h'
  | 'r/l'
  | 'an/ang'
  | 'en/eng'
  | 'in/ing'
  | 'ian/iang'
  | 'uan/uang';

/** A shuangpin table: two keys a syllable. */
export interface ShuangpinScheme {
  /** Shown to the user, e.g. `小鹤`. */
  readonly name: string;
  /** Key → initial, for initials that are not their own key: `{ v: 'zh', i: 'ch', u: 'sh' }`. */
  readonly initials: Readonly<Record<string, string>>;
  /** Key → finals it may stand for, ü as v: `{ k: ['ing', 'uai'] }`. */
  readonly finals: Readonly<Record<string, readonly string[]>>;
  /** Two keys → syllable, for syllables without an initial: `{ aa: 'a', ai: 'ai', ah: 'ang' }`. */
  readonly zero: Readonly<Record<string, string>>;
}

/** Turns pinyin into Chinese. Made by `createPinyinEngine`. */
export interface PinyinEngine {
  /**
   * Reads a composition. Synchronous, a few milliseconds at most; keeps its work, so that the next letter costs one step.
   * Never throws on odd letters: what is no pinyin is offered raw.
   */
  read(composition: Composition, query?: PinyinQuery): PinyinAnswer;
  /**
   * Orders an answer's whole readings anew by a slower model, which is asked about up to 20: the worst give way to better ones that were not
   * offered. Resolves to the same answer where there is nothing to change. Rejects with
   * the signal's reason when it is aborted. Ask after a pause, and show it only if the user has not moved on.
   */
  rerank(answer: PinyinAnswer, before: string, scorer: PathScorer, signal?: AbortSignal): Promise<PinyinAnswer>;
  /**
   * Takes note that the user wrote these words, in order, after `before`. `isOne`: they were put together choice by choice, and so may be
   * one word that no dictionary has; up to four characters are then learned as one as well. Default false.
   */
  learn(before: string, words: readonly ReadWord[], isOne?: boolean): void;
  /**
   * How a candidate comes to its score: every word on its path, with what it costs. `query` is that of its answer; of it `before` alone
   * counts. Throws `RangeError` where the candidate's words are none that the letters may stand for, as of another composition.
   */
  explain(composition: Composition, candidate: PinyinCandidate, query?: PinyinQuery): PinyinExplanation;
  /**
   * The likeliest way in which the letters that are not chosen may stand for a text, whether it is offered or not: for `explain`, where one
   * asks why it is not. Covers as many of the letters as it can. Null where they cannot, or its words are too rare to be weighed.
   */
  readingOf(composition: Composition, text: string, query?: PinyinQuery): PinyinCandidate | null;
  /** Changes how pinyin is typed. */
  setOptions(options: PinyinOptions): void;
}

/** A slower model's opinion of whole texts, for `PinyinEngine.rerank`. */
export interface PathScorer {
  /** ln P(text | before) for each of the texts, in their order. Rejects with the signal's reason when it is aborted. */
  scoreAfter(before: string, texts: readonly string[], signal?: AbortSignal): Promise<Float64Array>;
}

/** How a candidate of pinyin comes to its score. See `PinyinEngine.explain`. */
export interface PinyinExplanation {
  readonly candidate: PinyinCandidate;
  /** Its words in order, each an edge of the lattice. Empty for the letters themselves and for English. */
  readonly edges: readonly PinyinEdge[];
  /** ln P of its words: the sum of the edges' `logProb`. */
  readonly logProb: number;
  /** What a slower model has changed; null where none has. */
  readonly rerank: PinyinRerank | null;
  /**
   * The sum of the edges' scores and that of `rerank`: the candidate's own, unless something was learned since. `-Infinity` without edges:
   * those stand where they do by rule.
   */
  readonly score: number;
}

/** A word on a candidate's path. What it adds to the score is `logProb`, `readingCost` and the costs of its syllables. */
export interface PinyinEdge {
  readonly word: ReadWord;
  /** ln P(word | the words before it): ln of the sum of all `share`s. 0 for a letter that stands for itself. */
  readonly logProb: number;
  /** Where that comes from. Empty for a letter that stands for itself. */
  readonly shares: readonly PinyinWordShare[];
  /** What it costs that the word is read so: twice ln of how often it is. */
  readonly readingCost: number;
  /** How its letters spell the reading. */
  readonly syllables: readonly PinyinSyllable[];
  readonly score: number;
}

/** A part of a word's probability on a path: `weight` times what one source says. */
export interface PinyinWordShare {
  /**
   * `ngram` after the words before it; where nothing is known of those, `pause` (the n-gram after a comma) and `frequency` (the word by
   * itself); `text`, by the words of the text before, which come again; `user`, by what the user has written.
   */
  readonly source: 'ngram' | 'pause' | 'frequency' | 'text' | 'user';
  /** 0–1; those of all shares sum to 1. */
  readonly weight: number;
  /** ln P(word) by this source alone. */
  readonly logProb: number;
  /** weight · exp(logProb). */
  readonly share: number;
  /** Of the n-gram: every order that its state remembers, the longest first. */
  readonly steps?: readonly BackoffStep[];
}

/** A syllable as its letters spell it. */
export interface PinyinSyllable {
  readonly start: number;
  readonly end: number;
  /** In full pinyin; of a letter that stands for itself that letter. */
  readonly text: string;
  /** What is not exact about the spelling; empty where all is. */
  readonly departures: readonly SpellingDeparture[];
  /** ln of what that costs, 0 or below. */
  readonly cost: number;
}

/**
 * How letters depart from a syllable's spelling: an `initial` for the whole, its `beginning` at the end of what is typed, a `fuzzy` sound, a
 * `typo`; an `apostrophe` that is missing before a vowel; `raw` letters that are no pinyin.
 */
export type SpellingDeparture = 'initial' | 'beginning' | 'fuzzy' | 'typo' | 'apostrophe' | 'raw';

/** What a slower model has changed about a score: `weight` · (`slowLogProb` − `logProb`). */
export interface PinyinRerank {
  readonly slowLogProb: number;
  /** ln P by the n-gram and what was learned, when the answer was ordered anew. */
  readonly logProb: number;
  readonly weight: number;
  readonly score: number;
}
