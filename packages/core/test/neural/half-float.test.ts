import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halfFloat, toHalfFloat } from '../../src/neural/half-float.ts';

describe('halfFloat', () => {
  it.each([
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, (1023 / 1024) * 2 ** -14],
    [0x0400, 2 ** -14],
    [0x3555, (1 + 0x155 / 1024) * 2 ** -2],
    [0xc000, -2],
    [0x7bff, 65504],
    [0xfc00, -Infinity],
    [0x7e00, Number.NaN],
  ])('reads 0x%s as %d', (bits, value) => {
    expect(halfFloat(bits)).toBe(value);
  });
});

describe('toHalfFloat', () => {
  it('gives back every number that halfFloat gives', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = halfFloat(bits);
      if (!Number.isNaN(value)) expect(toHalfFloat(value)).toBe(bits);
    }
    expect(halfFloat(toHalfFloat(Number.NaN))).toBeNaN();
  });

  it('finds none nearer', () => {
    fc.assert(
      fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (value) => {
        const bits = toHalfFloat(value);
        const error = Math.abs(halfFloat(bits) - value);
        for (const near of [bits - 1, bits + 1]) {
          if ((near & 0x7fff) < 0x7c00 && near >= 0)
            expect(error).toBeLessThanOrEqual(Math.abs(halfFloat(near) - value));
        }
      }),
    );
  });

  it.each([
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [65519, 0x7bff],
    [65520, 0x7c00],
    [-1e9, 0xfc00],
    [2 ** -25, 0],
  ])('rounds %d', (value, bits) => {
    expect(toHalfFloat(value)).toBe(bits);
  });
});
