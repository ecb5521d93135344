import { DETECTIONS_MAX, type Detection, type ObjectsEvidence } from '../decoder/evidence.js';
import { CENTERNET } from './manifest.js';
import { dropOverlaps } from './overlap.js';
import { rounded } from './rounded.js';

const INPUT = CENTERNET.cut.input_shape[1];
const GRID = CENTERNET.cut.output_shapes[0][1];
const CELLS = GRID * GRID;

/**
 * Objects from the two maps of the network: `heat` [80, 128, 128] is how much a cell looks like the centre of a label, `reach`
 * [4, 128, 128] how far the object reaches from there to the left, top, right and bottom, in pixels of the 512 x 512 input. A cell that no
 * neighbour of its label exceeds is a centre. Two centres of one label on nearly the same box are one object.
 */
export function readMaps(
  heat: Float32Array,
  reach: Float32Array,
): Pick<ObjectsEvidence, 'detections' | 'label_scores'> {
  const centres: Detection[] = [];
  const label_scores: Record<string, number> = {};
  CENTERNET.labels.forEach((label, channel) => {
    const map = heat.subarray(channel * CELLS, (channel + 1) * CELLS);
    let best = 0;
    // A plain loop: these are 1.3 million cells a photo.
    for (let cell = 0; cell < CELLS; cell++) {
      const score = map[cell] ?? 0;
      if (score > best) best = score;
      if (score < CENTERNET.report_above || !isPeak(map, cell)) continue;
      centres.push({ label, score: rounded(score), box: boxAt(reach, cell) });
    }
    label_scores[label] = rounded(best);
  });
  centres.sort((a, b) => b.score - a.score);
  return { detections: dropOverlaps(centres, DETECTIONS_MAX), label_scores };
}

function isPeak(map: Float32Array, cell: number): boolean {
  const x = cell % GRID;
  const y = (cell - x) / GRID;
  const score = map[cell] ?? 0;
  for (let row = Math.max(0, y - 1); row <= Math.min(GRID - 1, y + 1); row++)
    for (let column = Math.max(0, x - 1); column <= Math.min(GRID - 1, x + 1); column++)
      if ((map[row * GRID + column] ?? 0) > score) return false;
  return true;
}

function boxAt(reach: Float32Array, cell: number): Detection['box'] {
  const stride = INPUT / GRID;
  const x = (cell % GRID) * stride;
  const y = Math.floor(cell / GRID) * stride;
  const side = (index: number): number => reach[index * CELLS + cell] ?? 0;
  const share = (value: number): number => Math.min(1, Math.max(0, value / INPUT));
  const [left, top] = [share(x - side(0)), share(y - side(1))];
  const [right, bottom] = [share(x + side(2)), share(y + side(3))];
  return {
    x: rounded(left),
    y: rounded(top),
    width: rounded(Math.max(0, right - left)),
    height: rounded(Math.max(0, bottom - top)),
  };
}
