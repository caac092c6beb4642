import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWordList, WordList } from '../../src/neural/word-list.ts';

const special = ['<unk>', '<s>', '</s>'];
const words = fc.uniqueArray(
  fc.string({ unit: fc.constantFrom('a', 'b', "'", 'é', '中', '😀'), minLength: 1, maxLength: 4 }),
);
const encode = (text: string) => new TextEncoder().encode(text);

describe('a word list', () => {
  it('finds every word by its id and every id by its word', () => {
    fc.assert(
      fc.property(words, (ordinary) => {
        const list = new WordList([...special, ...ordinary]);
        ordinary.forEach((word, index) => {
          expect(list.id(word)).toBe(3 + index);
          expect(list.word(3 + index)).toBe(word);
        });
        for (const word of ['', 'zebra', '<s>', '</s>', '<unk>']) expect(list.id(word)).toBe(0);
      }),
    );
  });

  it('gives the words that begin with a prefix, and no others', () => {
    fc.assert(
      fc.property(
        words,
        fc.string({ unit: fc.constantFrom('a', 'b', '中', '😀'), maxLength: 2 }),
        (ordinary, prefix) => {
          const list = new WordList([...special, ...ordinary]);
          const found = Array.from(list.idsWithPrefix(prefix), (id) => list.word(id)!);
          expect(found).toEqual(ordinary.filter((word) => word.startsWith(prefix)).sort());
        },
      ),
    );
  });
});

describe('parseWordList', () => {
  it('reads a word a line', () => {
    const list = parseWordList(encode("<unk>\n<s>\n</s>\nthe\ni'm\n"), 5);
    expect([list.size, list.id("i'm"), list.word(3)]).toEqual([5, 4, 'the']);
  });

  it.each([
    ['', 'has "" in line 1, not <unk>'],
    ['the\n', 'has "the" in line 1, not <unk>'],
    ['<unk>\n</s>\n<s>\n', 'has "</s>" in line 2, not <s>'],
    ['<unk>\n<s>\n</s>\nthe\n', 'has 4 words, the model needs 5'],
  ])('refuses %j', (text, message) => {
    expect(() => parseWordList(encode(text), 5)).toThrow(
      expect.objectContaining({ code: 'file-malformed', message: expect.stringContaining(message) }),
    );
  });

  it('refuses bytes that are no text', () => {
    expect(() => parseWordList(Uint8Array.of(0xff, 0xfe), 0)).toThrow(
      expect.objectContaining({ code: 'file-malformed' }),
    );
  });
});
