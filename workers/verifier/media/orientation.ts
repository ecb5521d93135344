import type { Picture } from './picture.js';

/** A picture as it is seen once its EXIF orientation tag (1 to 8) is obeyed. Small pictures only: pixel by pixel. */
export function turned(picture: Picture, orientation: number): Picture {
  const { width, height, rgb } = picture;
  const [swapped, fromRight, fromBottom] = TURNS[orientation] ?? [false, false, false];
  const [newWidth, newHeight] = swapped ? [height, width] : [width, height];
  const turnedRgb = Buffer.alloc(rgb.length);
  for (let y = 0; y < newHeight; y++)
    for (let x = 0; x < newWidth; x++) {
      const [column, row] = swapped ? [y, x] : [x, y];
      const from = ((fromBottom ? height - 1 - row : row) * width + (fromRight ? width - 1 - column : column)) * 3;
      rgb.copy(turnedRgb, (y * newWidth + x) * 3, from, from + 3);
    }
  return { width: newWidth, height: newHeight, rgb: turnedRgb };
}

/** Whether rows become columns, and whether stored columns and rows are read from the end. */
const TURNS: Readonly<Record<number, readonly [swapped: boolean, fromRight: boolean, fromBottom: boolean]>> = {
  2: [false, true, false],
  3: [false, true, true],
  4: [false, false, true],
  5: [true, false, false],
  6: [true, false, true],
  7: [true, true, true],
  8: [true, true, false],
};
