/** What went wrong, for programs to act on. */
export type PredictionErrorCode =
  | 'pack-missing'
  | 'pack-corrupt'
  | 'pack-too-new'
  | 'file-malformed'
  | 'model-failed'
  | 'worker-died'
  | 'storage-failed'
  | 'closed';

/**
 * The world's failures: a missing file, a broken pack, a model that died. A caller's mistakes are
 * `TypeError` and `RangeError` instead. The message says what was found, what was expected and what to do.
 */
export class PredictionError extends Error {
  /** Stays the same over versions; the message may change. */
  readonly code: PredictionErrorCode;

  constructor(code: PredictionErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'PredictionError';
    this.code = code;
  }
}
