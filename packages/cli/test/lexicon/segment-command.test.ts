import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { foreword } from '../command-line.ts';
import { type Workplace, workplace } from './running.ts';

let place: Workplace;
beforeEach(() => {
  place = workplace();
});
afterEach(() => place.remove());

const dictionary = '中国 60 ns\n人 20 n\n好 15\n国 3\n中 2\n';
const frequencies = (tsv: string) =>
  Object.fromEntries(
    tsv
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\t'))
      .map(([word, f]) => [word, Number(f)]),
  );

async function segment(text: string, ...options: string[]): Promise<{ words: Record<string, number>; text: string }> {
  const result = await foreword(
    ...['segment', '--dictionary', place.write('dict.txt', dictionary), '--out', place.path('out'), ...options],
    place.write('text.txt', text),
  );
  expect(result).toMatchObject({ code: 0 });
  return { words: frequencies(place.read('out/words.tsv')), text: place.read('out/text.txt') };
}

describe('foreword segment', () => {
  it('divides texts into the dictionary’s words and counts both', async () => {
    const { words, text } = await segment(
      '中国人好。中国人\n好，abc Abc 12“好”\n',
      ...['--new-words', '0', '--dictionary-share', '0.5'],
    );
    expect(text).toBe('中国 人 好\n中国 人\n好 ， abc abc <unk> 好\n');
    // Eleven tokens; the dictionary counts a hundred words.
    const frequency = (inDictionary: number, inText: number) =>
      Math.max(1, Math.round(1e9 * (0.5 * (inDictionary / 100) + 0.5 * (inText / 11))));
    expect(words).toEqual({
      中国: frequency(60, 2),
      人: frequency(20, 2),
      好: frequency(15, 3),
      国: frequency(3, 0),
      中: frequency(2, 0),
      abc: frequency(0, 2),
      '，': frequency(0, 1),
    });
  });

  it('lists the words by falling frequency', async () => {
    await segment('中国人好。中国人好中国好好好', '--new-words', '0');
    const listed = place
      .read('out/words.tsv')
      .trimEnd()
      .split('\n')
      .map((line) => Number(line.split('\t')[1]));
    expect(listed).toEqual(listed.toSorted((a, b) => b - a));
  });

  it('chooses the likelier way where there are two, by what the texts say too', async () => {
    place.write('dict.txt', '');
    const list = place.write('list.txt', '研究 30\n研究生 30\n生命 30\n命 10\n');
    const run = async (share: string, text: string) => {
      const args = ['--dictionary', list, '--new-words', '0', '--dictionary-share', share, '--out', place.path('out')];
      expect((await foreword('segment', ...args, place.write('text.txt', text))).code).toBe(0);
      return place.read('out/text.txt').split('\n')[0];
    };
    // 0.3 · 0.3 against 0.3 · 0.1.
    expect(await run('1', '研究生命')).toBe('研究 生命');
    // A text full of the other words turns it.
    expect(await run('0.01', `研究生命\n${'研究生。命。'.repeat(50)}`)).toBe('研究生 命');
  });

  it('finds words that keep together: ln P(ab) / P(a)·P(b) of 5 and more', async () => {
    const list = place.write('list.txt', '人工 10\n智能 10\n好 50\n人 30\n');
    const run = async (fillers: number, least: string) => {
      const text = `${'人工智能。'.repeat(3)}${'好人。'.repeat(fillers)}`;
      const args = ['--dictionary', list, '--new-words', least, '--out', place.path('out')];
      const { stderr } = await foreword('segment', ...args, place.write('text.txt', text));
      return {
        words: Object.keys(frequencies(place.read('out/words.tsv'))),
        first: place.read('out/text.txt').split('\n')[0],
        stderr,
      };
    };
    // ln(3 · 606 / (3 · 3)) = 5.3, of 200 fillers ln(406 / 3) = 4.9.
    const found = await run(300, '3');
    expect(found.words).toContain('人工智能');
    expect(found.words).not.toContain('好人');
    expect(found.first).toBe('人工智能');
    expect(found.stderr).toMatch(/Found 1 new words/);
    expect((await run(200, '3')).words).not.toContain('人工智能');
    expect((await run(300, '4')).first).toBe('人工 智能');
    expect((await run(300, '0')).stderr).not.toMatch(/new words/);
  });

  it('keeps the most frequent words, and every character', async () => {
    const { words, text } = await segment('中国人好中国人', ...['--new-words', '0', '--size', '4']);
    expect(Object.keys(words).sort()).toEqual(['中', '人', '国', '好'].sort());
    expect(text).toBe('中 国 人 好 中 国 人\n');
  });

  it('weighs texts and scales dictionaries', async () => {
    const other = place.write('other.txt', '好 100\n');
    const args = [
      '--dictionary',
      place.write('dict.txt', '人 100\n'),
      '--dictionary',
      `${other}=3`,
      '--new-words',
      '0',
    ];
    place.write('a.txt', '人人人人');
    place.write('b.txt', '好');
    const run = ['segment', ...args, '--dictionary-share', '0.5', '--out', place.path('out')];
    expect((await foreword(...run, place.path('a.txt'), `${place.path('b.txt')}=4`)).code).toBe(0);
    // 100 of 400 and 300 of 400 in the dictionaries; 4 and 4 · 1 of 8 in the texts.
    expect(frequencies(place.read('out/words.tsv'))).toEqual({
      好: 1e9 * (0.5 * 0.75 + 0.5 * 0.5),
      人: 1e9 * (0.5 * 0.25 + 0.5 * 0.5),
    });
  });

  it('writes characters that are no word as unknown, and no sentence without words', async () => {
    const { text } = await segment('龘中国。？！\n\n——\n好', '--new-words', '0');
    expect(text).toBe('<unk> 中国\n好\n');
  });

  it('answers 2 to what is asked wrongly, and writes nothing', async () => {
    const list = place.write('dict.txt', dictionary);
    const text = place.write('text.txt', '好');
    mkdirSync(place.path('other'));
    const same = place.write('other/text.txt', '好');
    const out = ['--out', place.path('out')];
    const cases: [string[], RegExp][] = [
      [['--dictionary', list, text], /--out is missing/],
      [[...out, text], /--dictionary is missing/],
      [['--dictionary', list, ...out], /No text was named/],
      [['--dictionary', list, ...out, '--size', '0', text], /--size takes a whole number, 1 or more/],
      [['--dictionary', list, ...out, '--new-words', 'x', text], /--new-words takes a whole number/],
      [['--dictionary', list, ...out, '--longest', '17', text], /--longest takes a whole number, from 1 to 16/],
      [
        ['--dictionary', list, ...out, '--dictionary-share', '1.5', text],
        /--dictionary-share takes a number from 0 to 1/,
      ],
      [['--dictionary', list, ...out, `${text}=0`], /must be above 0, not "0"/],
      [['--dictionary', `${list}=`, ...out, text], /must be above 0, not ""/],
      [['--dictionary', list, ...out, text, same], /would both be written to .*text\.txt/],
      [['--dictionary', list, '--out', place.folder, text], /--out must be another folder/],
      [['--dictionary', list, ...out, place.write('words.tsv', '好')], /the list of words/],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await foreword('segment', ...args);
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
    }
    expect(() => place.read('out/words.tsv')).toThrow();
    expect(place.read('text.txt')).toBe('好');
  });

  it('answers 1 to files that are missing or hold nothing', async () => {
    const list = place.write('dict.txt', dictionary);
    const text = place.write('text.txt', '好');
    const out = ['--out', place.path('out')];
    const cases: [string[], RegExp][] = [
      [['--dictionary', join(place.folder, 'none.txt'), ...out, text], /none\.txt cannot be read/],
      [['--dictionary', place.write('latin.txt', 'abc 3\n'), ...out, text], /no Chinese words with frequencies/],
      [['--dictionary', place.write('bare.txt', '中国\n好\n'), ...out, text], /no Chinese words with frequencies/],
      [['--dictionary', list, ...out, join(place.folder, 'none.txt')], /none\.txt does not exist/],
      [['--dictionary', list, ...out, place.write('empty.txt', '。\n')], /empty\.txt hold no words/],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await foreword('segment', ...args);
      expect(stderr).toMatch(message);
      expect(code).toBe(1);
    }
  });
});
