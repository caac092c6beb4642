import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chooseCandidate,
  chosenEnd,
  compositionOf,
  deleteBackward,
  deleteForward,
  emptyComposition,
  moveCaret,
  takeBack,
  typeLetters,
} from '../../src/pinyin/composition.ts';
import { createPinyinEngine, type PinyinEngineSource } from '../../src/pinyin/engine.ts';
import { shuangpinSchemes } from '../../src/pinyin/shuangpin.ts';
import { SLIP_COSTS } from '../../src/pinyin/syllable-slips.ts';
import type { Composition, PinyinAnswer, PinyinCandidate, PinyinEngine } from '../../src/pinyin/types.ts';
import { unigramModel } from '../personal/unigram-model.ts';
import { toy, toySyllables } from './toy-pinyin.ts';

const engineOf = (source: Partial<PinyinEngineSource> = {}): PinyinEngine =>
  createPinyinEngine({ ngram: toy.ngram, lexicon: toy.lexicon, ...source });

const read = (letters: string, before = '', engine = engineOf()) => engine.read(compositionOf(letters), { before });
const texts = ({ candidates }: PinyinAnswer, kinds: readonly string[] = []) =>
  candidates.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind)).map(({ text }) => text);
const first = (letters: string, before = '', engine = engineOf()) => read(letters, before, engine).candidates[0]!;
const readingOf = ({ words }: PinyinCandidate) => words.map(({ reading }) => reading).join(' ');
/** Segments as `zhong guo [x]`: raw ones in brackets, partial ones with dots behind. */
const shown = ({ segments }: PinyinAnswer) =>
  segments.map(({ text, kind }) => (kind === 'raw' ? `[${text}]` : kind === 'partial' ? `${text}…` : text)).join(' ');

const english = unigramModel({ hello: 0.3, help: 0.2, nihilism: 0.1, zhongwen: 0.1 });

