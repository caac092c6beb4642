import { normalizeWord, sentenceSpans, wordSpans } from '@foreword/core';

/** Stands before each sentence, as often as an n-gram's context is long. */
export const sentenceStart = '<s>';
/** Stands behind each sentence; it is foretold as a word is. */
export const sentenceEnd = '</s>';
/** All words that the text does not have. */
export const unknownWord = '<unk>';

/** What a text was seen to hold of one length of n-gram, by context. */
export interface Followers {
  /** The sum of all counts behind the context. */
  total: number;
  /** Count by word. */
  readonly words: Map<string, number>;
}

/** Counts of all n-grams of a text up to a length, kept as the books have them: to be read, not to be fast. */
export interface Counts {
  /** Length of the longest n-grams. */
  readonly order: number;
  /** Words that can be foretold: those of the text, `</s>` and `<unk>`. */
  readonly vocabulary: ReadonlySet<string>;
  /** `counts[k]`: by context of k words, joined by spaces, what followed it. */
  readonly counts: readonly ReadonlyMap<string, Followers>[];
  /** `continuations[k]`: as `counts`, but how many different words stood before the n-gram (Kneser & Ney 1995); behind `<s>` the counts. Of all lengths but the longest. */
  readonly continuations: readonly ReadonlyMap<string, Followers>[];
}

/** A text's sentences in normalised words. */
export function readSentences(text: string): string[][] {
  return sentenceSpans(text)
    .map(({ start, end }) => text.slice(start, end))
    .map((sentence) => wordSpans(sentence).map(({ start, end }) => normalizeWord(sentence.slice(start, end))))
    .filter((words) => words.length > 0);
}

/** Counts the n-grams of a text's sentences up to `order` words. */
export function countNgrams(sentences: readonly (readonly string[])[], order: number): Counts {
  const counts = Array.from({ length: order }, () => new Map<string, Followers>());
  const continuations = Array.from({ length: order - 1 }, () => new Map<string, Followers>());
  const vocabulary = new Set([sentenceEnd, unknownWord]);
  const before = new Set<string>();
  for (const words of sentences) {
    for (const word of words) vocabulary.add(word);
    const padded = [...Array<string>(order - 1).fill(sentenceStart), ...words, sentenceEnd];
    for (let at = order - 1; at < padded.length; at++) {
      for (let length = 0; length < order; length++) {
        const context = padded.slice(at - length, at);
        note(counts[length]!, context, padded[at]!);
        // The n-gram that is one word longer: is this word new before the shorter one?
        const longer = padded.slice(at - length - 1, at + 1).join(' ');
        if (length === order - 1) continue;
        // Before a sentence's start stands nothing, so there the count itself counts.
        if (context[0] !== sentenceStart && before.has(longer)) continue;
        before.add(longer);
        note(continuations[length]!, context, padded[at]!);
      }
    }
  }
  return { order, vocabulary, counts, continuations };
}

/** The last words of a text that an n-gram of `order` sees: sentence marks where there are too few, `<unk>` for strangers. */
export function contextFor({ order, vocabulary }: Counts, words: readonly string[]): string[] {
  const known = words.map((word) => (vocabulary.has(word) ? word : unknownWord));
  return [...Array<string>(order - 1).fill(sentenceStart), ...known].slice(known.length);
}

/** How often an n-gram was counted, and its context. `followers` is undefined behind a context that was never seen. */
export function followersOf(
  table: ReadonlyMap<string, Followers> | undefined,
  context: readonly string[],
): Followers | undefined {
  return table?.get(context.join(' '));
}

/** How many different n-grams of `length` words were seen. */
export function distinctNgrams({ counts }: Counts, length: number): number {
  let distinct = 0;
  for (const { words } of counts[length - 1]?.values() ?? []) distinct += words.size;
  return distinct;
}

function note(table: Map<string, Followers>, context: readonly string[], word: string): void {
  const key = context.join(' ');
  let followers = table.get(key);
  if (followers === undefined) {
    followers = { total: 0, words: new Map() };
    table.set(key, followers);
  }
  followers.total++;
  followers.words.set(word, (followers.words.get(word) ?? 0) + 1);
}
