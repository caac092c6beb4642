export { PredictionError, type PredictionErrorCode } from './errors.ts';
export type { NgramLevel, NgramTable } from './ngram-table.ts';
export { sentenceSpans } from './sentences.ts';
export type {
  Acceptance,
  Candidate,
  Distribution,
  Evidence,
  LanguageModel,
  Prediction,
  PredictionContext,
  PredictOptions,
  Predictor,
  Query,
} from './types.ts';
export { normalizeWord, type WordSpan, wordSpans } from './words.ts';
