/** Capital letters, digits and a few signs as strokes on a grid 4 wide and 6 high (SVG path syntax), so that no font is needed. */
const GLYPHS: Readonly<Record<string, string>> = {
  A: 'M0 6L2 0L4 6M.8 4H3.2',
  B: 'M0 3H3L4 3.9V5.1L3 6H0V0H2.8L3.6 .8V2.2L2.8 3',
  C: 'M4 1L3 0H1L0 1V5L1 6H3L4 5',
  D: 'M0 0V6H2.5L4 4.5V1.5L2.5 0Z',
  E: 'M4 0H0V6H4M0 3H3.2',
  F: 'M4 0H0V6M0 3H3.2',
  G: 'M4 1L3 0H1L0 1V5L1 6H3L4 5V3.2H2.4',
  H: 'M0 0V6M4 0V6M0 3H4',
  I: 'M2 0V6M1 0H3M1 6H3',
  J: 'M4 0V5L3 6H1L0 5',
  K: 'M0 0V6M4 0L0 3.6M1.3 2.5L4 6',
  L: 'M0 0V6H4',
  M: 'M0 6V0L2 3.4L4 0V6',
  N: 'M0 6V0L4 6V0',
  O: 'M1 0H3L4 1V5L3 6H1L0 5V1Z',
  P: 'M0 6V0H3L4 .9V2.3L3 3.2H0',
  Q: 'M1 0H3L4 1V5L3 6H1L0 5V1ZM2.4 4.2L4.2 6.4',
  R: 'M0 6V0H3L4 .9V2.3L3 3.2H0M2 3.2L4 6',
  S: 'M4 .9L3 0H1L0 .9V2.1L1 3H3L4 3.9V5.1L3 6H1L0 5.1',
  T: 'M0 0H4M2 0V6',
  U: 'M0 0V5L1 6H3L4 5V0',
  V: 'M0 0L2 6L4 0',
  W: 'M0 0L1 6L2 2.4L3 6L4 0',
  X: 'M0 0L4 6M4 0L0 6',
  Y: 'M0 0L2 3L4 0M2 3V6',
  Z: 'M0 0H4L0 6H4',
  0: 'M1.2 0H2.8L3.8 1.2V4.8L2.8 6H1.2L.2 4.8V1.2Z',
  1: 'M.8 1.3L2.2 0V6',
  2: 'M0 1.2L1 0H3L4 1V2L0 6H4',
  3: 'M0 0H4L2 2.5H3L4 3.5V5L3 6H1L0 5',
  4: 'M3 6V0L0 4.2H4',
  5: 'M3.8 0H.4L.1 2.7H3L4 3.6V5L3 6H1L0 5.2',
  6: 'M3.5 0H2.2L.6 1.4L0 3.2V5L1 6H3L4 5V3.7L3 2.7H1L0 3.7',
  7: 'M0 0H4L1.5 6',
  8: 'M1 3L.2 2.2V.8L1 0H3L3.8 .8V2.2L3 3H1L0 4V5L1 6H3L4 5V4L3 3',
  9: 'M.5 6H1.8L3.4 4.6L4 2.8V1L3 0H1L0 1V2.3L1 3.3H3L4 2.3',
  '-': 'M.8 3.2H3.2',
  ' ': '',
};
/** Grid columns from one letter to the next. */
const ADVANCE = 5.6;
const ROWS = 6;

/** What can be written: a pattern that no such text matches is beyond the sandbox. */
export const WRITABLE = Object.keys(GLYPHS);

/** The strokes of `text` as one path, and the size of its grid. @throws {RangeError} for a character without strokes. */
export function codeGlyphs(text: string): { path: string; columns: number; rows: number } {
  const path = [...text].map((letter, i) => shifted(strokesOf(letter), i * ADVANCE)).join('');
  return { path, columns: text.length * ADVANCE - 1.6, rows: ROWS };
}

function strokesOf(letter: string): string {
  const strokes = GLYPHS[letter];
  if (strokes === undefined) throw new RangeError(`no strokes for ${letter}`);
  return strokes;
}

/** Moves the x coordinates of a path of M, L, H, V and Z commands. */
function shifted(path: string, by: number): string {
  return path.replace(/([MLH])(-?[\d.]+)/g, (_, command: string, x: string) => `${command}${Number(x) + by}`);
}
