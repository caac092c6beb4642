import { SYLLABLES } from '@foreword/core/pinyin';
import { describe, expect, it } from 'vitest';
import { Readings } from '../../src/lexicon/readings.ts';

/** Readings as `{ "yin'hang": 1 }`. */
function read(readings: Readings, word: string): Record<string, number> {
  return Object.fromEntries(
    readings.of(word).map(({ syllables, share }) => [syllables.map((id) => SYLLABLES[id]).join("'"), share]),
  );
}

const readings = new Readings({
  phrases: [
    '银行: yín háng\n行列: háng liè\n',
    '# a comment\n行列: xíng liè # over the one before\n短: cháng\n龘龘: dá\n',
  ],
  characters: [
    'U+884C: xíng,háng,xíng,héng # 行\nU+94F6: yín\nU+5973: nǚ\nU+7565: lüè\nU+5C45: jū\nU+55EF: ń,ńg,en\n',
    'U+884C: hàng,xìng\nU+52A8: dòng\nU+5217: liè\nU+20BB7: jí\nnonsense: x\nU+XYZ: x\n',
  ],
});

describe('the readings of a character', () => {
  it('weigh the less, the later they are listed: 1 : 0.12 : 0.12²', () => {
    const total = 1 + 0.12 + 0.12 ** 2;
    expect(read(readings, '行')).toEqual({ xing: 1 / total, hang: 0.12 / total, heng: 0.12 ** 2 / total });
  });

  it('are typed without tones, ü as v, 嗯 as en', () => {
    expect(read(readings, '女')).toEqual({ nv: 1 });
    expect(read(readings, '略')).toEqual({ lve: 1 });
    expect(read(readings, '居')).toEqual({ ju: 1 });
    expect(read(readings, '嗯')).toEqual({ en: 1 });
  });

  it('weigh next to nothing where one of three tables alone has them, and so does a character it alone has; no other gains by it', () => {
    const three = new Readings({
      phrases: [],
      characters: ['U+662F: shì\nU+884C: xíng,háng\n', 'U+662F: shì\nU+884C: háng\n', 'U+662F: shì,tí\nU+7D1D: rén\n'],
    });
    expect(read(three, '是')).toEqual({ shi: 1 / 1.12, ti: (0.01 * 0.12) / 1.12 });
    expect(read(three, '行')).toEqual({ xing: 1 / 1.12, hang: 0.12 / 1.12 });
    expect(read(three, '紝')).toEqual({ ren: 0.01 });
    const two = new Readings({ phrases: [], characters: ['U+662F: shì\n', 'U+662F: shì,tí\nU+7D1D: rén\n'] });
    expect(read(two, '是')).toEqual({ shi: 1 / 1.12, ti: 0.12 / 1.12 });
    expect(read(two, '紝')).toEqual({ ren: 1 });
  });

  it('are none where no table has it', () => {
    expect(readings.of('龘')).toEqual([]);
  });
});

describe('the readings of a word', () => {
  it('sum to 1, the one of the phrases first, a later table over an earlier one', () => {
    const [best, ...others] = Object.entries(read(readings, '银行'));
    expect(best![0]).toBe("yin'hang");
    expect(others.map(([reading]) => reading)).toEqual(["yin'xing"]);
    expect(Object.keys(read(readings, '行列'))[0]).toBe("xing'lie");
    for (const word of ['银行', '行列', '行动', '行行行']) {
      const shares = Object.values(read(readings, word));
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      expect(shares[0]).toBe(Math.max(...shares));
      for (const share of shares) expect(share).toBeGreaterThan(0);
    }
  });

  it('are those of the longest phrases in it, else of its characters as they are mostly read', () => {
    expect(Object.keys(read(readings, '行动'))[0]).toBe("xing'dong");
    expect(Object.keys(read(readings, '银行行动'))[0]).toBe("yin'hang'xing'dong");
  });

  it('are those of its characters where there are no phrases at all', () => {
    const bare = new Readings({ phrases: [], characters: ['U+884C: xíng\nU+52A8: dòng\n'] });
    expect(read(bare, '行动')).toEqual({ "xing'dong": 1 });
  });

  it('are none where a character has none, or the table gives another number of syllables', () => {
    expect(readings.of('龘龘')).toEqual([]);
    expect(readings.of('行龘')).toEqual([]);
  });

  it('are found among any number of phrases', () => {
    const lines = Array.from(
      { length: 200_000 },
      (_, i) =>
        `${String.fromCharCode(0x4e00 + (i % 20_000))}${'行'.repeat(1 + (i >> 14))}: ${'xíng '.repeat(2 + (i >> 14))}`,
    );
    const many = new Readings({ phrases: [lines.join('\n')], characters: [] });
    expect(Object.keys(read(many, '一行'))[0]).toBe("xing'xing");
  });
});
