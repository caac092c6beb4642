import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openNgram } from '../src/ngram-model.ts';
import { readNgram } from '../src/ngram-reader.ts';
import type { NgramLevel, NgramTable } from '../src/ngram-table.ts';
import { writeNgram } from '../src/ngram-writer.ts';
import { anyModel, tableOf } from './map-model.ts';

const words = ['<unk>', '<s>', '</s>', 'a', 'b'];
const unigrams: NgramLevel = {
  lastWords: Uint32Array.of(0, 1, 2, 3, 4),
  logProbs: Float32Array.of(-2, -Infinity, -2, -1, -1),
  logBackoffs: Float32Array.of(0, 0, 0, -0.5, 0),
  firstChild: Uint32Array.of(0, 0, 0, 0, 2, 2),
};
const bigrams: NgramLevel = { lastWords: Uint32Array.of(3, 4), logProbs: Float32Array.of(-0.5, -2) };
const table: NgramTable = { order: 2, words, levels: [unigrams, bigrams] };

describe('writeNgram', () => {
  it('writes what the model answers', () => {
    const model = openNgram(writeNgram(table, { quantize: false }));
    expect(model.logProb(['a'], 'b')).toBe(-2);
    expect(model.logProb(['a'], '</s>')).toBe(-0.5 + -2);
    expect(model.ngramCounts).toEqual([5, 2]);
    expect(model.order).toBe(2);
  });

  it('writes the same bytes for the same table', () => {
    expect(writeNgram(table)).toEqual(writeNgram(table));
  });

  it('leaves a file it has read as it was, at full precision', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(anyModel(), (model) => {
        const bytes = writeNgram(tableOf(model), { quantize: false });
        expect(writeNgram(readNgram(bytes), { quantize: false })).toEqual(bytes);
      }),
      { numRuns: 100 },
    );
  });

  it('adds an n-gram that a longer one ends in, with the probability it had by back-off', () => {
    const trigrams: NgramLevel = { lastWords: Uint32Array.of(4), logProbs: Float32Array.of(-0.1) };
    const levels = [
      { ...unigrams, firstChild: Uint32Array.of(0, 0, 1, 1, 2, 2) },
      {
        lastWords: Uint32Array.of(3, 3),
        logProbs: Float32Array.of(-0.5, -0.7),
        logBackoffs: Float32Array.of(-0.2, 0),
        firstChild: Uint32Array.of(0, 1, 1),
      },
      trigrams,
    ];
    const model = openNgram(writeNgram({ order: 3, words, levels }, { quantize: false }));
    expect(model.ngramCounts).toEqual([5, 3, 1]);
    expect(model.logProb(['a'], 'b')).toBe(-0.5 + -1);
    expect(model.logProb(['<s>', 'a'], 'b')).toBeCloseTo(-0.1, 6);
    expect(model.logProb(['<s>', 'a'], 'a')).toBeCloseTo(-0.2 + -0.7, 6);
  });

  it('takes more than 65,536 words and children, and counts beyond two bytes', { timeout: 60_000 }, () => {
    const count = 70_000;
    const many = ['<unk>', '<s>', '</s>', ...Array.from({ length: count }, (_, i) => `w${String(i).padStart(6, '0')}`)];
    const lastWords = Uint32Array.from(many, (_, id) => id);
    const logProbs = new Float32Array(many.length).fill(-Math.log(many.length));
    const firstChild = new Uint32Array(many.length + 1).fill(count, 2);
    const children = { lastWords: lastWords.slice(3), logProbs: logProbs.slice(3).fill(-Math.log(2 * count)) };
    const logBackoffs = new Float32Array(many.length);
    const model = openNgram(
      writeNgram({ order: 2, words: many, levels: [{ lastWords, logProbs, logBackoffs, firstChild }, children] }),
    );
    expect(model.logProb(['<s>'], 'w069999')).toBeCloseTo(-Math.log(2 * count), 5);
    expect(model.matchedOrder(['<s>'], 'w069999')).toBe(2);
    const context = { text: '', words: [], prefix: 'w06999', prefixLength: 6 };
    expect(model.next({ context, limit: 100 }).words).toHaveLength(10);
  });

  it.each<[string, NgramTable]>([
    ['order 0', { ...table, order: 0, levels: [] }],
    ['order 7', { ...table, order: 7 }],
    ['a level too few', { ...table, order: 3 }],
    ['special words out of place', { ...table, words: ['<s>', '<unk>', '</s>', 'a', 'b'] }],
    ['words out of order', { ...table, words: ['<unk>', '<s>', '</s>', 'b', 'a'] }],
    ['a word given twice', { ...table, words: ['<unk>', '<s>', '</s>', 'a', 'a'] }],
    ['an empty word', { ...table, words: ['<unk>', '<s>', '</s>', '', 'b'] }],
    ['half a surrogate pair', { ...table, words: ['<unk>', '<s>', '</s>', 'a', '\ud83d'] }],
    ['a word of 256 bytes', { ...table, words: ['<unk>', '<s>', '</s>', 'a', 'b'.repeat(256)] }],
    ['fewer words than unigrams', { ...table, words: words.slice(0, 4) }],
    [
      'a probability above 1',
      { ...table, levels: [{ ...unigrams, logProbs: Float32Array.of(-2, -2, -2, 0.1, -1) }, bigrams] },
    ],
    [
      'a probability that is no number',
      { ...table, levels: [unigrams, { ...bigrams, logProbs: Float32Array.of(-1, Number.NaN) }] },
    ],
    [
      'an infinite back-off',
      { ...table, levels: [{ ...unigrams, logBackoffs: Float32Array.of(0, 0, 0, -Infinity, 0) }, bigrams] },
    ],
    ['no back-offs', { ...table, levels: [{ lastWords: unigrams.lastWords, logProbs: unigrams.logProbs }, bigrams] }],
    ['children out of order', { ...table, levels: [unigrams, { ...bigrams, lastWords: Uint32Array.of(4, 3) }] }],
    ['a child that is no word', { ...table, levels: [unigrams, { ...bigrams, lastWords: Uint32Array.of(3, 5) }] }],
    [
      'children nobody has',
      { ...table, levels: [{ ...unigrams, firstChild: Uint32Array.of(0, 0, 0, 0, 1, 1) }, bigrams] },
    ],
    [
      'children that go back',
      { ...table, levels: [{ ...unigrams, firstChild: Uint32Array.of(0, 2, 0, 0, 2, 2) }, bigrams] },
    ],
  ])('refuses %s', (_, broken) => {
    expect(() => writeNgram(broken)).toThrow(RangeError);
  });

  it.each([0, -1, Number.NaN])('refuses a step of %d', (logProbStep) => {
    expect(() => writeNgram(table, { logProbStep })).toThrow(RangeError);
  });
});
