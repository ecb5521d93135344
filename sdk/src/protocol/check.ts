import { z } from 'zod';

/** Every check, in the order of its results: cheap and hard first (DESIGN §5), those that only advise last. */
export const CHECKS = [
  'integrity',
  'format',
  'window',
  'geofence',
  'freshness',
  'provenance',
  'c2pa',
  'challenge',
  'duplicate',
  'resemblance',
  'objects',
  'text',
  'similarity',
  'open_vocabulary',
  'nsfw',
  'reading_range',
  'reading_sequence',
  'reading_neighbours',
  'thumbnail',
  'recapture',
  'sun',
] as const;
export type CheckName = (typeof CHECKS)[number];
export const CHECK_STATUSES = ['pass', 'fail', 'inconclusive', 'unavailable'] as const;
export type CheckStatus = (typeof CHECK_STATUSES)[number];

/** `content` checks look at what is in the picture or reading, `provenance` checks at where it comes from. */
export const CHECK_STAGE = {
  integrity: 'provenance',
  format: 'provenance',
  window: 'provenance',
  geofence: 'provenance',
  freshness: 'provenance',
  provenance: 'provenance',
  c2pa: 'provenance',
  challenge: 'provenance',
  duplicate: 'provenance',
  resemblance: 'provenance',
  objects: 'content',
  text: 'content',
  similarity: 'content',
  open_vocabulary: 'content',
  nsfw: 'content',
  reading_range: 'content',
  reading_sequence: 'provenance',
  reading_neighbours: 'content',
  thumbnail: 'provenance',
  recapture: 'provenance',
  sun: 'provenance',
} as const satisfies Record<CheckName, 'provenance' | 'content'>;

/** Never decide: each can only keep silence from paying (DESIGN §3). */
export const ADVISORY_CHECKS = ['thumbnail', 'recapture', 'sun'] as const satisfies readonly CheckName[];

export const checkResultSchema = z.strictObject({
  check: z.enum(CHECKS),
  status: z.enum(CHECK_STATUSES),
  /** What was measured, 0 to 1, when the check measures. */
  score: z.number().min(0).max(1).optional(),
  /** The score at or above which the check passes. */
  threshold: z.number().min(0).max(1).optional(),
  /** The score below which a content check fails: from here to `threshold` it is inconclusive. Left out where that band says nothing. */
  fail_below: z.number().min(0).max(1).optional(),
  /** Below this score the thing asked for counts as absent; only for detectors. */
  absent_below: z.number().min(0).max(1).optional(),
  /** Typed facts for a person or a program that re-runs the check; texts in it come from strangers. */
  evidence: z.record(z.string(), z.unknown()),
  model_sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  provider: z.string().max(20).optional(),
  duration_ms: z.number().min(0),
  version: z.int().min(1),
});
export type CheckResult = z.infer<typeof checkResultSchema>;
