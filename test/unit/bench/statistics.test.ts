// Owns: proof of the bench's arithmetic, against values worked out by hand and against R's conventions.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  mean,
  median,
  medianInterval,
  pairedRatios,
  percentile,
} from '../../../scripts/bench/statistics.mjs';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 });

describe('percentile', () => {
  it('interpolates between neighbours as R does: quantile(c(1,2,3,4), .25) is 1.75', () => {
    expect(percentile([4, 1, 3, 2], 0.25)).toBe(1.75);
    expect(percentile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(percentile([10, 20, 30, 40, 50], 0.9)).toBeCloseTo(46, 10);
  });

  it('gives the smallest and the largest value at the ends', () => {
    expect(percentile([5, 1, 9], 0)).toBe(1);
    expect(percentile([5, 1, 9], 1)).toBe(9);
  });

  it('sorts numbers as numbers, and leaves the given array as it was', () => {
    const values = [10, 9, 100];
    expect(median(values)).toBe(10);
    expect(values).toEqual([10, 9, 100]);
  });

  it('lies between the smallest and the largest value and grows with the share', () => {
    fc.assert(
      fc.property(
        fc.array(finite, { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, a, b) => {
          const low = percentile(values, Math.min(a, b));
          const high = percentile(values, Math.max(a, b));
          expect(low).toBeGreaterThanOrEqual(Math.min(...values));
          expect(high).toBeLessThanOrEqual(Math.max(...values));
          expect(low).toBeLessThanOrEqual(high + 1e-6);
        },
      ),
    );
  });

  it('throws on no values and on a share outside 0 to 1', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
    expect(() => percentile([1], 1.5)).toThrow(RangeError);
    expect(() => percentile([1], Number.NaN)).toThrow(RangeError);
    expect(() => mean([])).toThrow(RangeError);
  });
});

describe('pairedRatios', () => {
  it('divides figures of the same round', () => {
    expect(pairedRatios([2, 6], [1, 2])).toEqual([2, 3]);
  });

  it('is not moved by a machine whose rounds differ, where a ratio of medians is', () => {
    const floor = [100, 200, 400];
    const ours = floor.map((value) => value * 1.1);
    expect(median(pairedRatios(ours, floor))).toBeCloseTo(1.1, 10);
  });

  it('throws when the rounds do not match', () => {
    expect(() => pairedRatios([1], [1, 2])).toThrow(RangeError);
  });
});

describe('medianInterval', () => {
  it('takes the second and the ninth of ten values: 1 - 2 * 11/1024', () => {
    const interval = medianInterval([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(interval).toEqual({ median: 5.5, low: 2, high: 9, confidence: 1 - 22 / 1024 });
  });

  it('takes the sixth and the fifteenth of twenty values, as the published tables do', () => {
    const { low, high, confidence } = medianInterval(Array.from({ length: 20 }, (_, i) => i + 1));
    expect([low, high]).toEqual([6, 15]);
    expect(confidence).toBeCloseTo(0.9586, 4);
  });

  it('admits it when the values are too few: three give 75 %, one gives none', () => {
    expect(medianInterval([3, 1, 2])).toEqual({ median: 2, low: 1, high: 3, confidence: 0.75 });
    expect(medianInterval([7])).toEqual({ median: 7, low: 7, high: 7, confidence: 0 });
  });

  it('holds the median, and the wanted confidence from six values on', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 6, maxLength: 200 }), (values) => {
        const interval = medianInterval(values);
        expect(interval.low).toBeLessThanOrEqual(interval.median);
        expect(interval.high).toBeGreaterThanOrEqual(interval.median);
        expect(interval.confidence).toBeGreaterThanOrEqual(0.95);
      }),
    );
  });
});
