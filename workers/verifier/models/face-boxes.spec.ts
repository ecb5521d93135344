import { BLAZEFACE } from './manifest.js';
import { windowsOf } from './blazeface.js';
import { distinctFaces, readFaces, type Face, type FaceGrid } from './face-boxes.js';

const certain = 10;
/** A grid that says nothing but at one anchor of one cell. */
function grid(
  side: number,
  anchors: number,
  at: { anchor: number; column: number; row: number },
  numbers: number[],
): FaceGrid {
  const cells = side * side;
  const cell = at.row * side + at.column;
  const scores = new Float32Array(anchors * cells).fill(-certain);
  const boxes = new Float32Array(anchors * 16 * cells);
  scores[at.anchor * cells + cell] = certain;
  numbers.forEach((value, i) => (boxes[(at.anchor * 16 + i) * cells + cell] = value));
  return { side, scores, boxes };
}

describe('the maps of the face model', () => {
  it('place a box of the fine grid from the middle of its cell, in shares of 256 pixels', () => {
    const [face, ...others] = readFaces([grid(16, 2, { anchor: 1, column: 3, row: 5 }, [4, -8, 32, 64])]);
    expect(others).toEqual([]);
    expect(face!.score).toBeCloseTo(1, 4);
    // Cell 3 begins at 48 and its middle is at 56; 56 + 4 is the middle of a box 32 wide.
    expect(face!.box).toEqual({ x: (60 - 16) / 256, y: (88 - 8 - 32) / 256, width: 32 / 256, height: 64 / 256 });
  });

  it('place one of the coarse grid by its wider cells and six anchors', () => {
    const [face] = readFaces([grid(8, 6, { anchor: 5, column: 0, row: 7 }, [0, 0, 100, 100])]);
    expect(face!.box).toEqual({ x: (16 - 50) / 256, y: (240 - 50) / 256, width: 100 / 256, height: 100 / 256 });
  });

  it('report from 0.35 on', () => {
    const logit = (score: number) => Math.log(score / (1 - score));
    const of = (score: number) =>
      readFaces([{ side: 1, scores: Float32Array.of(logit(score)), boxes: new Float32Array(16) }]);
    expect(BLAZEFACE.report_above).toBe(0.35);
    expect([of(0.351).length, of(0.349).length]).toEqual([1, 0]);
  });

  it('give one face for boxes that share more than 0.3, the best of them', () => {
    const face = (x: number, score: number): Face => ({ score, box: { x, y: 0, width: 0.1, height: 0.1 } });
    expect(distinctFaces([face(0, 0.9), face(0.05, 0.8), face(0.06, 0.7)], 9).map(({ score }) => score)).toEqual([
      0.9, 0.7,
    ]);
    expect(distinctFaces([face(0, 0.9), face(0.5, 0.8)], 1)).toHaveLength(1);
  });
});

describe('the windows it looks through', () => {
  it.each([
    [1024, 768],
    [768, 1024],
    [1024, 100],
    [256, 256],
    [100, 60],
    [1000, 1000],
  ])('cover a picture of %d x %d at every scale', (width, height) => {
    const windows = windowsOf({ width, height });
    expect(windows[0]!.side).toBe(Math.max(width, height));
    for (const side of new Set(windows.map((window) => window.side))) {
      const covers = (x: number, y: number) =>
        windows.some(
          (one) => one.side === side && x >= one.left && x < one.left + side && y >= one.top && y < one.top + side,
        );
      let open = 0;
      for (let x = 0; x < width; x += 13) for (let y = 0; y < height; y += 13) open += Number(!covers(x, y));
      expect(open).toBe(0);
    }
    expect(Math.min(...windows.map(({ side }) => side))).toBe(Math.min(256, Math.max(width, height)));
    expect(windows.length).toBeLessThanOrEqual(64);
  });
});
