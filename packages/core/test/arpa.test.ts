import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArpa } from '../src/arpa-reader.ts';
import { writeArpa } from '../src/arpa-writer.ts';
import { PredictionError } from '../src/errors.ts';
import { openNgram } from '../src/ngram-model.ts';
import { writeNgram } from '../src/ngram-writer.ts';
import { anyModel, tableOf } from './map-model.ts';

const small = `\\data\\
ngram 1=5
ngram 2=3

\\1-grams:
-1.0\t<unk>
-99\t<s>\t-0.3
-0.5\t</s>
-0.7\tcat\t-0.1
-0.4\tthe\t-0.2

\\2-grams:
-0.2\t<s> the
-0.1\tthe cat
-0.6\tcat </s>

\\end\\
`;

const read = (text: string) => readArpa([text]);
const model = async (text: string) => openNgram(writeNgram(await read(text), { quantize: false }));

async function failure(text: string | Uint8Array): Promise<PredictionError> {
  const error = await readArpa([text]).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(PredictionError);
  expect((error as PredictionError).code).toBe('file-malformed');
  return error as PredictionError;
}

describe('readArpa', () => {
  it('sorts words by their bytes and n-grams by their words', async () => {
    const table = await read(small);
    expect(table.words).toEqual(['<unk>', '<s>', '</s>', 'cat', 'the']);
    expect([...table.levels[0]!.firstChild!]).toEqual([0, 0, 1, 1, 2, 3]);
    expect([...table.levels[1]!.lastWords]).toEqual([4, 2, 3]);
    expect(table.levels[0]!.logProbs[3]).toBeCloseTo(-0.7 * Math.LN10, 6);
    expect(table.levels[0]!.logBackoffs![1]).toBeCloseTo(-0.3 * Math.LN10, 6);
    expect(table.levels[0]!.logProbs[1]).toBe(-Infinity);
  });

  it('answers as the file says', async () => {
    const trie = await model(small);
    expect(trie.logProb(['<s>'], 'the')).toBeCloseTo(-0.2 * Math.LN10, 5);
    expect(trie.logProb(['<s>'], 'cat')).toBeCloseTo((-0.3 + -0.7) * Math.LN10, 5);
    expect(trie.logProb(['cat'], 'dog')).toBeCloseTo((-0.1 + -1.0) * Math.LN10, 5);
  });

  it.each([
    ['CRLF', small.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${small}`],
    ['text before and after', `built by hand\n\n${small}trailing notes\n\\data\\\n`],
    ['spaces for tabs and at line ends', small.replaceAll('\t', '  ').replaceAll('\n', ' \n')],
    ['no newline at the end', small.trimEnd()],
    ['the unknown word in capitals', small.replaceAll('<unk>', '<UNK>')],
    ['back-offs at the highest order', small.replaceAll('<s> the', '<s> the\t0')],
  ])('reads %s', async (_, text) => {
    expect(await read(text)).toEqual(await read(small));
  });

  it('reads pieces cut anywhere, as text and as bytes', async () => {
    const accented = small.replaceAll('cat', '🐈é');
    const bytes = new TextEncoder().encode(accented);
    const expected = await read(accented);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), async (size) => {
        const pieces = <T extends string | Uint8Array>(whole: T) =>
          Array.from({ length: Math.ceil(whole.length / size) }, (_, i) => whole.slice(i * size, (i + 1) * size) as T);
        expect(await readArpa(pieces(accented))).toEqual(expected);
        expect(await readArpa(pieces(bytes))).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('gives a missing <unk> log10 P = -100, a missing </s> too, and a missing <s> nothing', async () => {
    const trie = await model('\\data\\\nngram 1=1\n\\1-grams:\n-0.1 hi\n\\end\\\n');
    expect(trie.logProb([], 'nobody')).toBeCloseTo(-100 * Math.LN10, 2);
    expect(trie.logProb([], '</s>')).toBeCloseTo(-100 * Math.LN10, 2);
    expect(trie.logProb([], '<s>')).toBe(-Infinity);
  });

  it('disregards the probability of <s>, 0 in KenLM and -99 in SRILM', async () => {
    expect(await read(small.replace('-99\t<s>', '0\t<s>'))).toEqual(await read(small));
  });

  it('reads -inf as SRILM means it, -99', async () => {
    const table = await read(small.replace('-1.0\t<unk>', '-inf\t<unk>'));
    expect(table.levels[0]!.logProbs[0]).toBeCloseTo(-99 * Math.LN10, 3);
  });

  it('fills in contexts that a pruned file left out, so that no answer changes', async () => {
    const text = `\\data\\
ngram 1=4
ngram 2=1
ngram 3=2
\\1-grams:
-1 <unk>
-99 <s> -0.3
-0.5 </s>
-0.4 the -0.2
\\2-grams:
-0.2 the the -0.25
\\3-grams:
-0.1 the the the
-0.3 <s> the the
\\end\\
`;
    const trie = await model(text);
    expect(trie.logProb(['<s>', 'the'], 'the')).toBeCloseTo(-0.3 * Math.LN10, 5);
    expect(trie.logProb(['<s>'], 'the')).toBeCloseTo((-0.3 + -0.4) * Math.LN10, 5);
    expect(trie.logProb(['<s>', 'the'], '</s>')).toBeCloseTo((-0.2 + -0.5) * Math.LN10, 5);
    expect(trie.ngramCounts).toEqual([4, 2, 2]);
  });

  it.each<[string, string, RegExp]>([
    ['an empty file', '', /no line \\data\\/],
    ['another text', 'hello\nworld\n', /no line \\data\\/],
    ['no \\end\\', small.replace('\\end\\', ''), /ends without \\end\\/],
    ['a missing section', small.replace(/\\2-grams:[^\\]*/, ''), /"\\end\\" stands where \\2-grams:/],
    ['sections in the wrong order', small.replace('\\1-grams', '\\3-grams'), /stands where \\1-grams:/],
    ['a section that was not announced', small.replace('ngram 2=3\n', ''), /stands where \\end\\ should/],
    ['fewer n-grams than announced', small.replace('ngram 2=3', 'ngram 2=4'), /3 2-grams, \\data\\ says 4/],
    ['more n-grams than announced', small.replace('ngram 2=3', 'ngram 2=2'), /says 2/],
    ['a count that is no number', small.replace('ngram 2=3', 'ngram 2=many'), /line 3: "ngram 2=many" is no line/],
    ['a huge count', small.replace('ngram 2=3', 'ngram 2=9999999999'), /3 2-grams, \\data\\ says 9999999999/],
    ['a huge vocabulary', small.replace('ngram 1=5', 'ngram 1=999999999'), /999999999 words are more than/],
    [
      'order 7',
      small.replace('ngram 1=5', [1, 2, 3, 4, 5, 6, 7].map((k) => `ngram ${k}=5`).join('\n')),
      /order 7 is above 6/,
    ],
    ['counts that skip an order', small.replace('ngram 2=3', 'ngram 3=3'), /count of order 2 is missing/],
    ['a probability that is no number', small.replace('-0.4\tthe', 'x\tthe'), /line 10: "x" is no number/],
    ['a hexadecimal probability', small.replace('-0.4\tthe', '-0x1\tthe'), /"-0x1" is no number/],
    ['a back-off that is no number', small.replace('-0.2\n\n', 'NaN\n\n'), /"NaN" is no number/],
    ['an infinite back-off', small.replace('-0.2\n\n', '1e999\n\n'), /"1e999" is no number/],
    ['a probability above 1', small.replace('-0.4\tthe', '0.4\tthe'), /0.4 is above 0/],
    ['too few words', small.replace('the cat', 'the'), /is no 2-gram/],
    ['too many words', small.replace('the cat', 'the cat sat cat'), /is no 2-gram/],
    ['a word that is no 1-gram', small.replace('the cat', 'the dog'), /"dog" is not among the 1-grams/],
    ['a word given twice', small.replace('\tcat\t-0.1', '\tthe\t-0.1'), /"the" stands among the 1-grams twice/],
    ['an n-gram given twice', small.replace('cat </s>', 'the cat'), /holds one 2-gram twice/],
    ['a NUL', small.replaceAll('cat', 'c\0t'), /NUL/],
    ['half a surrogate pair', small.replaceAll('cat', 'c\ud83d'), /surrogate/],
    ['an endless line', small.replace('-0.4\tthe', `-0.4\t${'x'.repeat(100_000)}`), /longer than 65536/],
  ])('refuses %s', async (_, text, message) => {
    expect((await failure(text)).message).toMatch(message);
  });

  it('refuses bytes that are not UTF-8', async () => {
    const error = await failure(Uint8Array.of(...new TextEncoder().encode(small.slice(0, 60)), 0xe9, 0x20));
    expect(error.message).toMatch(/not UTF-8/);
  });
});

describe('writeArpa', () => {
  it('is read back as it was written', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anyModel(), async (each) => {
        const table = tableOf(each);
        const again = await readArpa(writeArpa(table));
        expect(again.words).toEqual(table.words);
        again.levels.forEach((level, index) => {
          const { lastWords, firstChild, logProbs, logBackoffs } = table.levels[index]!;
          expect(level.lastWords).toEqual(lastWords);
          expect(level.firstChild).toEqual(firstChild);
          expectClose(level.logProbs, logProbs);
          if (logBackoffs) expectClose(level.logBackoffs!, logBackoffs);
        });
      }),
      { numRuns: 100 },
    );
  });

  for (const order of [2, 3, 4]) {
    it(`restores a KenLM file of order ${order}`, async () => {
      const file = readFileSync(new URL(`fixtures/kenlm/tiny.o${order}.arpa`, import.meta.url), 'utf8');
      const lines = (text: string) =>
        text
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line !== '');
      const written = lines([...writeArpa(await read(file))].join(''));
      const values = (all: string[]) =>
        new Map(all.filter((line) => /^-?\d/.test(line)).map((line) => [key(line), numbers(line)]));
      const [ours, theirs] = [values(written), values(lines(file))];
      expect(written.filter((line) => /^[\\n]/.test(line))).toEqual(lines(file).filter((line) => /^[\\n]/.test(line)));
      expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
      for (const [ngram, [logProb, logBackoff]] of theirs) {
        if (ngram !== '<s>') expect(ours.get(ngram)![0]).toBeCloseTo(logProb!, 6);
        expect(ours.get(ngram)![1]).toBeCloseTo(logBackoff!, 6);
      }
    });
  }

  it('writes in pieces', () => {
    const words = [
      '<unk>',
      '<s>',
      '</s>',
      ...Array.from({ length: 30_000 }, (_, i) => `w${String(i).padStart(5, '0')}`),
    ];
    const logProbs = new Float32Array(words.length).fill(-Math.log(words.length));
    const lastWords = Uint32Array.from(words, (_, id) => id);
    const pieces = [...writeArpa({ order: 1, words, levels: [{ lastWords, logProbs }] })];
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('')).toMatch(/^\\data\\\nngram 1=30003\n\n\\1-grams:\n.*\tw29999\n\n\\end\\\n$/s);
  });
});

const key = (line: string) => line.split('\t')[1]!;
const numbers = (line: string): [number, number] => {
  const [logProb, , logBackoff] = line.split('\t');
  return [Number(logProb), Number(logBackoff ?? 0)];
};

function expectClose(found: Float32Array, expected: Float32Array): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => {
    const wanted = expected[i]!;
    if (wanted === -Infinity) expect(value).toBe(-Infinity);
    else expect(Math.abs(value - wanted)).toBeLessThanOrEqual(2e-7 * Math.max(1, Math.abs(wanted)));
  });
}
