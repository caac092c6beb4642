import { chineseWords, PAUSE_WORD, readChineseContext } from '../chinese-context.ts';
import type { NgramLookup } from '../ngram-lookup.ts';
import type { NgramModel } from '../ngram-model.ts';
import type { Personal } from '../personal/personal.ts';
import { SENTENCE_START, UNKNOWN, type Vocabulary } from '../vocabulary.ts';
import type { Path, PathWord } from './best-paths.ts';
import { CandidateList } from './candidate-list.ts';
import { chosenEnd } from './composition.ts';
import { EnglishWords } from './english-words.ts';
import { forcedPath } from './forced-path.ts';
import { LatticeDecoder } from './lattice.ts';
import { explainPath } from './path-explanation.ts';
import type { PinyinLexicon } from './pinyin-lexicon.ts';
import { rerankOf, rerankSentences } from './rerank.ts';
import { segmentsOf } from './segments.ts';
import { SpellingTable } from './spelling.ts';
import { SLIP_COSTS } from './syllable-slips.ts';
import type {
  Composition,
  PathScorer,
  PinyinAnswer,
  PinyinCandidate,
  PinyinEngine,
  PinyinExplanation,
  PinyinOptions,
  PinyinQuery,
  PinyinSegment,
  ReadWord,
} from './types.ts';
import { UserWords } from './user-words.ts';
import { WordMemory } from './word-memory.ts';
import type { SentenceStart } from './word-probability.ts';
import type { AlignedReading } from './word-readings.ts';
import { WordTexts } from './word-texts.ts';

/** What an engine is made of. */
export interface PinyinEngineSource {
  /** The pack's n-gram, whose words are the lexicon's. */
  readonly ngram: NgramModel;
  readonly lexicon: PinyinLexicon;
  /** What the user has written counts too, and `learn` adds to it. Default: nothing is learned. */
  readonly personal?: Personal;
  /** English words are offered among the Chinese ones. Default: none. */
  readonly english?: NgramModel;
  /** How pinyin is typed. Default full pinyin. */
  readonly options?: PinyinOptions;
}

/** Makes an input method of a Chinese pack's parts. Costs a few milliseconds. Throws `RangeError` on bad options. */
export function createPinyinEngine(source: PinyinEngineSource): PinyinEngine {
  return new Engine(source);
}

class Engine implements PinyinEngine {
  readonly #vocabulary: Vocabulary;
  readonly #lookup: NgramLookup;
  readonly #personal: Personal | null;
  readonly #english: EnglishWords | null;
  readonly #decoder: LatticeDecoder;
  readonly #texts: WordTexts;
  #options: PinyinOptions;
  #start: { readonly text: string; readonly start: SentenceStart } | null = null;

