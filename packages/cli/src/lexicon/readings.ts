import { syllableId } from '@foreword/core/pinyin';

/** A reading of a word and how likely it is, given the word. */
export interface Reading {
  /** Ids of its syllables. */
  readonly syllables: readonly number[];
  /** 0–1; those of one word sum to 1 at most. */
  readonly share: number;
}

/** What the reading tables hold, as text. */
export interface ReadingSources {
  /** Lines `词语: cí yǔ`, later ones over earlier ones. */
  readonly phrases: readonly string[];
  /**
   * Lines `U+4E2D: zhōng,zhòng`, best table first; the first that has a character decides the order of its readings. One that a single
   * table of three or more has is taken to be old.
   */
  readonly characters: readonly string[];
}

/** Knows how words are read: from a table of phrases where they are in it, else from their parts. */
export class Readings {
  readonly #phrases = new Map<string, number[]>();
  readonly #characters = new Map<string, CharacterReadings>();
  readonly #tables: number;
  readonly #longest: number;

  constructor(sources: ReadingSources) {
    for (const [word, pinyin] of sources.phrases.flatMap((text) => [...entries(text)])) {
      const syllables = toSyllables(pinyin.split(/\s+/));
      if (syllables !== null && syllables.length === [...word].length) this.#phrases.set(word, syllables);
    }
    this.#tables = sources.characters.length;
    for (const table of sources.characters) this.#addCharacters(table);
    // One by one: hundreds of thousands of arguments are too many for Math.max.
    let longest = 1;
    for (const word of this.#phrases.keys()) longest = Math.max(longest, word.length);
    this.#longest = longest;
  }

  #addCharacters(table: string): void {
    for (const [code, list] of entries(table)) {
      if (!/^U\+[0-9A-Fa-f]{4,5}$/.test(code)) continue;
      const character = String.fromCodePoint(Number.parseInt(code.slice(2), 16));
      const ids = list.split(',').flatMap((pinyin) => toSyllables([pinyin.trim()]) ?? []);
      if (ids.length === 0) continue;
      const known = this.#characters.get(character) ?? { tables: 0, of: new Map() };
      known.tables++;
      for (const id of new Set(ids)) known.of.set(id, (known.of.get(id) ?? 0) + 1);
      this.#characters.set(character, known);
    }
  }

  /** The readings of a word, likeliest first; none where a character of it has none. */
  of(word: string): Reading[] {
    const characters = [...word];
    if (characters.length === 1) return this.#ofCharacter(word);
    const syllables = this.#phrases.get(word) ?? this.#ofParts(characters);
    return syllables === null ? [] : this.#withVariants(characters, syllables);
  }

  /**
   * A table may not know a word as it is read, and people type what they believe: one character read as it mostly is, or as it is second
   * most, counts a little.
   */
  #withVariants(characters: readonly string[], syllables: readonly number[]): Reading[] {
    const variants: number[][] = [];
    for (const [place, character] of characters.entries()) {
      for (const { syllables: other } of this.#ofCharacter(character).slice(0, 2)) {
        if (other[0] !== syllables[place]) variants.push(syllables.with(place, other[0]!));
      }
    }
    const share = Math.min(VARIANT, 0.5 / variants.length);
    return [
      { syllables, share: 1 - share * variants.length },
      ...variants.map((variant) => ({ syllables: variant, share })),
    ];
  }

  /**
   * Each reading is taken to be `RARER` than the one before. One that a single table of several has is an old one, and so is a character
   * that stands in one of them only: both are `DOUBTED`. What they lose no other reading gains, so that a character as it is mostly read
   * keeps its place among those of one reading.
   */
  #ofCharacter(character: string): Reading[] {
    const { tables, of } = this.#characters.get(character) ?? NOWHERE;
    const weights = Array.from(of, (_, index) => RARER ** index);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const isDoubted = (known: number, index: number): boolean =>
      known === 1 && this.#tables > 2 && (tables === 1 || (tables > 2 && index > 0));
    return Array.from(of, ([id, known], index) => ({
      syllables: [id],
      share: (weights[index]! / total) * (isDoubted(known, index) ? DOUBTED : 1),
    })).sort((a, b) => b.share - a.share);
  }

  /** The longest phrases in it are read as they are alone; other characters as they are mostly read. */
  #ofParts(characters: readonly string[]): number[] | null {
    const syllables: number[] = [];
    for (let at = 0; at < characters.length; ) {
      let length = Math.min(this.#longest, characters.length - at, characters.length - 1);
      while (length > 1 && !this.#phrases.has(characters.slice(at, at + length).join(''))) length--;
      const part = characters.slice(at, at + length).join('');
      const known = length > 1 ? this.#phrases.get(part) : this.#ofCharacter(part)[0]?.syllables;
      if (known === undefined) return null;
      syllables.push(...known);
      at += length;
    }
    return syllables;
  }
}

/** P(a word is read with one character in another of its two usual readings). */
const VARIANT = 0.03;

/** What each further reading of a character has of the share of the one before. */
const RARER = 0.12;

/** What is left of the share of an old reading. */
const DOUBTED = 0.01;

/** A character in the tables. */
interface CharacterReadings {
  /** How many tables know it. */
  tables: number;
  /** By syllable, those of the first table first: how many tables know the reading. */
  readonly of: Map<number, number>;
}

const NOWHERE: Readonly<CharacterReadings> = { tables: 0, of: new Map() };

function* entries(text: string): Generator<[string, string]> {
  for (const line of text.split('\n')) {
    const [, key, value] = /^\s*([^#:：\s]+)\s*[:：]\s*([^#]+)/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) yield [key, value.trim()];
  }
}

/** Ids of syllables written with tone marks; null where one is no syllable. */
function toSyllables(pinyin: readonly string[]): number[] | null {
  const ids = pinyin.map((syllable) => syllableId(withoutTone(syllable)));
  return ids.length === 0 || ids.includes(-1) ? null : ids;
}

function withoutTone(syllable: string): string {
  const plain = syllable
    .toLowerCase()
    .normalize('NFD')
    .replace(/u\u0308/g, 'v')
    .replace(/u([\u0300\u0301\u0304\u030c])\u0308/g, 'v')
    .replace(/[\u0300-\u036f]/g, '');
  // 嗯 is typed as it is said.
  if (plain === 'n' || plain === 'ng') return 'en';
  return /^[jqxy]v/.test(plain) ? plain.replace('v', 'u') : plain;
}
