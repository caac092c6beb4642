import { describe, expect, it } from 'vitest';
import { readContext } from '../../src/context.ts';
import { createPersonal } from '../../src/personal/personal.ts';
import { unigramModel } from './unigram-model.ts';

const ngram = unigramModel({ the: 0.3, i: 0.1, see: 0.05 });

function written(...words: string[]) {
  let nowMs = 0;
  const personal = createPersonal({ ngram, writer: 'test', now: () => (nowMs += 1000) });
  for (const [at, word] of words.entries()) {
    const context = { text: '', words: words.slice(Math.max(0, at - 2), at), prefix: '', prefixLength: 0 };
    personal.learn(context, word);
  }
  return personal;
}

describe('Personal.explain', () => {
  it('tells how often a word was written, how long ago, and what is left of that after the words before', () => {
    const personal = written('i', 'see', 'zorblax', 'the', 'i', 'see');
    const context = readContext('the i see ');
    const details = personal.explain(context, 'zorblax');
    expect(details).toMatchObject({
      kind: 'personal',
      count: 1,
      lastUsedMs: 3000,
      wordsSince: 3,
      evidence: 1,
      isTrusted: false,
    });
    const [alone, afterOne, afterTwo] = details.counts;
    expect(alone.word).toBeGreaterThan(0);
    expect(alone.word).toBeLessThan(alone.all);
    // All that ever stood behind "see", but never behind "i see" at a sentence's start.
    expect(afterOne.word).toBe(afterOne.all);
    expect(afterOne.word).toBeGreaterThan(0.9);
    expect(afterTwo.word).toBe(afterOne.word);
    const { confidence } = personal.next({ context, limit: 0, also: ['zorblax'] });
    expect(details.odds).toBe(confidence!.odds);
  });

  it('trusts a new word once it has come twice, or is completed', () => {
    expect(written('zorblax').explain(readContext('see '), 'zorblax').isTrusted).toBe(false);
    expect(written('zorblax').explain(readContext('see zo'), 'zorblax').isTrusted).toBe(true);
    expect(written('zorblax', 'zorblax').explain(readContext('see '), 'zorblax').isTrusted).toBe(true);
    expect(written('zorblax').explain(readContext('see '), 'the').isTrusted).toBe(true);
  });

  it('says nothing of a word that was never written', () => {
    const personal = written('i', 'see');
    expect(personal.explain(readContext('i '), 'zorblax')).toMatchObject({
      count: 0,
      lastUsedMs: 0,
      wordsSince: null,
      evidence: 0,
      isTrusted: false,
      counts: [{ word: 0 }, { word: 0, all: expect.any(Number) }, { word: 0 }],
    });
    const fresh = createPersonal({ ngram });
    expect(fresh.explain(readContext(''), 'the').odds).toBe(0);
  });

  it('counts a list as the list does, and a word taken back not at all', () => {
    const personal = written('see');
    personal.learnList([['zorblax', 7]]);
    personal.reject(readContext(''), 'see');
    expect(personal.explain(readContext(''), 'zorblax').count).toBe(7);
    expect(personal.explain(readContext(''), 'see')).toMatchObject({ count: 1, wordsSince: 0 });
    expect(personal.explain(readContext(''), 'see').counts[0].word).toBe(0);
  });
});