describe('reading pinyin', () => {
  it('gives the likeliest whole readings first, then words, then characters, then the letters', () => {
    const answer = read('nihao');
    expect(texts(answer)).toEqual(['你好', '你号', '尼好', '尼号', '你', '尼', 'nihao']);
    expect(answer.candidates.map(({ kind }) => kind)).toEqual([
      'word',
      'sentence',
      'sentence',
      'sentence',
      'character',
      'character',
      'raw',
    ]);
  });

  it('says with which reading each word was found', () => {
    expect(readingOf(first('yinhang'))).toBe("yin'hang");
    expect(readingOf(first('xingdong'))).toBe("xing'dong");
    expect(readingOf(first('hang'))).toBe('hang');
    expect(first('xing')).toMatchObject({ text: '行', words: [{ text: '行', reading: 'xing', start: 0, end: 4 }] });
    expect(readingOf(first('nver'))).toBe("nv'er");
    expect(readingOf(first('lue'))).toBe('lve');
  });

  it('divides letters in more than one way, and keeps to apostrophes', () => {
    expect(texts(read('xian')).slice(0, 2)).toEqual(['先', '西安']);
    expect(first("xi'an").text).toBe('西安');
    expect(texts(read("xi'an"))).not.toContain('先');
    expect(texts(read('fangan')).slice(0, 2).sort()).toEqual(['反感', '方案']);
    expect(first("fan'gan").text).toBe('反感');
    expect(first("fang'an").text).toBe('方案');
  });

  it('takes apostrophes anywhere: before, behind, twice', () => {
    for (const letters of ["'nihao", "nihao'", "ni''hao", "''ni'hao''"]) {
      const { text, start, end, words } = first(letters);
      expect({ text, start, end }).toEqual({ text: '你好', start: 0, end: letters.length });
      expect(words).toEqual([{ text: '你好', reading: "ni'hao", start: 0, end: letters.length }]);
    }
    expect(texts(read("'"))).toEqual(["'"]);
    expect(texts(read("'''"))).toEqual(["'''"]);
  });

  it('takes initials where the letters cannot be read otherwise, zh, ch and sh as one', () => {
    expect(first('zgr')).toMatchObject({ text: '中国人', words: [{ reading: "zhong'guo'ren" }] });
    expect(first('zhgr').text).toBe('中国人');
    expect(first('nh').text).toBe('你好');
    expect(first('zhongg').text).toBe('中国');
    expect(texts(read('woaizg'))).toContain('我爱中国');
  });

  it('reads a, e and o as initials too', () => {
    const answer = read('agr');
    expect(answer.candidates[0]).toMatchObject({ text: '爱国人', words: [{ reading: "ai'guo" }, { reading: 'ren' }] });
    expect(shown(answer)).toBe('a… g… r…');
    expect(first('ag').text).toBe('爱国');
  });

  it('completes the last syllable while it is being typed', () => {
    expect(first('zhonggu').text).toBe('中国');
    expect(first('zhongguor').text).toBe('中国人');
    expect(shown(read('zhonggu'))).toBe('zhong gu…');
    expect(texts(read('niha'))[0]).toBe('你好');
  });

  it('prefers whole syllables to what they may become', () => {
    expect(texts(read('xi'))[0]).toBe('西');
    expect(texts(read('xi'))).toContain('先');
    expect(texts(read('e')).slice(0, 1)).toEqual(['饿']);
  });

  it('reads capitals and curly apostrophes as the plain keys', () => {
    expect(first('NiHao').text).toBe('你好');
    expect(first('ni’hao')).toMatchObject({ text: '你好', end: 6 });
    expect(read('NiHao').candidates.at(-1)).toMatchObject({ text: 'NiHao', kind: 'raw' });
    expect(first('NÜ').text).toBe('女');
  });

  it('reads what is no pinyin as it stands, and goes on behind it', () => {
    expect(texts(read('u'))).toEqual(['u']);
    expect(first('uni').text).toBe('u你');
    expect(first("u'ni").text).toBe('u你');
    expect(first("ni'u'hao")).toMatchObject({ text: '你u好', end: 8 });
    expect(first('ni7').text).toBe('你7');
    expect(shown(read('ni7hao'))).toBe('ni [7] hao');
    expect(first('ni😀hao').text).toBe('你😀好');
  });

  it('shows how the letters were divided, in full where shuangpin was typed', () => {
    expect(shown(read('zhongguoren'))).toBe('zhong guo ren');
    expect(shown(read("ni'hao"))).toBe("ni ['] hao");
    expect(shown(read('zgr'))).toBe('z… g… r…');
    const engine = engineOf({ options: { scheme: shuangpinSchemes.xiaohe } });
    expect(shown(read('vsgoren'.slice(0, 4), '', engine))).toBe('zhong guo');
    expect(first('vsgorf', '', engine).text).toBe('中国人');
  });

  it('reads the keys of a scheme beyond the letters', () => {
    const engine = engineOf({ options: { scheme: shuangpinSchemes.microsoft } });
    expect(first('x;', '', engine).text).toBe('行');
    expect(first('x;ds', '', engine)).toMatchObject({ text: '行动', words: [{ reading: "xing'dong" }] });
  });

  it('answers every letter chosen with nothing', () => {
    const done = chooseCandidate(compositionOf('nihao'), first('nihao'));
    expect(engineOf().read(done)).toEqual({ composition: done, segments: [], candidates: [] });
    expect(engineOf().read(emptyComposition).candidates).toEqual([]);
  });

  it('gives no more candidates than asked for, the letters among them', () => {
    const engine = engineOf();
    for (const limit of [1, 2, 3, 5]) {
      const { candidates } = engine.read(compositionOf('nihao'), { limit });
      expect(candidates).toHaveLength(limit);
      expect(candidates.at(-1)!.kind).toBe('raw');
    }
    const few = engine.read(compositionOf('nihao'), { sentences: 2 });
    expect(texts(few)).toEqual(['你好', '你号', '你', '尼', 'nihao']);
  });

  it.each([
    ['limit', 0],
    ['limit', Number.NaN],
    ['sentences', 0],
    ['sentences', 21],
    ['sentences', 1.5],
  ])('refuses %s %d', (name, value) => {
    expect(() => engineOf().read(compositionOf('ni'), { [name]: value })).toThrow(RangeError);
    expect(() => engineOf().read(compositionOf('ni'), { [name]: value })).toThrow(new RegExp(`${name}.*${value}`));
  });
});

