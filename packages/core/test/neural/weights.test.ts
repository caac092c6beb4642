import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PredictionError } from '../../src/errors.ts';
import { decodeWeights } from '../../src/neural/weights.ts';

/** A file as docs/neural-format.md describes it: the sections are given, each is put at the next multiple of 8. */
function weightsFile(facts: Record<string, unknown>, parts: ArrayBufferView[] = [], version = 1): Uint8Array {
  const sections = parts.flatMap((part) => {
    const bytes = [...new Uint8Array(part.buffer, part.byteOffset, part.byteLength)];
    return [...bytes, ...Array.from({ length: -bytes.length & 7 }, () => 0)];
  });
  const header = { model: 'gpt', vocabularySize: 5, sectionsBytes: sections.length, ...facts };
  let json = JSON.stringify(header);
  while ((12 + new TextEncoder().encode(json).length) % 8 !== 0) json += ' ';
  const text = new TextEncoder().encode(json);
  const file = new Uint8Array(12 + text.length + sections.length);
  file.set(new TextEncoder().encode('FWNW'));
  new DataView(file.buffer).setUint32(4, version, true);
  new DataView(file.buffer).setUint32(8, text.length, true);
  file.set(text, 12);
  file.set(sections, 12 + text.length);
  return file;
}

const valuesOf = (file: Uint8Array) => [...new Float32Array(decodeWeights(file).data.buffer)];

describe('decodeWeights', () => {
  it('copies plain values and leaves 0 between tensors', () => {
    const tensors = [
      { name: 'a', shape: [3], offset: 0, kind: 'f32', data: 0 },
      { name: 'b', shape: [1, 1], offset: 64, kind: 'f32', data: 16 },
    ];
    const file = weightsFile({ weightsBytes: 128, tensors }, [Float32Array.of(1, -2, 0.5), Float32Array.of(7)]);
    const expected = Array.from({ length: 32 }, () => 0);
    [expected[0], expected[1], expected[2], expected[16]] = [1, -2, 0.5, 7];
    expect(valuesOf(file)).toEqual(expected);
  });

  it('multiplies codes of 8 bits by the scale of their group', () => {
    const tensors = [{ name: 'a', shape: [2, 4], offset: 0, kind: 'q8', group: 2, data: 0, scales: 8 }];
    const codes = Int8Array.of(1, -1, 127, -128, 0, 2, 3, 4);
    const scales = Float32Array.of(0.5, 0.1, 2, -1);
    const scale = Math.fround(0.1);
    expect(valuesOf(weightsFile({ weightsBytes: 32, tensors }, [codes, scales]))).toEqual(
      [1 * 0.5, -1 * 0.5, 127 * scale, -128 * scale, 0 * 2, 2 * 2, 3 * -1, 4 * -1].map(Math.fround),
    );
  });

  it('takes two codes of 4 bits from a byte, the low one first', () => {
    const tensors = [{ name: 'a', shape: [1, 4], offset: 0, kind: 'q4', group: 2, data: 0, scales: 8 }];
    // 0x3c00 is 1, 0xb800 is -0.5.
    const file = weightsFile({ weightsBytes: 16, tensors }, [
      Uint8Array.of(0x0f, 0x89),
      Uint16Array.of(0x3c00, 0xb800),
    ]);
    expect(valuesOf(file)).toEqual([(15 - 8) * 1, (0 - 8) * 1, (9 - 8) * -0.5, (8 - 8) * -0.5]);
  });

  it('reads a file that stands anywhere in a buffer', () => {
    const tensors = [{ name: 'a', shape: [2], offset: 0, kind: 'q8', group: 2, data: 0, scales: 8 }];
    const file = weightsFile({ weightsBytes: 8, tensors }, [Int8Array.of(3, -4), Float32Array.of(0.25)]);
    const shifted = new Uint8Array(file.length + 3).subarray(3);
    shifted.set(file);
    expect(valuesOf(shifted)).toEqual([0.75, -1]);
  });

  it('sets the start row apart from the weights', () => {
    const tensors = [{ name: 'row0', shape: [2], offset: null, kind: 'f32', data: 0 }];
    const weights = decodeWeights(weightsFile({ weightsBytes: 0, contextLength: 9, tensors }, [Float32Array.of(3, 4)]));
    expect(weights).toMatchObject({ model: 'gpt', vocabularySize: 5, contextLength: 9, layers: 0, width: 0 });
    expect([...weights.startRow!]).toEqual([3, 4]);
    expect(weights.startToken).toBeNull();
    expect(weights.data).toHaveLength(0);
  });

  it('says whose row that is where the file does', () => {
    expect(decodeWeights(weightsFile({ weightsBytes: 0, tensors: [], startToken: 4 })).startToken).toBe(4);
    expect(() => decodeWeights(weightsFile({ weightsBytes: 0, tensors: [], startToken: 5 }))).toThrow(
      'begins texts with the token 5 of 5',
    );
  });

  it('refuses a later version by another code than a broken file', () => {
    const file = weightsFile({ weightsBytes: 0, tensors: [] }, [], 2);
    expect(() => decodeWeights(file)).toThrow(expect.objectContaining({ code: 'pack-too-new' }));
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['another file', new TextEncoder().encode('<!doctype html>')],
    ['a header that is no object', weightsFile({}).fill(0x20, 12)],
    ['no tensors', weightsFile({ weightsBytes: 0 })],
    ['more weights than its bytes can hold', weightsFile({ weightsBytes: 1e12, tensors: [] })],
    ['fewer sections than it says', weightsFile({ weightsBytes: 0, tensors: [], sectionsBytes: 8 })],
    ['an unknown kind', weightsFile({ weightsBytes: 0, tensors: [{ name: 'a', shape: [0], offset: 0, kind: 'q2' }] })],
    [
      'a tensor beyond the end',
      weightsFile({ weightsBytes: 8, tensors: [{ name: 'a', shape: [2], offset: 4, kind: 'f32', data: 0 }] }, [
        Float32Array.of(1, 2),
      ]),
    ],
    [
      'a group that divides nothing',
      weightsFile(
        { weightsBytes: 8, tensors: [{ name: 'a', shape: [2], offset: 0, kind: 'q8', group: 0, data: 0, scales: 0 }] },
        [Float32Array.of(1, 2)],
      ),
    ],
  ])('refuses %s', (_, file) => {
    expect(() => decodeWeights(file)).toThrow(expect.objectContaining({ code: 'file-malformed' }));
  });

  it('throws no other error on a damaged file', () => {
    const tensors = [
      { name: 'a', shape: [2, 4], offset: 0, kind: 'q4', group: 4, data: 0, scales: 8 },
      { name: 'row0', shape: [2], offset: null, kind: 'f32', data: 16 },
    ];
    const parts = [Uint8Array.of(1, 2, 3, 4), Uint16Array.of(0x3c00, 0x3c00), Float32Array.of(1, 2)];
    const whole = weightsFile({ weightsBytes: 32, tensors }, parts);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (place, value, length) => {
        const damaged = whole.slice();
        damaged[place] = value;
        for (const file of [damaged, whole.slice(0, length)]) {
          try {
            decodeWeights(file);
          } catch (error) {
            expect(error).toBeInstanceOf(PredictionError);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
