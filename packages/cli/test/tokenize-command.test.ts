import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { SENTENCE_END, TokenFile } from '../src/train/token-file.ts';
import { tokenise } from '../src/train/tokeniser.ts';
import { foreword } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'foreword-tokenize-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What `foreword tokenize` prints of texts. */
async function tokenize(...texts: string[]): Promise<string> {
  const paths = texts.map((text, index) => {
    const path = join(folder, `text-${index}`);
    writeFileSync(path, text);
    return path;
  });
  const { code, stdout, stderr } = await foreword('tokenize', ...paths);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** The sentences that the trainer reads from a text, printed alike. */
async function trainerSentences(text: string): Promise<string[]> {
  const path = join(folder, 'trained');
  writeFileSync(path, text);
  const { words } = await tokenise(path, 'words', join(folder, 'tokens'), () => undefined);
  const sentences: string[] = [];
  let sentence: string[] = [];
  for (const { ids } of new TokenFile(join(folder, 'tokens')).blocks()) {
    for (const id of ids) {
      if (id !== SENTENCE_END) sentence.push(words.words[id]!);
      else {
        sentences.push(sentence.join(' '));
        sentence = [];
      }
    }
  }
  return sentences;
}

describe('foreword tokenize', () => {
  it('prints a sentence a line and an empty line between documents', async () => {
    const first = 'Hello, Mr. Müller! DON’T go.\nNever.\n\n***\n  \nA new “document”: 3.14\n***\nstill the same\n';
    expect(await tokenize(first, '\n\nAnother text')).toBe(
      "hello mr müller\ndon't go\nnever\n\na new document 3.14\nstill the same\n\nanother text\n",
    );
  });

  it('reads the sentences that the trainer reads', async () => {
    const piece = fc.constantFrom(
      ...['Hello', 'world', 'Mr.', 'don’t', 'e.g.', '3.14', 'U.S.', 'naïve', '你好世界', '😀', 'x@y.org', 'I'],
      ...[' ', ' ', ' ', '. ', '! ', '\n', '\n\n', '\r\n', '\0', ', ', '“', '”', '…\n\n', '\u2028', '\t'],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
        const text = pieces.join('');
        const printed = (await tokenize(text)).split('\n').filter((line) => line !== '');
        expect(printed).toEqual(await trainerSentences(text));
      }),
      { numRuns: 100 },
    );
  });

  it('is the same wherever the pieces of a large file meet', async () => {
    const document = 'Ünïcode wörds, repeated.\nAgain — and again. \n\n';
    const count = Math.ceil(2.5e6 / Buffer.byteLength(document));
    const printed = await tokenize(document.repeat(count));
    const expected = 'ünïcode wörds repeated\nagain and again\n';
    expect(printed === Array.from({ length: count }, () => expected).join('\n')).toBe(true);
  });

  it('prints nothing for texts without a word', async () => {
    expect(await tokenize('', '\n\n… 😀\n')).toBe('');
  });

  it('writes to a file, and says which text is missing', async () => {
    const path = join(folder, 'text');
    const out = join(folder, 'out');
    writeFileSync(path, 'One. Two.');
    expect((await foreword('tokenize', '--out', out, path)).code).toBe(0);
    expect(readFileSync(out, 'utf8')).toBe('one\ntwo\n');
    expect(await foreword('tokenize', join(folder, 'none'))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/none does not exist/),
    });
  });
});
