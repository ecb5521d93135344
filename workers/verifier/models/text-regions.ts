/** A rectangle of a probability map, in its cells; right and bottom are outside. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A cell above this is text (PP-OCR's own figures, here and below). */
const CELL_THRESHOLD = 0.3;
/** A region counts when its cells are text with this mean probability. */
const REGION_THRESHOLD = 0.6;
const REGION_CELLS_MIN = 20;
/** The map marks the core of a line; the line itself is larger by area x 1.6 / perimeter on each side. */
const UNCLIP_RATIO = 1.6;

/**
 * Lines of text in a probability map (rows from the top), largest first, at most `limit`: regions of touching cells (no
 * diagonals), each as the upright rectangle around it.
 */
export function textRegions(map: Float32Array, width: number, height: number, limit: number): Region[] {
  return components(map, width, height)
    .filter(({ cells, sum }) => cells > REGION_CELLS_MIN && sum / cells > REGION_THRESHOLD)
    .sort((a, b) => b.cells - a.cells)
    .slice(0, limit)
    .map((component) => unclip(component, width, height));
}

interface Component extends Region {
  readonly cells: number;
  readonly sum: number;
}

function components(map: Float32Array, width: number, height: number): Component[] {
  const seen = new Uint8Array(map.length);
  const stack: number[] = [];
  const found: Component[] = [];
  const visit = (cell: number): void => {
    if (seen[cell] || (map[cell] ?? 0) <= CELL_THRESHOLD) return;
    seen[cell] = 1;
    stack.push(cell);
  };
  for (let start = 0; start < map.length; start++) {
    visit(start);
    if (stack.length === 0) continue;
    let [left, top, right, bottom, cells, sum] = [width, height, 0, 0, 0, 0];
    for (let cell = stack.pop(); cell !== undefined; cell = stack.pop()) {
      const x = cell % width;
      const y = (cell - x) / width;
      [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
      cells += 1;
      sum += map[cell] ?? 0;
      if (x > 0) visit(cell - 1);
      if (x + 1 < width) visit(cell + 1);
      if (y > 0) visit(cell - width);
      if (y + 1 < height) visit(cell + width);
    }
    found.push({ left, top, right, bottom, cells, sum });
  }
  return found;
}

function unclip({ left, top, right, bottom }: Region, width: number, height: number): Region {
  const [w, h] = [right - left, bottom - top];
  const grow = (w * h * UNCLIP_RATIO) / (2 * (w + h));
  return {
    left: Math.max(0, left - grow),
    top: Math.max(0, top - grow),
    right: Math.min(width, right + grow),
    bottom: Math.min(height, bottom + grow),
  };
}

/** Reading order: rows from the top, each from the left. Two regions share a row when the centre of one lies beside the other. */
export function inReadingOrder<T>(items: readonly T[], regionOf: (item: T) => Region): T[] {
  const rows: T[][] = [];
  for (const item of items.toSorted((a, b) => regionOf(a).top - regionOf(b).top)) {
    const { top, bottom } = regionOf(item);
    const row = rows.at(-1);
    const first = row?.[0] && regionOf(row[0]);
    const centre = (top + bottom) / 2;
    if (row && first && centre >= first.top && centre < first.bottom) row.push(item);
    else rows.push([item]);
  }
  return rows.flatMap((row) => row.sort((a, b) => regionOf(a).left - regionOf(b).left));
}
