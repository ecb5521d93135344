import { z } from 'zod';
import { idSchema, instrumentSchema, READING_FAULTS, READING_RECORDS_MAX } from '@groundtruth/sdk/protocol';
import { PROVIDER_ORDER } from '../models/providers.js';

/**
 * What the decoder says about one photo, stage by stage. The decoder opens hostile bytes and may be owned by them, so its
 * parent parses every answer with these schemas and treats every string in them as text from a stranger.
 *
 * Each stage answers `refusal: null` and its facts, or a refusal with a reason and as many facts as it had reached.
 */
export const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif'] as const;
export type ImageType = (typeof IMAGE_TYPES)[number];
export const VIDEO_TYPES = ['video/mp4', 'video/quicktime', 'video/webm'] as const;
export type VideoType = (typeof VIDEO_TYPES)[number];
export const READING_TYPES = ['application/jose'] as const;
export type ReadingType = (typeof READING_TYPES)[number];
export const isReadingType = (type: string | null): type is ReadingType =>
  READING_TYPES.some((known) => known === type);
export const isVideoType = (type: string | null): type is VideoType => VIDEO_TYPES.some((known) => known === type);

/** Largest file opened, in bytes: the largest upload the exchange takes (`MEDIA_BYTES_MAX` of the protocol). */
export const FILE_BYTES_MAX = 25 * 1024 * 1024;
/** Longest text of a stranger that evidence carries, in characters; longer ones are cut. */
export const STRANGER_TEXT_MAX = 200;
/** Longest film opened, in milliseconds. */
export const FILM_MS_MAX = 60_000;
/** Objects per photo, best first. A crowd larger than this counts as this many. */
export const DETECTIONS_MAX = 100;
/** Prompts a photo is held against at once; criteria have no more. */
export const PROMPTS_MAX = 8;
/** Longest derivative a decoder may answer with, in bytes (`DERIVATIVE_BYTES_MAX` of the protocol). */
export const REDACTED_BYTES_MAX = 2 * 1024 * 1024;
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
  'too_long',
] as const;
export const DECODE_REFUSALS = [
  'truncated',
  'damaged',
  'too_many_pixels',
  'unsupported_coding',
  'too_many_frames',
  'film_too_slow',
  'no_film_reader',
] as const;
/** Refusals that say nothing about the file. */
export const DECODER_SHORTCOMINGS: readonly string[] = [
  'film_too_slow',
  'no_film_reader',
] satisfies (typeof DECODE_REFUSALS)[number][];

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
  media_type: z.enum([...IMAGE_TYPES, ...VIDEO_TYPES, ...READING_TYPES]).nullable(),
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
  /** Of a film: what its header claims, in milliseconds; null when it claims nothing. Absent for a picture. */
  film_ms: z.int().min(0).nullable().optional(),
  duration_ms: durationMs,
});
export type InspectEvidence = z.infer<typeof inspectEvidenceSchema>;

/** How a film runs, from all its frames. Times in milliseconds from its own beginning. */
export const filmSchema = z.strictObject({
  frames: z.int().min(1),
  first_ms: z.int(),
  last_ms: z.int(),
  /** Longest time between two neighbouring frames. */
  gap_ms_max: z.int(),
  /** Frames that are not later than the one before. */
  backwards: z.int().min(0),
  /** When the picture jumps as it does where two shots are joined. */
  cuts_ms: z.array(z.int()).max(32),
  /** Whether no frame differs from the first at all. */
  still: z.boolean(),
  /** The frames the models look at. */
  sampled_ms: z.array(z.int()).min(1).max(16),
});
export type FilmEvidence = z.infer<typeof filmSchema>;

/** Most failure codes, source types and statements of ours kept of one file's manifests. */
export const C2PA_CODES_MAX = 16;
export const C2PA_SOURCE_TYPES_MAX = 8;
export const C2PA_CAPTURES_MAX = 8;

