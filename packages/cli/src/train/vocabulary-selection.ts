import { compareUtf8 } from '@foreword/core';

/** Id of `<unk>` in every vocabulary. */
export const UNKNOWN_WORD = 0;
/** Id of `<s>`: stands before each sentence, is never predicted. */
export const BEGIN_SENTENCE = 1;
/** Id of `</s>`: predicted at each sentence's end. */
export const END_SENTENCE = 2;

/** The words of one text and how much each occurrence counts. */
export interface WeightedWords {
  readonly words: readonly string[];
  readonly occurrences: ArrayLike<number>;
  readonly weight: number;
}

/** What limits a vocabulary. */
export interface VocabularyLimits {
  /** Most entries, `<unk>`, `<s>` and `</s>` included. Default: no limit. */
  readonly size?: number | undefined;
  /** Fewest occurrences, unweighted, of a word. Default 1. */
  readonly leastOccurrences?: number;
  /** What a word must match as a whole to be kept. Default: anything. */
  readonly pattern?: RegExp | undefined;
}

/**
 * Chooses the words of a model, the most frequent by weighted occurrences (ties: first by UTF-8 bytes), and numbers them:
 * `<unk>`, `<s>`, `</s>`, then all others ascending by UTF-8 bytes.
 */
export function selectVocabulary(texts: readonly WeightedWords[], limits: VocabularyLimits = {}): string[] {
  const totals = new Map<string, { occurrences: number; weighted: number }>();
  for (const { words, occurrences, weight } of texts) {
    for (let id = 2; id < words.length; id++) {
      const total = totals.get(words[id]!);
      const count = occurrences[id]!;
      if (total === undefined) totals.set(words[id]!, { occurrences: count, weighted: count * weight });
      else {
        total.occurrences += count;
        total.weighted += count * weight;
      }
    }
  }
  const { size = Number.POSITIVE_INFINITY, leastOccurrences = 1, pattern } = limits;
  let chosen = [...totals.keys()].filter(
    (word) => totals.get(word)!.occurrences >= leastOccurrences && (pattern?.test(word) ?? true),
  );
  if (chosen.length > size - 3) {
    chosen.sort((a, b) => totals.get(b)!.weighted - totals.get(a)!.weighted || compareUtf8(a, b));
    chosen = chosen.slice(0, Math.max(0, size - 3));
  }
  return ['<unk>', '<s>', '</s>', ...chosen.sort(compareUtf8)];
}

/** Maps the ids of a text's own word list to those of a vocabulary; 0, `<unk>`, where it lacks the word. */
export function mapWordIds(words: readonly string[], vocabulary: ReadonlyMap<string, number>): Uint32Array {
  return Uint32Array.from(words, (word, id) => (id < 2 ? UNKNOWN_WORD : (vocabulary.get(word) ?? UNKNOWN_WORD)));
}
