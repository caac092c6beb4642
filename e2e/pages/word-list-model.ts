import { type Distribution, type LanguageModel, normalizeWord, type Query } from '@foreword/core';

const general =
  'the to and of people in place you that president it program is for problem on with this was are as have be at party they part point put power present public'.split(
    ' ',
  );
const arabic = 'مرحبا مدينة مدرسة من في على إلى كتاب'.split(' ');
const german = 'der die das und Straße'.split(' ').map(normalizeWord);

/** Ranks a short list of words by their places in it, whatever stands before, save that `good` is followed by `morning`. */
export class WordListModel implements LanguageModel {
  readonly name: string;
  private readonly words: readonly string[];
  private readonly delayMs: number;

  constructor(name: string, words: readonly string[] = [...general, ...arabic, ...german], delayMs = 0) {
    this.name = name;
    this.words = words;
    this.delayMs = delayMs;
  }

  next(query: Query, signal: AbortSignal): Distribution | Promise<Distribution> {
    if (this.delayMs === 0) return this.answer(query);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(this.answer(query)), this.delayMs);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    });
  }

  private answer({ context, limit, also = [] }: Query): Distribution {
    const list = context.words.at(-1) === 'good' ? ['morning', ...this.words] : this.words;
    const prefix = normalizeWord(context.prefix);
    const likeliest = list.filter((word) => word.startsWith(prefix)).slice(0, limit);
    const words = [...likeliest, ...also.filter((word) => !likeliest.includes(word))];
    // Zipf: P is in proportion to 1 / rank.
    const mass = list.reduce((sum, _, index) => sum + 1 / (index + 1), 0);
    const logProb = (word: string): number => {
      const index = list.indexOf(word);
      return index < 0 ? Number.NEGATIVE_INFINITY : -Math.log((index + 1) * mass);
    };
    return { words, logProbs: Float32Array.from(words, logProb) };
  }
}
