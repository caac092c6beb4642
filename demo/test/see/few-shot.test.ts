import { describe, expect, test } from 'vitest';
import { prompt, untilStop } from '../../src/see/few-shot.ts';
import { isVisible } from '../../src/see/visible.ts';

describe('prompts', () => {
  test('hold as many examples as are asked for, and end where the answer begins', () => {
    expect(prompt('opposite', 0)).toBe('The opposite of hot is');
    expect(prompt('plural', 1)).toBe('One dog, two dogs.\nOne car, two');
    expect(prompt('past', 4).split('\n')).toHaveLength(5);
  });

  test('are answered up to the stop', () => {
    expect(untilStop('cold.\nThe', '\n')).toEqual({ text: 'cold.', isOver: true });
    expect(untilStop('cold.', '\n')).toEqual({ text: 'cold.', isOver: false });
    expect(untilStop('cold.', '')).toEqual({ text: 'cold.', isOver: false });
  });
});

describe('what a position sees', () => {
  test('is all before it, or a band', () => {
    expect([0, 1, 2, 3, 4, 5].map((column) => isVisible(4, column, Infinity))).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
    expect([0, 1, 2, 3, 4, 5].map((column) => isVisible(4, column, 2))).toEqual([
      false,
      false,
      false,
      true,
      true,
      false,
    ]);
  });
});
