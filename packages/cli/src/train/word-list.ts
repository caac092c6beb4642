import { readFile } from 'node:fs/promises';
import { CommandFailure } from '../command.ts';
import { BEGIN_SENTENCE, UNKNOWN_WORD } from './vocabulary-selection.ts';

/** Words with their frequencies, laid out as a text's are: ids 0 and 1 are no words. */
export interface WordFrequencies {
  readonly words: readonly string[];
  readonly occurrences: Float64Array;
}

/** Reads lines of a word and, after a tab, its frequency (1 where there is none). Throws `CommandFailure` naming a line that is wrong. */
export async function readWordList(path: string): Promise<WordFrequencies> {
  const text = (await readFile(path, 'utf8')).replace(/^\ufeff/, '');
  const words = ['', ''];
  const occurrences = [0, 0];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === '') continue;
    const [word = '', frequency = '1'] = line.split('\t');
    const count = Number(frequency);
    if (word === '' || /\s/.test(word) || MARKS.includes(word) || !(count > 0 && count < Infinity)) {
      throw new CommandFailure(
        `Line ${index + 1} of ${path} is ${JSON.stringify(line)}, not a word, a tab and a number above 0.`,
      );
    }
    words.push(word);
    occurrences.push(count);
  }
  if (words.length === 2) throw new CommandFailure(`${path} holds no words. Give a word and its frequency a line.`);
  return { words, occurrences: Float64Array.from(occurrences) };
}

/** They are in every vocabulary. */
const MARKS: readonly string[] = ['<unk>', '<s>', '</s>'];

/** The frequencies of a vocabulary's words; a word that is listed twice has both. Of the marks, `</s>` and `<unk>` get the rarest word's. */
export function frequenciesOf(vocabulary: readonly string[], list: WordFrequencies): Float64Array {
  const byWord = new Map<string, number>();
  for (const [id, word] of list.words.entries()) {
    byWord.set(word, (byWord.get(word) ?? 0) + list.occurrences[id]!);
  }
  const least = list.occurrences.reduce((least, count) => (count > 0 ? Math.min(least, count) : least), Infinity);
  const frequencies = Float64Array.from(vocabulary, (word) => byWord.get(word) ?? least);
  frequencies[BEGIN_SENTENCE] = 0;
  frequencies[UNKNOWN_WORD] = least;
  return frequencies;
}
