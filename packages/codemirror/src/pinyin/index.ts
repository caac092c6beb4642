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
export { isChinese, setChinese } from './mode.ts';
export { type PinyinInputOptions, pinyinOptions, type ResolvedPinyinOptions } from './options.ts';
export { pinyinInput } from './pinyin-input.ts';
