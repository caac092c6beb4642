export { acceptCandidate, typeAfterAcceptance } from './acceptance.ts';
export { readArpa } from './arpa-reader.ts';
export { writeArpa } from './arpa-writer.ts';
export {
  type ChineseContext,
  chineseContextReader,
  contextReaderOf,
  readChineseContext,
} from './chinese-context.ts';
export { readContext } from './context.ts';
export { type ContextClass, contextClass, contextClasses, isInsideWord } from './context-class.ts';
export { PredictionError, type PredictionErrorCode } from './errors.ts';
export type {
  BackoffStep,
  FadedCount,
  ModelDetails,
  ModelExplanation,
  NgramDetails,
  Obstacle,
  PersonalDetails,
  WordExplanation,
} from './explain.ts';
export { createLadder, type Ladder, type LadderConditions, type LadderOptions, type Rung } from './ladder.ts';
export { type Lexicon, vocabularyLexicon } from './lexicon.ts';
export {
  type NeuralModelName,
  neuralModelNames,
  type PackFile,
  type PackManifest,
  type PackNeuralModel,
  type PackNgramFile,
  type PackSource,
  type PackVectors,
  parseManifest,
} from './manifest.ts';
export { rankingScore } from './mixture.ts';
export { type MixtureWeights, type Weighable, weighModels } from './mixture-weights.ts';
export type { NearMiss } from './near-misses.ts';
export { type NgramModel, type OpenNgramOptions, openNgram } from './ngram-model.ts';
export { readNgram } from './ngram-reader.ts';
export type { NgramLevel, NgramTable } from './ngram-table.ts';
export { type NgramWriterOptions, writeNgram } from './ngram-writer.ts';
export {
  type NeuralFiles,
  type OpenPackOptions,
  openPack,
  type Pack,
  type PackProgress,
  type PackReader,
  type ReadModelOptions,
  urlReader,
  type VectorFiles,
} from './pack.ts';
export { createPredictor, type PredictorOptions } from './predictor.ts';
export { sentenceSpans } from './sentences.ts';
export { arrangeLater, arrangeSlots } from './slots.ts';
export type {
  Acceptance,
  Candidate,
  Confidence,
  Distribution,
  Evidence,
  LanguageModel,
  MixturePredictor,
  PersonalModel,
  Prediction,
  PredictionContext,
  PredictOptions,
  Predictor,
  PredictorModel,
  Query,
  WordOrigin,
} from './types.ts';
export { compareUtf8, type Vocabulary } from './vocabulary.ts';
export { normalizeWord, type WordSpan, wordSpans } from './words.ts';