  constructor({ ngram, lexicon, personal, english, options = {} }: PinyinEngineSource) {
    this.#vocabulary = ngram.vocabulary;
    this.#lookup = ngram.lookup();
    this.#personal = personal ?? null;
    this.#english = english === undefined ? null : new EnglishWords(english);
    this.#options = options;
    const table = new SpellingTable(options);
    const vocabulary = this.#vocabulary;
    const user = personal === undefined ? null : new UserWords(personal, vocabulary, lexicon);
    this.#texts = new WordTexts({ vocabulary, lexicon, user }, table);
    this.#decoder = new LatticeDecoder({
      lexicon,
      lookup: this.#lookup,
      vocabulary,
      table,
      user,
      pauseId: this.#vocabulary.id(PAUSE_WORD) || -1,
    });
  }

  setOptions(options: PinyinOptions): void {
    const table = new SpellingTable(options);
    this.#options = options;
    this.#texts.setTable(table);
    this.#decoder.setTable(table);
  }

  read(composition: Composition, { before = '', limit = 100, sentences = 10 }: PinyinQuery = {}): PinyinAnswer {
    const offset = chosenEnd(composition);
    const raw = composition.letters.slice(offset);
    checkCount('limit', limit, Number.MAX_SAFE_INTEGER);
    checkCount('sentences', sentences, MOST_SENTENCES);
    if (raw === '') return { composition, segments: [], candidates: [] };
    const list = new CandidateList(limit);
    const whole = { start: offset, end: offset + raw.length, words: [], score: -Infinity };
    const letters = this.#decode(composition, before);
    let count = 0;
    const paths = this.#decoder.paths(2 * sentences);
    for (const path of paths) {
      // What is that much less likely than the best is in the way of words and characters; initials may mean anything.
      if (!this.#decoder.hasInitials && path.score < paths[0]!.score - FARTHEST_NATS) break;
      if (count < sentences && list.add(this.#sentence(path, letters, offset))) count++;
    }
    const initials = this.#decoder.hasInitials ? (paths.find(isNear)?.score ?? -Infinity) : null;
    const english = this.#options.english === false ? [] : (this.#english?.offers(raw, initials) ?? []);
    for (const { text, place } of english) {
      const candidate = { ...whole, text, kind: 'english' } as const;
      if (place === null) list.add(candidate);
      else list.insert(place, candidate);
    }
    this.#addWords(list, letters, offset);
    list.addLast({ ...whole, text: raw, kind: 'raw' });
    const { candidates } = list;
    return { composition, segments: this.#segments(candidates[0]!, composition), candidates };
  }

  async rerank(answer: PinyinAnswer, before: string, scorer: PathScorer, signal?: AbortSignal): Promise<PinyinAnswer> {
    const { composition } = answer;
    const others = () => this.#otherReadings(answer, before);
    const reranked = await rerankSentences(answer, others, this.#textBefore(before, composition), scorer, signal);
    if (reranked === answer) return answer;
    return { ...reranked, segments: this.#segments(reranked.candidates[0]!, composition) };
  }

  explain(composition: Composition, candidate: PinyinCandidate, query: PinyinQuery = {}): PinyinExplanation {
    const offset = chosenEnd(composition);
    this.#decode(composition, query.before ?? '');
    const words = candidate.words.map((word) => {
      const [start, end] = [word.start - offset, word.end - offset];
      return { word, wordId: this.#texts.id(word), start, end };
    });
    const edges = candidate.start === offset ? explainPath(this.#decoder, words, this.#texts) : null;
    if (edges === null) {
      const letters = composition.letters.slice(offset);
      throw new RangeError(
        `explain: candidate must be one that the letters "${letters}" may stand for, not "${candidate.text}"`,
      );
    }
    const logProb = edges.reduce((sum, edge) => sum + edge.logProb, 0);
    const rerank = rerankOf(candidate);
    const score = edges.reduce((sum, edge) => sum + edge.score, rerank?.score ?? 0);
    return { candidate, edges, logProb, rerank, score: edges.length === 0 ? -Infinity : score };
  }

  readingOf(composition: Composition, text: string, query: PinyinQuery = {}): PinyinCandidate | null {
    const offset = chosenEnd(composition);
    const letters = this.#decode(composition, query.before ?? '');
    const path = forcedPath(this.#decoder, this.#options.script?.read(text) ?? text, this.#texts);
    if (path === null || path.words.length === 0) return null;
    const { logProb, ...candidate } = this.#sentence(path, letters, offset);
    return path.isWhole ? { ...candidate, logProb: logProb! } : candidate;
  }

  /** Reads the letters that are not chosen; the decoder then answers for them. Returns them as keys. */
  #decode(composition: Composition, before: string): string {
    const letters = keysOf(composition.letters.slice(chosenEnd(composition)));
    this.#decoder.decode(letters, this.#startAfter(before, composition));
    return letters;
  }

  /** The likeliest whole readings that an answer does not hold: with its own `MOST_RERANKED` at most, and none far below its best. */
  #otherReadings({ composition, candidates }: PinyinAnswer, before: string): PinyinCandidate[] {
    const offset = chosenEnd(composition);
    const letters = this.#decode(composition, before);
    const seen = new Set(candidates.map(({ text }) => text));
    const paths = this.#decoder.paths(2 * MOST_RERANKED);
    const others: PinyinCandidate[] = [];
    let room = MOST_RERANKED - candidates.filter(({ logProb }) => logProb !== undefined).length;
    for (const path of paths) {
      if (room <= 0 || path.score < paths[0]!.score - RERANKED_NATS) break;
      const candidate = this.#sentence(path, letters, offset);
      if (seen.has(candidate.text)) continue;
      seen.add(candidate.text);
      others.push(candidate);
      room--;
    }
    return others;
  }

  /** The letters that are not chosen, as a candidate divides them. */
  #segments(candidate: PinyinCandidate, composition: Composition): PinyinSegment[] {
    const offset = chosenEnd(composition);
    const raw = composition.letters.slice(offset);
    const letters = keysOf(raw);
    return segmentsOf(candidate, raw, (word) => this.#align(word, letters, offset));
  }

  /** The simplified text before the first letter that is not chosen. */
  #textBefore(before: string, { chosen }: Composition): string {
    const text = before + chosen.map(({ text }) => text).join('');
    return this.#options.script?.read(text) ?? text;
  }

  learn(before: string, words: readonly ReadWord[], isOne = false): void {
    const personal = this.#personal;
    if (personal === null) return;
    let text = this.#options.script?.read(before) ?? before;
    for (const word of words) {
      // Letters that stand for themselves are no word.
      if (isHan(word.text)) this.#learnWord(personal, text, word.text);
      text += word.text;
    }
    const joined = words.map(({ text }) => text).join('');
    const isNew =
      isOne && words.length > 1 && joined.length <= LONGEST_LEARNED && this.#vocabulary.id(joined) === UNKNOWN;
    if (isNew && isHan(joined)) this.#learnWord(personal, text.slice(0, -joined.length), joined);
  }

  #learnWord(personal: Personal, before: string, word: string): void {
    const { words, isWhole } = readChineseContext(before, this.#vocabulary);
    const recent = isWhole ? words : words.slice(-2);
    personal.learn({ text: before, words: recent, prefix: '', prefixLength: 0 }, word, 'accepted');
  }

  #startAfter(before: string, composition: Composition): SentenceStart {
    const text = this.#textBefore(before, composition);
    if (this.#start?.text === text) return this.#start.start;
    const { words, isWhole, isUnknown } = readChineseContext(text, this.#vocabulary);
    const ids = words.slice(-3).map((word) => this.#vocabulary.id(word));
    const previousId = ids.at(-1) ?? -1;
    if (isWhole && words.length < 3) ids.unshift(SENTENCE_START);
    const state = isUnknown ? this.#lookup.empty : this.#lookup.stateAfter(ids);
    const wordIds = isUnknown ? [] : ids;
    const start = { key: text, state, wordIds, previousId, memory: this.#memoryOf(text), isUnknown };
    this.#start = { text, start };
    return start;
  }

  #memoryOf(text: string): WordMemory {
    const memory = new WordMemory();
    for (const [han] of text.slice(-REMEMBERED).matchAll(/[\u3400-\u9fff]+/g)) {
      let previousId = -1;
      for (const word of chineseWords(han, this.#vocabulary)) {
        const wordId = this.#vocabulary.id(word);
        if (wordId !== UNKNOWN) memory.add(wordId, previousId, 1);
        previousId = wordId;
      }
    }
    return memory;
  }

  #sentence({ words: path, score, logProb }: Path, letters: string, offset: number): PinyinCandidate {
    const words = path.map((word) => this.#readWord(word, letters, offset));
    return {
      text: this.#written(words.map(({ text }) => text).join('')),
      kind: words.length > 1 ? 'sentence' : kindOf(words[0]!.text),
      start: offset,
      // Of very many letters only the first are read.
      end: words.at(-1)!.end,
      words,
      score,
      logProb,
    };
  }

  #readWord({ wordId, start, end }: PathWord, letters: string, offset: number): ReadWord {
    const aligned = wordId < 0 ? null : this.#texts.align(letters.slice(start, end), wordId);
    return {
      text: this.#texts.text(wordId),
      reading: aligned?.reading ?? '',
      start: start + offset,
      end: end + offset,
    };
  }

  /** In the script that was asked for. */
  #written(simplified: string): string {
    return this.#options.script?.write(simplified) ?? simplified;
  }

  #align(word: ReadWord, letters: string, offset: number): AlignedReading | null {
    const wordId = this.#texts.id(word);
    return wordId >= 0 ? this.#texts.align(letters.slice(word.start - offset, word.end - offset), wordId) : null;
  }

  /** Words from the first letter on, the longest first; characters at the end. Of either last those as far from their spelling as by a slip. */
  #addWords(list: CandidateList, letters: string, offset: number): void {
    const found: { wordId: number; start: number; end: number; score: number; isCharacter: number; isFar: number }[] =
      [];
    for (const { end, wordIds, costs } of this.#decoder.firstSpans()) {
      for (let i = 0; i < wordIds.length; i++) {
        const wordId = wordIds[i]!;
        if (wordId < 0) continue;
        const score = this.#decoder.firstLogProb(wordId) + costs[i]!;
        const isCharacter = Number(this.#texts.text(wordId).length === 1);
        const isFar = Number(costs[i]! < CHEAPEST_SLIP + 1e-3);
        found.push({ wordId, start: 0, end, score, isCharacter, isFar });
      }
    }
    found.sort((a, b) => a.isCharacter - b.isCharacter || a.isFar - b.isFar || b.end - a.end || b.score - a.score);
    for (const place of found) {
      if (list.isFull) break;
      const word = this.#readWord(place, letters, offset);
      list.add({
        text: this.#written(word.text),
        kind: kindOf(word.text),
        start: offset,
        end: word.end,
        words: [word],
        score: place.score,
      });
    }
  }
}

/** The keys as spellings have them. As many code units as the letters: `İ` has two in lower case and is no key. */
function keysOf(letters: string): string {
  return letters.replace(/[A-ZÜ]/g, (letter) => letter.toLowerCase()).replaceAll('’', "'");
}

function isHan(text: string): boolean {
  return /^[\u3400-\u9fff〇]+$/.test(text);
}

function checkCount(name: string, count: number, most: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= most) return;
  throw new RangeError(`${name} must be an integer from 1 to ${most}, not ${count}`);
}

const CHEAPEST_SLIP = Math.max(...Object.values(SLIP_COSTS));
/** Whether a path's letters need no slip to be read so: an English word goes before one that does. */
function isNear({ score, logProb }: Path): boolean {
  return score - logProb > CHEAPEST_SLIP + 1e-3;
}

const MOST_SENTENCES = 20;
/** Most readings that a slower model is asked about, and nats below the likeliest at which it is asked about no other than those offered. */
const MOST_RERANKED = 20;
const RERANKED_NATS = 5;
/** Nats below the best sentence at which none is offered. */
const FARTHEST_NATS = 8;
/** Longest word that is learned because its parts were chosen together. */
const LONGEST_LEARNED = 4;
/** Code units of the text before whose words are expected to come again. */
const REMEMBERED = 300;

function kindOf(text: string): 'word' | 'character' {
  return text.length > 1 ? 'word' : 'character';
}
