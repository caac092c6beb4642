import { existsSync, readFileSync } from 'node:fs';
import { type Candidate, type Prediction, readContext } from '@foreword/core';
import { describe, expect, it } from 'vitest';
import { type AskPredictor, createTally, type TypingTally, typeLine } from '../../src/evaluate/ideal-user.ts';
import { type KeystrokeRule, keystrokeRules } from '../../src/evaluate/keystroke-rule.ts';

const rule = (name: string): KeystrokeRule => keystrokeRules.find((known) => known.name === name)!;
const vertanen = rule('vertanen');

function candidates(words: readonly string[]): Candidate[] {
  return words.map((word) => ({ text: word, word, logProb: 0, evidence: [] }));
}

/** A predictor that ranks the words of a list that begin with the prefix, in the list's order. */
function listPredictor(words: readonly string[]): AskPredictor {
  return (before, limit): Prediction => {
    const context = readContext(before);
    const fitting = words.filter((word) => word.startsWith(context.prefix.toLowerCase()));
    return { context, candidates: candidates(fitting.slice(0, limit)), final: true };
  };
}

async function type(lines: readonly string[], ask: AskPredictor, by: KeystrokeRule = vertanen): Promise<TypingTally> {
  const tally = createTally();
  for (const line of lines) await typeLine(by.typedLine(line), by, { ask }, tally, () => undefined);
  return tally;
}

/** Keys typed with 1, 3, 5 and the rule's own number of slots. */
const keys = ({ chars, saved }: TypingTally) => saved.map((keysSaved) => chars - keysSaved);

