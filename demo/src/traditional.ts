import type { ScriptConverter } from '@foreword/core/pinyin';
import { ConverterFactory } from 'opencc-js/core';
import STCharacters from 'opencc-js/dict/STCharacters';
import STPhrases from 'opencc-js/dict/STPhrases';
import regionalPhrases from 'opencc-js/dict/STPhrases_GeneratedFromRegionalPhrases';
import TSCharacters from 'opencc-js/dict/TSCharacters';
import TSPhrases from 'opencc-js/dict/TSPhrases';

/** Traditional characters by OpenCC's own standard (`s2t`), by words where they differ: 头发 → 頭髮, 发现 → 發現. */
export function traditional(): ScriptConverter {
  return {
    write: ConverterFactory([STPhrases, regionalPhrases, STCharacters]),
    read: ConverterFactory([TSPhrases, TSCharacters]),
  };
}
