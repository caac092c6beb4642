/** A word of a dictionary and how often it was counted there. */
export interface DictionaryWord {
  readonly word: string;
  readonly frequency: number;
}

/**
 * The Chinese words of a dictionary: lines of a word and its frequency, parted by white space, as jieba and THUOCL have them; what
 * stands behind is passed over. Words longer than `longest` characters and words with other than Chinese characters are left out.
 */
export function* readDictionary(text: string, longest: number): Generator<DictionaryWord> {
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [word, frequency] = line
      .replace(/^\ufeff/, '')
      .trim()
      .split(/\s+/);
    if (word === undefined || !/^[\u3400-\u9fff〇]+$/.test(word) || word.length > longest) continue;
    const count = Number(frequency);
    yield { word, frequency: Number.isFinite(count) ? Math.max(0, count) : 0 };
  }
}
