import { slipsOf, unswapped } from './syllable-slips.ts';
import { initialOf, SYLLABLES, syllableId } from './syllables.ts';
import type { FuzzyPair, PinyinOptions, ShuangpinScheme } from './types.ts';

/** What a few letters may stand for. */
export interface Spelling {
  /** Ids of syllables. */
  readonly syllables: Uint16Array;
  /** Of each: ln of what being spelled so costs, 0 or below. */
  readonly costs: Float32Array;
}

/** ln of what departures from the spelling cost. Exact readings stand before all others by it. */
export const SPELLING_COSTS: Readonly<Record<'fuzzy' | 'initial' | 'partial', number>> = {
  fuzzy: Math.log(0.1),
  /** An initial for any syllable that begins with it. */
  initial: Math.log(0.5),
  /** The beginning of the last syllable, while it is being typed. */
  partial: Math.log(0.05),
};

/** Most letters of a syllable: `zhuang`, `chuang`, `shuang`. */
export const LONGEST_SYLLABLE = 6;

/** Most letters that may be typed for a syllable: one twice. */
export const LONGEST_SPELLING: number = LONGEST_SYLLABLE + 1;

/** Code of what parts syllables. */
export const APOSTROPHE = 0x27;

/** ln of what a syllable costs that begins with a vowel inside other letters, where an apostrophe would have been due. */
export const BARE_VOWEL: number = Math.log(0.25);

/** `BARE_VOWEL` where a syllable that begins there is such a one, else 0. */
export function bareVowel(letters: string, from: number): number {
  const isBare = from > 0 && letters.charCodeAt(from - 1) !== APOSTROPHE && 'aeo'.includes(letters[from]!);
  return isBare ? BARE_VOWEL : 0;
}

/**
 * Which letters spell which syllables: one table for full pinyin, fuzzy sounds, slips of the pen and shuangpin. Made once for
 * a set of options; a look-up is one in a `Map`.
 */
export class SpellingTable {
  /** Whole syllables. */
  readonly whole: ReadonlyMap<string, Spelling>;
  /** Syllables with a slip of the pen in them. */
  readonly slips: ReadonlyMap<string, Spelling>;
  /** Initials for all their syllables: what a speller of `zgr` means. */
  readonly initials: ReadonlyMap<string, Spelling>;
  /** Beginnings of syllables, whole ones left out. */
  readonly beginnings: ReadonlyMap<string, Spelling>;

  /** Throws `RangeError` on a scheme that is no table and on a pair of sounds that there is none of. */
  constructor({ scheme = 'full', fuzzy = [], typos = true }: PinyinOptions = {}) {
    checkScheme(scheme);
    checkPairs(fuzzy);
    const builder = new TableBuilder();
    for (const [id, syllable] of SYLLABLES.entries()) {
      for (const letters of spellings(syllable, scheme)) builder.add(letters, id, 0);
    }
    for (const [id, syllable] of SYLLABLES.entries()) {
      for (const heard of fuzzyForms(syllable, fuzzy)) {
        for (const letters of spellings(heard, scheme)) builder.add(letters, id, SPELLING_COSTS.fuzzy);
      }
    }
    this.whole = builder.finished();
    this.slips = typos && scheme === 'full' ? slips() : new Map();
    this.initials = initials(scheme, fuzzy);
    this.beginnings = beginnings(this.whole);
  }

  /** What two syllables are whose letters are swapped where they meet, the first of which has `split` letters; null for none. */
  swappedPair(letters: string, split: number): [first: Spelling, second: Spelling] | null {
    const meant = this.slips.size === 0 ? null : unswapped(letters, split);
    if (meant === null) return null;
    const first = this.whole.get(meant[0]);
    const second = first && this.whole.get(meant[1]);
    return second === undefined ? null : [first!, second];
  }

