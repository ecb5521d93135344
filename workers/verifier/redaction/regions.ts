import type { Box, Detection, TextLine } from '../decoder/evidence.js';
import type { Face } from '../models/face-boxes.js';

export const REGION_KINDS = ['face', 'head', 'plate', 'text'] as const;
export type RegionKind = (typeof REGION_KINDS)[number];

/** A place to cover. */
export interface Region {
  readonly kind: RegionKind;
  readonly box: Box;
}

/** What the models saw in a picture. All boxes are shares of it. */
export interface Seen {
  readonly faces: readonly Face[];
  readonly detections: readonly Detection[];
  readonly lines: readonly TextLine[];
  /** Width of the picture over its height: shapes are judged in pixels, not in shares. */
  readonly aspect: number;
}

/** Far below what counts as seen: a covered post costs less than a face left to see. */
export const COVER_SCORE = 0.2;
const VEHICLES: readonly string[] = ['car', 'truck', 'bus', 'motorcycle'];
/**
 * A large face away from any person is taken for one from this score on: below, cups, cat faces and lamps are as frequent as people
 * (docs/models/redaction.md), and covering them costs the picture.
 */
const FACE_ALONE = 0.6;
/** Of the longest side of the picture. Smaller faces are seen worse by the model and cost little to cover: every one it reports is. */
const SMALL = 1 / 20;
/** Part of a vehicle's height, from below, in which plates are mounted. */
const PLATE_SHARE = 0.45;
/** A face box ends at brow, chin and ears; hair and ears identify too. */
const FACE_GROWTH = { sides: 0.3, above: 0.45, below: 0.2 };
/**
 * A head is as high as 0.4 of a standing person's width and 0.55 of a bust's; boxes are loose, so 0.6 of the width, and at least a quarter of
 * the height for those seen from the side.
 */
const HEAD = { of_width: 0.6, of_height: 0.25, sides: 0.1, above: 0.05 };
/** Letters are cut off by tight boxes. */
const LINE_GROWTH = 0.15;

/**
 * Every place to cover: faces, heads of people, the lower part of vehicles, text on vehicles, and text anywhere that looks like a number
 * plate. Text the bounty asked for (`kept`) is covered only where one of the others lies over it.
 */
export function regionsOf(seen: Seen, kept: readonly Box[]): Region[] {
  const certain = seen.detections.filter(({ score }) => score >= COVER_SCORE);
  const vehicles = certain.filter(({ label }) => VEHICLES.includes(label)).map(({ box }) => box);
  const people = certain.filter(({ label }) => label === 'person').map(({ box }) => box);
  const lines = seen.lines.filter(({ box }) => !kept.some((one) => same(one, box)));
  const marks = lines.filter(
    ({ text, box }) => vehicles.some((vehicle) => inside(box, vehicle)) || looksLikePlate(text),
  );
  return [
    ...facesOf(seen, people).map(({ box }) => region('face', wholeFace(box))),
    ...people.map((box) => region('head', headOf(box, seen.aspect))),
    ...vehicles.map((box) => region('plate', plateOf(box))),
    ...marks.map(({ box }) => region('text', grown(box, LINE_GROWTH * (box.height / box.width || 0), LINE_GROWTH))),
  ].filter(({ box }) => box.width > 0 && box.height > 0);
}

/** The faces to cover: the large that are likely by themselves, every small one, and every possible one on a person. */
function facesOf({ faces, aspect }: Seen, people: readonly Box[]): readonly Face[] {
  const [widest, tallest] = aspect >= 1 ? [1, 1 / aspect] : [aspect, 1];
  return faces.filter(({ score, box }) => {
    const small = Math.max(box.width * widest, box.height * tallest) < SMALL;
    return small || score >= FACE_ALONE || people.some((person) => inside(box, person));
  });
}

/** Four to nine letters and digits, both kinds: what plates of most countries look like once spaces and hyphens are gone. */
export function looksLikePlate(text: string): boolean {
  const plain = text.replace(/[\s\-–·.•|]/g, '');
  return /^[\p{L}\d]{4,9}$/u.test(plain) && /\p{L}/u.test(plain) && (plain.match(/\d/g) ?? []).length >= 2;
}

const region = (kind: RegionKind, box: Box): Region => ({ kind, box: clipped(box) });

function wholeFace({ x, y, width, height }: Box): Box {
  const { sides, above, below } = FACE_GROWTH;
  return {
    x: x - width * sides,
    y: y - height * above,
    width: width * (1 + 2 * sides),
    height: height * (1 + above + below),
  };
}

/** `width * aspect` is the width in units of the picture's height. */
function headOf({ x, y, width, height }: Box, aspect: number): Box {
  const tall = Math.min(height, Math.max(HEAD.of_width * width * aspect, HEAD.of_height * height));
  const above = HEAD.above * height;
  return {
    x: x - width * HEAD.sides,
    y: y - above,
    width: width * (1 + 2 * HEAD.sides),
    height: tall + above,
  };
}

function plateOf({ x, y, width, height }: Box): Box {
  return { x, y: y + height * (1 - PLATE_SHARE), width, height: height * PLATE_SHARE };
}

function grown({ x, y, width, height }: Box, sides: number, ends: number): Box {
  return {
    x: x - width * sides,
    y: y - height * ends,
    width: width * (1 + 2 * sides),
    height: height * (1 + 2 * ends),
  };
}

/** Whether the middle of `box` lies in `outer`. */
function inside(box: Box, outer: Box): boolean {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  return x >= outer.x && x <= outer.x + outer.width && y >= outer.y && y <= outer.y + outer.height;
}

const same = (a: Box, b: Box): boolean => a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

/** What of a box is in the picture. */
function clipped({ x, y, width, height }: Box): Box {
  const within = (value: number): number => Math.min(1, Math.max(0, value));
  const [left, top] = [within(x), within(y)];
  return {
    x: left,
    y: top,
    width: Math.max(0, within(x + width) - left),
    height: Math.max(0, within(y + height) - top),
  };
}
