import type { CommandIo } from '../command.ts';
import { createPacer, type Progress } from '../progress.ts';
import { quantile, ratioInterval } from './bootstrap.ts';
import { type AskPredictor, createTally, type TypingTally, typeLine } from './ideal-user.ts';
import type { KeystrokeRule } from './keystroke-rule.ts';
import {
  bitsPerChar,
  createWordTally,
  perplexity,
  scoreLine,
  unknownPercent,
  type WordJudge,
  type WordTally,
} from './word-scores.ts';

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
  /** Per word in the vocabulary and sentence end, as the model reads the text: what KenLM calls "excluding OOVs". */
  readonly perplexity: number;
  /** Bits per character over all words; one outside the vocabulary costs −log2 P(<unk>) and is spelled out (`spellingBits`). */
  readonly bitsPerChar: number;
  /** Words outside the vocabulary in percent, as the model reads the text. */
  readonly oov: number;
  /** Slots of 5 that changed under a candidate still agreeing with the letters, per key typed or slot chosen. */
  readonly churn: number;
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
export interface Evaluated {
  readonly ask: AskPredictor;
  readonly judge: WordJudge;
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
  const pace = createPacer(io);
  for (const [index, line] of text.lines.entries()) {
    await typeLine(rule.typedLine(line), rule, evaluated.ask, typing, pace);
    scoreLine(line, evaluated.judge, words);
    progress.update(index + 1);
  }
  return { ...scoresOf(text, typing, words, rule), ...ruleScores(typing, rule) };
}

function scoresOf(text: TextToType, typing: TypingTally, words: WordTally, rule: KeystrokeRule): TextScores {
  const percent = (part: number, whole: number) => round((100 * part) / whole, 2);
  const savings = (saved: number) => percent(saved - rule.keysPerText, typing.chars);
  const [lo, hi] = ratioInterval(typing.lineSaved, typing.lineChars);
  const askMs = Float64Array.from(typing.askMs).sort();
  return {
    file: text.file,
    sha256: text.sha256,
    lines: typing.lines,
    words: typing.words,
    chars: typing.chars,
    ks1: savings(typing.saved[0]),
    ks3: savings(typing.saved[1]),
    ks5: savings(typing.saved[2]),
    ks5ci95: [round(lo, 2), round(hi, 2)],
    top1: percent(typing.nextWordHits[0], typing.words),
    top3: percent(typing.nextWordHits[1], typing.words),
    top5: percent(typing.nextWordHits[2], typing.words),
    mrr: round(typing.reciprocalRanks / typing.words, 4),
    perplexity: round(perplexity(words), 2),
    bitsPerChar: round(bitsPerChar(words), 4),
    oov: round(unknownPercent(words), 2),
    churn: round(typing.slotChanges / (typing.chars - typing.saved[2]), 4),
    msP50: round(quantile(askMs, 0.5), 4),
    msP95: round(quantile(askMs, 0.95), 4),
  };
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
