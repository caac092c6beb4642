import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantize } from '../src/quantizer.ts';

const values = fc
  .array(fc.oneof(fc.float({ min: -20, max: 2, noNaN: true }), fc.constant(-Infinity)), { maxLength: 200 })
  .map((all) => Float32Array.from(all));

describe('quantize', () => {
  it('stays within half a step of every value, and keeps -Infinity', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(0.1, 0.25, 1), (all, step) => {
        const { codes, codebook } = quantize(all, step);
        all.forEach((value, i) => {
          const restored = codebook[codes[i]!]!;
          if (value === -Infinity) expect(restored).toBe(-Infinity);
          else expect(Math.abs(restored - value)).toBeLessThanOrEqual(step * 1.0001);
        });
      }),
    );
  });

  it('never turns an order around, and descends with the codes', () => {
    fc.assert(
      fc.property(values, (all) => {
        const { codes, codebook } = quantize(all, 0.25);
        for (let i = 1; i < codebook.length; i++) expect(codebook[i]!).toBeLessThanOrEqual(codebook[i - 1]!);
        for (let i = 1; i < all.length; i++)
          if (all[i]! > all[i - 1]!) expect(codes[i]!).toBeLessThanOrEqual(codes[i - 1]!);
      }),
    );
  });

  it('represents a step by the mean of its values', () => {
    const { codes, codebook } = quantize(Float32Array.of(-1, -1.2, -0.8, -3), 1);
    expect([...codes]).toEqual([1, 1, 1, 3]);
    expect(codebook[1]).toBeCloseTo((-1 - 1.2 - 0.8) / 3);
    expect(codebook[3]).toBe(-3);
  });

  it('gathers what lies far below in the last step', () => {
    const { codes, codebook } = quantize(Float32Array.of(-1, -230, -Infinity), 0.25);
    expect([...codes]).toEqual([4, 254, 255]);
    expect([codebook[254], codebook[255]]).toEqual([-230, -Infinity]);
  });

  it('takes no values, and refuses a step that is no step', () => {
    expect(quantize(new Float32Array(0), 0.5).codes).toHaveLength(0);
    expect(() => quantize(new Float32Array(1), 0)).toThrow(RangeError);
    expect(() => quantize(new Float32Array(1), Number.NaN)).toThrow(RangeError);
  });
});
