import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTokenizer } from '../../src/neural/tokenizer.ts';

const families = ['foreword', 'gpt2', 'llama'];

/** Written by `python packages/core/test/neural/fixtures/tokenizers/make.py`. */
const read = (name: string) => readFileSync(new URL(`fixtures/tokenizers/${name}`, import.meta.url));
const open = (family: string) => openTokenizer(read(`${family}.json`));
const reopened = (family: string, change: (file: TokenizerFile) => void) => {
  const file = JSON.parse(read(`${family}.json`).toString());
  change(file);
  return openTokenizer(new TextEncoder().encode(JSON.stringify(file)));
};
type TokenizerFile = Record<string, unknown> & { model: { vocab: Record<string, unknown> } };

describe.each(families)('a tokenizer of the family %s', (family) => {
  const tokenizer = open(family);
  const golden: [string, number[]][] = JSON.parse(read(`${family}.golden.json`).toString());

  it.each(golden)('reads %j as the original does', (text, ids) => {
    expect([...tokenizer.encode(text)]).toEqual(ids);
  });

  it('has a number of ids and a start token', () => {
    expect(tokenizer.size).toBe(420);
    expect(tokenizer.endOfText).toBe(family === 'llama' ? 1 : 0);
  });

  it('reads a text the same the second time', () => {
    for (const [text, ids] of golden) expect([...tokenizer.encode(text)]).toEqual(ids);
  });

  it('gives the start token no bytes', () => {
    expect(tokenizer.bytes(tokenizer.endOfText)).toHaveLength(0);
  });

  it('gives ids beyond the vocabulary no bytes', () => {
    expect(tokenizer.bytes(420)).toHaveLength(0);
    expect(tokenizer.bytes(-1)).toHaveLength(0);
  });

  it('reads text with lone surrogates as if they were U+FFFD', () => {
    expect(tokenizer.encode('a\ud83d b\udc00')).toEqual(tokenizer.encode('a\ufffd b\ufffd'));
  });

  it('never makes a special token of text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('<|endoftext|>', '<s>', '</s>', 'a', ' '), { maxLength: 6 }), (parts) => {
        expect([...tokenizer.encode(parts.join(''))]).not.toContain(tokenizer.endOfText);
      }),
    );
  });
});

describe('the bytes of tokens', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 40 });
  const wild = fc.string({ unit: 'binary', maxLength: 20 });

  it('make up the very text for GPT-2', () => {
    const tokenizer = open('gpt2');
    fc.assert(
      fc.property(fc.oneof(text, wild), (text) => {
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
      }),
    );
  });

  it('make up the text with a space before it for Llama', () => {
    const tokenizer = open('llama');
    const expected = (text: string) => (text === '' ? '' : ` ${text}`).replaceAll('▁', ' ');
    fc.assert(
      fc.property(fc.oneof(text, wild), (text) => {
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(expected(text));
      }),
    );
  });

  it('make up a text that reads the same again for Foreword', () => {
    const tokenizer = open('foreword');
    fc.assert(
      fc.property(fc.oneof(text, wild), (text) => {
        const ids = tokenizer.encode(text);
        expect(tokenizer.encode(tokenizer.decode(ids))).toEqual(ids);
      }),
    );
  });

  it('join to characters that tokens have split', () => {
    const tokenizer = open('gpt2');
    const ids = tokenizer.encode('字');
    expect(ids.length).toBeGreaterThan(1);
    expect([...ids].flatMap((id) => [...tokenizer.bytes(id)])).toEqual([...new TextEncoder().encode('字')]);
    expect(tokenizer.decode(ids.subarray(1))).toContain('\ufffd');
  });
});

describe('a text of words', () => {
  it.each(families)('has the ids of an uncut text: %s', (family) => {
    const words = fc.array(fc.constantFrom('the', ' ', ' model', ',', '\n', 'é', "don't", ' 12', '字', 'A'), {
      maxLength: 30,
    });
    const lasting = open(family);
    fc.assert(
      fc.property(words, (parts) => {
        const text = parts.join('');
        expect(lasting.encode(text)).toEqual(open(family).encode(text));
      }),
      { numRuns: 20 },
    );
  });

  it('of 100,000 characters is read whole', () => {
    const tokenizer = open('foreword');
    const text = 'the words of a model '.repeat(5000).slice(0, 100_000);
    const ids = tokenizer.encode(text);
    expect(tokenizer.decode(ids)).toBe(` ${text}`);
  });
});

describe('a file that is no tokenizer', () => {
  const code = 'file-malformed';

  it.each([
    ['nothing', ''],
    ['no JSON', '<!doctype html>'],
    ['null', 'null'],
    ['no model', '{"added_tokens": []}'],
    ['added tokens without ids', '{"model": {"vocab": {}}, "added_tokens": [{}]}'],
    ['an id out of all bounds', '{"model": {"vocab": {"a": 1e9}}}'],
  ])('is refused: %s', (_, text) => {
    expect(() => openTokenizer(new TextEncoder().encode(text))).toThrow(expect.objectContaining({ code }));
  });

  it('is refused when it has no usual start token, unless one is named', () => {
    const file = JSON.parse(read('gpt2.json').toString());
    file.added_tokens[0].special = false;
    const bytes = new TextEncoder().encode(JSON.stringify(file));
    expect(() => openTokenizer(bytes)).toThrow(expect.objectContaining({ code }));
    expect(openTokenizer(bytes, { startToken: '<|endoftext|>' }).endOfText).toBe(0);
    expect(() => openTokenizer(bytes, { startToken: '<bos>' })).toThrow(RangeError);
  });

  it('is refused with a model the library does not know', () => {
    const change = (file: TokenizerFile) => {
      file['pre_tokenizer'] = { type: 'Unheard' };
    };
    expect(() => reopened('gpt2', change)).toThrow(expect.objectContaining({ code }));
  });
});
