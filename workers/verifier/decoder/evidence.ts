import { z } from 'zod';
import { PROVIDER_ORDER } from '../models/providers.js';

/**
 * What the decoder says about one photo, stage by stage. The decoder opens hostile bytes and may be owned by them, so its
 * parent parses every answer with these schemas and treats every string in them as text from a stranger.
 *
 * Each stage answers `refusal: null` and its facts, or a refusal with a reason and as many facts as it had reached.
 */
export const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif'] as const;
export type ImageType = (typeof IMAGE_TYPES)[number];

/** Largest file opened, in bytes: the largest upload the exchange takes (`MEDIA_BYTES_MAX` of the protocol). */
export const FILE_BYTES_MAX = 25 * 1024 * 1024;
/** Longest text of a stranger that evidence carries, in characters; longer ones are cut. */
export const STRANGER_TEXT_MAX = 200;
/** Objects per photo, best first. A crowd larger than this counts as this many. */
export const DETECTIONS_MAX = 100;
/** Lines of text read per photo, best first. */
export const TEXT_LINES_MAX = 64;

const strangerText = z.string().max(STRANGER_TEXT_MAX);
const durationMs = z.number().min(0);
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const unit = z.number().min(0).max(1);
const instant = z.int();

/** Part of the upright picture: origin top left, all four as shares of its width and height, 0 to 1. */
export const boxSchema = z.strictObject({ x: unit, y: unit, width: unit, height: unit });
export type Box = z.infer<typeof boxSchema>;

export const INSPECT_REFUSALS = [
  'empty',
  'too_many_bytes',
  'unsupported_type',
  'damaged_header',
  'too_many_pixels',
  'animated',
] as const;
export const DECODE_REFUSALS = ['truncated', 'damaged', 'too_many_pixels', 'unsupported_coding'] as const;

const refusalSchema = <T extends readonly [string, ...string[]]>(reasons: T) =>
  z.strictObject({ reason: z.enum(reasons), detail: strangerText });

/** EXIF as the file claims it. Anyone can write EXIF in seconds: consistency, never proof. */
export const exifSchema = z.strictObject({
  /** `DateTimeOriginal` by the camera's own clock, `YYYY-MM-DDTHH:mm:ss`, without a zone; null when absent or no real date. */
  taken_local: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
    .nullable(),
  /** Minutes east of UTC of `taken_local`; null when neither the offset tag nor GPS time tells it. */
  offset_min: z.int().min(-840).max(840).nullable(),
  offset_source: z.enum(['tag', 'gps']).nullable(),
  /** `taken_local` as an instant, epoch milliseconds; null while the zone is unknown. */
  taken_at: instant.nullable(),
  /** `GPSDateStamp` + `GPSTimeStamp`, which are UTC by definition; epoch milliseconds. */
  gps_at: instant.nullable(),
  /** Degrees, WGS 84; null when absent, not finite or out of range. */
  place: z.strictObject({ lat: z.number().min(-90).max(90), lng: z.number().min(-180).max(180) }).nullable(),
  /** `GPSHPositioningError`, metres; null when absent or implausible. */
  accuracy_m: z.number().min(0).max(10_000).nullable(),
  make: strangerText.nullable(),
  model: strangerText.nullable(),
  software: strangerText.nullable(),
  /** What the reader stumbled over; a truncated or edited block shows here. */
  errors: z.array(strangerText).max(8),
});
export type ExifEvidence = z.infer<typeof exifSchema>;

export const inspectEvidenceSchema = z.strictObject({
  refusal: refusalSchema(INSPECT_REFUSALS).nullable(),
  /** By magic bytes, never by name or claim; null unless it is one of the types we open. */
  media_type: z.enum(IMAGE_TYPES).nullable(),
  /** What the magic bytes say, also for what we refuse: `jpeg`, `svg`, `heic`, `pdf`, `unknown`, … */
  sniffed: z.string().regex(/^[a-z0-9]{1,16}$/),
  claimed_type_matches: z.boolean(),
  /** As stored, before the orientation tag is applied; pixels. Null when the header was not reached. */
  width: z.int().min(1).nullable(),
  height: z.int().min(1).nullable(),
  /** EXIF orientation 1 to 8; 1 when the file has none. */
  orientation: z.int().min(1).max(8),
  /** Bytes after the end of the picture (a ZIP, a script, a second picture); null when the end was not found. */
  trailing_bytes: z.int().min(0).nullable(),
  /** Null when the file has no EXIF block. */
  exif: exifSchema.nullable(),
  duration_ms: durationMs,
});
export type InspectEvidence = z.infer<typeof inspectEvidenceSchema>;

export const decodeEvidenceSchema = z.strictObject({
  refusal: refusalSchema(DECODE_REFUSALS).nullable(),
  /** Of the upright picture, whole size; null on refusal. */
  width: z.int().min(1).nullable(),
  height: z.int().min(1).nullable(),
  /** Of the working copy every later stage reads: at most 1024 a side. */
  working_width: z.int().min(1).max(1024).nullable(),
  working_height: z.int().min(1).max(1024).nullable(),
  /** SHA-256 of the working copy's RGB bytes, for whoever replays the checks with the same build of the decoder. */
  working_sha256: sha256Hex.nullable(),
  duration_ms: durationMs,
});
export type DecodeEvidence = z.infer<typeof decodeEvidenceSchema>;

export const hashEvidenceSchema = z.strictObject({
  /** 256-bit DCT hash of the upright picture and of its mirror image, 64 hex digits each; compare by Hamming distance. */
  upright: sha256Hex,
  mirror: sha256Hex,
  /** Standard deviation of the luma, 0 to 1. On a nearly flat picture the hash is noise and must not be compared. */
  contrast: unit,
  hash_version: z.int().min(1),
  duration_ms: durationMs,
});
export type HashEvidence = z.infer<typeof hashEvidenceSchema>;

export const detectionSchema = z.strictObject({ label: z.string().min(1).max(40), score: unit, box: boxSchema });
export type Detection = z.infer<typeof detectionSchema>;

const inferenceShape = {
  /** Of the weights that answered; for several files, of their hashes one after another. */
  model_sha256: sha256Hex,
  provider: z.enum(PROVIDER_ORDER),
  duration_ms: durationMs,
};

export const objectsEvidenceSchema = z.strictObject({
  model: z.string().max(40),
  /** Best first; the detector's `report_above` or more. */
  detections: z.array(detectionSchema).max(DETECTIONS_MAX),
  /** The highest score anywhere in the picture for every label the model knows, seen or not: what `absent_below` is held against. */
  label_scores: z.record(z.string().max(40), unit),
  ...inferenceShape,
});
export type ObjectsEvidence = z.infer<typeof objectsEvidenceSchema>;

export const textLineSchema = z.strictObject({ text: strangerText, confidence: unit, box: boxSchema });
export type TextLine = z.infer<typeof textLineSchema>;

export const textEvidenceSchema = z.strictObject({
  model: z.string().max(40),
  /** In reading order: top to bottom, then left to right. */
  lines: z.array(textLineSchema).max(TEXT_LINES_MAX),
  ...inferenceShape,
});
export type TextEvidence = z.infer<typeof textEvidenceSchema>;
