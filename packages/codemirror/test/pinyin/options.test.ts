import { describe, expect, it } from 'vitest';
import { FakePinyinEngine } from '../../../../e2e/pages/fake-pinyin-engine.ts';
import { type PinyinInputOptions, pinyinInput } from '../../src/pinyin/index.ts';

describe('pinyinInput', () => {
  it.each([
    [{ engine: undefined }, TypeError, 'engine must be a PinyinEngine, got undefined'],
    [{ scorer: {} }, TypeError, 'scorer must be a PathScorer'],
    [{ rerankAfterMs: -1 }, RangeError, 'rerankAfterMs must be a number from 0 to 2000, got -1'],
    [{ slots: 10 }, RangeError, 'slots must be an integer from 1 to 9, got 10'],
    [{ bar: 'top' }, TypeError, `bar must be 'caret' or 'docked', got "top"`],
    [{ punctuation: 'wide' }, TypeError, `punctuation must be 'full' or 'half', got "wide"`],
  ])('refuses %j', (options, kind, message) => {
    const make = () => pinyinInput({ engine: new FakePinyinEngine(), ...options } as PinyinInputOptions);
    expect(make).toThrow(kind);
    expect(make).toThrow(`pinyinInput: ${message}`);
  });
});
