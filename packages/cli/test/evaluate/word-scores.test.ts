import { readFileSync } from 'node:fs';
import { openNgram, readArpa, writeNgram } from '@foreword/core';
import { describe, expect, it } from 'vitest';
import {
  bitsPerChar,
  createWordTally,
  perplexity,
  scoreLine,
  spellingBits,
  type WordJudge,
} from '../../src/evaluate/word-scores.ts';

/** P = 1/4 for what it knows, 1/16 for what it does not, whatever stands before. */
const flat: WordJudge = {
  logProb: (_, word) => (word === '</s>' || flat.isKnown(word) ? Math.log(1 / 4) : Math.log(1 / 16)),
  isKnown: (word) => ['see', 'you'].includes(word),
  contextLength: 2,
};

describe('scoreLine', () => {
  it('counts known words and sentence ends in the perplexity, and spells unknown words out in the bits', () => {
    const tally = createWordTally();
    scoreLine('See you. You xyz!', flat, tally);
    expect(perplexity(tally)).toBeCloseTo(4, 12);
    // see you </s> you </s> at 2 bits each, xyz at 4 bits and its spelling; 3+1 + 3+1 + 3+1 + 3+1 characters.
    expect(bitsPerChar(tally)).toBeCloseTo((5 * 2 + 4 + spellingBits('xyz')) / 16, 12);
    expect([tally.known, tally.unknown]).toEqual([5, 1]);
  });

  it('asks with the words of the sentence from its start, as many as the model can use', () => {
    const asked: string[] = [];
    const logProb: WordJudge['logProb'] = (context, word) => {
      asked.push([...context, word].join(' '));
      return -1;
    };
    const judge = { ...flat, logProb };
    scoreLine('One two three. Four', judge, createWordTally());
    expect(asked).toEqual(['<s> one', '<s> one two', 'one two three', 'two three </s>', '<s> four', '<s> four </s>']);
  });

  it('reads nothing in a line without words', () => {
    const tally = createWordTally();
    scoreLine(' … !', flat, tally);
    expect(tally).toEqual(createWordTally());
  });

  it("agrees with KenLM's perplexity excluding unknown words", async () => {
    const fixture = (name: string) =>
      readFileSync(new URL(`../../../core/test/fixtures/kenlm/${name}`, import.meta.url), 'utf8');
    // `query -v word`: word=id matched-length log10, tab-separated, one sentence a line.
    let log10 = 0;
    let known = 0;
    for (const entry of fixture('tiny.o3.query.txt')
      .split(/[\t\n]/)
      .filter((text) => /=\d+ \d+ -/.test(text))) {
      const [, id, value] = /=(\d+) \d+ (-[\d.e-]+)$/.exec(entry)!;
      if (id === '0') continue;
      log10 += Number(value);
      known += 1;
    }
    expect(known).toBeGreaterThan(20);
    const model = openNgram(writeNgram(await readArpa([fixture('tiny.o3.arpa')]), { quantize: false }));
    const judge: WordJudge = {
      logProb: (context, word) => model.logProb(context, word),
      isKnown: (word) => model.vocabulary.id(word) !== 0,
      contextLength: 2,
    };
    const tally = createWordTally();
    for (const line of fixture('tiny.test.txt').trimEnd().split('\n')) scoreLine(line, judge, tally);
    expect(tally.known).toBe(known);
    expect(perplexity(tally)).toBeCloseTo(10 ** (-log10 / known), 3);
  });
});

describe('spellingBits', () => {
  it('takes log2 40 bits a character and for the end, 21 more for a character outside a–z, 0–9, apostrophe, hyphen', () => {
    expect(spellingBits("u-b2's")).toBeCloseTo(7 * Math.log2(40), 12);
    expect(spellingBits('é')).toBeCloseTo(2 * Math.log2(40) + 21, 12);
  });
});
