declare module 'virtual:scores' {
  /** How one model of the English pack did on the text that is shown; the mixture of all is one, too. */
  export interface ModelScores {
    /** `ngram`, `nnlm`, `lstm`, `gpt` or `mixture`. */
    readonly model: string;
    /** Of all its files. */
    readonly sizeBytes: number;
    /** Numbers learned; null of counts, and of the mixture. */
    readonly parameters: number | null;
    /** Words that were foretold. */
    readonly words: number;
    /** Keystroke savings with five slots, in per cent. */
    readonly ks5: number;
    /** How often the word was first, and among the first three, in per cent. */
    readonly top1: number;
    readonly top3: number;
    /** Per word, of all models on the same words. */
    readonly wordPerplexity: number;
    /** Of those words, in all the text's characters. */
    readonly bitsPerChar: number;
  }

  /** How a table of vectors did on word2vec's questions. */
  export interface AnalogyScores {
    readonly table: 'word2vec' | 'nnlm' | 'gpt';
    /** Questions whose four words the table has, and of how many. */
    readonly asked: number;
    readonly questions: number;
    readonly correct: number;
    /** The same for the questions of meaning and those of grammar. */
    readonly semantic: { readonly asked: number; readonly correct: number };
    readonly syntactic: { readonly asked: number; readonly correct: number };
  }

  /** How the GPT did on LAMBADA, as training/lambada.py measured the very weights that are here. */
  export interface LambadaScores {
    readonly passages: number;
    /** Share of the passages whose last word was foretold whole, and its standard error. */
    readonly accuracy: number;
    readonly standardError: number;
  }

  export const scores: {
    /** The text's name. */
    readonly text?: string;
    readonly models: readonly ModelScores[];
    readonly analogies: readonly AnalogyScores[];
    /** Null where it was not measured. */
    readonly lambada: LambadaScores | null;
  };

  /** A run of fine-tuning, as training/finetune.py logged it. */
  export interface TuningRun {
    /** λ, what L1 is weighed by. */
    readonly auxiliary: number;
    readonly seed: number;
    /** Null of a run that was stopped. */
    readonly test: { readonly accuracy: number; readonly L1: number; readonly L2: number } | null;
    /** L1 and L2 of each step. */
    readonly steps: readonly (readonly [number, number])[];
  }

  /** Which of two turns comes next in a conversation: null where no runs were logged. */
  export const fineTuning: {
    readonly testQuestions: number;
    /** Of the model that was not fine-tuned. */
    readonly zeroShotAccuracy: number;
    readonly runs: readonly TuningRun[];
    /** The run whose model the pack holds, and its accuracy with the weights as the pack has them; missing where it holds none. */
    readonly model?: { readonly auxiliary: number; readonly seed: number; readonly accuracy: number };
  } | null;
}
