import type { CommandIo } from '../command.ts';
import { createPacer, type Progress } from '../progress.ts';
import { quantile, ratioInterval } from './bootstrap.ts';
import { calibrationBins, calibrationError } from './calibration.ts';
import { createTally, type TypingAids, type TypingTally, typeLine } from './ideal-user.ts';
import type { KeystrokeRule } from './keystroke-rule.ts';
import { createJudgedTally, judgeLine, type TextJudge } from './text-judge.ts';
import { bitsPerChar, createWordTally, perplexity, scoreLine, type WordJudge, type WordTally } from './word-scores.ts';

/** The scores of one text. The same bytes give the same numbers everywhere, but for the milliseconds. */
export interface TextScores {
  /** As it was named on the command line. */
  readonly file: string;
  /** Of the text's bytes, in hex. */
  readonly sha256: string;
  /** Lines that hold a word, their words and C, the keys that type them, as the rule reads them. */
  readonly lines: number;
  readonly words: number;
  readonly chars: number;
  /** Keystroke savings in percent with 1, 3 and 5 slots. */
  readonly ks1: number;
  readonly ks3: number;
  readonly ks5: number;
  /** 95 % interval of `ks5`, lines drawn anew (bootstrap). */
  readonly ks5ci95: readonly [lo: number, hi: number];
  /** Words that stood first, among the first 3, among the first 5 before their first letter, in percent. */
  readonly top1: number;
  readonly top3: number;
  readonly top5: number;
  /** Mean of 1/rank before the first letter, 0–1; a rank beyond 10 counts as 0. */
  readonly mrr: number;
  /**
   * Of an n-gram model, per word in the vocabulary and sentence end, as the model reads the text: what KenLM calls "excluding OOVs".
   */
  readonly perplexity?: number;
  /** Of an n-gram model, over all words; one outside the vocabulary costs −log2 P(<unk>) and is spelled out (`spellingBits`). */
  readonly bitsPerChar?: number;
  /** Of any model: exp(−mean ln P(word | text before it in the line)) over the words in the n-gram's vocabulary. */
  readonly wordPerplexity: number;
  /** Words outside the vocabulary in percent, as the model reads the text. */
  readonly oov: number;
  /** Slots of 5 that changed under a candidate still agreeing with the letters, per key typed or slot chosen. */
  readonly churn: number;
  /** The same where the n-gram's answer is shown before each word until the final one comes. Of models that take time. */
  readonly streamedChurn?: number;
  /**
   * Expected calibration error of the first candidate before each word, in percentage points: the mean distance between its probability
   * and how often such candidates were right (Guo et al. 2017), over `calibration`.
   */
  readonly calibrationError: number;
  /** Ten bins of that probability, 0–10 %, 10–20 %, …: how many, their mean probability and how many of them were right, in percent. */
  readonly calibration: readonly (readonly [count: number, probability: number, right: number])[];
  /**
   * Where the predictor learns, of the words of three and more letters that no dictionary knows and that came a second time: how many,
   * and how many percent of them were then in 5 slots after at most two letters.
   */
  readonly secondTimes?: number;
  readonly secondTimesOffered?: number;
  /** Milliseconds per prediction: median and 95th percentile. */
  readonly msP50: number;
  readonly msP95: number;
}

/** Scores under another rule than the default: with the rule's own number of slots beside. */
export interface RuleScores extends TextScores {
  readonly rule: string;
  readonly slots: number;
  /** Keystroke savings in percent with `slots` slots. */
  readonly ks: number;
}

/** What is evaluated: how it predicts, and how it judges any word. */
export interface Evaluated extends TypingAids {
  readonly judge: TextJudge;
  /** An n-gram model judges whole sentences besides. */
  readonly sentenceJudge?: WordJudge;
}

export interface TextToType {
  readonly file: string;
  readonly sha256: string;
  readonly lines: readonly string[];
}