/** Roots that signers are trusted by, PEM; empty when there are none. The parent reads them: the decoder sees no files of ours. */
export const trustAnchorsSchema = z.strictObject({
  /** Of our own devices, in the capture's mode. */
  platform: z.string(),
  /** Of others, as the operator configured them. */
  third_party: z.string(),
});
export type TrustAnchors = z.infer<typeof trustAnchorsSchema>;

export const C2PA_STATES = ['absent', 'invalid', 'untrusted', 'platform', 'third_party', 'unreadable'] as const;

/** What the file's C2PA manifest is worth; everything in it but `state` is what a signer says. */
export const c2paEvidenceSchema = z.strictObject({
  /**
   * `invalid`: changed after it was signed. `untrusted`: whole, but its signer leads to no anchor or its certificate does not hold.
   * `unreadable`: there is one, and the reader made nothing of it.
   */
  state: z.enum(C2PA_STATES),
  /** Whether the file only points to a manifest elsewhere, which nobody fetches. */
  remote_manifest: z.boolean(),
  /** Failures, as C2PA names them. */
  codes: z.array(z.string().regex(/^[A-Za-z0-9_.-]{1,80}$/)).max(C2PA_CODES_MAX),
  /** Common name in the signer's certificate. */
  signer: strangerText.nullable(),
  /** How the picture, and all it was made from, came into being: IPTC terms such as `digitalCapture`. */
  source_types: z.array(strangerText).max(C2PA_SOURCE_TYPES_MAX),
  /** Reservations that our own assertions in the file name. */
  captures: z
    .array(z.strictObject({ bounty_id: strangerText, reservation_id: strangerText, nonce: strangerText }))
    .max(C2PA_CAPTURES_MAX),
  /** Of the third-party anchors it was held against; null when there are none. */
  trust_list_sha256: sha256Hex.nullable(),
  /** Why it is unreadable; null otherwise. */
  detail: strangerText.nullable(),
  duration_ms: durationMs,
});
export type C2paEvidence = z.infer<typeof c2paEvidenceSchema>;

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
  /** Absent for a picture and on refusal; the sizes above are then those of the frame in the middle. */
  film: filmSchema.optional(),
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

/** How well the picture fits each prompt, in the order asked. */
export const openVocabularyEvidenceSchema = z.strictObject({
  model: z.string().max(40),
  scores: z.array(unit).max(PROMPTS_MAX),
  model_sha256: sha256Hex,
  provider: z.enum(PROVIDER_ORDER),
  duration_ms: durationMs,
});
export type OpenVocabularyEvidence = z.infer<typeof openVocabularyEvidenceSchema>;

/** The thumbnail in the EXIF block held against the picture. */
export const thumbnailEvidenceSchema = z.strictObject({
  /** Why there is nothing to compare; null when there is. */
  refusal: z.enum(['no_thumbnail', 'too_large', 'unreadable', 'other_shape']).nullable(),
  /** Bits in which the perceptual hashes differ; null on refusal. */
  distance: z.int().min(0).max(256).nullable(),
  /** Of the flatter of the two, as in the hash evidence; null on refusal. */
  contrast: unit.nullable(),
  duration_ms: durationMs,
});
export type ThumbnailEvidence = z.infer<typeof thumbnailEvidenceSchema>;

export const moireEvidenceSchema = z.strictObject({
  /** Of the sharpest regular structure above its surroundings, natural logarithm of power; null for a picture too small. */
  peak: z.number().min(0).max(100).nullable(),
  /** Squares of the picture that were looked at. */
  squares: z.int().min(0).max(3),
  duration_ms: durationMs,
});
export type MoireEvidence = z.infer<typeof moireEvidenceSchema>;

export const lightEvidenceSchema = z.strictObject({
  /** Mean luma of the picture. */
  mean_luma: unit,
  /** Share of the upper half that looks like a clear sky by day: bright, blue and smooth. */
  sky_share: unit,
  duration_ms: durationMs,
});
export type LightEvidence = z.infer<typeof lightEvidenceSchema>;

