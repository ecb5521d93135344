import { cellToChildren, cellToParent } from 'h3-js';

/** The coarser cells that cells belong to, each once, sorted. `resolution` is not finer than theirs. */
export function parentCells(cells: readonly string[], resolution: number): string[] {
  return [...new Set(cells.map((cell) => cellToParent(cell, resolution)))].sort();
}

/** The finer cells that belong to a cell: seven for each step of resolution. Together they cover it but for its very edges. */
export function childCells(cell: string, resolution: number): string[] {
  return cellToChildren(cell, resolution);
}
