import type { Picture } from './picture.js';

/** Brightest pixel of a bar, 0 to 255: black, with what JPEG adds to it. */
const BAR_MAX = 48;
/** Mean of a bar's line. */
const BAR_MEAN_MAX = 20;
/** Bars on two sides differ by at most this many pixels, or they are no bars but a dark edge of the picture. */
const UNEVEN_MAX = 2;
/** More of a picture than this is never taken for a bar. */
const BAR_SHARE_MAX = 0.25;

/** A small picture without the black bars above and below, or left and right, that cameras add to fit another shape. */
export function withoutBars(picture: Picture): Picture {
  const { width, height } = picture;
  const rows = barsOf(height, (y) => isBlack(picture, width, (x) => y * width + x));
  const columns = barsOf(width, (x) => isBlack(picture, height, (y) => y * width + x));
  if (rows === 0 && columns === 0) return picture;
  const [newWidth, newHeight] = [width - 2 * columns, height - 2 * rows];
  const rgb = Buffer.alloc(newWidth * newHeight * 3);
  for (let y = 0; y < newHeight; y++) {
    const from = ((y + rows) * width + columns) * 3;
    picture.rgb.copy(rgb, y * newWidth * 3, from, from + newWidth * 3);
  }
  return { width: newWidth, height: newHeight, rgb };
}

/** Lines of the bars on each side; 0 when there are none or only on one side. */
function barsOf(lines: number, black: (line: number) => boolean): number {
  const most = Math.floor(lines * BAR_SHARE_MAX);
  const count = (at: (line: number) => number): number => {
    let bars = 0;
    while (bars < most && black(at(bars))) bars++;
    return bars;
  };
  const [first, last] = [count((i) => i), count((i) => lines - 1 - i)];
  return Math.abs(first - last) <= UNEVEN_MAX ? Math.max(first, last) : 0;
}

function isBlack({ rgb }: Picture, length: number, pixel: (i: number) => number): boolean {
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const at = pixel(i) * 3;
    const brightest = Math.max(rgb[at]!, rgb[at + 1]!, rgb[at + 2]!);
    if (brightest > BAR_MAX) return false;
    sum += brightest;
  }
  return sum / length <= BAR_MEAN_MAX;
}
