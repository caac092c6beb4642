import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifest } from '@foreword/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foreword } from '../command-line.ts';
import { characters, chinesePack, type Workplace, workplace } from './running.ts';

let place: Workplace;
let pack: string;
beforeAll(async () => {
  place = workplace();
  pack = await chinesePack(place);
});
afterAll(() => place.remove());

/** A copy of the pack to change. */
function copy(name: string): string {
  cpSync(pack, place.path(name), { recursive: true });
  return place.path(name);
}

describe('foreword pinyin', () => {
  it('adds a lexicon to the pack and names it in pack.json, all else as it was', async () => {
    const bytes = readFileSync(join(pack, 'pinyin.bin'));
    const manifest = parseManifest(readFileSync(join(pack, 'pack.json')));
    expect(manifest.models.pinyin).toEqual({
      file: 'pinyin.bin',
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    const again = copy('again');
    const { models, ...rest } = manifest;
    const { pinyin: _, ...without } = models;
    writeFileSync(join(again, 'pack.json'), JSON.stringify({ ...rest, models: without }));
    const tables = ['--phrases', place.path('phrases.txt'), '--characters', place.path('characters.txt')];
    expect((await foreword('pinyin', '--pack', again, ...tables)).code).toBe(0);
    expect(parseManifest(readFileSync(join(again, 'pack.json')))).toEqual(manifest);
    expect(readFileSync(join(again, 'pinyin.bin'))).toEqual(bytes);
  });

  it('says how many words have no reading', async () => {
    const { stderr } = await foreword('pinyin', '--pack', copy('few'), '--characters', place.path('characters.txt'));
    expect(stderr).toMatch(/pinyin\.bin: \d+ readings, \d+ bytes\. 1 words have none, among them 甪\./);
    const all = place.write('all.txt', `${characters}\nU+752A: lù\n`);
    expect((await foreword('pinyin', '--pack', copy('all'), '--characters', all)).stderr).toMatch(
      / 0 words have none\.\n/,
    );
  });

  it('puts a way to write a word behind the usual one, where the pack has both', async () => {
    const first = async (pack: string, letters: string): Promise<string> => {
      const { stdout } = await foreword('ask', '--pack', pack, '--pinyin', '--json', letters);
      return JSON.parse(stdout).candidates[0].text;
    };
    const other = copy('variants');
    const tables = ['--phrases', place.path('phrases.txt'), '--characters', place.path('characters.txt')];
    // 龘 is no word of the pack, and 号 would be the usual way to write 好.
    const variants = place.write('variants.txt', '# variant, usual\n好 号\n\n我 龘 # not in the pack\n');
    expect((await foreword('pinyin', '--pack', other, ...tables, '--variants', variants)).code).toBe(0);
    expect(await Promise.all([first(pack, 'hao'), first(other, 'hao')])).toEqual(['好', '号']);
    expect(await Promise.all([first(pack, 'wo'), first(other, 'wo')])).toEqual(['我', '我']);
    for (const line of ['好', '好 好', '好 号 号']) {
      const wrong = place.write('wrong.txt', `# wrong\n${line}\n`);
      expect(await foreword('pinyin', '--pack', other, ...tables, '--variants', wrong)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/Line 2 of .*wrong\.txt must hold two ways to write the same/),
      });
    }
  });

  it('answers 2 and 1 where it is used wrongly or has nothing to read by', async () => {
    const table = ['--characters', place.path('characters.txt')];
    expect(await foreword('pinyin', ...table)).toMatchObject({ code: 2, stderr: /--pack is missing/ });
    expect(await foreword('pinyin', '--pack', pack)).toMatchObject({ code: 2, stderr: /--characters is missing/ });
    const wrong = ['--characters', place.path('phrases.txt')];
    const other = copy('other');
    const before = readFileSync(join(other, 'pinyin.bin'));
    expect(await foreword('pinyin', '--pack', other, ...wrong)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/No word of .* can be read by these tables/),
    });
    expect(readFileSync(join(other, 'pinyin.bin'))).toEqual(before);
    expect(await foreword('pinyin', '--pack', place.path('none'), ...table)).toMatchObject({ code: 1 });
    expect(await foreword('pinyin', '--pack', pack, '--characters', place.path('none.txt'))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/none\.txt does not exist/),
    });
  });
});

describe('foreword ask --pinyin', () => {
  it('prints candidates with their words and how they are read', async () => {
    const { code, stdout } = await foreword('ask', '--pack', pack, '--pinyin', '--limit', '3', 'yinhang', 'xingdong');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^yin'hang\n {2}1 {2}银行 {2}-\d+\.\d\d {2}银行 yin'hang\n/);
    expect(stdout).toMatch(/\nxing'dong\n {2}1 {2}行动 {2}-\d+\.\d\d {2}行动 xing'dong\n/);
    expect(stdout.match(/^ +\d {2}/gm)).toHaveLength(6);
  });

  it('prints one JSON object a question', async () => {
    const { stdout } = await foreword('ask', '--pack', pack, '--pinyin', '--json', '--limit', '2', 'hang');
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({
      letters: 'hang',
      segments: [{ start: 0, end: 4, text: 'hang', kind: 'syllable' }],
      candidates: [
        { text: '行', words: [{ text: '行', reading: 'hang' }] },
        { text: 'hang', kind: 'raw' },
      ],
    });
  });

  it('reads what follows a text', async () => {
    const first = async (...args: string[]): Promise<string> => {
      const { stdout } = await foreword('ask', '--pack', pack, '--pinyin', '--json', ...args);
      return JSON.parse(stdout).candidates[0].text;
    };
    expect(await first('hao')).toBe('好');
    expect(await first('--before', '五', 'hao')).toBe('号');
  });

  it('knows the models that pinyin can be asked of', async () => {
    expect(await foreword('ask', '--pack', pack, '--pinyin', '--model', 'lstm', 'hao')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--pinyin knows the models ngram and mixture/),
    });
  });

  it('answers 1 for a pack without a lexicon', async () => {
    const bare = copy('bare');
    const { models, ...rest } = JSON.parse(readFileSync(join(bare, 'pack.json'), 'utf8'));
    writeFileSync(join(bare, 'pack.json'), JSON.stringify({ ...rest, models: { ngram: models.ngram } }));
    expect(await foreword('ask', '--pack', bare, '--pinyin', 'ni')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/holds no pinyin lexicon/),
    });
  });
});

describe('a Chinese pack', () => {
  it('is asked for the next word in its own words', async () => {
    const { stdout } = await foreword('ask', '--pack', pack, '--json', '--limit', '3', '你好，五');
    const { candidates } = JSON.parse(stdout);
    expect(candidates[0].text).toBe('号');
    const all = await foreword('ask', '--pack', pack, '--json', '--limit', '100', '你好');
    expect(all.stdout).not.toContain('"text":"，"');
  });

  it('is verified whole: a flipped bit of the lexicon is found', async () => {
    const whole = await foreword('verify', pack);
    expect(whole).toMatchObject({ code: 0, stdout: expect.stringMatching(/pinyin\.bin: size, SHA-256 and structure/) });
    const flipped = copy('flipped');
    const bytes = readFileSync(join(flipped, 'pinyin.bin'));
    bytes[bytes.length >> 1]! ^= 4;
    writeFileSync(join(flipped, 'pinyin.bin'), bytes);
    expect(await foreword('verify', flipped)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/pinyin\.bin has SHA-256/),
    });
    expect((await foreword('inspect', pack)).code).toBe(0);
  });
});
