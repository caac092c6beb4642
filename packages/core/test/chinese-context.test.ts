import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chineseContextReader, chineseWords, contextReaderOf, readChineseContext } from '../src/chinese-context.ts';
import { readContext } from '../src/context.ts';
import { vocabularyLexicon } from '../src/lexicon.ts';
import { createPredictor } from '../src/predictor.ts';
import { toy } from './pinyin/toy-pinyin.ts';

const { vocabulary } = toy.ngram;
const words = (before: string) => readChineseContext(before, vocabulary).words.join(' ');
const context = chineseContextReader(vocabulary);

describe('chineseWords', () => {
  it('divides into the likeliest words; a character that is none stands alone', () => {
    expect(chineseWords('中国人的银行', vocabulary)).toEqual(['中国人', '的', '银行']);
    expect(chineseWords('我爱中国银行', vocabulary)).toEqual(['我', '爱', '中国', '银行']);
    expect(chineseWords('龘中国龘龘', vocabulary)).toEqual(['龘', '中国', '龘', '龘']);
    expect(chineseWords('', vocabulary)).toEqual([]);
  });

  it('loses no character', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('中', '国', '人', '行', '动', '龘', '银', '〇') }), (han) => {
        expect(chineseWords(han, vocabulary).join('')).toBe(han);
      }),
    );
  });
});

describe('readChineseContext', () => {
  it.each([
    ['', ''],
    ['我爱中国', '我 爱 中国'],
    ['我爱，中国', '我 爱 ， 中国'],
    ['我爱，', '我 爱 ，'],
    ['，我', '我'],
    ['我——（中国）', '我 ， 中国 ，'],
    ['我、；：“中国”', '我 ， 中国'],
    ['我好。中国', '中国'],
    ['我好！', ''],
    ['我好？\n中国', '中国'],
    ['好…银行', '银行'],
    ['我有iPhone的', '我 有 iphone 的'],
    ['我有3.14个', '我 有 <unk> 个'],
    ['我 爱 你', '我 爱 你'],
    ['我爱日本のアニメ', '我 爱 日 本 <unk>'],
    ['我😀爱你👨‍👩‍👧', '我 爱 你'],
    ['龘我', '龘 我'],
  ])('reads %j as "%s"', (before, expected) => {
    expect(words(before)).toBe(expected);
  });

  it('knows whether the sentence begins with the first word, and whether there is any text', () => {
    const facts = (before: string) => {
      const { isWhole, isUnknown } = readChineseContext(before, vocabulary);
      return [isWhole, isUnknown];
    };
    expect(facts('')).toEqual([true, true]);
    expect(facts(' \n')).toEqual([true, true]);
    expect(facts('我好。')).toEqual([true, false]);
    expect(facts('我好。中国')).toEqual([true, false]);
    expect(facts('我'.repeat(24))).toEqual([true, false]);
    expect(facts('我'.repeat(25))).toEqual([false, false]);
    expect(facts(`${'我'.repeat(40)}。好`)).toEqual([true, false]);
  });

  it('looks at the last 24 code units', () => {
    expect(readChineseContext('我'.repeat(1000), vocabulary).words).toHaveLength(24);
    expect(words(`${'好'.repeat(30)}。${'我'.repeat(24)}`).replaceAll(' ', '')).toBe('我'.repeat(24));
  });

  it('takes any text, and of what stands far before no notice', () => {
    const piece = fc.constantFrom(
      '我',
      '中国',
      '，',
      '。',
      'abc',
      '7',
      ' ',
      '😀',
      '\ud83d',
      '\ude00',
      '龘',
      "'",
      '’',
      '\n',
      'の',
    );
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, text, (far, near) => {
        const found = readChineseContext(near, vocabulary);
        for (const word of found.words) expect(word).not.toBe('');
        if (near.length < 24) return;
        expect(readChineseContext(far + near, vocabulary).words).toEqual(
          readChineseContext(near.slice(-24), vocabulary).words,
        );
        expect(context(far + near).text).toBe(far + near);
      }),
    );
  });
});

describe('chineseContextReader', () => {
  it.each([
    ['我爱', ['我', '爱'], ''],
    ['我爱zh', ['我', '爱'], 'zh'],
    ['我爱don’t', ['我', '爱'], 'don’t'],
    ['Hel', [], 'Hel'],
    ['我爱 ok ', ['我', '爱', 'ok'], ''],
  ])('reads %j: Latin letters at the end are an unfinished word', (before, expected, prefix) => {
    expect(context(before)).toEqual({ text: before, words: expected, prefix, prefixLength: prefix.length });
  });

  it('takes no quotation mark for the beginning of a word', () => {
    expect(context('我说‘你好’')).toMatchObject({ prefix: '', prefixLength: 0 });
    expect(context("我'")).toMatchObject({ words: ['我'], prefix: '' });
    expect(context('我说‘Hel')).toMatchObject({ prefix: 'Hel' });
  });

  it('leaves out a first word that the window may have cut', () => {
    const before = `中国${'我'.repeat(23)}`;
    expect(readChineseContext(before, vocabulary).words[0]).toBe('国');
    expect(context(before).words).toEqual(Array.from({ length: 23 }, () => '我'));
  });
});

describe('contextReaderOf', () => {
  it.each(['zh', 'zh-Hans', 'zh-CN', 'ZH-hant', 'cmn'])('reads %s in the words of the vocabulary', (language) => {
    expect(contextReaderOf(language, vocabulary)('中国人的').words).toEqual(['中国人', '的']);
  });

  it.each(['en', 'zha', 'ja', undefined])('reads %s as other languages', (language) => {
    expect(contextReaderOf(language, vocabulary)).toBe(readContext);
  });
});

describe('the predictor of a Chinese pack', () => {
  const pack = {
    manifest: { language: 'zh-Hans', mixtures: [] },
    ngram: toy.ngram,
    lexicon: vocabularyLexicon(vocabulary),
  } as unknown as Parameters<typeof createPredictor>[0];
  const next = (before: string, after = '') =>
    createPredictor(pack)
      .predictNow(before, { limit: 3, after })
      .candidates.map(({ text, logProb }) => [text, Math.exp(logProb)]);

  it('knows what follows the words of its vocabulary', () => {
    // P(人 | 中国) = 0.3, P(的 | 中国) = 0.2, P(银行 | 中国) = 0.15.
    const expected = [
      ['人', expect.closeTo(0.3, 5)],
      ['的', expect.closeTo(0.2, 5)],
      ['银行', expect.closeTo(0.15, 5)],
    ];
    expect(next('我爱中国')).toEqual(expected);
    expect(next('我好。中国')).toEqual(expected);
    expect(next('中国', '银行')).toEqual(expected);
    expect(next('我爱中国人')[0]).toEqual(['的', expect.closeTo(0.4, 5)]);
  });

  it('takes a pause for a word and a new sentence for none', () => {
    expect(next('中国，')[0]).toEqual(['我', expect.closeTo(0.2, 5)]);
    expect(next('中国。').map(([text]) => text)).toContain('你好');
  });

  it('never suggests the pause itself', () => {
    const all = createPredictor(pack)
      .predictNow('你好', { limit: 100 })
      .candidates.map(({ text }) => text);
    expect(all.length).toBeGreaterThan(20);
    expect(all).not.toContain('，');
  });
});
