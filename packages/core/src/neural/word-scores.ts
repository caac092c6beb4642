// Hot: the list is searched on every keystroke.
import { BestWords } from '../best-words.ts';
import type { Distribution, Query } from '../types.ts';
import { FIRST_WORD, SENTENCE_START, UNKNOWN } from '../vocabulary.ts';
import { normalizeWord } from '../words.ts';
import type { WordList } from './word-list.ts';

/** The next word's distribution after one context: answers any query about that place. */
export interface WordScores {
  /**
   * The exact `limit` likeliest words that complete the prefix, then those of `also`; a word outside the list has log-probability
   * -Infinity. Some 0.1 ms for 30,000 words, less with a prefix.
   */
  answer(query: Query): Distribution;
}

/**
 * How a word model is read: which words of a list it knows, the first V, and how what it gives `<unk>` is shared among the
 * others: by Zipf's law, in proportion to 1 / id, for the list is in the order of frequency. So the probabilities of all
 * words of the list and `</s>` sum to 1, `<s>`, which never follows a word, having none.
 */
export class WordReading {
  readonly #list: WordList;
  readonly #known: number;
  /** ln of 1 / Σ 1/id over the words that the model does not know. */
  readonly #logShare: number;
  readonly #best: BestWords = new BestWords();

  constructor(list: WordList, known: number) {
    this.#list = list;
    this.#known = known;
    let total = 0;
    for (let id = list.size - 1; id >= known; id--) total += 1 / id;
    this.#logShare = -Math.log(total);
  }

  /** A normalised word's id in the model's input: 0, `<unk>`, for those it does not know. */
  inputId(word: string): number {
    const id = this.#list.id(word);
    return id < this.#known ? id : UNKNOWN;
  }

  /** Takes logits (V), which must not change any more. */
  read(logits: Float32Array): WordScores {
    const logTotal = this.#logTotal(logits);
    return { answer: (query) => this.#answer(logits, logTotal, query) };
  }

  #logTotal(logits: Float32Array): number {
    let most = -Infinity;
    for (let id = 0; id < this.#known; id++) if (id !== SENTENCE_START && logits[id]! > most) most = logits[id]!;
    let total = 0;
    for (let id = 0; id < this.#known; id++) if (id !== SENTENCE_START) total += Math.exp(logits[id]! - most);
    return most + Math.log(total);
  }

  #answer(logits: Float32Array, logTotal: number, { context, limit, also = [] }: Query): Distribution {
    const found = limit === 0 ? 0 : this.#findBest(logits, normalizeWord(context.prefix), limit);
    const words: string[] = [];
    const logProbs: number[] = [];
    for (let i = 0; i < found; i++) {
      words.push(this.#list.word(this.#best.wordIds[i]!)!);
      logProbs.push(this.#best.scores[i]! - logTotal);
    }
    for (const word of also) {
      if (words.includes(word)) continue;
      const id = this.#list.id(word);
      words.push(word);
      logProbs.push(id < FIRST_WORD ? -Infinity : this.#score(logits, id) - logTotal);
    }
    return { words, logProbs: Float32Array.from(logProbs) };
  }

  #findBest(logits: Float32Array, prefix: string, limit: number): number {
    const best = this.#best;
    best.clear(Math.min(limit, this.#list.size));
    if (prefix === '') {
      for (let id = FIRST_WORD; id < this.#list.size; id++) {
        const score = this.#score(logits, id);
        if (score > best.worst) best.offer(id, score);
        // The words that the model does not know come likeliest first.
        else if (id >= this.#known) break;
      }
      return best.sort();
    }
    const ids = this.#list.idsWithPrefix(prefix);
    for (let i = 0; i < ids.length; i++) {
      const score = this.#score(logits, ids[i]!);
      if (score > best.worst) best.offer(ids[i]!, score);
    }
    return best.sort();
  }

  #score(logits: Float32Array, id: number): number {
    return id < this.#known ? logits[id]! : logits[UNKNOWN]! + this.#logShare - Math.log(id);
  }
}
