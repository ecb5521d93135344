import { z } from 'zod';
import { sha256HexSchema } from './capture.js';
import { checkResultSchema } from './check.js';

/** What a capture is shown as: its picture with faces and number plates covered, without metadata, written anew. */
export const DERIVATIVE_MEDIA_TYPE = 'image/jpeg';
/** Longest side, in pixels: no finer than what the models that look for faces and plates were shown. */
export const DERIVATIVE_SIDE_MAX = 1024;
/** Noise of the largest size stays below it. */
export const DERIVATIVE_BYTES_MAX = 2 * 1024 * 1024;

/**
 * Why a capture has no derivative. `covers_the_fact`: a person or vehicle is so large that covering face or plate hides what was asked for.
 * `covers_most`: it would hide most of the picture. `too_many`: more faces than are counted. `fact_not_visible`: the checks that passed on the
 * original fail on the derivative. `film`: only pictures are redacted. `not_decoded`: the picture could not be opened. `redaction_failed`:
 * the decoder did not answer. `too_large`: over the limit in bytes.
 */
export const WITHHELD_REASONS = [
  'covers_the_fact',
  'covers_most',
  'too_many',
  'fact_not_visible',
  'film',
  'not_decoded',
  'redaction_failed',
  'too_large',
] as const;
export type WithheldReason = (typeof WITHHELD_REASONS)[number];

const side = z.int().min(1).max(DERIVATIVE_SIDE_MAX);

/** What is known of the bytes of a derivative; whoever has them can check them against it. */
export const derivativeMediaSchema = z.strictObject({
  sha256: sha256HexSchema,
  media_type: z.literal(DERIVATIVE_MEDIA_TYPE),
  bytes: z.int().min(1).max(DERIVATIVE_BYTES_MAX),
  /** Pixels. */
  width: side,
  height: side,
  /** Places that were covered. */
  regions: z.int().min(0),
  /** The content checks run again on the derivative itself, for whoever holds it to repeat. */
  checks: z.array(checkResultSchema).max(8),
});
export type DerivativeMedia = z.infer<typeof derivativeMediaSchema>;

/** What the verifier made of a capture for others to see: bytes it has stored, or why there are none. */
export const derivativeSchema = z.union([
  z.strictObject({
    media: derivativeMediaSchema,
    /** Which hand-over's link the bytes were stored by. */
    attempt: z.int().min(1),
    withheld: z.null(),
  }),
  z.strictObject({ media: z.null(), withheld: z.enum(WITHHELD_REASONS) }),
]);
export type Derivative = z.infer<typeof derivativeSchema>;
