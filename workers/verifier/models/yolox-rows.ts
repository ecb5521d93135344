import { DETECTIONS_MAX, type Box, type Detection, type ObjectsEvidence } from '../decoder/evidence.js';
import { YOLOX } from './manifest.js';
import { dropOverlaps } from './overlap.js';
import { rounded } from './rounded.js';

const { side, strides, labels, report_above, overlap_max } = YOLOX;
/** Centre x and y, width, height, objectness, then one score a label. */
const ROW = 5 + labels.length;

/** Part of the network's square that holds the picture, in its pixels. */
interface Extent {
  readonly width: number;
  readonly height: number;
}

/**
 * Objects from the rows of the network, one for each cell of three grids (8, 16 and 32 pixels a cell), row by row. A score is
 * objectness times that of the label. Boxes come back as shares of the picture, not of the square.
 */
export function readYoloxRows(
  rows: Float32Array,
  extent: Extent,
): Pick<ObjectsEvidence, 'detections' | 'label_scores'> {
  const best = new Float64Array(labels.length);
  const found: Detection[] = [];
  CELLS.forEach(([column, row, stride], cell) => {
    const at = cell * ROW;
    const objectness = rows[at + 4] ?? 0;
    // A plain loop: these are 280,000 scores a photo.
    for (let label = 0; label < labels.length; label++) {
      const score = objectness * (rows[at + 5 + label] ?? 0);
      if (score > best[label]!) best[label] = score;
      if (score < report_above) continue;
      const box = boxOf(rows, at, column, row, stride, extent);
      found.push({ label: labels[label]!, score: rounded(score), box });
    }
  });
  found.sort((a, b) => b.score - a.score);
  return {
    detections: dropOverlaps(found, DETECTIONS_MAX, overlap_max),
    label_scores: Object.fromEntries(labels.map((label, i) => [label, rounded(best[i]!)])),
  };
}

function boxOf(rows: Float32Array, at: number, column: number, row: number, stride: number, extent: Extent): Box {
  const value = (i: number): number => rows[at + i] ?? 0;
  const [centreX, centreY] = [(value(0) + column) * stride, (value(1) + row) * stride];
  const [width, height] = [Math.exp(value(2)) * stride, Math.exp(value(3)) * stride];
  const share = (position: number, length: number): number => Math.min(1, Math.max(0, position / length));
  const [left, right] = [centreX - width / 2, centreX + width / 2].map((x) => share(x, extent.width)) as [
    number,
    number,
  ];
  const [top, bottom] = [centreY - height / 2, centreY + height / 2].map((y) => share(y, extent.height)) as [number, number]; // prettier-ignore
  return { x: rounded(left), y: rounded(top), width: rounded(right - left), height: rounded(bottom - top) };
}

/** Column, row and stride of every cell, in the order of the rows. */
const CELLS: readonly (readonly [column: number, row: number, stride: number])[] = strides.flatMap((stride) => {
  const cells = side / stride;
  return Array.from({ length: cells * cells }, (_, i) => [i % cells, Math.floor(i / cells), stride] as const);
});