  /**
   * Whether whole syllables, and perhaps the beginning of one at the end, spell the letters. Apostrophes may stand between. A lone
   * a, e or o before a lone initial spells nothing: who types `ag` means two initials.
   */
  spells(letters: string): boolean {
    const reached = new Uint8Array(letters.length + 1);
    reached[0] = REACHED;
    for (let start = 0; start < letters.length; start++) {
      if (reached[start] === 0) continue;
      if (letters.charCodeAt(start) === APOSTROPHE) {
        reached[start + 1] = REACHED;
        continue;
      }
      const most = Math.min(letters.length, start + LONGEST_SYLLABLE);
      for (let end = start + 1; end <= most; end++) {
        const syllable = letters.slice(start, end);
        if (this.whole.has(syllable)) reached[end]! |= syllable.length > 1 ? REACHED : REACHED_BY_LETTER;
        else if (end === letters.length && this.beginnings.has(syllable)) {
          if (reached[start] !== REACHED_BY_LETTER || !LONE_INITIAL.test(syllable)) return true;
        }
      }
    }
    return reached[letters.length] !== 0;
  }
}

/** How a place among the letters is reached by syllables: by one letter alone, or otherwise too. */
const REACHED_BY_LETTER = 1;
const REACHED = 2;
const LONE_INITIAL = /^[^aeiouvü]+$/;

function checkScheme(scheme: 'full' | ShuangpinScheme): void {
  if (scheme === 'full') return;
  const parts = [scheme?.initials, scheme?.finals, scheme?.zero];
  if (parts.every((part) => typeof part === 'object' && part !== null)) return;
  throw new RangeError(
    `scheme must be "full" or a table such as shuangpinSchemes.xiaohe, not ${JSON.stringify(scheme)}`,
  );
}

function checkPairs(pairs: readonly FuzzyPair[]): void {
  const wrong = pairs.find((pair) => !FUZZY_PAIRS.includes(pair));
  if (wrong === undefined) return;
  throw new RangeError(`fuzzy must hold pairs among ${FUZZY_PAIRS.join(', ')}, not ${JSON.stringify(wrong)}`);
}

const FUZZY_PAIRS: readonly FuzzyPair[] = [
  ...(['z/zh', 'c/ch', 's/sh', 'l/n', 'f/h', 'r/l'] as const),
  ...(['an/ang', 'en/eng', 'in/ing', 'ian/iang', 'uan/uang'] as const),
];

class TableBuilder {
  readonly #entries = new Map<string, Map<number, number>>();

  /** The cheapest way to read the letters as a syllable counts. */
  add(letters: string, syllable: number, cost: number): void {
    let entry = this.#entries.get(letters);
    if (entry === undefined) {
      entry = new Map();
      this.#entries.set(letters, entry);
    }
    if ((entry.get(syllable) ?? -Infinity) < cost) entry.set(syllable, cost);
  }

  finished(): Map<string, Spelling> {
    const finished = new Map<string, Spelling>();
    for (const [letters, entry] of this.#entries) {
      finished.set(letters, { syllables: Uint16Array.from(entry.keys()), costs: Float32Array.from(entry.values()) });
    }
    return finished;
  }
}

/** How a syllable is typed exactly: `lv` and `lü`; `lve`, `lue` and `lüe`; `ju`, `jv` and `jü`. */
function spellings(syllable: string, scheme: 'full' | ShuangpinScheme): string[] {
  if (scheme !== 'full') return shuangpinSpellings(syllable, scheme);
  const forms = [syllable];
  if (/^[nl]v$/.test(syllable)) forms.push(syllable.replace('v', 'ü'));
  if (/^[nl]ve$/.test(syllable)) forms.push(syllable.replace('v', 'u'), syllable.replace('v', 'ü'));
  if (/^[jqxy]u/.test(syllable)) forms.push(syllable.replace('u', 'v'), syllable.replace('u', 'ü'));
  return forms;
}