describe('the ideal user', () => {
  it('types everything when nothing is predicted', async () => {
    const tally = await type(['I see you', 'go on'], listPredictor([]));
    expect(tally.chars).toBe('I see you'.length + 'go on'.length);
    expect(keys(tally)).toEqual([14, 14, 14, 14]);
    expect([tally.lines, tally.words]).toEqual([2, 5]);
  });

  it('pays one key for a word and its space, and nothing for the space after the last word', async () => {
    const tally = await type(['the the the'], listPredictor(['the']));
    expect(keys(tally)).toEqual([1 + 1 + 1, 3, 3, 3]);
  });

  it('chooses as soon as the word stands in the slots, later with fewer slots', async () => {
    const ask = listPredictor(['to', 'the', 'that', 'this', 'those', 'there']);
    // "there" stands 6th before its letters, 5th after t ("to" fits too: to the that this those there), …
    //   t: to the that this those there → 6th; th: the that this those there → 5th; the: the there → 2nd; ther: 1st.
    const tally = await type(['there'], ask);
    expect(keys(tally)).toEqual([
      'ther'.length + 1, // first
      'the'.length + 1, // among 3
      'th'.length + 1, // among 5
      'th'.length + 1,
    ]);
  });

  it('gains the following space by choosing, so a word chosen before its last letter is one key cheaper inside a line', async () => {
    const ask = listPredictor(['one', 'two', 'three', 'four', 'five', 'at']);
    // "at" is offered after its first letter: a + slot, which types the space as well.
    expect(keys(await type(['at'], ask))).toEqual([2, 2, 2, 2]);
    expect(keys(await type(['at at'], ask))).toEqual([2 + 2, 4, 4, 4]);
    expect((await type(['at at'], ask)).chars).toBe(5);
  });

  it('never chooses a word whose letters have all been typed', async () => {
    const ask = listPredictor(['ab', 'abc']);
    // "a b": a is never offered by itself; ab stands first after no letter.
    const tally = await type(['abc ab'], ask);
    // abc: 2nd at once with 3 slots; with 1 slot only after all letters, so a, b, c, space are typed. ab: first at once, the line's last.
    expect(keys(tally)).toEqual([4 + 1, 1 + 1, 1 + 1, 1 + 1]);
  });

  it('gives up on a word longer than any vocabulary holds, and types it', async () => {
    let asked = 0;
    const ask: AskPredictor = (before) => {
      asked += 1;
      return { context: readContext(before), candidates: [], final: true };
    };
    const tally = await type(['a'.repeat(100_000)], ask);
    expect(keys(tally)).toEqual([100_000, 100_000, 100_000, 100_000]);
    expect(asked).toBe(255);
  });

  it('compares without regard to case', async () => {
    expect(keys(await type(['THE The'], listPredictor(['the'])))).toEqual([2, 2, 2, 2]);
  });

  it('counts next-word hits and reciprocal ranks before the first letter only', async () => {
    const ask = listPredictor(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k']);
    const tally = await type(['a c e f k'], ask);
    expect(tally.nextWordHits).toEqual([1, 2, 3]);
    expect(tally.reciprocalRanks).toBeCloseTo(1 / 1 + 1 / 3 + 1 / 5 + 1 / 6 + 0, 12);
  });

  it('completes what the predictor takes for the prefix when that is only part of the word', async () => {
    // In "u-bill" a predictor may read "bill" as the word: then it offers "bill" after "u-".
    const ask: AskPredictor = (before) => {
      const prefix = /[a-z]*$/.exec(before)![0];
      const context = { text: before, words: [], prefix, prefixLength: prefix.length };
      return { context, candidates: candidates(before.endsWith('-') ? ['bill'] : []), final: true };
    };
    expect(keys(await type(['u-bill'], ask, rule('vertanen-digits')))).toEqual([3, 3, 3, 3]);
  });

  it('waits for predictors that answer later, with the same result', async () => {
    const ask = listPredictor(['to', 'the', 'there']);
    const slow: AskPredictor = async (before, limit) => ask(before, limit);
    const [now, later] = [await type(['to the there'], ask), await type(['to the there'], slow)];
    expect({ ...later, askMs: [] }).toEqual({ ...now, askMs: [] });
  });
});

describe('slot churn', () => {
  const changing =
    (answers: Record<string, string[]>): AskPredictor =>
    (before) => ({
      context: readContext(before),
      candidates: candidates(answers[before] ?? []),
      final: true,
    });

  it('is nothing when candidates only leave because the letters rule them out', async () => {
    const ask = listPredictor(['ace', 'bat', 'bar', 'car', 'bad', 'bag', 'ban', 'bay']);
    expect((await type(['bay'], ask)).slotChanges).toBe(0);
  });

  it('counts a candidate that still fits and has gone', async () => {
    const tally = await type(['bay'], changing({ '': ['bat', 'ace'], b: ['bar'], ba: ['bar'] }));
    expect(tally.slotChanges).toBe(1); // bat, at b
  });

  it('counts a candidate that still fits and has moved', async () => {
    // After b "bar" takes the slot of "ace" and "bat" keeps the second: nothing moves.
    const steady = changing({ '': ['ace', 'bat'], b: ['bar', 'bat'], ba: ['bar', 'bat'] });
    expect((await type(['bay'], steady)).slotChanges).toBe(0);
    // With nobody to fill the first slot, "bat" moves up into it.
    const gap = changing({ '': ['ace', 'bat'], b: ['bat'], ba: ['bat'] });
    expect((await type(['bay'], gap)).slotChanges).toBe(1);
  });
});

describe('the other rules', () => {
  const ask = listPredictor(['the', 'cat']);

  it('trnka-mccoy ends each line with one more key on both sides', async () => {
    const tally = await type(['the cat', 'no'], ask, rule('trnka-mccoy'));
    expect(tally.chars).toBe('the cat'.length + 1 + 'no'.length + 1);
    expect(keys(tally)).toEqual([1 + 2 + 1 + 3, 1 + 1 + 1 + 3, 2 + 1 + 3, 2 + 1 + 3]);
  });

  it('presage follows every word with a space, the last one too', async () => {
    const tally = await type(['the cat', 'no'], ask, rule('presage'));
    expect(tally.chars).toBe('the cat '.length + 'no '.length);
    expect(keys(tally)).toEqual([1 + 2 + 3, 1 + 1 + 3, 1 + 1 + 3, 1 + 1 + 3]);
  });

  it('onboard types punctuation and spaces itself', async () => {
    const tally = await type(['the cat, the!'], ask, rule('onboard'));
    expect(tally.chars).toBe('the cat, the!'.length);
    expect(keys(tally)[3]).toBe('1 1,_1!'.length);
    expect(keys(tally)[0]).toBe('1 c1,_1!'.length);
  });
});

describe('bounds', () => {
  const comm = new URL('../../../../../shared/eval/dev/en/comm.txt', import.meta.url);
  const lines = existsSync(comm) ? readFileSync(comm, 'utf8').trimEnd().split('\n') : [];
  const savings = ({ chars, saved }: TypingTally) => (100 * saved[0]) / chars;

  /** Knows the text, and speaks after `lettersNeeded` letters of each word. */
  function oracle(lettersNeeded: number): AskPredictor {
    let position = 0;
    const words = lines.flatMap((line) => vertanen.typedLine(line).text.toLowerCase().split(' '));
    return (before) => {
      const context = readContext(before);
      const prefix = /[^ ]*$/.exec(before)![0];
      const isAsked = prefix.length >= lettersNeeded || prefix.length === words[position]!.length - 1;
      const wanted = isAsked ? [words[position]!.slice(prefix.length - context.prefixLength)] : [];
      if (isAsked) position += 1;
      return { context, candidates: candidates(wanted), final: true };
    };
  }

  it.runIf(lines.length > 0)('are 79.1 on comm.txt with one key a word and 58.2 after the first letter', async () => {
    // 128 lines, 885 words, 4,233 characters. A one-letter word takes one key either way.
    expect(savings(await type(lines, oracle(0)))).toBeCloseTo((100 * (4233 - 885)) / 4233, 9);
    const oneLetterWords = lines
      .flatMap((line) => vertanen.typedLine(line).text.split(' '))
      .filter((word) => word.length === 1).length;
    expect((100 * (4233 - 885)) / 4233).toBeCloseTo(79.1, 1);
    expect((100 * (4233 - 2 * 885)) / 4233).toBeCloseTo(58.2, 1);
    expect(savings(await type(lines, oracle(1)))).toBeCloseTo((100 * (4233 - 2 * 885 + oneLetterWords)) / 4233, 9);
  });

  it('takes note of how probable the first candidate was before each word, and whether it was right', async () => {
    const ask: AskPredictor = (before) => ({
      context: readContext(before),
      candidates: [{ text: 'the', word: 'the', logProb: Math.log(0.25), evidence: [] }],
      final: true,
    });
    const { forecasts } = await type(['the cat'], ask);
    expect(forecasts).toEqual([
      { probability: 0.25, isRight: true },
      { probability: 0.25, isRight: false },
    ]);
  });

  it('with a first answer on show changes no slot before the next letter', async () => {
    const tally = createTally();
    // First a b c d e are shown; the final answer would have f g h i j, then with a letter typed "cat" in the first place.
    const first = listPredictor('ab be ca do ed'.split(' ')) as (before: string) => Prediction;
    const final = listPredictor('fa go hi if jo cat'.split(' '));
    await typeLine(vertanen.typedLine('cat'), vertanen, { ask: final, askFirst: first }, tally, () => undefined);
    // Before the letter nothing; with it "ca" gives way to "cat", the only one that both agreed with the letter and went.
    expect([tally.slotChanges, tally.streamedSlotChanges]).toEqual([0, 1]);
  });
});
