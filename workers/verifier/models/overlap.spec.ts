import type { Detection } from '../decoder/evidence.js';
import { dropOverlaps, overlap } from './overlap.js';

const seen = (label: string, score: number, x: number): Detection => {
  return { label, score, box: { x, y: 0, width: 0.4, height: 0.4 } };
};

describe('overlapping detections', () => {
  it('of one label are one object, the surer of the two', () => {
    const kept = dropOverlaps([seen('cup', 0.9, 0.1), seen('cup', 0.5, 0.15), seen('cup', 0.4, 0.5)], 10);
    expect(kept.map(({ score }) => score)).toEqual([0.9, 0.4]);
  });

  it('of two labels both stay', () => {
    expect(dropOverlaps([seen('cup', 0.9, 0.1), seen('bowl', 0.5, 0.1)], 10)).toHaveLength(2);
  });

  it('are cut at the limit', () => {
    expect(dropOverlaps([seen('a', 0.9, 0), seen('b', 0.8, 0), seen('c', 0.7, 0)], 2)).toHaveLength(2);
  });

  it('share between nothing and all of their union', () => {
    const box = { x: 0, y: 0, width: 0.5, height: 0.5 };
    expect(overlap(box, box)).toBe(1);
    expect(overlap(box, { ...box, x: 0.5 })).toBe(0);
    expect(overlap(box, { ...box, x: 0.25 })).toBeCloseTo(1 / 3, 10);
    expect(overlap({ ...box, width: 0 }, { ...box, width: 0 })).toBe(0);
  });
});
