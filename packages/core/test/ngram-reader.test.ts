import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readArpa } from '../src/arpa-reader.ts';
import { openNgram } from '../src/ngram-model.ts';
import { readNgram } from '../src/ngram-reader.ts';
import { writeNgram } from '../src/ngram-writer.ts';

describe('readNgram', () => {
  for (const order of [2, 3, 4]) {
    it(`restores the table that was written, order ${order}`, async () => {
      const table = await readArpa([readFileSync(new URL(`fixtures/kenlm/tiny.o${order}.arpa`, import.meta.url))]);
      expect(readNgram(writeNgram(table, { quantize: false }))).toEqual(table);
    });
  }

  it('restores frequencies as shares of the text', async () => {
    const table = await readArpa([readFileSync(new URL('fixtures/kenlm/tiny.o2.arpa', import.meta.url))]);
    const counts = Float64Array.from(table.words, (_, id) => (id < 3 ? 0 : 1 + (id % 3)));
    const total = counts.reduce((sum, count) => sum + count);
    const { frequencies } = readNgram(writeNgram({ ...table, frequencies: counts }));
    frequencies?.forEach((share, id) => {
      expect(share).toBeCloseTo(counts[id]! / total, 7);
    });
    expect(frequencies).toHaveLength(table.words.length);
  });

  it('reads the values of a quantised file as the model answers them', async () => {
    const bytes = writeNgram(await readArpa([readFileSync(new URL('fixtures/kenlm/tiny.o3.arpa', import.meta.url))]));
    const table = readNgram(bytes);
    expect(readNgram(writeNgram(table, { quantize: false }))).toEqual(table);
    const model = openNgram(bytes);
    table.words.forEach((word, id) => {
      if (id !== 1) expect(table.levels[0]!.logProbs[id]).toBe(Math.fround(model.logProb([], word)));
    });
  });
});
