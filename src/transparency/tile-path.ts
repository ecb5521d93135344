import { TILE_WIDTH } from './tiles.js';

/** What a C2SP tlog-tiles path names: a tile of hashes (`level` 0 to 63) or a bundle of entries (`level` null). */
export interface TilePath {
  readonly level: number | null;
  readonly n: number;
  /** Hashes or entries, 1 to 256. */
  readonly width: number;
}

const PATH = /^(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/){0,4}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/**
 * Parses what follows `tile/`: `<level>/<n>[.p/<width>]` or `entries/<n>[.p/<width>]`, `n` in groups of three digits.
 * @returns null for anything else; every tile has exactly one path, so that caches hold it once.
 */
export function parseTilePath(path: string): TilePath | null {
  const [, kind, groups, partial] = PATH.exec(path) ?? [];
  if (!kind || !groups) return null;
  const level = kind === 'entries' ? null : Number(kind);
  const n = Number(groups.replaceAll(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const canonical = formatIndex(n) === groups && (partial === undefined || width < TILE_WIDTH);
  return canonical && (level === null || level <= 63) ? { level, n, width } : null;
}

/** 1234067 → `x001/x234/067`. */
function formatIndex(n: number): string {
  const digits = String(n);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g)!;
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
}
