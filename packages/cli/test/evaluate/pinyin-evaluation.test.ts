import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foreword } from '../command-line.ts';
import { chinesePack, type Workplace, workplace } from '../lexicon/running.ts';

let place: Workplace;
let pack: string;
beforeAll(async () => {
  place = workplace();
  pack = await chinesePack(place);
});
afterAll(() => place.remove());

async function evaluate(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await foreword('evaluate', '--pack', pack, '--json', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

// 好 is more frequent than 号, 龘 is no word, and 行 no reading of hao.
const items = 'a\tnihao\t你好\nb\thao\t号\nc\tni\t龘\nd\tyinhang\t银行\n';

describe('foreword evaluate --pinyin', () => {
  it('counts first candidates, those among the first 5 and 10, and right characters', async () => {
    const file = place.write('items.tsv', items);
    const { msKeyP50, msKeyP95, msItemP95, ...scores } = await evaluate('--pinyin', file);
    expect(scores).toEqual({
      file,
      sha256: createHash('sha256').update(items).digest('hex'),
      items: 4,
      exact: (100 * 2) / 4,
      p5: (100 * 3) / 4,
      p10: (100 * 3) / 4,
      // Six characters were meant; 好 for 号 and 你 for 龘 are two replacements.
      charAccuracy: expect.closeTo(100 * (1 - 2 / 6), 2),
    });
    for (const ms of [msKeyP50, msKeyP95, msItemP95]) expect(ms).toBeGreaterThan(0);
  });

  it('types after the text that stands before an item', async () => {
    const file = place.write('items.tsv', items);
    const contexts = '{"id":"b","ctx":"五"}\n{"id":"x","ctx":"好"}\n\n';
    const context = place.write('contexts.jsonl', contexts);
    expect(await evaluate('--pinyin', '--context', context, file)).toMatchObject({
      context: createHash('sha256').update(contexts).digest('hex'),
      exact: (100 * 3) / 4,
      charAccuracy: expect.closeTo(100 * (1 - 1 / 6), 2),
    });
  });

  it('prints a line a file for people', async () => {
    const file = place.write('items.tsv', items);
    const { code, stdout } = await foreword('evaluate', '--pack', pack, '--pinyin', file, file);
    expect(code).toBe(0);
    expect(stdout.match(/items\.tsv {2}items 4 {2}exact 50 {2}p5 75 {2}p10 75 {2}charAccuracy 66\.7 /g)).toHaveLength(
      2,
    );
  });
});

describe('foreword evaluate --association', () => {
  it('counts the next word among the first candidates, and clauses that go on with one of them', async () => {
    // 号 is the first after 五; after 行动 nothing is known of 乙; 的 is among the first ten but the clause goes on otherwise divided.
    const lines = 'a\t你好 ， 五\t号的\t号\nb\t行动\t乙\t乙\nc\t银行\t的人\t的人\n';
    const file = place.write('association.tsv', lines);
    expect(await evaluate('--association', file)).toEqual({
      file,
      sha256: createHash('sha256').update(lines).digest('hex'),
      items: 3,
      p1: expect.closeTo(100 / 3, 2),
      p5: expect.closeTo(100 / 3, 2),
      p10: expect.closeTo(100 / 3, 2),
      prefixHit10: expect.closeTo(200 / 3, 2),
    });
  });
});

describe('the reports of both', () => {
  it('are verified like others, and refused when they boast', async () => {
    const file = place.write('items.tsv', items);
    expect((await foreword('evaluate', '--pack', pack, '--json', '--pinyin', '--report', file)).code).toBe(0);
    const { code, stdout } = await foreword('verify', pack);
    expect(stdout).toMatch(/items\.tsv .*as reported/);
    expect(code).toBe(0);
    place.write('pack/report.json', place.read('pack/report.json').replace('"exact": 50', '"exact": 75'));
    const boasting = await foreword('verify', pack);
    expect(boasting.stdout).toMatch(/FAULT .*exact/);
    expect(boasting.code).toBe(1);
  });
});

describe('wrong questions', () => {
  it('are answered 2', async () => {
    const file = place.write('items.tsv', items);
    const cases: [string[], RegExp][] = [
      [['--pinyin'], /No text was named/],
      [['--pinyin', '--association', file], /two evaluations/],
      [['--pinyin', '--model', 'lstm', file], /--pinyin knows the models ngram and mixture/],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await foreword('evaluate', '--pack', pack, ...args);
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
    }
  });

  it('are answered 1 where a file is not what it should be, naming the line', async () => {
    const good = place.write('items.tsv', items);
    const cases: [string[], RegExp][] = [
      [
        ['--pinyin', place.write('short.tsv', 'a\tni\t你\nb\tni\n')],
        /Line 2 of .*short\.tsv must hold.*id, pinyin, hanzi.*"b\\tni"/,
      ],
      [['--pinyin', place.write('long.tsv', 'a\tni\t你\tx\n')], /Line 1 of .*long\.tsv/],
      [['--pinyin', place.write('empty.tsv', '\n')], /empty\.tsv holds no lines/],
      [['--pinyin', place.path('none.tsv')], /none\.tsv does not exist/],
      [['--association', place.write('few.tsv', 'a\t你\t好\n')], /Line 1 of .*few\.tsv must hold.*rest, next word/],
      [
        ['--pinyin', '--context', place.write('bad.jsonl', '{"id":"a"}\n'), good],
        /Line 1 of .*bad\.jsonl is no JSON object/,
      ],
      [['--pinyin', '--context', place.write('worse.jsonl', '{}\n{'), good], /Line 1 of .*worse\.jsonl/],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await foreword('evaluate', '--pack', pack, ...args);
      expect(stderr).toMatch(message);
      expect(code).toBe(1);
    }
  });
});
