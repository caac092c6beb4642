import { describe, expect, it } from 'vitest';
import { readContext } from '../src/context.ts';
import { contextClass } from '../src/context-class.ts';

const isKnown = (word: string) => ['see', 'you', 'at'].includes(word);

describe('contextClass', () => {
  it.each([
    ['', 'sentence-start'],
    ['See you. ', 'sentence-start'],
    ['see you ', 'word-start'],
    ['you, ', 'word-start'],
    ['see quibblewort ', 'after-unknown'],
    ['y', 'one-letter'],
    ['see y', 'one-letter'],
    ['quibblewort at', 'two-letters'],
    ['see you qui', 'more-letters'],
    ['see you quibblewort', 'more-letters'],
  ])('takes %j for %s', (before, expected) => {
    expect(contextClass(readContext(before), isKnown)).toBe(expected);
  });
});
