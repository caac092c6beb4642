import { describe, expect, test } from 'vitest';
import { rootMeanSquare, Similarity, stripColour } from '../../src/see/similarity.ts';

const table = {
  words: ['king', 'man', 'woman', 'queen', 'soap'],
  width: 2,
  data: Float32Array.from([5, 1, 3, 0, 0, 3, 1.9, 4, -4, -4]),
};
const similarity = new Similarity(table);

describe('similarity', () => {
  test('gives the cosine of the angle', () => {
    expect(similarity.cosine('man', 'woman')).toBeCloseTo(0, 6);
    expect(similarity.cosine('king', 'man')).toBeCloseTo(5 / Math.sqrt(26), 6);
    expect(similarity.cosine('king', 'word')).toBeNaN();
  });

  test('lists the nearest words, best first, without the word itself', () => {
    const found = similarity.neighbours('man', 3);
    expect(found.map(({ word }) => word)).toEqual(['king', 'queen', 'woman']);
    expect(found[0]!.cosine).toBeCloseTo(5 / Math.sqrt(26), 6);
    expect(similarity.neighbours('word', 3)).toEqual([]);
  });

  test('solves a - b + c with vectors of length 1, without a, b and c', () => {
    expect(similarity.analogy('king', 'man', 'woman', 1)[0]!.word).toBe('queen');
    expect(similarity.analogy('king', 'man', 'word', 1)).toEqual([]);
  });

  test('leaves the table as it was', () => {
    expect([...similarity.vector('king')!]).toEqual([5, 1]);
    expect(similarity.rank('queen')).toBe(3);
  });

  test('measures a table by its root mean square', () => {
    expect(rootMeanSquare(Float32Array.from([3, 4]))).toBeCloseTo(Math.sqrt((9 + 16) / 2), 6);
  });

  test('colours -2 blue, 0 white and 2 red, and nothing stronger', () => {
    expect(stripColour(0)).toBe('rgb(255 255 255)');
    expect(stripColour(-2)).toBe('rgb(33 102 172)');
    expect(stripColour(2)).toBe('rgb(178 24 43)');
    expect(stripColour(9)).toBe(stripColour(2));
  });
});
