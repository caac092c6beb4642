import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TrainingPlan } from '../../src/train/plan.ts';
import { readWordList } from '../../src/train/word-list.ts';
import { inFolder, probability, probabilitySum, trainTexts } from './training.ts';

/** Trains on one text with a list of words. */
function trainWith(list: string, text: string, changes: Partial<TrainingPlan> = {}) {
  return inFolder(async (folder) => {
    const wordList = join(folder, 'words.tsv');
    writeFileSync(wordList, list);
    return trainTexts([{ text }], { wordList, ...changes });
  });
}

const readList = (text: string) =>
  inFolder((folder) => {
    const path = join(folder, 'words.tsv');
    writeFileSync(path, text);
    return readWordList(path);
  });

describe('training with a list of words', () => {
  it('shares out what the discounts leave by the words’ frequencies', async () => {
    const { table } = await trainWith('b\t3\na\t6\nz\t1\n', 'a a b', { order: 1 });
    expect(table.words).toEqual(['<unk>', '<s>', '</s>', 'a', 'b', 'z']);
    const [unk, , end, a, b, z] = table.words.keys();
    // Of four words a came twice, b and the end once: discounts 1, 0.5 and 0.5. The marks count as the rarest word.
    const left = (1 + 0.5 + 0.5) / 4;
    const known = 6 + 3 + 1 + 1 + 1;
    expect(probability(table, [], a!)).toBeCloseTo((2 - 1) / 4 + (left * 6) / known, 6);
    expect(probability(table, [], b!)).toBeCloseTo((1 - 0.5) / 4 + (left * 3) / known, 6);
    expect(probability(table, [], end!)).toBeCloseTo((1 - 0.5) / 4 + left / known, 6);
    expect(probability(table, [], z!)).toBeCloseTo(left / known, 6);
    expect(probability(table, [], unk!)).toBeCloseTo(left / known, 6);
    expect(probabilitySum(table, [])).toBeCloseTo(1, 6);
  });

  it('keeps the list’s frequencies, not the text’s, and sums those of a word that is listed twice', async () => {
    const { table } = await trainWith('a\t2\nb\na\t3\n', 'b b b b b b b b', { order: 1 });
    expect(table.words.slice(3)).toEqual(['a', 'b']);
    expect([...table.frequencies!]).toEqual([1, 0, 1, 5, 1]);
  });

  it('knows no words but the list’s, and keeps the most frequent ones of a smaller vocabulary', async () => {
    const list = 'a\t5\nb\t9\nc\t1\n';
    expect((await trainWith(list, 'a x b x')).table.words.slice(3)).toEqual(['a', 'b', 'c']);
    expect((await trainWith(list, 'a x b x', { vocabularySize: 5 })).table.words.slice(3)).toEqual(['a', 'b']);
    const { table } = await trainWith(list, 'a x b\nx a x', { order: 2 });
    for (const context of [[], [0], [3], [5]]) expect(probabilitySum(table, context)).toBeCloseTo(1, 5);
  });
});

describe('a list of words', () => {
  it('counts a word without a frequency once, and takes lines that end as Windows has them', async () => {
    const { words, occurrences } = await readList('a\nb\t2.5\r\n\nc\t3');
    expect(words.slice(2)).toEqual(['a', 'b', 'c']);
    expect([...occurrences.subarray(2)]).toEqual([1, 2.5, 3]);
    expect((await readList('\ufeffa\t2\r\nb\r\n')).words.slice(2)).toEqual(['a', 'b']);
  });

  it.each(['a\tx', 'a b\t3', '\t3', 'a\t0', 'a\t-1', 'a\tInfinity', 'a\t', '<s>\t3', '<unk>\t1', '</s>'])(
    'is refused for the line %j',
    async (line) => {
      await expect(readList(`ok\t1\n${line}\n`)).rejects.toThrow(
        `is ${JSON.stringify(line)}, not a word, a tab and a number above 0.`,
      );
      await expect(readList(`ok\t1\n${line}\n`)).rejects.toThrow(/^Line 2 of .*words\.tsv/);
    },
  );

  it('is refused when it is empty', async () => {
    await expect(readList('\n')).rejects.toThrow(/words\.tsv holds no words/);
  });
});
