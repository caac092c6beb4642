import { PredictionError } from '../errors.ts';
import { SPECIAL_WORDS } from '../vocabulary.ts';

/**
 * The words that word models count in, most frequent first: id 0 is `<unk>`, 1 `<s>`, 2 `</s>`, then normalised words. A model
 * knows the first V of them; what it gives `<unk>` belongs to the rest.
 */
export class WordList {
  /** Number of words, the three special ones included. */
  readonly size: number;
  readonly #words: readonly string[];
  /** Ids by the order of the words' code units, so that those with one prefix stand together. */
  readonly #alphabetical: Uint32Array;

  /** Takes the words in the order of their ids. They must differ. Sorting 100,000 takes about 0.1 s. */
  constructor(words: readonly string[]) {
    this.size = words.length;
    this.#words = words;
    const ordinary = Uint32Array.from(
      { length: words.length - SPECIAL_WORDS.length },
      (_, i) => i + SPECIAL_WORDS.length,
    );
    this.#alphabetical = ordinary.sort((a, b) => (words[a]! < words[b]! ? -1 : 1));
  }

  /** The word with an id; undefined outside 0 … size - 1. */
  word(id: number): string | undefined {
    return this.#words[id];
  }

  /** The id of a normalised word; 0 when it is unknown or special. */
  id(word: string): number {
    const id = this.#alphabetical[this.#lowerBound(word)];
    return id !== undefined && this.#words[id] === word ? id : 0;
  }

  /** The ids of the ordinary words that begin with a normalised prefix, in the order of their letters. A view. */
  idsWithPrefix(prefix: string): Uint32Array {
    if (prefix === '') return this.#alphabetical;
    const start = this.#lowerBound(prefix);
    let [low, high] = [start, this.#alphabetical.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#words[this.#alphabetical[middle]!]!.startsWith(prefix)) low = middle + 1;
      else high = middle;
    }
    return this.#alphabetical.subarray(start, low);
  }

  /** First place in `#alphabetical` whose word is not below `word`. */
  #lowerBound(word: string): number {
    let [low, high] = [0, this.#alphabetical.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#words[this.#alphabetical[middle]!]! < word) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Reads `words.txt`: UTF-8, a word a line, at least `leastSize` of them. Throws `PredictionError` `file-malformed`. */
export function parseWordList(bytes: Uint8Array, leastSize: number): WordList {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw malformed('is not UTF-8', error);
  }
  const words = text.split('\n');
  if (words.at(-1) === '') words.pop();
  const wrong = SPECIAL_WORDS.findIndex((special, id) => words[id] !== special);
  if (wrong >= 0)
    throw malformed(`has ${JSON.stringify(words[wrong] ?? '')} in line ${wrong + 1}, not ${SPECIAL_WORDS[wrong]}`);
  if (words.length < leastSize) throw malformed(`has ${words.length} words, the model needs ${leastSize}`);
  return new WordList(words);
}

function malformed(what: string, cause?: unknown): PredictionError {
  const message = `The word list ${what}. Use the one that was made with the model.`;
  return new PredictionError('file-malformed', message, { cause });
}
