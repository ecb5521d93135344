const SIDE = 64;
const SHAPES_MAX = 14;

/**
 * A made-up view, 64 x 64 grey values: sky over ground, lit shapes before them, cloudy texture. Different numbers give views that share
 * the habits of photographs (bright above dark, few large things) and so hash less evenly than noise would.
 */
export function scene(number: number): Uint8Array {
  const random = randomOf(number);
  const [horizon, sky, ground] = [12 + random() * 40, 90 + random() * 160, 20 + random() * 140];
  const [slopeX, slopeY] = [(random() - 0.5) * 2, (random() - 0.5) * 3];
  const grey = new Float64Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) grey[y * SIDE + x] = (y < horizon ? sky : ground) + slopeX * x + slopeY * y;
  const shapes = 3 + Math.floor(random() * SHAPES_MAX);
  for (let i = 0; i < shapes; i++) drawShape(grey, random);
  for (const cell of [32, 16, 8]) addTexture(grey, cell, 6 + random() * 14, random);
  return Uint8Array.from(grey, (value) => Math.max(0, Math.min(255, value)));
}

/** A rectangle or ellipse, shaded from one side. */
function drawShape(grey: Float64Array, random: () => number): void {
  const [cx, cy, rx, ry] = [random() * SIDE, random() * SIDE, 2 + random() * 18, 2 + random() * 18];
  const [tone, shade, round] = [random() * 255, (random() - 0.5) * 6, random() < 0.5];
  for (let y = Math.max(0, Math.floor(cy - ry)); y < Math.min(SIDE, cy + ry); y++)
    for (let x = Math.max(0, Math.floor(cx - rx)); x < Math.min(SIDE, cx + rx); x++) {
      const outside = round && ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 > 1;
      if (!outside) grey[y * SIDE + x] = tone + shade * (x - cx);
    }
}

/** Value noise: random heights on a grid of `cell` pixels, blended between. */
function addTexture(grey: Float64Array, cell: number, height: number, random: () => number): void {
  const columns = SIDE / cell + 1;
  const heights = Float64Array.from({ length: columns * columns }, () => (random() - 0.5) * 2 * height);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const [column, row] = [Math.floor(x / cell), Math.floor(y / cell)];
      const [u, v] = [x / cell - column, y / cell - row];
      const at = row * columns + column;
      const above = heights[at]! * (1 - u) + heights[at + 1]! * u;
      const below = heights[at + columns]! * (1 - u) + heights[at + columns + 1]! * u;
      grey[y * SIDE + x]! += above * (1 - v) + below * v;
    }
}

/** mulberry32 (public domain, T. Ettinger). */
export function randomOf(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
