import type { Picture } from '../media/picture.js';
import type { Box } from '../decoder/evidence.js';

/** A rectangle of whole blocks, in pixels. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Side of the blocks a JPEG without colour subsampling is coded in, in pixels. Covers end on their borders, so that no block mixes covered and
 * open pixels: nothing of what was there can come back as ringing.
 */
export const BLOCK = 8;

/** The blocks a box touches. */
export function blocksOf(box: Box, { width, height }: Pick<Picture, 'width' | 'height'>): Rectangle {
  const down = (value: number): number => Math.floor(value / BLOCK) * BLOCK;
  const up = (value: number): number => Math.ceil(value / BLOCK) * BLOCK;
  return {
    left: Math.max(0, down(box.x * width)),
    top: Math.max(0, down(box.y * height)),
    right: Math.min(width, up((box.x + box.width) * width)),
    bottom: Math.min(height, up((box.y + box.height) * height)),
  };
}

/**
 * Covers each rectangle with one colour: the mean of what was there. A mosaic of cells keeps enough of a face or of a short text to be matched
 * against candidates; one colour a region keeps three numbers. Answers a new picture and, for each pixel, whether it is covered.
 */
export function covered(picture: Picture, rectangles: readonly Rectangle[]): { picture: Picture; mask: Uint8Array } {
  const { width, height } = picture;
  const rgb = Buffer.from(picture.rgb);
  const mask = new Uint8Array(width * height);
  for (const rectangle of rectangles) {
    const colour = meanOf(picture, rectangle);
    for (let y = rectangle.top; y < rectangle.bottom; y++) {
      const [from, to] = [y * width + rectangle.left, y * width + rectangle.right];
      mask.fill(1, from, to);
      for (let at = from; at < to; at++) rgb.set(colour, at * 3);
    }
  }
  return { picture: { width, height, rgb }, mask };
}

/** Always of the untouched picture, so that the order of rectangles decides nothing but which lies on top. */
function meanOf({ rgb, width }: Picture, { left, top, right, bottom }: Rectangle): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  for (let y = top; y < bottom; y++)
    for (let at = (y * width + left) * 3, end = (y * width + right) * 3; at < end; at += 3) {
      sums[0] += rgb[at] ?? 0;
      sums[1] += rgb[at + 1] ?? 0;
      sums[2] += rgb[at + 2] ?? 0;
    }
  const count = Math.max(1, (right - left) * (bottom - top));
  return sums.map((sum) => Math.round(sum / count)) as [number, number, number];
}

/** Share of a box (the whole picture when left out) that is covered, 0 to 1. */
export function coveredShare(
  mask: Uint8Array,
  { width, height }: Pick<Picture, 'width' | 'height'>,
  box: Box = { x: 0, y: 0, width: 1, height: 1 },
): number {
  const [left, top] = [Math.floor(box.x * width), Math.floor(box.y * height)];
  const right = Math.min(width, Math.ceil((box.x + box.width) * width));
  const bottom = Math.min(height, Math.ceil((box.y + box.height) * height));
  let hidden = 0;
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) hidden += mask[y * width + x] ?? 0;
  return hidden / Math.max(1, (right - left) * (bottom - top));
}
