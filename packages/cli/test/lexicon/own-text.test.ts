import { readFileSync } from 'node:fs';
import { openPack } from '@foreword/core';
import { describe, expect, it } from 'vitest';
import { directoryReader } from '../../src/pack-directory.ts';

const pack = new URL('../../../pack-zh/', import.meta.url);
const fixtures = new URL('../fixtures/', import.meta.url);
const linesOf = (url: URL): string[] => readFileSync(url, 'utf8').split('\n').filter(Boolean);

describe('what was written for the Chinese pack', () => {
  const words = linesOf(new URL('own/modern-words.txt', pack)).filter((line) => !line.startsWith('#'));
  const sentences = linesOf(new URL('own/everyday.txt', pack));

  it('lists words once, each with a frequency', () => {
    for (const line of words) expect(line).toMatch(/^[\u4e00-\u9fff]{2,6} [1-9]\d*$/);
    const names = words.map((line) => line.split(' ')[0]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('made them words of the pack', async () => {
    const { ngram } = await openPack(directoryReader(pack.pathname));
    const missing = words.map((line) => line.split(' ')[0]!).filter((word) => ngram.vocabulary.id(word) === 0);
    expect(missing).toEqual([]);
  });

  it('has sentences of Chinese, none twice and none that the pack is judged by', () => {
    for (const sentence of sentences) expect(sentence).toMatch(/^[\u4e00-\u9fff，]+$/);
    expect(new Set(sentences).size).toBe(sentences.length);
    const plain = sentences.map((sentence) => sentence.replaceAll('，', ''));
    const clauses = ['modern.tsv', 'everyday.tsv'].flatMap((name) => linesOf(new URL(name, fixtures)));
    const judged = clauses.map((line) => line.split('\t')[2]!).filter((clause) => clause.length > 4);
    expect(judged.length).toBeGreaterThan(70);
    expect(judged.filter((clause) => plain.some((sentence) => sentence.includes(clause)))).toEqual([]);
  });
});
