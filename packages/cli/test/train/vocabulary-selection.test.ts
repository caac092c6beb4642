import { compareUtf8 } from '@foreword/core';
import { describe, expect, it } from 'vitest';
import { mapWordIds, selectVocabulary } from '../../src/train/vocabulary-selection.ts';

const text = (counts: Record<string, number>, weight = 1) => ({
  words: ['', '<unk>', ...Object.keys(counts)],
  occurrences: [0, 5, ...Object.values(counts)],
  weight,
});

describe('selectVocabulary', () => {
  it('keeps the words that weigh most, in the order of their UTF-8 bytes', () => {
    const texts = [text({ often: 9, mid: 4, rare: 1, '\uffee': 8, '😀': 8 }), text({ rare: 1, other: 2 }, 10)];
    expect(selectVocabulary(texts)).toEqual([
      ...['<unk>', '<s>', '</s>'],
      ...['often', 'mid', 'rare', 'other', '\uffee', '😀'].sort(compareUtf8),
    ]);
    expect(selectVocabulary(texts).slice(-2)).toEqual(['\uffee', '😀']);
    // rare: 1 + 10 · 1, other: 10 · 2
    expect(selectVocabulary(texts, { size: 6 })).toEqual(['<unk>', '<s>', '</s>', 'often', 'other', 'rare']);
    expect(selectVocabulary(texts, { size: 3 })).toEqual(['<unk>', '<s>', '</s>']);
  });

  it('leaves out what occurs too seldom in all texts together', () => {
    expect(
      selectVocabulary([text({ a: 1, b: 2 }), text({ a: 1, c: 1 }, 100)], { leastOccurrences: 2 }).slice(3),
    ).toEqual(['a', 'b']);
  });

  it('keeps only words that match the pattern, whatever their number', () => {
    const pattern = /^\p{L}+$/u;
    expect(selectVocabulary([text({ 'much.that': 9, très: 1, '13.73': 9 })], { pattern }).slice(3)).toEqual(['très']);
  });
});

describe('mapWordIds', () => {
  it('gives 0 to the words a vocabulary lacks', () => {
    const ids = new Map([
      ['<unk>', 0],
      ['<s>', 1],
      ['</s>', 2],
      ['b', 3],
    ]);
    expect(mapWordIds(['', '<unk>', 'a', 'b'], ids)).toEqual(Uint32Array.from([0, 0, 0, 3]));
  });
});
