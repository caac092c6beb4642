import { describe, expect, test } from 'vitest';
import { projectToPlane } from '../../src/see/principal-components.ts';

describe('projectToPlane', () => {
  test('finds the direction in which points spread most, then the next', () => {
    // Two points at ±2√2 along (1, 1, 0), two at ±1 along (0, 0, 1).
    const data = Float32Array.from([2, 2, 0, -2, -2, 0, 0, 0, 1, 0, 0, -1]);
    const { points, shares } = projectToPlane(data, 3);
    const first = (2 * (2 * 2 + 2 * 2)) / 4;
    const second = (1 + 1) / 4;
    expect(shares[0]).toBeCloseTo(first / (first + second), 9);
    expect(shares[1]).toBeCloseTo(second / (first + second), 9);
    expect(points[0]).toBeCloseTo(2 * Math.SQRT2, 6);
    expect(points[2]).toBeCloseTo(-2 * Math.SQRT2, 6);
    expect(points[5]).toBeCloseTo(1, 6);
    expect(points[7]).toBeCloseTo(-1, 6);
  });

  test('keeps all distances of points that lie in a plane', () => {
    const data = Float32Array.from([1, 2, 3, 4, 0, 1, -2, 5, 2, 2]);
    const { points, shares } = projectToPlane(data, 2);
    expect(shares[0] + shares[1]).toBeCloseTo(1, 9);
    const before = Math.hypot(data[0]! - data[6]!, data[1]! - data[7]!);
    expect(Math.hypot(points[0]! - points[6]!, points[1]! - points[7]!)).toBeCloseTo(before, 5);
  });

  test('puts points that are all the same into one place', () => {
    const { points, shares } = projectToPlane(Float32Array.from([1, 1, 1, 1]), 2);
    expect([...points]).toEqual([0, 0, 0, 0]);
    expect(shares).toEqual([0, 0]);
  });
});
