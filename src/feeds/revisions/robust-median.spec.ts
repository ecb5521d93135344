import fc from 'fast-check';
import { robustMedian } from './robust-median.js';

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe('the median', () => {
  it('stays among the right values as long as fewer than half are wrong, however much', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 15 }), fc.infiniteStream(value), (right, wrong) => {
        const outliers = Array.from({ length: right.length - 1 }, () => wrong.next().value! * 1e6);
        const { median } = robustMedian([...right, ...outliers])!;
        expect(median).toBeGreaterThanOrEqual(Math.min(...right));
        expect(median).toBeLessThanOrEqual(Math.max(...right));
      }),
    );
  });

  it('is a value that somebody took, in whatever order they came', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 15 }), (values) => {
        const found = robustMedian(values)!;
        expect(values).toContain(found.median);
        expect(robustMedian(values.toReversed())).toEqual(found);
      }),
    );
  });

  it('tells outliers by three deviations, and never by less than the tolerance', () => {
    expect(robustMedian([20, 20, 20, 90])).toMatchObject({ median: 20, mad: 0, tolerance: 1, outlier_beyond: 1 });
    const spread = robustMedian([10, 18, 20, 22, 30])!;
    expect(spread).toMatchObject({ median: 20, mad: 2 });
    expect(spread.outlier_beyond).toBeCloseTo(3 * 1.4826 * 2);
  });

  it('of nothing is nothing', () => {
    expect(robustMedian([])).toBeNull();
  });
});
