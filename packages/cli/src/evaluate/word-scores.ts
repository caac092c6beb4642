import { normalizeWord, sentenceSpans, wordSpans } from '@foreword/core';

/** A model that can say how likely any word was: `NgramModel` is one. */
export interface WordJudge {
  /** ln P(word | context). `context` holds normalised words, oldest first, from `<s>` on; `</s>` and unknown words (as `<unk>`) are allowed. */
  logProb(context: readonly string[], word: string): number;
  /** Whether the word is in the vocabulary. */
  isKnown(word: string): boolean;
  /** Words of context it can make use of. */
  readonly contextLength: number;
}

/** How likely a text was, as a model's own reading of it (sentences, words) goes. */
export interface WordTally {
  sentences: number;
  /** Words in the vocabulary and sentence ends, and Σ ln P of them. */
  known: number;
  knownLogProb: number;
  /** Words outside the vocabulary, and the bits that spell them after P(<unk>). */
  unknown: number;
  unknownBits: number;
  /** Characters of all words, and one for the space or end after each. */
  chars: number;
}

export function createWordTally(): WordTally {
  return { sentences: 0, known: 0, knownLogProb: 0, unknown: 0, unknownBits: 0, chars: 0 };
}

/** Adds a line of running text to the tally. */
export function scoreLine(line: string, judge: WordJudge, tally: WordTally): void {
  for (const sentence of sentenceSpans(line)) {
    const text = line.slice(sentence.start, sentence.end);
    const words = wordSpans(text).map((span) => normalizeWord(text.slice(span.start, span.end)));
    if (words.length > 0) scoreSentence(words, judge, tally);
  }
}

function scoreSentence(words: readonly string[], judge: WordJudge, tally: WordTally): void {
  const sentence = ['<s>', ...words, '</s>'];
  tally.sentences += 1;
  for (let i = 1; i < sentence.length; i++) {
    const word = sentence[i]!;
    const logProb = judge.logProb(sentence.slice(Math.max(0, i - judge.contextLength), i), word);
    const isEnd = i === sentence.length - 1;
    if (isEnd || judge.isKnown(word)) {
      tally.known += 1;
      tally.knownLogProb += logProb;
    } else {
      tally.unknown += 1;
      tally.unknownBits += -Math.max(logProb, LEAST_LOG_PROB) / Math.LN2 + spellingBits(word);
    }
    if (!isEnd) tally.chars += word.length + 1;
  }
}

/** P(<unk>) is taken to be at least 1e-7: an ARPA file without `<unk>` gives it none. */
const LEAST_LOG_PROB = Math.log(1e-7);

/** The code that spells unknown words has 40 equally likely signs: a–z, 0–9, apostrophe, hyphen, "another character" and the word's end. */
const SIGN_BITS = Math.log2(40);
/** Another character is then named among all 2²¹ code points. */
const CODE_POINT_BITS = 21;

/** Bits that spell a normalised word out: log2 40 per character and for its end, 21 more where the character is none of a–z, 0–9, ' and -. */
export function spellingBits(word: string): number {
  let bits = SIGN_BITS;
  for (const character of word) bits += SIGN_BITS + (/[a-z0-9'-]/.test(character) ? 0 : CODE_POINT_BITS);
  return bits;
}

/** exp(−mean ln P) over the words in the vocabulary and the sentence ends: KenLM's "perplexity excluding OOVs". */
export function perplexity(tally: WordTally): number {
  return Math.exp(-tally.knownLogProb / tally.known);
}

/** Bits for all words and sentence ends, unknown words spelled out, over all characters. */
export function bitsPerChar(tally: WordTally): number {
  return (-tally.knownLogProb / Math.LN2 + tally.unknownBits) / tally.chars;
}