/** A reading file, resolved. Everything in it is what its maker says; whether the device signed it is not looked at here. */
export const readingEvidenceSchema = z.strictObject({
  refusal: refusalSchema(READING_FAULTS).nullable(),
  /** Null on refusal. */
  claims: z
    .strictObject({
      kid: idSchema('device'),
      bounty_id: idSchema('bounty'),
      reservation_id: idSchema('reservation'),
      nonce: z.string().max(64),
      seq: z.int().min(1),
      instrument: instrumentSchema,
    })
    .nullable(),
  /** UCUM code the file states its values in; null on refusal. */
  unit: z.string().max(40).nullable(),
  /** In order of time; values in the quantity's canonical unit. Empty on refusal. */
  samples: z.array(z.strictObject({ at: instant, value: z.number() })).max(READING_RECORDS_MAX),
  duration_ms: durationMs,
});
export type ReadingEvidence = z.infer<typeof readingEvidenceSchema>;

export const detectionSchema = z.strictObject({ label: z.string().min(1).max(40), score: unit, box: boxSchema });
export type Detection = z.infer<typeof detectionSchema>;

const inferenceShape = {
  /** Of the weights that answered; for several files, of their hashes one after another. */
  model_sha256: sha256Hex,
  provider: z.enum(PROVIDER_ORDER),
  duration_ms: durationMs,
};

const sightingsShape = {
  model: z.string().max(40),
  /** Best first; the detector's `report_above` or more. */
  detections: z.array(detectionSchema).max(DETECTIONS_MAX),
  /** The highest score anywhere in the picture for every label the model knows, seen or not: what `absent_below` is held against. */
  label_scores: z.record(z.string().max(40), unit),
};

export const objectsEvidenceSchema = z.strictObject({
  ...sightingsShape,
  /** What the second detector sees in the same picture; absent when none is configured. */
  second: z.strictObject({ ...sightingsShape, model_sha256: sha256Hex, provider: z.enum(PROVIDER_ORDER) }).optional(),
  /** Of both detectors together. */
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

export const embedEvidenceSchema = z.strictObject({
  model: z.string().max(40),
  /** How likely the picture is of each class; they sum to 1. */
  classes: z.strictObject({ drawing: unit, hentai: unit, neutral: unit, porn: unit, sexy: unit }),
  /** 256-bit hash of the features, 64 hex digits; compare by Hamming distance, and only within one version. */
  hash: sha256Hex,
  hash_version: z.int().min(1),
  ...inferenceShape,
});
export type EmbedEvidence = z.infer<typeof embedEvidenceSchema>;

/** How alike the photo in hand and a reference picture are. The reference is as hostile as the photo, and may be refused as one. */
export const compareEvidenceSchema = z.strictObject({
  refusal: refusalSchema([...INSPECT_REFUSALS, ...DECODE_REFUSALS]).nullable(),
  model: z.string().max(40),
  /** Cosine of the angle between the two pictures' features, 0 to 1; null on refusal. */
  cosine: unit.nullable(),
  ...inferenceShape,
});
export type CompareEvidence = z.infer<typeof compareEvidenceSchema>;

const count = z.int().min(0).max(1_000);

/** What came of covering faces and number plates. The JPEG itself follows the answer as raw bytes, which nobody here opens again. */
export const redactEvidenceSchema = z.strictObject({
  /** Why there is no derivative; null when its bytes follow. */
  withheld: z.enum(['covers_the_fact', 'covers_most', 'too_many', 'too_large']).nullable(),
  /** Places covered, by kind. */
  regions: z.strictObject({ face: count, head: count, plate: count, text: count }),
  /** Of the picture. */
  covered_share: unit,
  /** Of the derivative, pixels; null when withheld. */
  width: z.int().min(1).max(1024).nullable(),
  height: z.int().min(1).max(1024).nullable(),
  /** What the models see in the derivative, opened as anyone would open it; null when withheld or not asked for. */
  objects: objectsEvidenceSchema.nullable(),
  text: textEvidenceSchema.nullable(),
  /** Of the model that looked for faces. */
  ...inferenceShape,
});
export type RedactEvidence = z.infer<typeof redactEvidenceSchema>;
