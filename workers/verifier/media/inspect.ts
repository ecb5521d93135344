import { READING_BYTES_MAX } from '@groundtruth/sdk/protocol';
import { FILE_BYTES_MAX, FILM_MS_MAX, isReadingType, isVideoType, type InspectEvidence } from '../decoder/evidence.js';
import { clip } from './clip.js';
import { trailingBytes } from './end-of-picture.js';
import { readExif } from './exif.js';
import { FILM_PIXELS_MAX } from './ffmpeg.js';
import { FilmFault, readFilmHeader, type FilmHeader } from './film-header.js';
import { openPicture, PIXELS_MAX } from './libvips.js';
import { sniff } from './sniff.js';

export type Inspection = Omit<InspectEvidence, 'duration_ms'>;

/** Reads a file's first bytes, header and EXIF, but no pixels. A few milliseconds; repeatable. */
export async function inspect(bytes: Buffer, claimedMediaType: string): Promise<Inspection> {
  const { name, media_type } = sniff(bytes);
  const found: Inspection = {
    refusal: null,
    media_type,
    sniffed: bytes.length === 0 ? 'empty' : name,
    claimed_type_matches: media_type !== null && media_type === claimedMediaType,
    width: null,
    height: null,
    orientation: 1,
    trailing_bytes: null,
    exif: null,
  };
  const refuse = (reason: NonNullable<Inspection['refusal']>['reason'], detail: string): Inspection => {
    return { ...found, refusal: { reason, detail: clip(detail) } };
  };
  if (bytes.length === 0) return refuse('empty', 'the file has no bytes');
  if (bytes.length > FILE_BYTES_MAX) return refuse('too_many_bytes', `more than ${FILE_BYTES_MAX} bytes`);
  if (media_type === null) return refuse('unsupported_type', `the first bytes are those of: ${name}`);
  if (isReadingType(media_type))
    return bytes.length > READING_BYTES_MAX ? refuse('too_many_bytes', `more than ${READING_BYTES_MAX} bytes`) : found;
  // The header of a WebM holds nothing that is needed before its frames are decoded.
  if (media_type === 'video/webm') return { ...found, film_ms: null };
  if (isVideoType(media_type)) return inspectFilm(bytes, found, refuse);

  const header = await readHeader(bytes);
  if ('failure' in header) {
    return refuse(/pixel limit/i.test(header.failure) ? 'too_many_pixels' : 'damaged_header', header.failure);
  }
  Object.assign(found, { width: header.width, height: header.height, orientation: header.orientation ?? 1 });
  if (header.width * header.height > PIXELS_MAX) return refuse('too_many_pixels', `${header.width} x ${header.height}`);
  if ((header.pages ?? 1) > 1) return refuse('animated', `${header.pages} pictures in one file`);
  return {
    ...found,
    trailing_bytes: trailingBytes(bytes, media_type),
    exif: header.exif ? await readExif(header.exif) : null,
  };
}

type Refuse = (reason: NonNullable<Inspection['refusal']>['reason'], detail: string) => Inspection;

function inspectFilm(bytes: Buffer, found: Inspection, refuse: Refuse): Inspection {
  let film: FilmHeader;
  try {
    film = readFilmHeader(bytes);
  } catch (error) {
    if (!(error instanceof FilmFault)) throw error;
    return refuse('damaged_header', error.message);
  }
  const { width, height, trailing_bytes, duration_ms } = film;
  if (width * height > FILM_PIXELS_MAX) return refuse('too_many_pixels', `${width} x ${height}`);
  if (duration_ms !== null && duration_ms > FILM_MS_MAX) return refuse('too_long', `${duration_ms} ms`);
  return { ...found, width, height, trailing_bytes, film_ms: duration_ms };
}

async function readHeader(bytes: Buffer) {
  try {
    return await openPicture(bytes).metadata();
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
