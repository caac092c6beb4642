import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shuangpinSchemes } from '../../src/pinyin/shuangpin.ts';
import { SPELLING_COSTS, type Spelling, SpellingTable } from '../../src/pinyin/spelling.ts';
import { SLIP_COSTS } from '../../src/pinyin/syllable-slips.ts';
import { INITIALS, initialOf, SYLLABLES, syllableId } from '../../src/pinyin/syllables.ts';
import type { FuzzyPair, PinyinOptions } from '../../src/pinyin/types.ts';

/** What letters may stand for, with costs. */
function read(spelling: Spelling | undefined): Record<string, number> {
  const entries = [...(spelling?.syllables ?? [])].map((id, i) => [SYLLABLES[id]!, spelling!.costs[i]!] as const);
  return Object.fromEntries(entries);
}

const tableOf = (options: PinyinOptions = {}) => new SpellingTable(options);
const full = tableOf();
const cost = (name: keyof typeof SPELLING_COSTS) => expect.closeTo(SPELLING_COSTS[name], 5);

/** The syllables that letters spell without cost. */
const exactly = (table: SpellingTable, letters: string) =>
  Object.entries(read(table.whole.get(letters)))
    .filter(([, cost]) => cost === 0)
    .map(([syllable]) => syllable)
    .sort();

describe('the syllables', () => {
  it('are ascending, each once, and ids lead back to them', () => {
    expect([...SYLLABLES].sort()).toEqual(SYLLABLES);
    expect(new Set(SYLLABLES).size).toBe(SYLLABLES.length);
    for (const [id, syllable] of SYLLABLES.entries()) expect(syllableId(syllable)).toBe(id);
    expect(syllableId('zhx')).toBe(-1);
    expect(syllableId('')).toBe(-1);
  });

  it('are some 400, rare ones of spoken Chinese among them', () => {
    expect(SYLLABLES.length).toBeGreaterThan(395);
    expect(SYLLABLES.length).toBeLessThan(425);
    for (const syllable of [
      'a',
      'er',
      'ei',
      'nv',
      'lve',
      'yo',
      'lo',
      'fiao',
      'den',
      'zhei',
      'shei',
      'zei',
      'rua',
      'nou',
    ]) {
      expect(SYLLABLES, syllable).toContain(syllable);
    }
    for (const none of ['ju:', 'lvan', 'jv', 'jo', 'bong', 'i', 'u', 'v', 'wu:', 'gi', 'zhv']) {
      expect(SYLLABLES).not.toContain(none);
    }
  });

  it('begin with an initial or none', () => {
    expect(['zhuang', 'zuan', 'er', 'yi', 'wu'].map(initialOf)).toEqual(['zh', 'z', '', 'y', 'w']);
    for (const syllable of SYLLABLES) expect(syllable.startsWith(initialOf(syllable))).toBe(true);
  });
});

