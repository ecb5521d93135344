import { z } from 'zod';
import { FINDINGS, TIERS } from './criteria.js';
import { lifecycleShape, type BOUNTY_KINDS } from './bounty.js';
import { OBJECTION_REASONS } from './dispute.js';
import { idSchema } from './ids.js';
import { amountOutSchema } from './money.js';
import { READING_BYTES_MAX } from './reading.js';
import { timeOutSchema } from './time.js';

export const CAPTURE_STATES = [
  'uploading',
  'submitted',
  'verifying',
  'accepted',
  'rejected',
  'review',
  'expired',
  'superseded',
  'settled',
] as const;
export type CaptureState = (typeof CAPTURE_STATES)[number];
export const IMAGE_MEDIA_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif'] as const;
export const VIDEO_MEDIA_TYPES = ['video/mp4', 'video/quicktime', 'video/webm'] as const;
/** A reading file is a JWS in compact serialization: `reading.ts`. */
export const READING_MEDIA_TYPES = ['application/jose'] as const;
export const MEDIA_TYPES = [...IMAGE_MEDIA_TYPES, ...VIDEO_MEDIA_TYPES, ...READING_MEDIA_TYPES] as const;

/** The kind of bounty that a file of this type can answer. */
export function kindOfMedia(mediaType: (typeof MEDIA_TYPES)[number]): (typeof BOUNTY_KINDS)[number] {
  if (mediaType.startsWith('video/')) return 'video';
  return mediaType.startsWith('image/') ? 'photo' : 'reading';
}
/** Largest upload: 25 MiB. A 50 MP phone JPEG is below 20 MB. */
export const MEDIA_BYTES_MAX = 25 * 1024 * 1024;

export const sha256HexSchema = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');

/** What the contributor's device states about a capture. A client's claims prove nothing until something verifies them. */
export const manifestSchema = z.strictObject({
  v: z.literal(1),
  bounty_id: idSchema('bounty'),
  reservation_id: idSchema('reservation'),
  /** The server's nonce for this reservation: its issue time is the earliest moment the seal can have been made. */
  challenge_nonce: z.string().regex(/^[A-Za-z0-9_-]{22,64}$/),
  /** The enrolled device that signs; null for an unsigned manifest (tier below `signed`). */
  device_id: idSchema('device').nullable(),
  media: z
    .strictObject({
      sha256: sha256HexSchema,
      media_type: z.enum(MEDIA_TYPES),
      bytes: z.int().min(1).max(MEDIA_BYTES_MAX),
    })
    .refine(({ media_type, bytes }) => kindOfMedia(media_type) !== 'reading' || bytes <= READING_BYTES_MAX, {
      path: ['bytes'],
      error: `a reading has at most ${READING_BYTES_MAX} bytes`,
    }),
  place: z.strictObject({
    lat: z.number().min(-90).max(90),
    lng: z.number().min(-180).max(180),
    accuracy_m: z.number().min(0).max(10_000),
  }),
  /** The device's clock. Shown, never trusted: the proven interval comes from the challenge and the seal. */
  captured_at: z.iso.datetime({ offset: true }),
  finding: z.enum(FINDINGS),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** ES256 signature (P-256, SHA-256, raw r‖s, base64url) over the canonical JSON of the manifest; null when no device signs. */
export const sealedManifestSchema = z.strictObject({
  manifest: manifestSchema,
  signature: z
    .string()
    .regex(/^[A-Za-z0-9_-]{86}$/)
    .nullable(),
});
export type SealedManifest = z.infer<typeof sealedManifestSchema>;

export const createSealSchema = z.strictObject({ reservation_id: idSchema('reservation'), seal: sha256HexSchema });
export const sealSchema = z.object({
  id: idSchema('seal'),
  reservation_id: idSchema('reservation'),
  seal: sha256HexSchema,
  received_at: timeOutSchema,
});
export type Seal = z.infer<typeof sealSchema>;

export const createCaptureSchema = z.strictObject({
  reservation_id: idSchema('reservation'),
  sealed: sealedManifestSchema,
});

export const uploadSchema = z.object({
  method: z.literal('PUT'),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  expires_at: timeOutSchema,
});

export const captureSchema = z.object({
  id: idSchema('capture'),
  bounty_id: idSchema('bounty'),
  ...lifecycleShape,
  state: z.enum(CAPTURE_STATES),
  /** Which half of the checks failed, once rejected. All that a requester learns of an unpaid capture. */
  failed_stage: z.enum(['provenance', 'content']).nullable(),
  finding: z.enum(FINDINGS).nullable(),
  created_at: timeOutSchema,
  /** Null for anyone but the contributor and the operator, and until the capture is paid for the requester. */
  detail: z
    .object({
      reservation_id: idSchema('reservation'),
      contributor_id: idSchema('contributor'),
      seal: sha256HexSchema,
      sealed_at: timeOutSchema.nullable(),
      submitted_at: timeOutSchema.nullable(),
      proven_interval: z.object({ t0: timeOutSchema, t1: timeOutSchema }).nullable(),
      tier: z.enum(TIERS).nullable(),
      failed_check: z.string().nullable(),
      reason: z.string().nullable(),
      paid: amountOutSchema.nullable(),
    })
    .nullable(),
  /** The redacted picture: for its requester while it waits in `review` for them and once it is paid, for contributor and operator always. Null when it
   * is not to be seen, withheld, or not made. */
  derivative: z.object({ url: z.string(), expires_at: timeOutSchema }).nullable(),
  /** Present while `uploading`, for the contributor only. */
  upload: uploadSchema.nullable(),
});
export type Capture = z.infer<typeof captureSchema>;

/**
 * The requester accepts, or objects with a `reason_code`. The operator accepts or rejects with a `reason`, and says what the picture
 * shows.
 */
export const decideReviewSchema = z.strictObject({
  decision: z.enum(['accept', 'object', 'reject']),
  /** Only the operator's. */
  finding: z.enum(FINDINGS).default('present'),
  reason_code: z.enum(OBJECTION_REASONS).optional(),
  reason: z.string().trim().min(3).max(500).optional(),
});
