/** Boxes walked in one film; a phone's has some 60. */
export const BOXES_MAX = 4_096;
/** Tracks of one film: picture, sound, motion data and a few more. */
const TRACKS_MAX = 16;

export interface FilmHeader {
  /** What the header claims, in milliseconds; null when it claims none, as a film written in fragments may. */
  readonly duration_ms: number | null;
  /** Of the first picture track as stored, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Bytes after the last box; 0 when the boxes fill the file. */
  readonly trailing_bytes: number;
}

/** Why the boxes are not those of a film we open. */
export class FilmFault extends Error {}

interface Box {
  readonly type: string;
  /** Of its content, in the file. */
  readonly start: number;
  readonly end: number;
}

interface Walk {
  readonly view: DataView;
  boxes: number;
}

/**
 * Reads the boxes of an MP4 or QuickTime film (ISO/IEC 14496-12) as far as its duration and size, and no sample. It descends only
 * `moov`, `trak` and `mdia`, each where it belongs, so depth is bounded by construction; the number of boxes is counted.
 * @throws {FilmFault} with the reason.
 */
export function readFilmHeader(bytes: Uint8Array): FilmHeader {
  const walk: Walk = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), boxes: 0 };
  const { boxes, end } = outermost(walk);
  const movies = boxes.filter(({ type }) => type === 'moov');
  if (movies.length !== 1) throw new FilmFault(`${movies.length} moov boxes`);
  if (!boxes.some(({ type }) => type === 'mdat')) throw new FilmFault('no mdat box');
  const parts = childrenOf(walk, movies[0]!);
  if (parts.some(({ type }) => type === 'moov')) throw new FilmFault('a moov box inside another');
  const tracks = parts.filter(({ type }) => type === 'trak');
  if (tracks.length > TRACKS_MAX) throw new FilmFault('too many tracks');
  const picture = tracks.map((track) => childrenOf(walk, track)).find((track) => isPicture(walk, track));
  if (!picture) throw new FilmFault('no picture track');
  const size = sizeOf(walk, only(picture, 'tkhd'));
  return { duration_ms: durationOf(walk, only(parts, 'mvhd')), ...size, trailing_bytes: bytes.length - end };
}

/** The boxes of the file itself. What follows the last whole one is no box: a film may carry it, as a photo may. */
function outermost(walk: Walk): { boxes: Box[]; end: number } {
  const boxes: Box[] = [];
  let at = 0;
  while (at < walk.view.byteLength) {
    const box = boxAt(walk, at, walk.view.byteLength);
    if (!box) break;
    boxes.push(box);
    at = box.end;
  }
  return { boxes, end: at };
}

function childrenOf(walk: Walk, parent: Box): Box[] {
  const boxes: Box[] = [];
  for (let at = parent.start; at < parent.end;) {
    const box = boxAt(walk, at, parent.end);
    // QuickTime ends some lists with four zero bytes.
    if (!box && parent.end - at < 8) break;
    if (!box) throw new FilmFault(`a box in ${parent.type} does not fit in it`);
    boxes.push(box);
    at = box.end;
  }
  return boxes;
}

/** Null when no whole box begins there. */
function boxAt(walk: Walk, at: number, limit: number): Box | null {
  if (++walk.boxes > BOXES_MAX) throw new FilmFault(`more than ${BOXES_MAX} boxes`);
  const { view } = walk;
  if (limit - at < 8) return null;
  const short = view.getUint32(at);
  const type = typeAt(view, at + 4);
  const isLong = short === 1;
  if (isLong && limit - at < 16) return null;
  const size = isLong ? Number(view.getBigUint64(at + 8)) : short === 0 ? limit - at : short;
  const start = at + (isLong ? 16 : 8);
  const end = at + size;
  return end < start || end > limit ? null : { type, start, end };
}

const typeAt = (view: DataView, at: number): string =>
  String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)));

function only(boxes: readonly Box[], type: string): Box {
  const [first, second] = boxes.filter((box) => box.type === type);
  if (!first || second) throw new FilmFault(`${first ? 'several' : 'no'} ${type} boxes in one place`);
  return first;
}

/** Whether the track's handler is `vide`. */
function isPicture(walk: Walk, track: readonly Box[]): boolean {
  const handler = only(childrenOf(walk, only(track, 'mdia')), 'hdlr');
  return handler.end - handler.start >= 12 && typeAt(walk.view, handler.start + 8) === 'vide';
}

/** Movie header: version 1 has 64-bit times. An unknown duration is all ones, or nought. */
function durationOf({ view }: Walk, { start, end }: Box): number | null {
  if (end - start < 20) throw new FilmFault('the movie header is too short');
  const isLong = view.getUint8(start) === 1;
  if (isLong && end - start < 32) throw new FilmFault('the movie header is too short');
  const timescale = view.getUint32(start + (isLong ? 20 : 12));
  const duration = isLong ? view.getBigUint64(start + 24) : BigInt(view.getUint32(start + 16));
  if (timescale === 0) throw new FilmFault('the timescale is nought');
  if (duration === 0n || duration === (isLong ? 0xffff_ffff_ffff_ffffn : 0xffff_ffffn)) return null;
  return Math.round(Number((duration * 1_000n) / BigInt(timescale)));
}

/** Track header: its last eight bytes are width and height as 16.16 fixed-point numbers. */
function sizeOf({ view }: Walk, { start, end }: Box): { width: number; height: number } {
  if (end - start < 84) throw new FilmFault('the track header is too short');
  const width = Math.round(view.getUint32(end - 8) / 65_536);
  const height = Math.round(view.getUint32(end - 4) / 65_536);
  if (width === 0 || height === 0) throw new FilmFault('the picture track has no size');
  return { width, height };
}
