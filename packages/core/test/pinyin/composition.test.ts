import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chooseCandidate,
  chosenEnd,
  compositionOf,
  compositionText,
  deleteBackward,
  deleteForward,
  emptyComposition,
  isComplete,
  moveCaret,
  stepCaret,
  takeBack,
  takeBackFrom,
  typeLetters,
} from '../../src/pinyin/composition.ts';
import type { Composition } from '../../src/pinyin/types.ts';

/** The composition with `|` at the caret and each choice as `text(letters)`: `世(shi)jie|`. */
function shown({ letters, caret, chosen }: Composition): string {
  const marked = (from: number, to: number): string =>
    caret >= from && (caret < to || to === letters.length)
      ? `${letters.slice(from, caret)}|${letters.slice(caret, to)}`
      : letters.slice(from, to);
  const rest = chosen.at(-1)?.end ?? 0;
  const parts = chosen.map(({ text, start, end }) => `${text}(${marked(start, end)})`);
  return parts.join('') + (rest === letters.length && parts.length > 0 ? '' : marked(rest, letters.length));
}

const choose = (composition: Composition, text: string, end: number): Composition =>
  chooseCandidate(composition, { text, start: chosenEnd(composition), end, words: [] });

const worldPeace = choose(choose(compositionOf('shijieheping'), '世界', 'shijie'.length), '和', 'shijiehe'.length);

describe('typing', () => {
  it('puts letters in at the caret', () => {
    expect(shown(typeLetters(emptyComposition, 'ni'))).toBe('ni|');
    expect(shown(typeLetters(moveCaret(compositionOf('nao'), 1), 'ih'))).toBe('nih|ao');
  });

  it('behind the choices keeps them', () => {
    expect(shown(worldPeace)).toBe('世界(shijie)和(he)ping|');
    expect(shown(typeLetters(worldPeace, 'de'))).toBe('世界(shijie)和(he)pingde|');
    expect(shown(typeLetters(moveCaret(worldPeace, 'shijiehe'.length), 'n'))).toBe('世界(shijie)和(he)n|ping');
  });

  it('inside a choice takes back that choice and those behind it', () => {
    expect(shown(typeLetters(moveCaret(worldPeace, 'shijieh'.length), 'x'))).toBe('世界(shijie)hx|eping');
    expect(shown(typeLetters(moveCaret(worldPeace, 0), 'x'))).toBe('x|shijieheping');
  });
});

describe('deleting', () => {
  it('takes out a character beside the caret, and nothing at the ends', () => {
    const middle = moveCaret(compositionOf('nihao'), 2);
    expect(shown(deleteBackward(middle))).toBe('n|hao');
    expect(shown(deleteForward(middle))).toBe('ni|ao');
    const start = moveCaret(middle, 0);
    expect(deleteBackward(start)).toBe(start);
    const end = moveCaret(middle, 5);
    expect(deleteForward(end)).toBe(end);
  });

  it('inside a choice takes back that choice and those behind it', () => {
    expect(shown(deleteBackward(moveCaret(worldPeace, 'shijiehe'.length)))).toBe('世界(shijie)h|ping');
    expect(shown(deleteForward(moveCaret(worldPeace, 'shijie'.length)))).toBe('世界(shijie)|eping');
  });

  it('takes both halves of a character beyond the first plane', () => {
    const odd = compositionOf('n😀i');
    expect(shown(deleteBackward(moveCaret(odd, 3)))).toBe('n|i');
    expect(shown(deleteForward(moveCaret(odd, 1)))).toBe('n|i');
  });
});

describe('the caret', () => {
  it('is kept inside the letters and out of the middle of a character', () => {
    expect(moveCaret(compositionOf('ni'), 9).caret).toBe(2);
    expect(moveCaret(compositionOf('ni'), -1).caret).toBe(0);
    expect(moveCaret(compositionOf('ni'), Number.NaN).caret).toBe(0);
    expect(moveCaret(compositionOf('n😀i'), 2).caret).toBe(1);
  });

  it('steps by characters and over a choice as a whole', () => {
    const at = moveCaret(worldPeace, 'shijiehep'.length);
    const left = [at];
    for (let step = 0; step < 4; step++) left.push(stepCaret(left.at(-1)!, -1));
    const stops = ['shijiehep', 'shijiehe', 'shijie', '', ''].map((letters) => letters.length);
    expect(left.map(({ caret }) => caret)).toEqual(stops);
    expect(stepCaret(left.at(-1)!, 1).caret).toBe('shijie'.length);
    expect(stepCaret(moveCaret(compositionOf('😀'), 0), 1).caret).toBe('😀'.length);
  });
});