describe('the text before', () => {
  it('changes what is likeliest', () => {
    expect(first('nihao').text).toBe('你好');
    // P(怒 | 的) = 0.01 stands against P(女) by frequency.
    expect(first('de', '先').text).toBe('得');
    expect(first('de', '银行').text).toBe('的');
    expect(first('de', '中国银行').text).toBe('的');
  });

  it('is what was chosen too', () => {
    const engine = engineOf();
    const composition = compositionOf('xiande');
    const chosen = chooseCandidate(
      composition,
      engine.read(composition).candidates.find(({ text, end }) => text === '先' && end === 4)!,
    );
    const rest = engine.read(chosen);
    expect(texts(rest).slice(0, 2)).toEqual(['得', '的']);
    expect(rest.candidates[0]).toMatchObject({ start: 4, end: 6, words: [{ start: 4, end: 6 }] });
    expect(rest.segments).toEqual([{ start: 4, end: 6, text: 'de', kind: 'syllable' }]);
    const before = engine.read(compositionOf('de'), { before: '先' });
    expect(rest.candidates.map(({ text, score }) => [text, score])).toEqual(
      before.candidates.map(({ text, score }) => [text, score]),
    );
    expect(texts(engine.read(takeBack(chosen)))).toEqual(texts(engine.read(composition)));
  });

  it('brings its words again', () => {
    expect(texts(read('ni', '')).slice(0, 2)).toEqual(['你', '尼']);
    const scoreOf = (before: string) => read('ni', before).candidates.find(({ text }) => text === '尼')!.score;
    expect(scoreOf('尼，尼，尼，尼，')).toBeGreaterThan(scoreOf('好，好，好，好，'));
  });
});

describe('English words', () => {
  it('are offered behind what is Chinese, before the letters themselves', () => {
    const answer = read('hel', '', engineOf({ english }));
    expect(texts(answer, ['english'])).toEqual(['hello', 'help']);
    expect(texts(read('Hel', '', engineOf({ english })), ['english'])).toEqual(['Hello', 'Help']);
    expect(texts(read('nih', '', engineOf({ english })))[0]).toBe('你好');
  });

  it('come first where the letters are no pinyin and no Chinese by initials is as likely', () => {
    const answer = read('hello', '', engineOf({ english }));
    expect(answer.candidates[0]).toMatchObject({ text: 'hello', kind: 'english', start: 0, end: 5 });
    expect(shown(answer)).toBe('[hello]');
    expect(texts(read('ok', '', engineOf({ english: unigramModel({ ok: 0.1 }) })))[0]).toBe('ok');
  });

  it('stand second behind likelier Chinese by initials, and of two letters are not offered there', () => {
    const engine = engineOf({ english: unigramModel({ hello: 0.9, nhh: 1e-7, nh: 1e-7 }) });
    expect(texts(read('nhh', '', engine)).slice(0, 2)).toEqual(['你好好', 'nhh']);
    expect(texts(read('nh', '', engine), ['english'])).toEqual([]);
    expect(texts(read('nh', '', engine))[0]).toBe('你好');
  });

  it('are not offered for less than three letters, for other characters, or when switched off', () => {
    expect(texts(read('he', '', engineOf({ english })), ['english'])).toEqual([]);
    expect(texts(read("he'l", '', engineOf({ english })), ['english'])).toEqual([]);
    const engine = engineOf({ english, options: { english: false } });
    expect(texts(read('hel', '', engine), ['english'])).toEqual([]);
    engine.setOptions({});
    expect(texts(read('hel', '', engine), ['english'])).toEqual(['hello', 'help']);
  });

  it('leave the letters in the list, once, when they are the same', () => {
    expect(texts(read('hello', '', engineOf({ english }))).filter((text) => text === 'hello')).toHaveLength(1);
    for (const limit of [1, 2, 3]) {
      const { candidates } = engineOf({ english }).read(compositionOf('hello'), { limit });
      expect(candidates.map(({ text }) => text)).toContain('hello');
    }
  });
});

describe('options', () => {
  it('can be changed while letters are typed', () => {
    const engine = engineOf();
    expect(texts(read('yinwo', '', engine))).not.toContain('行');
    engine.setOptions({ fuzzy: ['in/ing', 'l/n'] });
    expect(texts(read('xin', '', engine))).toContain('行');
    expect(first('li', '', engine)).toMatchObject({ text: '你', words: [{ reading: 'ni' }] });
    engine.setOptions({});
    expect(texts(read('li', '', engine))).not.toContain('你');
    engine.setOptions({ typos: false });
    expect(texts(read('zhonhguo', '', engine))).not.toContain('中国');
    engine.setOptions({});
    expect(first('zhonhguo', '', engine)).toMatchObject({ text: '中国', words: [{ reading: "zhong'guo" }] });
  });

  it('put what is exact before what is fuzzy', () => {
    const engine = engineOf({ options: { fuzzy: ['an/ang'] } });
    expect(texts(read('fan', '', engine)).slice(0, 2)).toEqual(['反', '方']);
    expect(texts(read('fang', '', engine)).slice(0, 2)).toEqual(['方', '反']);
  });

  it('that are wrong are refused when an engine is made, and when they are set, which then changes nothing', () => {
    const wrong = { fuzzy: ['b/p'] } as never;
    expect(() => engineOf({ options: wrong })).toThrow(RangeError);
    const engine = engineOf();
    const before = read('nihao', '', engine);
    expect(() => engine.setOptions(wrong)).toThrow(RangeError);
    expect(read('nihao', '', engine)).toEqual(before);
  });
});

