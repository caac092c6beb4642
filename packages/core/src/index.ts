export { readArpa } from './arpa-reader.ts';
export { writeArpa } from './arpa-writer.ts';
export { PredictionError, type PredictionErrorCode } from './errors.ts';
export { NgramModel, openNgram } from './ngram-model.ts';
export { readNgram } from './ngram-reader.ts';
export type { NgramLevel, NgramTable } from './ngram-table.ts';
export { type NgramWriterOptions, writeNgram } from './ngram-writer.ts';
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
export { compareUtf8, Vocabulary } from './vocabulary.ts';
export { normalizeWord, type WordSpan, wordSpans } from './words.ts';
