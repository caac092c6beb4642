export { chineseWords, PAUSE_WORD, readChineseContext } from '../chinese-context.ts';
export {
  chooseCandidate,
  chosenEnd,
  chosenText,
  compositionOf,
  compositionText,
  deleteBackward,
  deleteForward,
  emptyComposition,
  isComplete,
  moveCaret,
  stepCaret,
  takeBack,
  takeBackFrom,
  typeLetters,
} from './composition.ts';
export { createPinyinEngine, type PinyinEngineSource } from './engine.ts';
export { type LexiconEntry, writePinyinLexicon } from './lexicon-writer.ts';
export { openPinyinLexicon, type PinyinLexicon } from './pinyin-lexicon.ts';
export { shuangpinSchemes } from './shuangpin.ts';
export { SYLLABLES, syllableId } from './syllables.ts';
export type {
  Choice,
  Composition,
  FuzzyPair,
  PathScorer,
  PinyinAnswer,
  PinyinCandidate,
  PinyinCandidateKind,
  PinyinEdge,
  PinyinEngine,
  PinyinExplanation,
  PinyinOptions,
  PinyinQuery,
  PinyinRerank,
  PinyinSegment,
  PinyinSyllable,
  PinyinWordShare,
  ReadWord,
  ScriptConverter,
  ShuangpinScheme,
  SpellingDeparture,
} from './types.ts';
