import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { normalizeWord, sentenceSpans, wordSpans } from '@foreword/core';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readText } from '../../src/train/text-reader.ts';
import { SENTENCE_END, TokenFile, UNKNOWN_TOKEN } from '../../src/train/token-file.ts';
import { type TextMode, tokenise } from '../../src/train/tokeniser.ts';

const folder = mkdtempSync(join(tmpdir(), 'foreword-tokeniser-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'text');

/** The sentences the trainer reads from a text. */
async function read(text: string | Uint8Array, mode: TextMode): Promise<string[][]> {
  writeFileSync(path, text);
  const { words } = await tokenise(path, mode, join(folder, 'tokens'), () => undefined);
  const sentences: string[][] = [];
  let sentence: string[] = [];
  let occurrences = 0;
  for (const { ids } of new TokenFile(join(folder, 'tokens')).blocks()) {
    for (const id of ids) {
      if (id === SENTENCE_END) {
        sentences.push(sentence);
        sentence = [];
      } else {
        sentence.push(words.words[id]!);
        occurrences++;
      }
    }
  }
  expect(sentence, 'the last sentence is closed').toEqual([]);
  expect(words.occurrences.reduce((sum, count) => sum + count, 0)).toBe(occurrences);
  return sentences;
}

describe('text read as words', () => {
  it('is what the predictor reads', async () => {
    const piece = fc.constantFrom(
      ...['Hello', 'world', 'Mr.', 'don’t', 'e.g.', '3.14', 'U.S.', 'naïve', '你好世界', '😀', 'x@y.org', 'I'],
      ...[' ', ' ', ' ', '. ', '! ', '\n', '\r\n', '\0', ', ', '“', '”', '…\n\n', '\u2028', '\t'],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
        const text = pieces.join('');
        const expected = sentenceSpans(text).map(({ start, end }) => {
          const sentence = text.slice(start, end);
          return wordSpans(sentence).map((span) => normalizeWord(sentence.slice(span.start, span.end)));
        });
        expect(await read(text, 'words')).toEqual(expected.filter(({ length }) => length > 0));
      }),
      { numRuns: 100 },
    );
  });

  it('does not change where the pieces of a large file meet', async () => {
    const line = 'Ünïcode wörds, näively repeated — they don’t change.\n';
    const count = Math.ceil(2.5e6 / Buffer.byteLength(line));
    const sentences = await read(line.repeat(count), 'words');
    expect(sentences.length).toBe(count);
    for (const sentence of sentences) {
      expect(sentence).toEqual(['ünïcode', 'wörds', 'näively', 'repeated', 'they', "don't", 'change']);
    }
  });

  it('may be one endless line', async () => {
    const sentences = await read('We met at noon. '.repeat(150_000), 'words');
    expect(sentences.length).toBe(150_000);
    expect(new Set(sentences.map((sentence) => sentence.join(' ')))).toEqual(new Set(['we met at noon']));
    const words = (await read('on and '.repeat(400_000), 'words')).flat();
    expect(words.length).toBe(800_000);
    expect(new Set(words)).toEqual(new Set(['on', 'and']));
    expect((await read('x'.repeat(3e6), 'words')).flat().length).toBeGreaterThan(0);
  });

  it('takes bytes that are no UTF-8 for no letters', async () => {
    const bytes = Buffer.concat([
      Buffer.from('\ufeffgood '),
      Buffer.from([0xff, 0xfe, 0xed, 0xa0, 0x80]),
      Buffer.from(' day\0end'),
    ]);
    expect(await read(bytes, 'words')).toEqual([['good', 'day', 'end']]);
  });

  it('holds nothing where there are no words', async () => {
    for (const text of ['', '\n\n', '… !!! 😀', '\ufeff']) expect(await read(text, 'words')).toEqual([]);
  });
});

describe('text read as tokens', () => {
  it('is cut at ASCII white space and NUL, line by line', async () => {
    expect(await read('The cat\r\n\n sat\tON  the_mat !\0?\vend\fx\nlast', 'tokens')).toEqual([
      ['The', 'cat'],
      ['sat', 'ON', 'the_mat', '!', '?', 'end', 'x'],
      ['last'],
    ]);
    expect(await read('no\u00a0break \u2028', 'tokens')).toEqual([['no\u00a0break', '\u2028']]);
  });

  it('has no words that stand for something else', async () => {
    expect(await read('<s> a <unk> b </s>\n<s> </s>', 'tokens')).toEqual([['a', '<unk>', 'b']]);
  });

  it('counts as unknown what no vocabulary can hold', async () => {
    expect(UNKNOWN_TOKEN).toBe(1);
    const longest = 'é'.repeat(127);
    const [sentence, ...others] = await read(`${longest}a ${longest}aa é${'b'.repeat(3e6)} c`, 'tokens');
    expect(others).toEqual([]);
    expect([sentence![0], sentence!.at(-1)]).toEqual([`${longest}a`, 'c']);
    expect(new Set(sentence!.slice(1, -1))).toEqual(new Set(['<unk>']));
  });

  it('is the same however the file is cut into pieces', async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `tøken${i % 977} ${i} ünd so weiter`);
    expect(await read(lines.join('\n'), 'tokens')).toEqual(lines.map((line) => line.split(' ')));
  });
});

describe('readText', () => {
  it('drops one byte order mark, never cuts a character, and says how far it is', async () => {
    const text = `\ufeff\ufeff${'a😀'.repeat(700_000)}`;
    writeFileSync(path, text);
    let found = '';
    let last = 0;
    for await (const piece of readText(path)) {
      found += piece.text;
      expect(piece.bytesRead).toBeGreaterThanOrEqual(last);
      last = piece.bytesRead;
    }
    expect(found === text.slice(1)).toBe(true);
    expect(last).toBe(Buffer.byteLength(text));
  });
});
