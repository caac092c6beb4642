import { normalizeWord, type Prediction } from '@foreword/core';
import type { WrittenWord } from './written-words.ts';

/** Slots the ideal writer looks at. */
const slots = 5;
/** How deep a word's rank is looked for before its first letter. */
const rankDepth = 10;

/** What written words would have cost an ideal writer, who takes a word as soon as it stands among the first five. */
export class Replay {
  words = 0;
  #characters = 0;
  #saved = 0;
  #reciprocalRanks = 0;

  /** Asks before each letter until the word is found. Rejects as `ask` does, and then counts nothing of the word. */
  async add(written: WrittenWord, ask: (before: string, limit: number) => Promise<Prediction>): Promise<void> {
    const { before, word, endsInSpace, gap } = written;
    let reciprocalRank = 0;
    let found = -1;
    for (let typed = 0; typed < word.length && found < 0; typed++) {
      const prediction = await ask(before + word.slice(0, typed), typed === 0 ? rankDepth : slots);
      const rank = rankOf(prediction, before + word, before.length + typed);
      if (typed === 0 && rank <= rankDepth) reciprocalRank = 1 / rank;
      if (rank <= slots) found = typed;
    }
    this.words++;
    this.#characters += gap + word.length;
    this.#reciprocalRanks += reciprocalRank;
    // The letters left and the space, for the one key that takes the word.
    if (found >= 0) this.#saved += word.length - found + (endsInSpace ? 1 : 0) - 1;
  }

  /** Keystroke savings, 100 · (C − K) / C. */
  get savedPercent(): number | undefined {
    return this.words > 0 ? (100 * this.#saved) / this.#characters : undefined;
  }

  /** Mean of 1 / rank of each word before its first letter, 0 beyond the tenth. */
  get meanReciprocalRank(): number | undefined {
    return this.words > 0 ? this.#reciprocalRanks / this.words : undefined;
  }
}

/** From 1; Infinity where the word is not among the candidates. What a candidate replaces may begin before the word. */
function rankOf({ candidates, context }: Prediction, text: string, caret: number): number {
  const wanted = normalizeWord(text.slice(caret - context.prefixLength));
  const index = candidates.findIndex(({ word }) => word === wanted);
  return index < 0 ? Number.POSITIVE_INFINITY : index + 1;
}
