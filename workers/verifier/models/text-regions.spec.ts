import fc from 'fast-check';
import { inReadingOrder, textRegions, type Region } from './text-regions.js';

const [WIDTH, HEIGHT] = [64, 32];

function mapWith(...boxes: { x: number; y: number; w: number; h: number; p: number }[]): Float32Array {
  const map = new Float32Array(WIDTH * HEIGHT);
  for (const { x, y, w, h, p } of boxes)
    for (let row = y; row < y + h; row++) map.fill(p, row * WIDTH + x, row * WIDTH + x + w);
  return map;
}

describe('regions of text', () => {
  it('are found, grown to the whole line and sorted by size', () => {
    const map = mapWith({ x: 40, y: 4, w: 10, h: 4, p: 0.9 }, { x: 5, y: 20, w: 20, h: 4, p: 0.8 });
    const [large, small] = textRegions(map, WIDTH, HEIGHT, 10);
    // 20 x 4 cells grow by 80 * 1.6 / 48 on each side.
    expect(large?.left).toBeCloseTo(5 - 80 / 30, 5);
    expect(large?.bottom).toBeCloseTo(24 + 80 / 30, 5);
    expect(small?.left).toBeGreaterThan(30);
  });

  it('must be probable and not tiny', () => {
    const doubtful = { x: 2, y: 2, w: 20, h: 4, p: 0.55 };
    const tiny = { x: 40, y: 20, w: 5, h: 4, p: 1 };
    expect(textRegions(mapWith(doubtful, tiny), WIDTH, HEIGHT, 10)).toEqual([]);
    expect(textRegions(mapWith({ ...doubtful, p: 0.61 }, { ...tiny, w: 6 }), WIDTH, HEIGHT, 10)).toHaveLength(2);
  });

  it('that touch only at a corner are two', () => {
    const map = mapWith({ x: 2, y: 2, w: 10, h: 6, p: 1 }, { x: 12, y: 8, w: 10, h: 6, p: 1 });
    expect(textRegions(map, WIDTH, HEIGHT, 10)).toHaveLength(2);
  });

  it('never exceed the limit or the map', () => {
    const cell = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 256, maxLength: 256 }), (cells) => {
        const regions = textRegions(Float32Array.from(cells), 16, 16, 3);
        expect(regions.length).toBeLessThanOrEqual(3);
        for (const { left, top, right, bottom } of regions) {
          expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
          expect(Math.max(right, bottom)).toBeLessThanOrEqual(16);
        }
      }),
    );
  });

  it('are read row by row, each from the left, although a row is not quite level', () => {
    const at = (name: string, left: number, top: number): Region & { name: string } => {
      return { name, left, top, right: left + 10, bottom: top + 10 };
    };
    const items = [at('d', 5, 31), at('b', 20, 0), at('c', 40, 4), at('a', 2, 3), at('e', 30, 28)];
    expect(inReadingOrder(items, (item) => item).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});
