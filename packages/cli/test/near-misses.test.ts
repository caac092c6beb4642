import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createPredictor, openPack } from '@foreword/core';
import { describe, expect, it } from 'vitest';

const folder = (path: string) => new URL(path, import.meta.url);
const slips = readFileSync(folder('fixtures/slips.tsv'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split('\t') as [text: string, meant: string]);

describe('the English pack', () => {
  it('knows what was meant by an apostrophe left out or a slip of the pen', async () => {
    const pack = await openPack((file) => readFile(folder(`../../pack-en/${file}`)));
    const predictor = createPredictor(pack);
    const places = slips.map(([text, meant]) =>
      predictor
        .predictNow(text)
        .candidates.findIndex((candidate) => candidate.text.toLowerCase() === meant.toLowerCase()),
    );
    await predictor.close();
    expect(slips).toHaveLength(60);
    expect(places.filter((place) => place >= 0).length).toBeGreaterThanOrEqual(56);
    expect(places.filter((place) => place === 0).length).toBeGreaterThanOrEqual(54);
  });
});
