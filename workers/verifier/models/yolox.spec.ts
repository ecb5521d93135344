/** @jest-environment ./test/support/inference-environment.cjs */
import { existsSync, readFileSync } from 'node:fs';
import { photo } from '../../../test/support/photos.js';
import { objectsEvidenceSchema } from '../decoder/evidence.js';
import { decodePicture, type Picture } from '../media/picture.js';
import { YOLOX } from './manifest.js';
import { checked } from './package-file.js';
import { tinyOnnx } from './tiny-onnx.fixture.js';
import { loadYolox } from './yolox.js';
import { readYoloxRows } from './yolox-rows.js';

const ROW = 85;
const ROWS = 52 * 52 + 26 * 26 + 13 * 13;
const label = (name: string): number => (YOLOX.labels as readonly string[]).indexOf(name);

/** Rows in which nothing is seen but what is set: the cell, its box in the network's own numbers, objectness and one label's score. */
function rows(
  ...seen: { cell: number; box: number[]; objectness: number; label: string; score: number }[]
): Float32Array {
  const values = new Float32Array(ROWS * ROW);
  for (const one of seen) {
    values.set([...one.box, one.objectness], one.cell * ROW);
    values[one.cell * ROW + 5 + label(one.label)] = one.score;
  }
  return values;
}
const SQUARE = { width: 416, height: 416 };
/** In the second grid (16 pixels a cell): row 13, column 10; the box is 4 cells wide and 2 high. */
const BOAT = { cell: 52 * 52 + 13 * 26 + 10, box: [0.5, 0.5, Math.log(4), Math.log(2)], objectness: 0.9, label: 'boat', score: 0.8 }; // prettier-ignore

describe('the rows of the second detector', () => {
  it('are boxes around cells of three grids, scored by objectness times label', () => {
    const { detections, label_scores } = readYoloxRows(rows(BOAT), SQUARE);
    expect(detections).toHaveLength(1);
    expect(detections[0]).toMatchObject({ label: 'boat', score: 0.72 });
    const { x, y, width, height } = detections[0]!.box;
    expect(x).toBeCloseTo((168 - 32) / 416, 3);
    expect(y).toBeCloseTo((216 - 16) / 416, 3);
    expect([width, height].map((side) => Math.round(side * 416))).toEqual([64, 32]);
    expect([label_scores.boat, label_scores.car, Object.keys(label_scores).length]).toEqual([0.72, 0, 80]);
  });

  it('are measured against the picture, not the grey beside it', () => {
    const [whole, half] = [SQUARE, { width: 416, height: 208 }].map((extent) => readYoloxRows(rows(BOAT), extent));
    expect(half!.detections[0]!.box.y).toBeCloseTo(2 * whole!.detections[0]!.box.y, 3);
    expect(half!.detections[0]!.box.x).toBe(whole!.detections[0]!.box.x);
  });

  it('lose the weaker of two boxes on one thing, and keep those on two', () => {
    const twin = { ...BOAT, cell: BOAT.cell + 1, box: [-0.45, 0.5, Math.log(4), Math.log(2)], score: 0.7 };
    const apart = { ...BOAT, cell: BOAT.cell + 8, score: 0.6 };
    const car = { ...BOAT, cell: BOAT.cell + 2, box: [-1.5, 0.5, Math.log(4), Math.log(2)], label: 'car' };
    expect(readYoloxRows(rows(BOAT, twin, apart), SQUARE).detections.map(({ score }) => score)).toEqual([0.72, 0.54]);
    expect(readYoloxRows(rows(BOAT, car), SQUARE).detections).toHaveLength(2);
  });

  it('report what is too weak to be a detection only as the best score of its label', () => {
    const weak = { ...BOAT, objectness: 0.1, score: 0.9 };
    const { detections, label_scores } = readYoloxRows(rows(weak), SQUARE);
    expect([detections, label_scores.boat]).toEqual([[], 0.09]);
  });
});

describe('the second detector', () => {
  /** A network of YOLOX's shape that sees one thing in the very first cell: a boat, as likely as that pixel is red. */
  const redBoat = tinyOnnx({
    inputs: { images: { shape: [1, 3, 416, 416] } },
    outputs: { output: [1, ROWS, ROW] },
    constants: {
      from: { shape: [4], values: [0, 2, 0, 0], integers: true },
      to: { shape: [4], values: [1, 3, 1, 1], integers: true },
      one_value: { shape: [3], values: [1, 1, 1], integers: true },
      scale: { shape: [1], values: [1 / 255] },
      boat: { shape: [1, 1, ROW], values: Array.from({ length: ROW }, (_, i) => (i === 4 || i === 5 + label('boat') ? 1 : 0)) }, // prettier-ignore
      pads: { shape: [6], values: [0, 0, 0, 0, ROWS - 1, 0], integers: true },
      objectness: { shape: [1, 1, ROW], values: Array.from({ length: ROW }, (_, i) => (i === 4 ? 0 : 1)) },
      always: { shape: [1, 1, ROW], values: Array.from({ length: ROW }, (_, i) => (i === 4 ? 1 : 0)) },
    },
    nodes: [
      { op: 'Slice', inputs: ['images', 'from', 'to'], outputs: ['pixel'] },
      { op: 'Reshape', inputs: ['pixel', 'one_value'], outputs: ['red'] },
      { op: 'Mul', inputs: ['red', 'scale'], outputs: ['share'] },
      { op: 'Mul', inputs: ['boat', 'share'], outputs: ['scored'] },
      { op: 'Mul', inputs: ['scored', 'objectness'], outputs: ['labels'] },
      { op: 'Add', inputs: ['labels', 'always'], outputs: ['row'] },
      { op: 'Pad', inputs: ['row', 'pads'], outputs: ['output'] },
    ],
  });
  const filled = (red: number, blue: number): Picture => ({
    width: 60,
    height: 40,
    rgb: Buffer.from(Array.from({ length: 2400 }, () => [red, 0, blue]).flat()),
  });

  it('is fed blue before red, in the top left corner of its square', async () => {
    const detector = await loadYolox(redBoat, ['cpu']);
    const seen = await detector.detect(filled(204, 255));
    const { model, model_sha256, provider } = detector;
    objectsEvidenceSchema.parse({ model, model_sha256, provider, duration_ms: 1, ...seen });
    expect(seen.detections).toMatchObject([{ label: 'boat', score: 0.8, box: { x: 0, y: 0 } }]);
    expect((await detector.detect(filled(0, 255))).label_scores.boat).toBe(0);
  });

  // The real weights are in no package: name their file to run this.
  const weights = process.env.GROUNDTRUTH_TEST_YOLOX ?? '';
  (existsSync(weights) ? it : it.skip)(
    'finds the sheep and the boats (GROUNDTRUTH_TEST_YOLOX names its weights)',
    async () => {
      const detector = await loadYolox(checked(readFileSync(weights), weights, YOLOX.file.sha256), ['cpu']);
      const best = async (name: 'march-pastoral' | 'nagasaki-boats' | 'french-alpine-landscape') => {
        const { picture } = await decodePicture(photo(name));
        return (await detector.detect(picture!)).label_scores;
      };
      expect((await best('march-pastoral')).sheep).toBeGreaterThan(0.7);
      expect((await best('nagasaki-boats')).boat).toBeGreaterThan(0.5);
      expect(Math.max(...Object.values(await best('french-alpine-landscape')))).toBeLessThan(YOLOX.thresholds.pass_at);
    },
  );
});
