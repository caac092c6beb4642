import type { Vocabulary } from '@foreword/core';
import { type PinyinLexicon, SYLLABLES } from '@foreword/core/pinyin';

/** The lexicon's node before the first syllable. */
const ROOT = 0;

/** How many keys a text takes by full pinyin, where each character is read as it mostly is. */
export class PinyinKeys {
  readonly #letters = new Map<string, number>();

  /** Reads the lexicon's single characters, some 10,000. */
  constructor(lexicon: PinyinLexicon, vocabulary: Vocabulary) {
    const likeliest = new Map<string, number>();
    for (const [id, syllable] of SYLLABLES.entries()) {
      const node = lexicon.child(ROOT, id);
      if (node < 0) continue;
      for (let entry = lexicon.firstEntry(node); entry < lexicon.firstEntry(node + 1); entry++) {
        const character = vocabulary.word(lexicon.wordId(entry));
        const share = lexicon.logShare(entry);
        if (share <= (likeliest.get(character) ?? -Infinity)) continue;
        likeliest.set(character, share);
        this.#letters.set(character, syllable.length);
      }
    }
  }

  /** Letters of the text's pinyin; what has none counts for itself. */
  of(text: string): number {
    let keys = 0;
    for (const character of text) keys += this.#letters.get(character) ?? 1;
    return keys;
  }
}
