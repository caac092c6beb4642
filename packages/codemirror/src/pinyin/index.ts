export {
  cancelComposition,
  chooseCharacter,
  chooseSelected,
  chooseSlot,
  commitRaw,
  moveSelection,
  toggleChinese,
  turnPage,
} from './commands.ts';
export { type Committed, committed } from './committed.ts';
export { type Composing, composing, isComposing } from './composing.ts';
export { explainSelected } from './explain.ts';
export { isChinese, setChinese } from './mode.ts';
export { type PinyinAsked, type PinyinInputOptions, pinyinOptions, type ResolvedPinyinOptions } from './options.ts';
export { pinyinInput } from './pinyin-input.ts';
