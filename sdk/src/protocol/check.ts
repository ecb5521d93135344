import { z } from 'zod';

/** Every check of issue scope, in the order they run: cheap and hard first (DESIGN §5). */
export const CHECKS = [
  'integrity',
  'format',
  'window',
  'geofence',
  'freshness',
  'provenance',
  'challenge',
  'duplicate',
  'objects',
  'text',
] as const;
export type CheckName = (typeof CHECKS)[number];
export const CHECK_STATUSES = ['pass', 'fail', 'inconclusive', 'unavailable'] as const;
export type CheckStatus = (typeof CHECK_STATUSES)[number];

/** `content` checks look at what is in the picture; everything before asks where the bytes come from. */
export const CHECK_STAGE = {
  integrity: 'provenance',
  format: 'provenance',
  window: 'provenance',
  geofence: 'provenance',
  freshness: 'provenance',
  provenance: 'provenance',
  challenge: 'provenance',
  duplicate: 'provenance',
  objects: 'content',
  text: 'content',
} as const satisfies Record<CheckName, 'provenance' | 'content'>;

export const checkResultSchema = z.strictObject({
  check: z.enum(CHECKS),
  status: z.enum(CHECK_STATUSES),
  /** What was measured, 0 to 1, when the check measures. */
  score: z.number().min(0).max(1).optional(),
  /** The score at or above which the check passes. */
  threshold: z.number().min(0).max(1).optional(),
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