describe('another script', () => {
  const pairs = [
    ['国', '國'],
    ['银', '銀'],
    ['动', '動'],
    ['爱', '愛'],
  ] as const;
  const script = {
    write: (text: string) => pairs.reduce((all, [simple, full]) => all.replaceAll(simple, full), text),
    read: (text: string) => pairs.reduce((all, [simple, full]) => all.replaceAll(full, simple), text),
  };

  it('is written, and read before the caret; words stay as the lexicon has them', () => {
    const engine = engineOf({ options: { script } });
    expect(first('zhongguo', '', engine)).toMatchObject({ text: '中國', words: [{ text: '中国' }] });
    const plain = read('yinhangde', '中国').candidates;
    const written = read('yinhangde', '中國', engine).candidates;
    expect(written.map(({ text }) => script.read(text))).toEqual(plain.map(({ text }) => text));
    expect(written.map(({ score }) => score)).toEqual(plain.map(({ score }) => score));
  });

  it('may write two words alike: they are offered once', () => {
    const same = { write: (text: string) => text.replaceAll('尼', '你'), read: (text: string) => text };
    const engine = engineOf({ options: { script: same } });
    expect(texts(read('ni', '', engine)).filter((text) => text === '你')).toHaveLength(1);
  });
});

const odd = fc.constantFrom(
  'i',
  'u',
  'v',
  '7',
  'A',
  'İ',
  'ß',
  'ü',
  '你',
  '😀',
  '\ud83d',
  '\ude00',
  ' ',
  '\n',
  '’',
  ';',
  '\0',
);
const anyLetters = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...toySyllables) },
      { weight: 2, arbitrary: fc.constantFrom(..."abcdeghinorwxz'") },
      { weight: 1, arbitrary: odd },
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(''));
const anyBefore = fc.constantFrom('', '我', '中国银行', '你好，', '他说。', 'abc 7', '\ud83d', '先'.repeat(400));
const allOptions = [
  {},
  { typos: false },
  { fuzzy: ['l/n', 'an/ang'] as const },
  { scheme: shuangpinSchemes.microsoft },
] as const;
const engines = allOptions.map((options) => engineOf({ options, english }));

