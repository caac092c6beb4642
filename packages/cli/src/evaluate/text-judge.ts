import { normalizeWord, wordSpans } from '@foreword/core';

/** A model that can say how likely any word is after a text: every `LanguageModel` can. */
export interface TextJudge {
  /** ln P(word | text before), for a normalised word. */
  logProb(before: string, word: string): number | Promise<number>;
  /** Whether a normalised word is in the vocabulary. */
  isKnown(word: string): boolean;
}

/** How likely the words of a text were. */
export interface JudgedTally {
  /** Words in the vocabulary, and Σ ln P of them. */
  known: number;
  logProb: number;
  unknown: number;
}

export function createJudgedTally(): JudgedTally {
  return { known: 0, logProb: 0, unknown: 0 };
}

/** Adds the words of a line, each judged after what stands before it in the line. */
export async function judgeLine(line: string, judge: TextJudge, tally: JudgedTally): Promise<void> {
  for (const { start, end } of wordSpans(line)) {
    const word = normalizeWord(line.slice(start, end));
    if (!judge.isKnown(word)) {
      tally.unknown += 1;
      continue;
    }
    tally.known += 1;
    tally.logProb += await judge.logProb(line.slice(0, start), word);
  }
}
