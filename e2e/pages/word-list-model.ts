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

  constructor(name: string, words: readonly string[] = [...general, ...arabic, ...german]) {
    this.name = name;
    this.words = words;
  }

  next(query: Query, _signal: AbortSignal): Distribution | Promise<Distribution> {
    const { context, limit, also = [] } = query;
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

/** A slow model: it answers when the test lets it. */
export class HeldModel extends WordListModel {
  /** Questions that were asked and neither answered nor cancelled. */
  readonly waiting: Set<() => void> = new Set();

  override next(query: Query, signal: AbortSignal): Promise<Distribution> {
    return new Promise((resolve, reject) => {
      const answer = (): void => resolve(super.next(query, signal));
      this.waiting.add(answer);
      signal.addEventListener('abort', () => {
        this.waiting.delete(answer);
        reject(signal.reason);
      });
    });
  }

  /** Answers all that wait. */
  release(): void {
    for (const answer of this.waiting) answer();
    this.waiting.clear();
  }
}
