// Owns: proof that a seed repeats an order, and that shuffling is fair.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom, shuffled } from '../../../scripts/bench/order.mjs';

describe('seededRandom', () => {
  it('gives the same numbers for the same seed and others for another', () => {
    const [a, b, c] = [seededRandom(42), seededRandom(42), seededRandom(43)];
    const first = Array.from({ length: 5 }, a);
    expect(Array.from({ length: 5 }, b)).toEqual(first);
    expect(Array.from({ length: 5 }, c)).not.toEqual(first);
  });

  it('stays within [0, 1) and is spread over it', () => {
    const random = seededRandom(1);
    const numbers = Array.from({ length: 10_000 }, random);
    expect(numbers.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(numbers.reduce((sum, x) => sum + x, 0) / numbers.length).toBeCloseTo(0.5, 1);
  });
});

describe('shuffled', () => {
  it('keeps every item and leaves the given array as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (items, seed) => {
        const before = [...items];
        const order = (a: number, b: number) => a - b;
        expect(shuffled(items, seededRandom(seed)).sort(order)).toEqual([...items].sort(order));
        expect(items).toEqual(before);
      }),
    );
  });

  it('puts each of four items first about as often as the others', () => {
    const random = seededRandom(7);
    const first = new Map<string, number>();
    for (let i = 0; i < 4000; i++) {
      const [name = ''] = shuffled(['a', 'b', 'c', 'd'], random);
      first.set(name, (first.get(name) ?? 0) + 1);
    }
    for (const name of 'abcd') {
      expect(first.get(name)).toBeGreaterThan(850);
      expect(first.get(name)).toBeLessThan(1150);
    }
  });
});
