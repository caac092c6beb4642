import type { Lexicon } from '../lexicon.ts';
import type { CausalBackend, Tokenizer } from './backend.ts';

/** Options of a `GptModel`. */
export interface GptOptions {
  /** `LanguageModel.name`. Default `gpt`. */
  readonly name?: string;
  /** How words are written. Judging a word includes this form of it. */
  readonly lexicon?: Lexicon;
  /**
   * (V) For each token the share of its occurrences behind which a word has ended, 0–1, see `measureEndShares`. With it most
   * words need no run of their own. Default: half for all of them, with which words that were not run are half guessed.
   */
  readonly endShares?: Float32Array;
  /**
   * The normalised words of a language that puts no spaces between words. With it `next` offers those of them that are one token,
   * judges any word right behind the text, and asks for that a run or, where a token reaches over the caret, three short ones; see `UnspacedWords`. `endShares`
   * then says nothing. Default: words have a space before them and end where they do not go on.
   */
  readonly unspacedWords?: ReadonlySet<string>;
  /** Most token paths of one run, 1 or more. Default 8. */
  readonly beams?: number;
  /** Most tokens of the text before the caret that are read, 2 or more. Default 119, or what the network can see less 9. */
  readonly window?: number;
  /**
   * Whether to run everything likelier than `tolerance` instead of what pays: for tests and evaluation. Costs tens or
   * hundreds of runs. Default false.
   */
  readonly exact?: boolean;
  /** With `exact`: what a word's probability may lack, greater than 0. Default 1e-4. */
  readonly tolerance?: number;
}

/** Throws `RangeError` where an option is out of its range or the tokenizer is not that of the network. */
export function checkOptions(backend: CausalBackend, tokenizer: Tokenizer, options: GptOptions): void {
  const { beams = 8, window = 2, tolerance = 1e-4, endShares } = options;
  const { vocabularySize, contextLength } = backend;
  if (tokenizer.size > vocabularySize) {
    throw new RangeError(`tokenizer must have at most the network's ${vocabularySize} tokens, not ${tokenizer.size}`);
  }
  if (!(contextLength >= 5)) throw new RangeError(`contextLength must be at least 5, not ${contextLength}`);
  if (!(Number.isInteger(beams) && beams >= 1)) throw new RangeError(`beams must be a positive integer, not ${beams}`);
  if (!(Number.isInteger(window) && window >= 2))
    throw new RangeError(`window must be an integer above 1, not ${window}`);
  if (!(tolerance > 0)) throw new RangeError(`tolerance must be a number greater than 0, not ${tolerance}`);
  if (endShares !== undefined && endShares.length !== vocabularySize) {
    throw new RangeError(`endShares must have ${vocabularySize} entries, one for each token, not ${endShares.length}`);
  }
}
