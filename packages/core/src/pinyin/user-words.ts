import { chineseWords } from '../chinese-context.ts';
import type { Personal } from '../personal/personal.ts';
import { UNKNOWN, type Vocabulary } from '../vocabulary.ts';
import type { PinyinLexicon } from './pinyin-lexicon.ts';
import { ROOT } from './pinyin-lexicon.ts';
import { SYLLABLES } from './syllables.ts';
import { WordMemory } from './word-memory.ts';

/** After so many words more, one counts half. */
const HALF_LIFE = 2000;
/** Events further back are not looked at. */
const MOST_EVENTS = 20_000;
/**
 * What the user has written before, for the decoder: how frequent their words and pairs of words are, the newest the most, and the words
 * that no dictionary has, found by their readings. Derived from a personal model whenever that changes.
 */
export class UserWords {
  readonly #personal: Personal;
  readonly #vocabulary: Vocabulary;
  readonly #lexicon: PinyinLexicon;
  /** The root of the trie of new words; all its nodes are below 0, and none is -1. */
  readonly root: number = -2;
  #isStale = true;
  #children = new Map<number, number>();
  #wordsAt = new Map<number, number[]>();
  #nextNode = -3;
  /** New words by their ids, which follow the vocabulary's. */
  #newWords: string[] = [];
  #newIds = new Map<string, number>();
  #memory = new WordMemory();
  #characterReadings: Map<number, number> | null = null;

  constructor(personal: Personal, vocabulary: Vocabulary, lexicon: PinyinLexicon) {
    this.#personal = personal;
    this.#vocabulary = vocabulary;
    this.#lexicon = lexicon;
    personal.onChange(() => {
      this.#isStale = true;
    });
  }

  /** Takes in what has changed since. Returns whether anything had. */
  refresh(): boolean {
    if (!this.#isStale) return false;
    this.#isStale = false;
    this.#children = new Map();
    this.#wordsAt = new Map();
    this.#nextNode = this.root - 1;
    this.#newWords = [];
    this.#newIds = new Map();
    this.#memory = new WordMemory();
    this.#readLog();
    return true;
  }

  /** How frequent the user's words are. */
  get memory(): WordMemory {
    return this.#memory;
  }

  /** The node behind another by a syllable; -1 where there is none. */
  child(node: number, syllable: number): number {
    return this.#children.get(-node * 512 + syllable) ?? -1;
  }

  /** Ids of the new words that end at a node. */
  wordsAt(node: number): readonly number[] {
    return this.#wordsAt.get(node) ?? [];
  }

  /** The id of a new word, -1 where it is none. */
  id(word: string): number {
    return this.#newIds.get(word) ?? -1;
  }

  /** The text of a word with an id beyond the vocabulary's. */
  text(wordId: number): string {
    return this.#newWords[wordId - this.#vocabulary.size]!;
  }

  #readLog(): void {
    const { log } = this.#personal.state;
    const ids = new Map<number, number>();
    const idOf = (logId: number): number => {
      let id = ids.get(logId);
      if (id === undefined) {
        id = logId < FIRST_LOG_WORD ? -1 : this.#idOf(log.words.text(logId));
        ids.set(logId, id);
      }
      return id;
    };
    const first = Math.max(0, log.length - MOST_EVENTS);
    for (let event = first; event < log.length; event++) {
      const wordId = idOf(log.wordIds[event]!);
      const kind = log.kind(event);
      if (wordId < 0 || kind === 'inserted') continue;
      const age = log.length - 1 - event;
      const weight = (kind === 'rejected' ? -1 : 1) * 2 ** (-age / HALF_LIFE);
      this.#memory.add(wordId, kind === 'listed' ? -1 : idOf(log.previousIds[event]!), weight);
    }
  }

  /** The id of a word, given to it where no dictionary has it; -1 where it is no Chinese word or is blocked. */
  #idOf(word: string): number {
    if (!/^[\u3400-\u9fff〇]{1,8}$/.test(word) || this.#personal.isBlocked(word)) return -1;
    const known = this.#vocabulary.id(word);
    if (known !== UNKNOWN) return known;
    const given = this.#newIds.get(word);
    if (given !== undefined) return given;
    const syllables = this.#readingOf(word);
    if (syllables === null) return -1;
    const wordId = this.#vocabulary.size + this.#newWords.push(word) - 1;
    this.#newIds.set(word, wordId);
    let node = this.root;
    for (const syllable of syllables) {
      let child = this.child(node, syllable);
      if (child === -1) {
        child = this.#nextNode--;
        this.#children.set(-node * 512 + syllable, child);
      }
      node = child;
    }
    this.#wordsAt.set(node, [...this.wordsAt(node), wordId]);
    return wordId;
  }

  /** A new word is read as its parts are; null where one of them cannot be. */
  #readingOf(word: string): number[] | null {
    this.#characterReadings ??= commonReadings(this.#lexicon);
    const syllables: number[] = [];
    for (const part of chineseWords(word, this.#vocabulary)) {
      const partId = this.#vocabulary.id(part);
      const reading = findReading(this.#lexicon, partId, part.length, this.#characterReadings, part, this.#vocabulary);
      if (reading === null) return null;
      syllables.push(...reading);
    }
    return syllables;
  }
}

/** In a personal log, ids below are no words. */
const FIRST_LOG_WORD = 2;

/** The likeliest reading of each single character, by its id. */
function commonReadings(lexicon: PinyinLexicon): Map<number, number> {
  const best = new Map<number, { syllable: number; share: number }>();
  for (let syllable = 0; syllable < SYLLABLES.length; syllable++) {
    const node = lexicon.child(ROOT, syllable);
    if (node < 0) continue;
    for (let entry = lexicon.firstEntry(node); entry < lexicon.firstEntry(node + 1); entry++) {
      const wordId = lexicon.wordId(entry);
      const share = lexicon.logShare(entry);
      if (share > (best.get(wordId)?.share ?? -Infinity)) best.set(wordId, { syllable, share });
    }
  }
  return new Map([...best].map(([wordId, { syllable }]) => [wordId, syllable]));
}

/** The syllables of a word of the lexicon: found among those that its characters may have. */
function findReading(
  lexicon: PinyinLexicon,
  wordId: number,
  length: number,
  common: ReadonlyMap<number, number>,
  word: string,
  vocabulary: Vocabulary,
): number[] | null {
  if (length === 1) {
    const syllable = common.get(wordId);
    return syllable === undefined ? null : [syllable];
  }
  const usual = [...word].map((character) => common.get(vocabulary.id(character)) ?? -1);
  const found = searchReading(lexicon, ROOT, 0, wordId, usual, []);
  return found ?? (usual.includes(-1) ? null : usual);
}

/** Depth first, the usual reading of each character before all others. */
function searchReading(
  lexicon: PinyinLexicon,
  node: number,
  at: number,
  wordId: number,
  usual: readonly number[],
  taken: number[],
): number[] | null {
  if (at === usual.length) {
    for (let entry = lexicon.firstEntry(node); entry < lexicon.firstEntry(node + 1); entry++) {
      if (lexicon.wordId(entry) === wordId) return [...taken];
    }
    return null;
  }
  const order = [usual[at]!, ...SYLLABLES.keys()];
  for (const [place, syllable] of order.entries()) {
    if (syllable < 0 || (place > 0 && syllable === usual[at])) continue;
    const child = lexicon.child(node, syllable);
    if (child < 0) continue;
    taken.push(syllable);
    const found = searchReading(lexicon, child, at + 1, wordId, usual, taken);
    if (found !== null) return found;
    taken.pop();
  }
  return null;
}