describe('full pinyin', () => {
  it('spells every syllable as it is, without cost', () => {
    for (const syllable of SYLLABLES) expect(exactly(full, syllable)).toContain(syllable);
  });

  it('spells ü as v and as ü, behind j, q, x and y also as v, and lüe and nüe with u', () => {
    expect(exactly(full, 'nv')).toEqual(['nv']);
    expect(exactly(full, 'nü')).toEqual(['nv']);
    expect(exactly(full, 'nu')).toEqual(['nu']);
    expect([exactly(full, 'lue'), exactly(full, 'lve'), exactly(full, 'lüe')]).toEqual([['lve'], ['lve'], ['lve']]);
    expect([exactly(full, 'jv'), exactly(full, 'xvan'), exactly(full, 'yve'), exactly(full, 'qvn')]).toEqual([
      ['ju'],
      ['xuan'],
      ['yue'],
      ['qun'],
    ]);
    expect([exactly(full, 'jü'), exactly(full, 'yüan')]).toEqual([['ju'], ['yuan']]);
  });

  it('has no other spelling than these', () => {
    const others = [...full.whole.keys()].filter((letters) => syllableId(letters) < 0);
    expect(others.every((letters) => /^([nl](ü|[uü]e)|[jqxy][vü](an|e|n)?)$/.test(letters))).toBe(true);
    expect(full.whole.has('')).toBe(false);
  });

  it('takes a lone vowel for a syllable, but not before a lone initial', () => {
    for (const letters of ['a', 'ayi', 'ehu', 'wo', 'wog', 'aig', "a'g", 'woa', 'xia', 'ang'])
      expect(full.spells(letters), letters).toBe(true);
    for (const letters of ['ag', 'ezh', 'oh', 'woag', "wo'ag", 'zgr'])
      expect(full.spells(letters), letters).toBe(false);
  });

  it('takes initials for all their syllables, zh also as z', () => {
    const of = (letters: string) => read(full.initials.get(letters));
    expect(of('zh')).toMatchObject({ zhong: cost('initial'), zhuang: cost('initial') });
    expect(of('zh')).not.toHaveProperty('zi');
    expect(of('z')).toMatchObject({ zhong: cost('initial'), zi: cost('initial') });
    expect(of('a')).toEqual(Object.fromEntries(['a', 'ai', 'an', 'ang', 'ao'].map((each) => [each, cost('initial')])));
    expect(of('i')).toEqual({});
    for (const syllable of SYLLABLES) expect(of(syllable[0]!)).toHaveProperty(syllable);
  });

  it('takes the beginning of a syllable, itself left out', () => {
    const of = (letters: string) => read(full.beginnings.get(letters));
    expect(of('zhua')).toEqual({ zhuai: cost('partial'), zhuan: cost('partial'), zhuang: cost('partial') });
    expect(of('zhuang')).toEqual({});
    expect(of('l')).toHaveProperty('lve');
    for (const syllable of SYLLABLES) {
      for (let end = 1; end < syllable.length; end++) expect(of(syllable.slice(0, end))).toHaveProperty(syllable);
    }
  });
});

const pairs: readonly FuzzyPair[] = [
  'z/zh',
  'c/ch',
  's/sh',
  'l/n',
  'f/h',
  'r/l',
  'an/ang',
  'en/eng',
  'in/ing',
  'ian/iang',
  'uan/uang',
];