/** Types a text key by key with an ideal user and scores it. Throws the signal's reason when interrupted. A text without a word scores NaN. */
export async function evaluateText(
  text: TextToType,
  evaluated: Evaluated,
  rule: KeystrokeRule,
  io: CommandIo,
  progress: Progress,
): Promise<RuleScores> {
  const typing = createTally();
  const words = createWordTally();
  const judged = createJudgedTally();
  const pace = createPacer(io);
  for (const [index, line] of text.lines.entries()) {
    await typeLine(rule.typedLine(line), rule, evaluated, typing, pace);
    await judgeLine(line, evaluated.judge, judged);
    if (evaluated.sentenceJudge !== undefined) scoreLine(line, evaluated.sentenceJudge, words);
    progress.update(index + 1);
  }
  return {
    ...typingScores(text, typing, rule),
    ...(evaluated.sentenceJudge === undefined ? {} : sentenceScores(words)),
    wordPerplexity: round(Math.exp(-judged.logProb / judged.known), 2),
    oov: round((100 * judged.unknown) / (judged.known + judged.unknown), 2),
    ...shownScores(typing, evaluated.askFirst !== undefined),
    ...(evaluated.learning === undefined ? {} : learningScores(typing)),
    ...ruleScores(typing, rule),
  };
}

/** Scores of what was typed and chosen. */
function typingScores(text: TextToType, typing: TypingTally, rule: KeystrokeRule) {
  const percent = (part: number, whole: number) => round((100 * part) / whole, 2);
  const savings = (saved: number) => percent(saved - rule.keysPerText, typing.chars);
  const [lo, hi] = ratioInterval(typing.lineSaved, typing.lineChars);
  return {
    file: text.file,
    sha256: text.sha256,
    lines: typing.lines,
    words: typing.words,
    chars: typing.chars,
    ks1: savings(typing.saved[0]),
    ks3: savings(typing.saved[1]),
    ks5: savings(typing.saved[2]),
    ks5ci95: [round(lo, 2), round(hi, 2)] as const,
    top1: percent(typing.nextWordHits[0], typing.words),
    top3: percent(typing.nextWordHits[1], typing.words),
    top5: percent(typing.nextWordHits[2], typing.words),
    mrr: round(typing.reciprocalRanks / typing.words, 4),
  };
}

function sentenceScores(words: WordTally): Pick<TextScores, 'perplexity' | 'bitsPerChar'> {
  return { perplexity: round(perplexity(words), 2), bitsPerChar: round(bitsPerChar(words), 4) };
}

/** Scores of how the candidates stood, and of the time they took. */
function shownScores(typing: TypingTally, isStreamed: boolean) {
  const keys = typing.chars - typing.saved[2];
  const bins = calibrationBins(typing.forecasts);
  const askMs = Float64Array.from(typing.askMs).sort();
  return {
    churn: round(typing.slotChanges / keys, 4),
    ...(isStreamed ? { streamedChurn: round(typing.streamedSlotChanges / keys, 4) } : {}),
    calibrationError: round(calibrationError(bins), 2),
    calibration: bins.map(({ count, probability, right }) => [count, round(probability, 2), round(right, 2)] as const),
    msP50: round(quantile(askMs, 0.5), 4),
    msP95: round(quantile(askMs, 0.95), 4),
  };
}

function learningScores({ newWords, secondTimesOffered }: TypingTally) {
  const secondTimes = [...newWords.values()].filter((times) => times >= 2).length;
  return { secondTimes, secondTimesOffered: round((100 * secondTimesOffered) / secondTimes, 2) };
}

function ruleScores(typing: TypingTally, rule: KeystrokeRule): Pick<RuleScores, 'rule' | 'slots' | 'ks'> {
  return {
    rule: rule.name,
    slots: rule.slots,
    ks: round((100 * (typing.saved[3] - rule.keysPerText)) / typing.chars, 2),
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
