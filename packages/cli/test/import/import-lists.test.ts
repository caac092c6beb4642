import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type NgramTable, openNgram, readArpa, writeNgram } from '@foreword/core';
import { afterAll, describe, expect, it } from 'vitest';
import type { CommandIo } from '../../src/command.ts';
import { CountListParser, type ListTally } from '../../src/import/count-lines.ts';
import { importLists } from '../../src/import/import-lists.ts';
import { fallbackDiscounts } from '../../src/train/discounts.ts';

const folder = mkdtempSync(join(tmpdir(), 'foreword-import-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fixture = (name: string) =>
  readFileSync(new URL(`../../../core/test/fixtures/kenlm/${name}`, import.meta.url), 'utf8');

function testIo(): CommandIo & { notes: string[] } {
  const notes: string[] = [];
  return { stdout() {}, stderr: (text) => notes.push(text), signal: new AbortController().signal, quiet: false, notes };
}

/** All n-grams of the text of orders `from` to `to`, counted as a naive program would. */
function countedNgrams(text: string, from: number, to: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of text.trimEnd().split('\n')) {
    const sentence = ['<s>', ...line.split(' '), '</s>'];
    for (let order = from; order <= to; order++) {
      for (let start = 0; start + order <= sentence.length; start++) {
        const ngram = sentence.slice(start, start + order).join(' ');
        counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
      }
    }
  }
  return counts;
}

function list(name: string, counts: Iterable<readonly [string, number]>): string {
  const path = join(folder, name);
  const text = [...counts].map(([ngram, count]) => `${ngram}\t${count}\n`).join('');
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

const options = { order: undefined, vocabularySize: undefined, fallbackDiscounts, memoryBytes: 1e6 };

function expectSameModel(found: NgramTable, expected: NgramTable): void {
  expect(found.words).toEqual(expected.words);
  for (const [k, level] of expected.levels.entries()) {
    expect(found.levels[k]!.lastWords).toEqual(level.lastWords);
    level.logProbs.forEach((logProb, i) => {
      // KenLM writes 0 for <s>, which no model predicts.
      if (!(k === 0 && i === 1)) expect(found.levels[k]!.logProbs[i]).toBeCloseTo(logProb, 4);
    });
    level.logBackoffs?.forEach((logBackoff, i) => {
      expect(found.levels[k]!.logBackoffs![i]).toBeCloseTo(logBackoff, 4);
    });
  }
}

describe('importLists', () => {
  const text = fixture('tiny.txt');
  for (const order of [2, 3, 4]) {
    it(`makes KenLM's model of all n-grams of a text, order ${order}`, async () => {
      const expected = await readArpa([fixture(`tiny.o${order}.arpa`)]);
      const file = list(`all-${order}.tsv`, countedNgrams(text, 1, order));
      expectSameModel((await importLists([file], options, testIo())).table, expected);
    });
  }

  it('takes several files, gzipped ones, and lines in any order', async () => {
    const expected = await readArpa([fixture('tiny.o3.arpa')]);
    const low = list('low.tsv.gz', [...countedNgrams(text, 1, 2)].reverse());
    const high = list('high.tsv', [...countedNgrams(text, 3, 3)].sort());
    expectSameModel((await importLists([high, low], options, testIo())).table, expected);
  });

  it('works in little memory with the same result', async () => {
    const expected = await readArpa([fixture('tiny.o3.arpa')]);
    const file = list('little.tsv', countedNgrams(text, 1, 3));
    expectSameModel((await importLists([file], { ...options, memoryBytes: 5000 }, testIo())).table, expected);
  });

  it('leaves to the lower order what a cut-off list lacks of its contexts', async () => {
    // "new" was seen 100 times, "york" after it 40 times; the other 60 continuations are not listed.
    const file = list('cut-off.tsv', [
      ['new', 100],
      ['york', 50],
      ['day', 150],
      ['new york', 40],
    ]);
    const io = testIo();
    const { table } = await importLists([file], options, io);
    expect(io.notes.join('')).toContain('Orders 1 keep their own counts');
    const model = openNgram(writeNgram(table, { quantize: false }));
    // Fallback discount 1.5 from every count ≥ 3. Six words can be predicted: all but <s>, with <unk> and </s>: V - 1 = 5.
    const uniform = (3 * 1.5) / 300 / 5;
    const york = (50 - 1.5) / 300 + uniform;
    const gamma = (60 + 1.5) / 100;
    expect(Math.exp(model.logProb(['new'], 'york'))).toBeCloseTo((40 - 1.5) / 100 + gamma * york, 6);
    expect(Math.exp(model.logProb(['new'], 'day'))).toBeCloseTo(gamma * ((150 - 1.5) / 300 + uniform), 6);
  });

  it('sums to 1 over the vocabulary in every context, cut off or not', async () => {
    const rows = [...countedNgrams(text, 1, 3)].filter(([, count], i) => count > 1 || i % 3 === 0);
    const { table } = await importLists([list('rough.tsv', rows)], options, testIo());
    const model = openNgram(writeNgram(table, { quantize: false }));
    for (const context of [[], ['<s>'], ...table.words.slice(3).map((word) => [word]), ['<s>', 'the'], ['in', 'the']]) {
      const sum = table.words.reduce(
        (total, word, id) => total + (id === 1 ? 0 : Math.exp(model.logProb(context, word))),
        0,
      );
      expect(sum).toBeCloseTo(1, 4);
    }
  });

  it('divides counts beyond 32 bits and restores capitals', async () => {
    const io = testIo();
    const file = list('huge.tsv', [
      ['London', 3e12],
      ['london', 1e12],
      ['in', 6e12],
      ['in London', 1e12],
    ]);
    const { table, displayForm } = await importLists([file], options, io);
    expect(io.notes.join('')).toContain('divided by');
    expect(displayForm('london')).toBe('London');
    expect(displayForm('in')).toBe('in');
    const model = openNgram(writeNgram(table, { quantize: false }));
    expect(Math.exp(model.logProb([], 'london'))).toBeCloseTo(0.4, 3);
  });

  it('refuses lists without n-grams and without counts, saying where', async () => {
    await expect(importLists([list('empty.tsv', [])], options, testIo())).rejects.toThrow(
      /empty\.tsv holds no n-grams/,
    );
    writeFileSync(join(folder, 'text.txt'), 'the cat\t3\nsat on the mat\n');
    await expect(importLists([join(folder, 'text.txt')], options, testIo())).rejects.toThrow(
      /text\.txt, line 2: expected "ngram<TAB>count"/,
    );
  });
});

describe('CountListParser', () => {
  const read = (lines: string[]) => {
    const tally: ListTally = { lines: 0, skipped: 0 };
    const parser = new CountListParser('list', tally);
    const ngrams = lines.map((line) => parser.read(line)).filter((ngram) => ngram !== undefined);
    return { rows: ngrams.map(({ words, count }) => [words.join(' '), count]), tally };
  };

  it('reads the Google Books layouts, old and new', () => {
    expect(read(['the cat\t1999\t12\t3', 'the cat\t2000\t30\t4']).rows).toEqual([
      ['the cat', 12],
      ['the cat', 30],
    ]);
    expect(read(['the cat\t1999,12,3\t2000,30,4']).rows).toEqual([['the cat', 42]]);
    expect(read(['_START_ The\t7', 'The_DET cat\t7', 'end _END_\t2']).rows).toEqual([
      ['<s> the', 7],
      ['end </s>', 2],
    ]);
  });

  it('reads CSV with a header, quoted where there are commas', () => {
    expect(read(['ngram,freq,cumshare', 'the,13616383631,0.051', '"him , and",5991217']).rows).toEqual([
      ['the', 13616383631],
      ['him and', 5991217],
    ]);
  });

  it('joins what tokenisers cut off, and leaves out n-grams with signs at an end or a sentence end inside', () => {
    const { rows, tally } = read([
      "it 's\t5",
      "do n't know\t3",
      "'s not\t2",
      ', and\t9',
      'and ,\t9',
      'it . The\t4',
      'well-known 3.14\t1',
    ]);
    expect(rows).toEqual([
      ["it's", 5],
      ["don't know", 3],
      ['well-known 3.14', 1],
    ]);
    expect(tally).toEqual({ lines: 7, skipped: 4 });
  });

  it('takes CRLF, a byte order mark and blank lines', () => {
    expect(read(['\ufeffthe\t3\r', '', 'cat\t2\r']).rows).toEqual([
      ['the', 3],
      ['cat', 2],
    ]);
  });

  it('refuses a line without a count', () => {
    for (const line of ['the cat', 'the\tmany', 'the\t-3', 'the\tNaN', '\u0000\u0001']) {
      expect(() => read([line])).toThrow(/list, line 1/);
    }
  });
});
