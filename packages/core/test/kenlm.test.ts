import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readArpa } from '../src/arpa-reader.ts';
import { openNgram } from '../src/ngram-model.ts';
import { writeNgram } from '../src/ngram-writer.ts';

/**
 * Parity with KenLM: the golden files hold `query -v word` of KenLM over the same ARPA files, one sentence a line,
 * `word=id matched-length log10`. Those beside this test are in every clone; the larger ones, of models with up to
 * 400,000 n-grams, lie in a folder shared between checkouts.
 */
const COMMITTED = new URL('fixtures/kenlm/', import.meta.url);
const SHARED = new URL('../../../../shared/kenlm/', import.meta.url);

interface Word {
  readonly word: string;
  readonly matched: number;
  readonly log10: number;
}

function goldenSentences(url: URL): Word[][] {
  const lines = readFileSync(url, 'utf8').trimEnd().split('\n');
  return lines.map((line) =>
    line.split('\t').map((field) => {
      const [, word, matched, log10] = /^(.*)=\d+ (\d) (\S+)$/.exec(field.trim())!;
      return { word: word!, matched: Number(matched), log10: Number(log10) };
    }),
  );
}

async function compare(arpa: URL, golden: URL) {
  const stream = createReadStream(arpa);
  const table = await readArpa(arpa.pathname.endsWith('.gz') ? stream.pipe(createGunzip()) : stream);
  const model = openNgram(writeNgram(table, { quantize: false }));
  const sentences = goldenSentences(golden);
  let words = 0;
  for (const sentence of sentences) {
    const context = ['<s>'];
    for (const { word, matched, log10 } of sentence) {
      const log10Here = model.logProb(context, word) / Math.LN10;
      expect(Math.abs(log10Here - log10), `log10 P(${word} | ${context.join(' ')})`).toBeLessThan(1e-4);
      expect(model.matchedOrder(context, word), `longest match of ${context.join(' ')} ${word}`).toBe(matched);
      context.push(word);
      words++;
    }
  }
  return words;
}

describe('an ARPA file answered as KenLM answers it', () => {
  const tiny = readdirSync(COMMITTED).filter((name) => name.endsWith('.arpa'));

  it('finds the committed golden files', () => expect(tiny).toEqual(['tiny.o2.arpa', 'tiny.o3.arpa', 'tiny.o4.arpa']));

  for (const name of tiny) {
    it(`agrees on every word of ${name}`, async () => {
      expect(await compare(new URL(name, COMMITTED), new URL(name.replace('.arpa', '.query.txt'), COMMITTED))).toBe(25);
    });
  }

  for (const name of ['o3', 'o3.prune012', 'o5']) {
    const arpa = new URL(`${name}.arpa.gz`, SHARED);
    it.skipIf(!existsSync(arpa))(
      `agrees on every word of ${name} (when ../shared/kenlm is there)`,
      { timeout: 120_000 },
      async () => {
        expect(await compare(arpa, new URL(`${name}.query.txt`, SHARED))).toBeGreaterThan(3000);
      },
    );
  }
});