function shuangpinSpellings(syllable: string, scheme: ShuangpinScheme): string[] {
  const zero = Object.keys(scheme.zero).filter((keys) => scheme.zero[keys] === syllable);
  if (zero.length > 0) return zero;
  const initial = initialOf(syllable);
  const final = syllable.slice(initial.length);
  const first = Object.keys(scheme.initials).find((key) => scheme.initials[key] === initial) ?? initial;
  if (first.length !== 1) return [];
  const seconds = Object.keys(scheme.finals).filter((key) => scheme.finals[key]!.includes(final));
  const own = final.length === 1 && seconds.length === 0 ? [final] : seconds;
  return own.map((second) => first + second);
}

/** The syllables that a speaker may hear as this one: its initial, its final or both are heard as another. */
function fuzzyForms(syllable: string, pairs: readonly FuzzyPair[]): string[] {
  const initial = initialOf(syllable);
  const finals = heardAs(syllable.slice(initial.length), pairs);
  return heardAs(initial, pairs)
    .flatMap((initial) => finals.map((final) => initial + final))
    .filter((form) => form !== syllable && syllableId(form) >= 0);
}

/** A sound and those that pairs make of it. No chains: who hears n as l and l as r does not hear n as r. */
function heardAs(sound: string, pairs: readonly FuzzyPair[]): string[] {
  const heard = [sound];
  for (const pair of pairs) {
    const [left, right] = pair.split('/') as [string, string];
    if (sound === left) heard.push(right);
    if (sound === right) heard.push(left);
  }
  return heard;
}

let slipsOfAll: Map<string, Spelling> | null = null;

/** Letters that are a syllable with a slip in it, the same for all tables; what spells a syllable exactly is none. */
function slips(): Map<string, Spelling> {
  if (slipsOfAll !== null) return slipsOfAll;
  const exact = new Set(SYLLABLES.flatMap((syllable) => spellings(syllable, 'full')));
  const builder = new TableBuilder();
  for (const [id, syllable] of SYLLABLES.entries()) {
    for (const [typed, cost] of slipsOf(syllable)) {
      if (!exact.has(typed) && !ROW_OF_INITIALS.test(typed)) builder.add(typed, id, cost);
    }
  }
  slipsOfAll = builder.finished();
  return slipsOfAll;
}

/** Who types `hn` or `bed` rather means 湖南 and 波尔多 than 很 and 和的: no slip is looked for in what two or three initials may be. */
const ROW_OF_INITIALS = /^([^iuvü]{1,2}|[^aeiouvü]{3})$/;

function initials(scheme: 'full' | ShuangpinScheme, fuzzy: readonly FuzzyPair[]): Map<string, Spelling> {
  const builder = new TableBuilder();
  for (const [id, syllable] of SYLLABLES.entries()) {
    const initial = initialOf(syllable) || syllable[0]!;
    const keys = scheme === 'full' ? [initial, initial[0]!] : [firstKey(syllable, scheme)];
    for (const key of keys) builder.add(key, id, SPELLING_COSTS.initial);
    for (const heard of fuzzyForms(syllable, fuzzy)) {
      if (scheme === 'full') builder.add(heard[0]!, id, SPELLING_COSTS.initial + SPELLING_COSTS.fuzzy);
    }
  }
  return builder.finished();
}

function firstKey(syllable: string, scheme: ShuangpinScheme): string {
  return shuangpinSpellings(syllable, scheme)[0]?.[0] ?? syllable[0]!;
}

function beginnings(whole: ReadonlyMap<string, Spelling>): Map<string, Spelling> {
  const builder = new TableBuilder();
  for (const [letters, { syllables, costs }] of whole) {
    for (let length = 1; length < letters.length; length++) {
      const beginning = letters.slice(0, length);
      for (const [i, id] of syllables.entries()) builder.add(beginning, id, costs[i]! + SPELLING_COSTS.partial);
    }
  }
  return builder.finished();
}