describe('fuzzy sounds', () => {
  it.each<[FuzzyPair, string, string]>([
    ['z/zh', 'zong', 'zhong'],
    ['c/ch', 'ci', 'chi'],
    ['s/sh', 'san', 'shan'],
    ['l/n', 'lai', 'nai'],
    ['f/h', 'fu', 'hu'],
    ['r/l', 'ren', 'len'],
    ['an/ang', 'san', 'sang'],
    ['en/eng', 'fen', 'feng'],
    ['in/ing', 'xin', 'xing'],
    ['ian/iang', 'lian', 'liang'],
    ['uan/uang', 'guan', 'guang'],
  ])('%s: %s and %s stand for each other at a cost, both for themselves without', (pair, left, right) => {
    const { whole } = tableOf({ fuzzy: [pair] });
    const expected = (other: string) => (syllableId(other) < 0 ? {} : { [other]: cost('fuzzy') });
    if (syllableId(left) >= 0) expect(read(whole.get(left))).toEqual({ [left]: 0, ...expected(right) });
    if (syllableId(right) >= 0) expect(read(whole.get(right))).toEqual({ [right]: 0, ...expected(left) });
    expect(read(full.whole.get(left))).toEqual(syllableId(left) < 0 ? {} : { [left]: 0 });
  });

  it('may differ in both the initial and the final', () => {
    const { whole } = tableOf({ fuzzy: ['z/zh', 'an/ang'] });
    expect(read(whole.get('zan'))).toEqual({
      zan: 0,
      zhan: cost('fuzzy'),
      zang: cost('fuzzy'),
      zhang: cost('fuzzy'),
    });
  });

  it('are no chain: what is heard as l is not heard on as r', () => {
    const { whole } = tableOf({ fuzzy: ['l/n', 'r/l'] });
    expect(Object.keys(read(whole.get('nao'))).sort()).toEqual(['lao', 'nao']);
    expect(Object.keys(read(whole.get('lao'))).sort()).toEqual(['lao', 'nao', 'rao']);
  });

  it('are symmetric, and the same in whatever order they are asked for', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...pairs], { minLength: 1 }), (fuzzy) => {
        const table = tableOf({ fuzzy });
        const sorted = tableOf({ fuzzy: pairs.filter((pair) => fuzzy.includes(pair)) });
        for (const syllable of SYLLABLES) {
          const heard = read(table.whole.get(syllable));
          expect(heard).toEqual(read(sorted.whole.get(syllable)));
          expect(heard[syllable]).toBe(0);
          for (const other of Object.keys(heard)) expect(read(table.whole.get(other))).toHaveProperty(syllable);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('hold for initials alone too', () => {
    expect(read(tableOf({ fuzzy: ['l/n'] }).initials.get('n'))).toMatchObject({
      nao: cost('initial'),
      lao: expect.closeTo(SPELLING_COSTS.initial + SPELLING_COSTS.fuzzy, 5),
    });
    expect(read(full.initials.get('n'))).not.toHaveProperty('lao');
  });
});

describe('slips of the pen', () => {
  const { whole, slips } = full;
  const slip = (name: keyof typeof SLIP_COSTS) => expect.closeTo(SLIP_COSTS[name], 5);

  it.each([
    ['zhonh', 'zhong', 'neighbour'],
    ['hsi', 'hai', 'neighbour'],
    ['ho', 'he', 'none'],
    ['zohng', 'zhong', 'swapped'],
    ['hoa', 'hao', 'swapped'],
    ['in', 'ni', 'swapped'],
    ['zhhong', 'zhong', 'doubled'],
    ['zhuangg', 'zhuang', 'doubled'],
    ['zhng', 'zhong', 'leftOut'],
    ['zhonp', 'zhong', 'none'],
  ] as const)('are forgiven or not: %s for %s is %s', (typed, syllable, kind) => {
    const costs = read(slips.get(typed));
    if (kind === 'none') expect(costs).not.toHaveProperty(syllable);
    else expect(costs).toHaveProperty(syllable, slip(kind));
  });

  it('are counted at the least cost that explains them', () => {
    expect(read(slips.get('nii'))).toEqual({ ni: slip('doubled'), niu: slip('neighbour') });
  });

  it('are never seen in what spells a syllable, nor in a few initials', () => {
    expect([...slips.keys()].filter((letters) => whole.has(letters))).toEqual([]);
    for (const initials of ['h', 'hn', 'be', 'ag', 'shd', 'xng'])
      expect(read(slips.get(initials)), initials).toEqual({});
  });

  it('leave the first letter, but for a swap and a key beside it', () => {
    expect(read(slips.get('hong'))).toEqual({});
    expect(read(slips.get('ong'))).not.toHaveProperty('zhong');
  });

  it.each([
    ['nhiao', 2, ['ni', 'hao']],
    ['wmoen', 2, ['wo', 'men']],
    ['xain', 2, ['xi', 'an']],
    ['nihao', 2, null],
    ['niian', 2, null],
    ['nae', 1, null],
    ['nhiao', 3, null],
  ] as const)('are looked for where two syllables meet, too: %s at %i is %j', (typed, split, meant) => {
    const exact = (syllable: string) => expect.objectContaining({ [syllable]: 0 });
    const found = full.swappedPair(typed, split);
    expect(found?.map(read) ?? null).toEqual(meant?.map(exact) ?? null);
    expect(tableOf({ typos: false }).swappedPair(typed, split)).toBeNull();
    expect(tableOf({ scheme: shuangpinSchemes.xiaohe }).swappedPair(typed, split)).toBeNull();
  });

  it('do not make letters spell syllables', () => {
    for (const letters of ['hoa', 'zohng', 'zgr']) expect(full.spells(letters), letters).toBe(false);
  });

  it('are not looked for in shuangpin, nor where the writer wants none', () => {
    expect(tableOf({ scheme: shuangpinSchemes.xiaohe }).slips.size).toBe(0);
    expect(tableOf({ typos: false }).slips.size).toBe(0);
  });
});

describe.each(Object.entries(shuangpinSchemes))('shuangpin: %s', (_name, scheme) => {
  const table = tableOf({ scheme });

  it('spells every syllable with two keys', () => {
    const spelled = new Set([...table.whole].flatMap(([, { syllables }]) => [...syllables]));
    expect(SYLLABLES.filter((_, id) => !spelled.has(id))).toEqual([]);
    for (const letters of table.whole.keys()) expect(letters).toMatch(/^[a-z][a-z;]$/);
  });

  it('spells few syllables with the keys of another, and only ones that share a key by design', () => {
    const shared = [...table.whole.keys()].map((letters) => exactly(table, letters)).filter((each) => each.length > 1);
    expect(shared).toEqual([['lo', 'luo']]);
  });

  it('takes the first key alone as an initial or as the beginning of a syllable', () => {
    for (const [letters, { syllables }] of table.whole) {
      for (const id of syllables) {
        expect([...table.beginnings.get(letters[0]!)!.syllables]).toContain(id);
        expect([...table.initials.get(letters[0]!)!.syllables]).toContain(id);
      }
    }
  });
});

// From the schemes' published key charts.
describe('shuangpin', () => {
  it.each([
    [
      'xiaohe',
      {
        zhuang: 'vl',
        shuang: 'ul',
        chang: 'ih',
        ang: 'ah',
        eng: 'eg',
        a: 'aa',
        er: 'er',
        xiong: 'xs',
        guai: 'gk',
        ping: 'pk',
        nv: 'nv',
        lve: 'lt',
        xue: 'xt',
        hua: 'hx',
        xiao: 'xn',
        tian: 'tm',
        bei: 'bw',
        you: 'yz',
        gui: 'gv',
        bo: 'bo',
        duo: 'do',
        wai: 'wd',
        yan: 'yj',
      },
    ],
    [
      'ziranma',
      {
        zhuang: 'vd',
        shuang: 'ud',
        chang: 'ih',
        ang: 'ah',
        eng: 'eg',
        a: 'aa',
        er: 'er',
        xiong: 'xs',
        guai: 'gy',
        ping: 'py',
        nv: 'nv',
        lve: 'lt',
        xue: 'xt',
        hua: 'hw',
        xiao: 'xc',
        tian: 'tm',
        bei: 'bz',
        you: 'yb',
        gui: 'gv',
        bo: 'bo',
        duo: 'do',
        wai: 'wl',
        yan: 'yj',
      },
    ],
    [
      'microsoft',
      {
        zhuang: 'vd',
        shuang: 'ud',
        chang: 'ih',
        ang: 'oh',
        eng: 'og',
        a: 'oa',
        er: 'or',
        xiong: 'xs',
        guai: 'gy',
        ping: 'p;',
        ying: 'y;',
        nv: 'ny',
        lve: 'lv',
        xue: 'xt',
        hua: 'hw',
        xiao: 'xc',
        tian: 'tm',
        bei: 'bz',
        you: 'yb',
        gui: 'gv',
        bo: 'bo',
        duo: 'do',
        wai: 'wl',
        yan: 'yj',
      },
    ],
  ] as const)('%s has the keys that its chart has', (name, keys) => {
    const { whole } = tableOf({ scheme: shuangpinSchemes[name] });
    for (const [syllable, letters] of Object.entries(keys)) {
      expect(exactly({ whole } as SpellingTable, letters), letters).toEqual([syllable]);
    }
  });

  it('may be fuzzy', () => {
    const { whole } = tableOf({ scheme: shuangpinSchemes.xiaohe, fuzzy: ['z/zh'] });
    expect(read(whole.get('zs'))).toEqual({ zong: 0, zhong: cost('fuzzy') });
    expect(read(whole.get('vs'))).toEqual({ zhong: 0, zong: cost('fuzzy') });
  });

  it('may be a table of one’s own; syllables that it has no keys for cannot be typed', () => {
    const scheme = { name: 'mine', initials: { v: 'zh' }, finals: { a: ['a'], s: ['ong'] }, zero: { aa: 'a' } };
    const { whole } = tableOf({ scheme });
    expect([exactly({ whole } as SpellingTable, 'vs'), exactly({ whole } as SpellingTable, 'aa')]).toEqual([
      ['zhong'],
      ['a'],
    ]);
    expect(exactly({ whole } as SpellingTable, 'us')).toEqual([]);
    expect(INITIALS).toContain('sh');
  });
});

describe('options that are wrong', () => {
  it.each([
    ['a pair that there is none of', { fuzzy: ['b/p'] }, /fuzzy.*z\/zh.*"b\/p"/],
    ['a scheme by its name', { scheme: 'xiaohe' }, /scheme/],
    ['no scheme', { scheme: null }, /scheme/],
  ])('are refused: %s', (_what, options, message) => {
    expect(() => tableOf(options as unknown as PinyinOptions)).toThrow(RangeError);
    expect(() => tableOf(options as unknown as PinyinOptions)).toThrow(message);
  });
});
