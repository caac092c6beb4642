import { readFileSync } from 'node:fs';
import { openPack } from '@foreword/core';
import { compositionOf, createPinyinEngine, openPinyinLexicon } from '@foreword/core/pinyin';
import { describe, expect, it } from 'vitest';
import { directoryReader } from '../src/pack-directory.ts';

const clauses = readFileSync(new URL('fixtures/pinyin-slips.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split('\t') as [id: string, letters: string, meant: string]);

const openOf = (language: string) =>
  openPack(directoryReader(new URL(`../../pack-${language}/`, import.meta.url).pathname));

describe('the Chinese pack', () => {
  it('knows what was meant by pinyin with a slip of the pen', async () => {
    const pack = await openOf('zh');
    const lexicon = openPinyinLexicon(await pack.readPinyin(), pack.ngram.vocabulary.size);
    const found = (typos: boolean): number[] => {
      const engine = createPinyinEngine({ ngram: pack.ngram, lexicon, options: { typos } });
      return clauses.map(([, letters, meant]) =>
        engine.read(compositionOf(letters), { limit: 5 }).candidates.findIndex(({ text }) => text === meant),
      );
    };
    expect(clauses).toHaveLength(35);
    expect(found(false).filter((place) => place === 0).length).toBeLessThanOrEqual(5);
    const places = found(true);
    expect(places.filter((place) => place === 0).length).toBeGreaterThanOrEqual(23);
    expect(places.filter((place) => place >= 0).length).toBeGreaterThanOrEqual(25);
  });

  it('reads no English word as pinyin with a slip', async () => {
    const [chinese, english] = await Promise.all([openOf('zh'), openOf('en')]);
    const lexicon = openPinyinLexicon(await chinese.readPinyin(), chinese.ngram.vocabulary.size);
    const engine = createPinyinEngine({ ngram: chinese.ngram, lexicon, english: english.ngram });
    const words = ['hi', 'ok', 'app', 'wifi', 'hello', 'office', 'team'];
    expect(words.map((word) => engine.read(compositionOf(word)).candidates[0]!.text)).toEqual(words);
  });
});
