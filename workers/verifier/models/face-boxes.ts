import type { Box } from '../decoder/evidence.js';
import { BLAZEFACE } from './manifest.js';
import { overlap } from './overlap.js';

/** A face by its model: from brow to chin and ear to ear, without hair. */
export interface Face {
  readonly box: Box;
  /** 0 to 1. */
  readonly score: number;
}

const INPUT = BLAZEFACE.cut.input_shape[1];
/** Numbers of one box: centre and size in pixels of the input, the centre relative to the cell's, then six landmarks. */
const BOX_NUMBERS = 16;

/** One output pair of the network: `scores` [anchors, side, side] as logits, `boxes` [anchors * 16, side, side]. */
export interface FaceGrid {
  readonly side: number;
  readonly scores: Float32Array;
  readonly boxes: Float32Array;
}

/** Faces in the square the network looked at, as shares of it, best first. A box may reach beyond the square. */
export function readFaces(grids: readonly FaceGrid[]): Face[] {
  return grids.flatMap(facesOf).sort((a, b) => b.score - a.score);
}

function facesOf({ side, scores, boxes }: FaceGrid): Face[] {
  const cells = side * side;
  const stride = INPUT / side;
  const found: Face[] = [];
  for (let at = 0; at < scores.length; at++) {
    const score = 1 / (1 + Math.exp(-(scores[at] ?? -Infinity)));
    if (score < BLAZEFACE.report_above) continue;
    const [anchor, cell] = [Math.floor(at / cells), at % cells];
    const number = (index: number): number => boxes[(anchor * BOX_NUMBERS + index) * cells + cell] ?? 0;
    const [column, row] = [cell % side, Math.floor(cell / side)];
    const [width, height] = [Math.abs(number(2)) / INPUT, Math.abs(number(3)) / INPUT];
    const x = (stride * (column + 0.5) + number(0)) / INPUT - width / 2;
    const y = (stride * (row + 0.5) + number(1)) / INPUT - height / 2;
    found.push({ box: { x, y, width, height }, score });
  }
  return found;
}

/** Two boxes that share more than this part of their union are one face. */
const SAME_FACE = 0.3;

/** Of boxes of one face, the best. Expects and keeps the order best first. */
export function distinctFaces(bestFirst: readonly Face[], limit: number): Face[] {
  const kept: Face[] = [];
  for (const face of bestFirst) {
    if (kept.length === limit) break;
    if (kept.every(({ box }) => overlap(box, face.box) <= SAME_FACE)) kept.push(face);
  }
  return kept;
}
