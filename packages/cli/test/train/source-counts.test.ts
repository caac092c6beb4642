import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countSourceFile } from './counting.ts';
import { inFolder } from './training.ts';

describe('countSource', () => {
  const sentences = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'ä'), { minLength: 1, maxLength: 9 }), {
    minLength: 1,
    maxLength: 6,
  });

  it('counts what the definition says, at every order and with any memory', async () => {
    await fc.assert(
      fc.asyncProperty(
        sentences,
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(200, 2000, 1e7),
        async (text, order, memoryBytes) => {
          const found = await inFolder(async (folder) => {
            const file = join(folder, 'text');
            writeFileSync(file, text.map((sentence) => sentence.join(' ')).join('\n'));
            return countSourceFile(file, order, memoryBytes);
          });
          for (let k = 1; k <= order; k++) {
            const records = found.records[k - 1]!.map(
              ([words, adjusted, occurrences]) =>
                [words.map((id) => found.words[id]).join(' '), adjusted, occurrences] as const,
            );
            expect(new Set(records)).toEqual(new Set(definition(text, k, order)));
            expect(found.orders[k - 1]!.ngrams).toBe(records.length);
            const predicted = records.filter(([words]) => words !== '<s>');
            expect(found.orders[k - 1]!.countsOfCounts).toEqual(
              [1, 2, 3, 4].map((count) => predicted.filter(([, adjusted]) => adjusted === count).length),
            );
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

/** Adjusted counts and occurrences of the k-grams of an order-N model (Chen & Goodman 1999, § 4.1.6, as KenLM has it). */
function definition(text: readonly (readonly string[])[], k: number, order: number): [string, number, number][] {
  const occurrences = new Map<string, number>();
  const before = new Map<string, Set<string>>();
  for (const sentence of text) {
    const padded = ['<s>', ...sentence, '</s>'];
    for (let start = 0; start + k <= padded.length; start++) {
      const ngram = padded.slice(start, start + k).join(' ');
      occurrences.set(ngram, (occurrences.get(ngram) ?? 0) + 1);
      if (start > 0) before.set(ngram, (before.get(ngram) ?? new Set()).add(padded[start - 1]!));
    }
  }
  return [...occurrences].map(([ngram, count]) => {
    // Never predicted: its adjusted count is of no use.
    if (ngram === '<s>') return [ngram, 1, count];
    return [ngram, k === order || ngram.startsWith('<s> ') ? count : before.get(ngram)!.size, count];
  });
}
