import { detectionSchema } from '../decoder/evidence.js';
import { readMaps } from './centernet-maps.js';
import { COCO_LABELS } from './coco-labels.js';

const GRID = 128;
const CELLS = GRID * GRID;

interface Centre {
  readonly label: (typeof COCO_LABELS)[number];
  readonly x: number;
  readonly y: number;
  readonly score: number;
  /** Left, top, right, bottom, in pixels of 512. */
  readonly reach?: readonly [number, number, number, number];
}

function mapsWith(...centres: Centre[]) {
  const heat = new Float32Array(80 * CELLS);
  const reach = new Float32Array(4 * CELLS);
  for (const { label, x, y, score, reach: sides = [40, 40, 40, 40] } of centres) {
    heat[COCO_LABELS.indexOf(label) * CELLS + y * GRID + x] = score;
    sides.forEach((side, i) => (reach[i * CELLS + y * GRID + x] = side));
  }
  return readMaps(heat, reach);
}

describe('the maps of the detector', () => {
  it('have 80 labels', () => {
    expect(new Set(COCO_LABELS).size).toBe(80);
  });

  it('give a box around a centre, in shares of the picture', () => {
    const { detections } = mapsWith({ label: 'sheep', x: 64, y: 32, score: 0.7, reach: [128, 64, 64, 32] });
    expect(detections).toEqual([
      { label: 'sheep', score: 0.7, box: { x: 0.25, y: 0.125, width: 0.375, height: 0.1875 } },
    ]);
  });

  it('give boxes that end at the edge of the picture', () => {
    const { detections } = mapsWith({ label: 'boat', x: 0, y: 127, score: 0.5, reach: [90, 40, 20, 90] });
    expect(detections[0]?.box).toMatchObject({ x: 0, height: expect.closeTo(44 / 512, 4) as number });
    detections.forEach((detection) => detectionSchema.parse(detection));
  });

  it('count a blob once, at its top', () => {
    const blob = [
      [0, 0.9],
      [1, 0.6],
      [2, 0.4],
    ] as const;
    const { detections } = mapsWith(
      ...blob.map(([step, score]): Centre => ({ label: 'cup', x: 50 + step, y: 50, score })),
    );
    expect(detections.map(({ score }) => score)).toEqual([0.9]);
  });

  it('count two tops on one box once and two boxes twice', () => {
    const near = mapsWith({ label: 'cup', x: 50, y: 50, score: 0.9 }, { label: 'cup', x: 53, y: 50, score: 0.8 });
    expect(near.detections).toHaveLength(1);
    const apart = mapsWith({ label: 'cup', x: 50, y: 50, score: 0.9 }, { label: 'cup', x: 80, y: 50, score: 0.8 });
    expect(apart.detections).toHaveLength(2);
  });

  it('report from 0.1 on, and the best score of every label, seen or not', () => {
    const { detections, label_scores } = mapsWith(
      { label: 'cat', x: 10, y: 10, score: 0.1001 },
      { label: 'dog', x: 90, y: 90, score: 0.0999 },
    );
    expect(detections.map(({ label }) => label)).toEqual(['cat']);
    expect(Object.keys(label_scores)).toEqual([...COCO_LABELS]);
    expect(label_scores).toMatchObject({ cat: 0.1001, dog: 0.0999, sheep: 0 });
  });

  it('list the best first and at most a hundred', () => {
    const crowd = Array.from({ length: 120 }, (_, i): Centre => {
      const reach = [4, 4, 4, 4] as const;
      return { label: 'person', x: (i % 12) * 10 + 2, y: Math.floor(i / 12) * 10 + 2, score: 0.2 + i / 1000, reach };
    });
    const scores = mapsWith(...crowd).detections.map(({ score }) => score);
    expect(scores).toHaveLength(100);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(scores[0]).toBeCloseTo(0.319, 4);
  });
});
