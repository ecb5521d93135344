import { z } from 'zod';
import { idSchema } from './ids.js';
import { sha256HexSchema, MEDIA_TYPES } from './capture.js';
import { derivativeSchema } from './derivative.js';
import { verdictSchema } from './verdict.js';

/** Queues in the verifier's schema. */
export const VERIFICATION_QUEUE = 'verification';
export const VERDICT_QUEUE = 'verdicts';

/** What the api hands the verifier: where the bytes are and what they must hash to. No amounts, no decisions. */
export const verificationJobSchema = z.strictObject({
  capture_id: idSchema('capture'),
  /** Presigned, short-lived. */
  download_url: z.url(),
  sha256: sha256HexSchema,
  media_type: z.enum(MEDIA_TYPES),
  bytes: z.int().min(1),
  /** Where the reference pictures of the criteria are; what they must hash to the verifier asks the database. */
  references: z
    .array(z.strictObject({ id: idSchema('reference'), download_url: z.url() }))
    .max(8)
    .default([]),
  /** Where the redacted derivative goes, and which hand-over this is; null when none is wanted, because there is one already. */
  deposit: z
    .strictObject({ url: z.url(), attempt: z.int().min(1) })
    .nullable()
    .default(null),
});
export type VerificationJob = z.infer<typeof verificationJobSchema>;

/** What comes back. The api checks the signature and recomputes the decision before it believes any of it. */
export const verdictJobSchema = z.strictObject({
  verdict: verdictSchema,
  /** 256-bit perceptual hashes, upright and mirrored, hex; null when the picture was never decoded. */
  perceptual_hash: z
    .strictObject({ upright: z.string().regex(/^[0-9a-f]{64}$/), mirror: z.string().regex(/^[0-9a-f]{64}$/) })
    .nullable(),
  /** Null when none was made: rejected, a reading, or there is one already. */
  derivative: derivativeSchema.nullable().default(null),
});
export type VerdictJob = z.infer<typeof verdictJobSchema>;
