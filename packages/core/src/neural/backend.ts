/**
 * What decoding needs of a neural network, and nothing of how it runs: tests put plain functions behind these interfaces.
 *
 * Shapes: B sequences, T positions, P positions of the past, R numbers of one position's row, V ids in the vocabulary,
 * N hidden layers of H units. Arrays are flat, row-major. All arrays an answer holds are the caller's to keep.
 */

/** A causal language model over tokens. One run at a time: the next may start when the promise of the last has settled. */
export interface CausalBackend {
  /** V: ids are 0 … V-1. */
  readonly vocabularySize: number;
  /** Most positions it can see, `startRow`'s included: P + T must not exceed it. */
  readonly contextLength: number;
  /** R: what one position leaves behind for later ones (keys and values of all layers). */
  readonly rowLength: number;
  /** The row of the token that stands before each text: row 0 of every past. R numbers. */
  readonly startRow: Float32Array;
  /** That token. Default: the tokenizer's `endOfText`. */
  readonly startToken?: number;
  /**
   * Runs B sequences of T ≥ 1 new tokens, each after the same P ≥ 1 rows of the past. `ids` is (B, T); `past` holds at least
   * P · R numbers, of which the first are read. Rejects with `PredictionError` `model-failed` where the network fails.
   */
  run(ids: Int32Array, batch: number, past: Float32Array, pastLength: number): Promise<CausalOutput>;
  /** Frees the network. Idempotent. */
  close(): Promise<void>;
}

/** What a run of a `CausalBackend` gives. */
export interface CausalOutput {
  /** (B, V): scores of the token after each sequence's last; their softmax is its probability. */
  readonly logits: Float32Array;
  /** (B, T, R): the new positions' rows, to append to the past. */
  readonly rows: Float32Array;
}

/** A model of the next word after a fixed number of words (NNLM). One run at a time. */
export interface WindowBackend {
  /** V: word ids are 0 … V-1. */
  readonly vocabularySize: number;
  /** Words it sees: n - 1. */
  readonly windowLength: number;
  /** `words` is (B, n - 1), oldest first; resolves to the logits (B, V). Rejects with `PredictionError` `model-failed`. */
  run(words: Int32Array, batch: number): Promise<Float32Array>;
  /** Frees the network. Idempotent. */
  close(): Promise<void>;
}

/** A model of the next word that carries a state from word to word (LSTM). One run at a time. */
export interface RecurrentBackend {
  /** V: word ids are 0 … V-1. */
  readonly vocabularySize: number;
  /** N. */
  readonly layers: number;
  /** H. */
  readonly width: number;
  /** Reads T ≥ 1 words in each of B sequences; `words` is (B, T). Rejects with `PredictionError` `model-failed`. */
  run(words: Int32Array, batch: number, state: RecurrentState): Promise<RecurrentOutput>;
  /** Frees the network. Idempotent. */
  close(): Promise<void>;
}

/** What a recurrent network remembers. All zeros before the first word. */
export interface RecurrentState {
  /** (N, B, H) */
  readonly h: Float32Array;
  /** (N, B, H) */
  readonly c: Float32Array;
}

/** What a run of a `RecurrentBackend` gives. */
export interface RecurrentOutput {
  /** (B, V): scores of the word after each sequence's last. */
  readonly logits: Float32Array;
  /** The state after the last word. */
  readonly state: RecurrentState;
}

/** Turns text into a model's token ids and back. */
export interface Tokenizer {
  /** Number of ids: 0 … size-1. */
  readonly size: number;
  /** The token that stands before each document. */
  readonly endOfText: number;
  /** The ids of a text, without a start token. Cost grows with the text: cut long texts first. */
  encode(text: string): Int32Array;
  /** The UTF-8 bytes one token stands for; a character may be split over several tokens. None for a special token. */
  bytes(id: number): Uint8Array;
  /** The text of these ids; bytes that are no whole character become U+FFFD. */
  decode(ids: ArrayLike<number>): string;
}
