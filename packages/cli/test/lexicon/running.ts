import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foreword } from '../command-line.ts';

/** A folder to run commands in. */
export interface Workplace {
  readonly folder: string;
  /** Writes a file of the folder; its path. */
  write(name: string, text: string): string;
  /** Reads a file of the folder. */
  read(name: string): string;
  path(name: string): string;
  remove(): void;
}

export function workplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'foreword-lexicon-'));
  const path = (name: string) => join(folder, name);
  return {
    folder,
    path,
    write(name, text) {
      writeFileSync(path(name), text);
      return path(name);
    },
    read: (name) => readFileSync(path(name), 'utf8'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Text in which the words of the small Chinese packs stand, divided by spaces. */
const tokens = `${'你好 ， 五 号 的 好 人\n'.repeat(6)}${'银行 的 人 行动\n'.repeat(4)}${'你 好 ， 我 的 银行\n'.repeat(3)}`;

const words = Object.entries({
  ...{ '，': 50, 你好: 30, 你: 20, 好: 40, 号: 10, 五: 10, 的: 90, 人: 40, 我: 45 },
  ...{ 银行: 12, 行动: 8, 行: 15, 银: 2, 动: 5, 甪: 1 },
})
  .map(([word, frequency]) => `${word}\t${frequency}\n`)
  .join('');

export const phrases = '你好: nǐ hǎo\n银行: yín háng\n# 行动: xx yy\n';

export const characters = `
U+4F60: nǐ  # 你
U+597D: hǎo,hào  # 好
U+53F7: hào,háo  # 号
U+4E94: wǔ  # 五
U+7684: de,dì,dí  # 的
U+4EBA: rén  # 人
U+6211: wǒ  # 我
U+94F6: yín  # 银
U+884C: xíng,háng  # 行
U+52A8: dòng  # 动
`;

/** Trains a Chinese pack of 15 words and adds readings: its folder. */
export async function chinesePack(place: Workplace): Promise<string> {
  const pack = place.path('pack');
  const trained = await foreword(
    ...['train', '--text', 'tokens', '--words', place.write('words.tsv', words), '--order', '2', '--language', 'zh'],
    ...['--never-suggest', place.write('never.txt', '，\n'), '--discount-fallback', '--out', pack],
    place.write('tokens.txt', tokens),
  );
  if (trained.code !== 0) throw new Error(trained.stderr);
  const read = await foreword(
    ...['pinyin', '--pack', pack, '--phrases', place.write('phrases.txt', phrases)],
    ...['--characters', place.write('characters.txt', characters)],
  );
  if (read.code !== 0) throw new Error(read.stderr);
  return pack;
}
