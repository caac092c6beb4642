import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GAP, SENTENCE_START, WordTable } from '../../src/personal/word-table.ts';

const letters = fc.array(fc.constantFrom('a', 'b', "'", 'é', '字', '😀'), { minLength: 1, maxLength: 4 });
const words = fc.array(
  letters.map((list) => list.join('')),
  { maxLength: 600 },
);

describe('WordTable', () => {
  it('gives each word one id and the word back, like a Map', () => {
    fc.assert(
      fc.property(words, (list) => {
        const table = new WordTable();
        const ids = new Map<string, number>();
        for (const word of list) {
          expect(table.id(word)).toBe(ids.get(word) ?? GAP);
          const id = table.add(word);
          expect(id).toBe(ids.get(word) ?? ids.size + 2);
          ids.set(word, id);
        }
        for (const [word, id] of ids) expect(table.text(id)).toBe(word);
        expect(table.size).toBe(ids.size + 2);
      }),
      { numRuns: 50 },
    );
  });

  it('finds all words that begin with a prefix', () => {
    fc.assert(
      fc.property(words, letters, (list, head) => {
        const table = new WordTable();
        for (const word of list) table.add(word);
        const prefix = head.slice(0, 2).join('');
        const ids = { list: new Uint32Array(1) };
        const count = table.completions(table.prefixBytes(prefix), ids);
        const found = [...ids.list.subarray(0, count)].map((id) => table.text(id));
        expect(found.toSorted()).toEqual([...new Set(list)].filter((word) => word.startsWith(prefix)).toSorted());
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the id of the sentence start apart, and takes no empty word and none of more than 255 bytes', () => {
    const table = new WordTable();
    expect(table.add('<s>')).toBe(SENTENCE_START);
    expect(table.text(SENTENCE_START)).toBe('<s>');
    expect([table.add(''), table.add('é'.repeat(128)), table.add('x'.repeat(256))]).toEqual([GAP, GAP, GAP]);
    expect(table.add('é'.repeat(127))).toBe(2);
    expect(table.completions(table.prefixBytes('<'), { list: new Uint32Array(4) })).toBe(0);
  });
});