describe('choosing', () => {
  it('is complete once every letter is covered', () => {
    expect(isComplete(worldPeace)).toBe(false);
    const done = choose(worldPeace, '平', 'shijieheping'.length);
    expect(isComplete(done)).toBe(true);
    expect(compositionText(done)).toBe('世界和平');
    expect(isComplete(emptyComposition)).toBe(false);
  });

  it('leaves the letters that are not chosen as they were typed', () => {
    expect(compositionText(worldPeace)).toBe('世界和ping');
  });

  it('brings the caret behind what was chosen', () => {
    expect(choose(moveCaret(compositionOf('nihao'), 1), '你', 2).caret).toBe(2);
  });

  it('takes along the separators that no letter follows, and no others', () => {
    expect(isComplete(choose(compositionOf("ni''"), '你', 'ni'.length))).toBe(true);
    expect(shown(choose(compositionOf("ni'hao'"), '你', 'ni'.length))).toBe("你(ni)'hao'|");
  });

  it.each([
    ['begins elsewhere', 1, 3],
    ['covers nothing', 0, 0],
    ['ends behind the letters', 0, 6],
  ])('refuses a candidate that %s', (_what, start, end) => {
    expect(() => chooseCandidate(compositionOf('nihao'), { text: '你', start, end, words: [] })).toThrow(
      `a candidate must cover letters from 0 to at most 5, got ${start} to ${end}`,
    );
  });

  it('covers whole characters', () => {
    expect(choose(compositionOf('😀a'), '笑', 1).chosen).toMatchObject([{ start: 0, end: 2 }]);
  });

  it('is taken back one by one, or from a letter on', () => {
    expect(shown(takeBack(worldPeace))).toBe('世界(shijie)heping|');
    expect(shown(takeBack(takeBack(worldPeace)))).toBe('shijieheping|');
    expect(takeBack(compositionOf('ni')).letters).toBe('ni');
    expect(shown(takeBackFrom(worldPeace, 2))).toBe('shijieheping|');
    expect(takeBackFrom(worldPeace, 'shijiehe'.length)).toBe(worldPeace);
  });
});

/** Edits as a user makes them, in any order. */
const edit: fc.Arbitrary<(composition: Composition) => Composition> = fc.oneof(
  fc
    .string({ unit: fc.constantFrom('a', 'i', 'zh', "'", 'v', 'ü', 'A', '7', '你', '😀'), minLength: 1 })
    .map((letters) => (composition: Composition) => typeLetters(composition, letters)),
  fc.constantFrom(deleteBackward, deleteForward, takeBack),
  fc.nat(20).map((position) => (composition: Composition) => moveCaret(composition, position)),
  fc.constantFrom<1 | -1>(1, -1).map((step) => (composition: Composition) => stepCaret(composition, step)),
  fc.nat(20).map((position) => (composition: Composition) => takeBackFrom(composition, position)),
  fc.integer({ min: 1, max: 6 }).map((length) => (composition: Composition) => {
    const end = Math.min(chosenEnd(composition) + length, composition.letters.length);
    return end > chosenEnd(composition) ? choose(composition, `<${end}>`, end) : composition;
  }),
);
const edited: fc.Arbitrary<Composition> = fc
  .array(edit, { maxLength: 30 })
  .map((edits) => edits.reduce((composition, change) => change(composition), emptyComposition));

describe('a composition after any edits', () => {
  it('has choices that follow one another from the first letter, and its caret inside', () => {
    fc.assert(
      fc.property(edited, ({ letters, caret, chosen }) => {
        expect(chosen.map(({ start }) => start)).toEqual([0, ...chosen.map(({ end }) => end)].slice(0, chosen.length));
        for (const { start, end } of chosen) expect(end).toBeGreaterThan(start);
        expect(chosenEnd({ letters, caret, chosen })).toBeLessThanOrEqual(letters.length);
        expect(caret).toBeGreaterThanOrEqual(0);
        expect(caret).toBeLessThanOrEqual(letters.length);
        expect(letters.isWellFormed()).toBe(true);
      }),
    );
  });

  it('is as before when what was typed is deleted again, but for the choices it reached over', () => {
    fc.assert(
      fc.property(edited, (before) => {
        const after = deleteBackward(typeLetters(before, '字'));
        expect(after).toEqual(takeBackFrom({ ...before }, before.caret));
      }),
    );
  });

  it('keeps the choices before the place of an edit', () => {
    fc.assert(
      fc.property(edited, edit, (before, change) => {
        const after = change(before);
        const place = Math.min(before.caret, after.caret);
        const kept = before.chosen.filter(({ end }) => end <= place && end <= chosenEnd(after));
        expect(after.chosen.slice(0, kept.length)).toEqual(kept);
      }),
    );
  });

  it('loses no letter by choosing, taking back or moving', () => {
    fc.assert(
      fc.property(edited, fc.nat(20), (before, position) => {
        expect(moveCaret(before, position).letters).toBe(before.letters);
        expect(takeBackFrom(before, position).letters).toBe(before.letters);
        expect(compositionText(takeBackFrom(before, 0))).toBe(before.letters);
      }),
    );
  });

  it('is left as it was by every operation', () => {
    const frozen = (composition: Composition): Composition => {
      for (const choice of composition.chosen) Object.freeze(choice);
      Object.freeze(composition.chosen);
      return Object.freeze(composition);
    };
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 20 }), (edits) => {
        expect(() =>
          edits.reduce((each, change) => frozen(change(each)), frozen({ ...emptyComposition })),
        ).not.toThrow();
      }),
    );
  });

  it('is chosen again exactly as it was after a choice is taken back', () => {
    fc.assert(
      fc.property(edited, fc.integer({ min: 1, max: 6 }), (before, length) => {
        const end = chosenEnd(before) + length;
        fc.pre(end <= before.letters.length);
        const after = choose(before, '字', end);
        expect(takeBack(after)).toEqual({ ...before, caret: after.caret });
        expect(after.caret).toBeGreaterThanOrEqual(Math.max(before.caret, end));
      }),
    );
  });
});
