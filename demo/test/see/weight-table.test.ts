import { readFileSync } from 'node:fs';
import { decodeWeights, openTokenizer } from '@foreword/core/neural';
import { describe, expect, test } from 'vitest';
import { Similarity } from '../../src/see/similarity.ts';
import { gptTable, wordsOf, wordTable } from '../../src/see/weight-table.ts';

const read = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../packages/pack-en/${name}`, import.meta.url)));
const list = read('words.txt');

describe('tables of a pack', () => {
  test('of the NNLM hold a row for each of its words, the three marks left out', () => {
    const table = wordTable({ weights: read('nnlm.q8'), vocabulary: list });
    expect(table.words.slice(0, 3)).toEqual(['the', 'to', 'i']);
    expect(table.data).toHaveLength(table.words.length * table.width);
    // The table lies behind the output bias, a number for each word.
    const { data, vocabularySize } = decodeWeights(read('nnlm.q8'));
    expect(table.words).toHaveLength(vocabularySize - 3);
    const all = new Float32Array(data.buffer, data.byteOffset);
    const third = vocabularySize + 5 * table.width;
    expect(table.data.slice(2 * table.width, 3 * table.width)).toEqual(all.slice(third, third + table.width));
  });

  test('of word2vec hold a row for each of the first words of the same list', () => {
    const table = wordTable({ weights: read('word2vec.q4'), vocabulary: list });
    expect(table.words).toEqual(wordsOf(list, table.words.length + 3).slice(3));
    expect(table.data).toHaveLength(table.words.length * table.width);
    const similarity = new Similarity(table);
    // Days are used alike: a table whose rows and words were out of step would not know.
    const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
    const near = similarity.neighbours('friday', 10).filter(({ word }) => days.includes(word));
    expect(near.length).toBeGreaterThanOrEqual(4);
  });

  test('of the GPT hold the tokens that are whole words, the commoner way of writing them', () => {
    const table = gptTable(
      { weights: read('gpt.q8'), vocabulary: read('tokenizer.json') },
      new Set(wordsOf(list, 32768)),
    );
    const tokenizer = openTokenizer(read('tokenizer.json'));
    const { data } = decodeWeights(read('gpt.q8'));
    const all = new Float32Array(data.buffer, data.byteOffset);
    for (const [word, written] of [
      ['the', ' the'],
      ['monday', ' Monday'],
    ]) {
      const [id, ...rest] = tokenizer.encode(written!);
      expect(rest).toEqual([]);
      const row = table.words.indexOf(word!) * table.width;
      const vector = all.slice(id! * table.width, (id! + 1) * table.width);
      expect(table.data.slice(row, row + table.width)).toEqual(vector);
    }
    expect(table.words).not.toContain('ingred');
    expect(new Set(table.words).size).toBe(table.words.length);
  });
});