const keysOf = (letters: string) => letters.toLowerCase().replace(/['’]/g, '');

/** What holds for every answer. */
function expectSound(answer: PinyinAnswer, limit = 100): void {
  const { composition, segments, candidates } = answer;
  const from = chosenEnd(composition);
  const { letters } = composition;
  const raw = letters.slice(from);
  if (raw === '') {
    expect(candidates).toEqual([]);
    return;
  }
  expect(candidates.length).toBeLessThanOrEqual(limit);
  expect(new Set(candidates.map(({ end, text }) => `${end} ${text}`)).size).toBe(candidates.length);
  expect(candidates.some(({ text, end }) => text === raw && end === letters.length)).toBe(true);
  for (const { text, kind, start, end, words, score, logProb } of candidates) {
    expect(start).toBe(from);
    expect(end).toBeGreaterThan(from);
    expect(end).toBeLessThanOrEqual(letters.length);
    expect(text).not.toBe('');
    expect(score).not.toBeNaN();
    if (kind === 'raw' || kind === 'english') expect(words).toEqual([]);
    else {
      expect(words.map(({ text }) => text).join('')).toBe(text);
      expect(words[0]!.start).toBe(from);
      expect(words.at(-1)!.end).toBe(end);
      words.slice(1).forEach((word, i) => {
        expect(word.start).toBe(words[i]!.end);
      });
      for (const word of words) {
        const isRaw = keysOf(letters.slice(word.start, word.end)) === keysOf(word.text);
        expect(word.reading === '', `${word.text} in ${raw}`).toBe(isRaw);
      }
    }
    if (kind === 'sentence') expect(logProb).toBeGreaterThanOrEqual(score);
    if (kind === 'sentence' && raw.length <= 240) expect(end).toBe(letters.length);
  }
  expect(segments.map(({ start }) => start)).toEqual(
    [from, ...segments.map(({ end }) => end)].slice(0, segments.length),
  );
  expect(segments.at(-1)!.end).toBe(letters.length);
  for (const { start, end, text, kind } of segments) {
    expect(end).toBeGreaterThan(start);
    if (kind !== 'syllable') expect(text).toBe(letters.slice(start, end));
  }
}

describe('an answer to any letters', () => {
  it('is sound, whatever they are and whatever stands before', { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(anyLetters, anyBefore, fc.constantFrom(...engines), (letters, before, engine) => {
        expectSound(engine.read(compositionOf(letters), { before }));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['syllables', 'zhongguoren'.repeat(46)],
    ['initials', 'zgr'.repeat(170)],
    ['no pinyin', 'u'.repeat(500)],
    ['apostrophes', "'".repeat(500)],
    ['apostrophes between', "ni'".repeat(170)],
    ['one vowel', 'a'.repeat(500)],
    ['capitals', 'NIHAO'.repeat(100)],
  ])('is sound for 500 letters: %s', (_what, letters) => {
    for (const engine of engines) {
      const answer = engine.read(compositionOf(letters));
      expectSound(answer);
      // Whatever is chosen, no letter that was not read goes with it.
      const chosen = chooseCandidate(compositionOf(letters), answer.candidates[0]!);
      expectSound(engine.read(chosen));
    }
  });

  it('is in order: sentences by score, then words by length, then characters, of either those far from the letters last', {
    timeout: 300_000,
  }, () => {
    fc.assert(
      fc.property(anyLetters, anyBefore, (letters, before) => {
        const composition = compositionOf(letters);
        const { candidates } = engines[0]!.read(composition, { before });
        const spellingCost = (candidate: PinyinCandidate): number => {
          const { edges } = engines[0]!.explain(composition, candidate, { before });
          return edges.reduce((sum, { score, logProb }) => sum + score - logProb, 0);
        };
        const whole = candidates.filter(({ logProb }) => logProb !== undefined);
        whole.slice(1).forEach(({ score }, i) => {
          expect(score).toBeLessThanOrEqual(whole[i]!.score + 1e-9);
        });
        const rest = candidates.filter(
          ({ kind, logProb }) => kind !== 'english' && kind !== 'raw' && logProb === undefined,
        );
        const kinds = rest.map(({ kind }) => kind);
        expect(kinds).toEqual(kinds.toSorted((a, b) => (a < b ? 1 : a > b ? -1 : 0)));
        const words = rest
          .filter(({ kind }) => kind === 'word')
          .map((candidate) => ({
            end: candidate.end,
            isFar: Number(spellingCost(candidate) < SLIP_COSTS.swapped + 1e-3),
          }));
        expect(words).toEqual(words.toSorted((a, b) => a.isFar - b.isFar || b.end - a.end));
      }),
      { numRuns: 300 },
    );
  });
});

const edit: fc.Arbitrary<(composition: Composition, answer: PinyinAnswer) => Composition> = fc.oneof(
  {
    weight: 5,
    arbitrary: anyLetters.map((letters) => (composition: Composition) => typeLetters(composition, letters.slice(0, 4))),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(..."hnaigr'")
      .map((letter) => (composition: Composition) => typeLetters(composition, letter)),
  },
  { weight: 4, arbitrary: fc.constantFrom(deleteBackward, deleteForward, takeBack) },
  {
    weight: 2,
    arbitrary: fc.nat(12).map((position) => (composition: Composition) => moveCaret(composition, position)),
  },
  {
    weight: 1,
    arbitrary: fc.nat(8).map(
      (index) =>
        (composition: Composition, { candidates }: PinyinAnswer) =>
          candidates.length === 0 ? composition : chooseCandidate(composition, candidates[index % candidates.length]!),
    ),
  },
);

describe('an engine that has read other letters', () => {
  it('answers as one that has read none', { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(edit, anyBefore), { minLength: 2, maxLength: 12 }),
        fc.boolean(),
        fc.constantFrom(...allOptions),
        (edits, hasOneText, options) => {
          const used = engineOf({ options });
          let composition: Composition = emptyComposition;
          let answer = used.read(composition);
          for (const [change, text] of edits) {
            const before = hasOneText ? '我' : text;
            composition = change(composition, answer);
            answer = used.read(composition, { before });
            expect(answer).toEqual(engineOf({ options }).read(composition, { before }));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('answers letters typed one by one as all at once', () => {
    const engine = engineOf();
    for (const letters of ['woaizhongguoren', "xi'andeyinhang", 'zgrdnver', "ni'''u'hao''", 'fangansshh', "xian'"]) {
      for (let end = 1; end <= letters.length; end++) {
        const typed = compositionOf(letters.slice(0, end));
        expect(engine.read(typed)).toEqual(engineOf().read(typed));
      }
      for (let end = letters.length; end > 0; end--) {
        const typed = compositionOf(letters.slice(0, end));
        expect(engine.read(typed)).toEqual(engineOf().read(typed));
      }
    }
  });
});
