import { UNKNOWN_TOKEN } from './token-file.ts';

/** The words of one text, numbered as they first occur, with their occurrences. Numbers below 2 are no words. */
export class WordTable {
  /** `words[id]`; entries 0 and 1 stand for no word. */
  readonly words: string[] = ['', '<unk>'];
  #ids = new Map<string, number>();
  #occurrences = new Float64Array(1 << 10);

  /** The number of a word, a new one when it is new; `UNKNOWN_TOKEN` for what can be no word of a vocabulary. */
  id(word: string): number {
    const known = this.#ids.get(word);
    return known ?? this.#add(word);
  }

  /** Notes one occurrence. */
  count(id: number): void {
    this.#occurrences[id]!++;
  }

  /** Occurrences by id. */
  get occurrences(): Float64Array {
    return this.#occurrences.subarray(0, this.words.length);
  }

  #add(word: string): number {
    const id = this.words.length;
    if (isTooLong(word) || word === '<unk>' || id >= MOST_WORDS) return UNKNOWN_TOKEN;
    const own = ownCopy(word);
    this.words.push(own);
    this.#ids.set(own, id);
    if (id >= this.#occurrences.length) {
      const grown = new Float64Array(2 * this.#occurrences.length);
      grown.set(this.#occurrences);
      this.#occurrences = grown;
    }
    return id;
  }
}

/** A copy that does not keep the text alive it was cut from. */
export function ownCopy(piece: string): string {
  return Buffer.from(piece).toString();
}

/** What a vocabulary can hold: it keeps the length of each word in a byte. */
function isTooLong(word: string): boolean {
  return word.length > 85 && Buffer.byteLength(word) > 255;
}

/** Word ids are at most 24 bits wide. */
const MOST_WORDS = 1 << 24;
