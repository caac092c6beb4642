import { readContext } from './context.ts';
import type { PredictionContext } from './types.ts';
import { UNKNOWN, type Vocabulary } from './vocabulary.ts';

/** Stands in a Chinese vocabulary for a pause inside a sentence: a comma, a bracket, a dash. It is a context and never suggested. */
export const PAUSE_WORD = '，';

/** What a Chinese model sees of the text before the caret. */
export interface ChineseContext {
  /** Words of the unfinished sentence, oldest first, pauses among them; the last few. */
  readonly words: readonly string[];
  /** Whether the sentence begins with the first of them. */
  readonly isWhole: boolean;
  /** Whether nothing stands before the caret at all. */
  readonly isUnknown: boolean;
}

/**
 * What `readContext` is for other languages: the text before the caret in the words of a Chinese vocabulary, pauses among them. Latin letters
 * at the end are an unfinished word, Chinese characters never are.
 */
export function chineseContextReader(vocabulary: Vocabulary): (before: string) => PredictionContext {
  return (before) => {
    const [prefix = ''] =
      /(?:[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f'’]*)?$/.exec(before.slice(-LONGEST_PREFIX)) ?? [];
    const { words, isWhole } = readChineseContext(before.slice(0, before.length - prefix.length), vocabulary);
    // Where the window has cut the sentence, its first word may be half a word.
    return { text: before, words: isWhole ? words : words.slice(1), prefix, prefixLength: prefix.length };
  };
}

const LONGEST_PREFIX = 64;

/** How the text before the caret is read in a language: a Chinese one in the words of the vocabulary, all others by `readContext`. */
export function contextReaderOf(
  language: string | undefined,
  vocabulary: Vocabulary,
): (before: string) => PredictionContext {
  return language !== undefined && /^(zh|cmn)\b/i.test(language) ? chineseContextReader(vocabulary) : readContext;
}

/** Code units of the text that are looked at: some ten words. */
const WINDOW = 24;

/** Reads the text before the caret in the words of a Chinese vocabulary. */
export function readChineseContext(before: string, vocabulary: Vocabulary): ChineseContext {
  const recent = before.slice(-WINDOW);
  const sentence = recent.slice(lastEnd(recent));
  const words: string[] = [];
  let isPause = false;
  for (const [piece, han, latin, other] of sentence.matchAll(pieces)) {
    if (han === undefined && latin === undefined && other === undefined) {
      isPause = true;
      continue;
    }
    if (isPause && words.length > 0) words.push(PAUSE_WORD);
    isPause = false;
    if (han !== undefined) words.push(...chineseWords(han, vocabulary));
    else words.push(latin === undefined ? '<unk>' : piece.toLowerCase());
  }
  if (isPause && words.length > 0) words.push(PAUSE_WORD);
  return {
    words,
    isWhole: sentence.length < recent.length || before.length <= WINDOW,
    isUnknown: before.trim() === '',
  };
}

/** Han, Latin words, numbers and other scripts; what is left of the rest is a pause. The parts of an emoji are no script. */
const pieces =
  /([\u3400-\u9fff\uf900-\ufaff〇]+)|([A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f'’+#-]*)|(\d[\d.,:%/]*|[^\s\p{P}\p{S}\p{Cf}\p{VS}\p{sc=Han}A-Za-z\u00c0-\u024f\d]+)|[，、；：,;:（）()—–\-《》〈〉「」『』【】[\]·/]/gu;

function lastEnd(text: string): number {
  for (let i = text.length - 1; i >= 0; i--) if ('。！？!?…\n'.includes(text[i]!)) return i + 1;
  return 0;
}

/** Most characters of a word. */
const LONGEST_WORD = 8;
/** ln P of a character that is no word. */
const UNKNOWN_LOG_PROB = -25;

/** Divides Chinese characters into the vocabulary's likeliest words, as the model's texts were (unigram Viterbi). */
export function chineseWords(han: string, vocabulary: Vocabulary): string[] {
  const best = new Float64Array(han.length + 1).fill(-Infinity);
  const starts = new Int32Array(han.length + 1);
  best[0] = 0;
  for (let start = 0; start < han.length; start++) {
    for (let end = start + 1; end <= Math.min(han.length, start + LONGEST_WORD); end++) {
      const wordId = vocabulary.id(han.slice(start, end));
      if (wordId === UNKNOWN && end > start + 1) continue;
      const logProb = wordId === UNKNOWN ? UNKNOWN_LOG_PROB : vocabulary.logFrequency(wordId);
      if (best[start]! + logProb > best[end]!) {
        best[end] = best[start]! + logProb;
        starts[end] = start;
      }
    }
  }
  const words: string[] = [];
  for (let end = han.length; end > 0; end = starts[end]!) words.unshift(han.slice(starts[end]!, end));
  return words;
}
