// In the browser: the Chinese input method, typed key by key.
import { openPack } from '@foreword/core';
import { createPinyinEngine, emptyComposition, openPinyinLexicon, typeLetters } from '@foreword/core/pinyin';

let engine;

globalThis.bench = { open, typeAll };

/** Opens the pack and makes the engine; milliseconds from the files to the engine. */
async function open() {
  const pack = await openPack('/pack');
  const bytes = await pack.readPinyin();
  const start = performance.now();
  engine = createPinyinEngine({ ngram: pack.ngram, lexicon: openPinyinLexicon(bytes, pack.ngram.vocabulary.size) });
  return performance.now() - start;
}

/** Types each of the inputs; milliseconds of each key. */
function typeAll(inputs) {
  const keys = [];
  for (const input of inputs) {
    let composition = emptyComposition;
    for (const key of input) {
      const start = performance.now();
      composition = typeLetters(composition, key);
      engine.read(composition);
      keys.push(performance.now() - start);
    }
  }
  return keys;
}
