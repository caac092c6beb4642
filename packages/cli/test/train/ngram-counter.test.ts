import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NgramCounter } from '../../src/train/ngram-counter.ts';

/** N-grams of one order over a vocabulary of one size, each with its occurrences. */
const additions = fc
  .record({
    order: fc.integer({ min: 1, max: 6 }),
    vocabularySize: fc.constantFrom(1, 2, 3, 300, 65_536, 65_537, 2 ** 24),
  })
  .chain(({ order, vocabularySize }) => {
    // Few different words, so that the same n-gram comes again, and the largest ids among them.
    const word = fc.integer({ min: 0, max: Math.min(3, vocabularySize - 1) }).map((small, _) => small);
    const words = fc.array(
      fc.oneof(
        word,
        word.map((small) => vocabularySize - 1 - small),
      ),
      { minLength: order, maxLength: order },
    );
    return fc.record({
      order: fc.constant(order),
      vocabularySize: fc.constant(vocabularySize),
      ngrams: fc.array(fc.record({ words, occurrences: fc.integer({ min: 1, max: 1000 }) }), { maxLength: 200 }),
      memoryBytes: fc.constantFrom(1, 500, 1e6),
    });
  });

describe('NgramCounter', () => {
  it('counts as a plain Map does, however little memory it has, in ascending order', () => {
    const folder = mkdtempSync(join(tmpdir(), 'foreword-counter-'));
    try {
      fc.assert(
        fc.property(additions, ({ order, vocabularySize, ngrams, memoryBytes }) => {
          const counter = new NgramCounter({ order, vocabularySize, folder, memoryBytes });
          const expected = new Map<string, { words: number[]; adjusted: number; occurrences: number }>();
          for (const { words, occurrences } of ngrams) {
            counter.add(Uint32Array.from([9, ...words]), 1, occurrences);
            const known = expected.get(words.join()) ?? { words, adjusted: 0, occurrences: 0 };
            expected.set(words.join(), {
              words,
              adjusted: known.adjusted + 1,
              occurrences: known.occurrences + occurrences,
            });
          }
          const merge = counter.finish();
          const found = [];
          while (merge.next()) {
            found.push({ words: [...merge.words], adjusted: merge.adjusted, occurrences: merge.occurrences });
          }
          merge.close();
          counter.discard();
          expect(found).toEqual([...expected.values()].sort((a, b) => compare(a.words, b.words)));
          expect(readdirSync(folder)).toEqual([]);
        }),
        { numRuns: 100 },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((word, i) => word !== b[i]);
  return at === -1 ? 0 : a[at]! - b[at]!;
}
