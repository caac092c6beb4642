import { describe, expect, test } from 'vitest';
import { readView, writeView } from '../../src/see/view.ts';

describe('views in addresses', () => {
  test('come back as they went', () => {
    const view = {
      section: 'attention' as const,
      options: new Map([
        ['layer', '2'],
        ['word', 'a & b?#'],
      ]),
    };
    expect(readView(writeView(view))).toEqual(view);
  });

  test('hold a text only where one is given', () => {
    const options = new Map<string, string>();
    expect(writeView({ section: 'why', options })).toBe('#why');
    expect(readView(writeView({ section: 'why', options, text: 'Ça va? #1' }))).toEqual({
      section: 'why',
      options,
      text: 'Ça va? #1',
    });
  });

  test('are the first section where they are not understood', () => {
    expect(readView('').section).toBe('why');
    expect(readView('#nothing?layer=2')).toEqual({ section: 'why', options: new Map([['layer', '2']]) });
  });
});
