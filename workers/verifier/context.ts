import { z } from 'zod';
import {
  BOUNTY_KINDS,
  C2PA_PROVENANCES,
  FINDINGS,
  MEDIA_TYPES,
  MODES,
  TIERS,
  areaSchema,
  checkResultSchema,
  criteriaSchema,
  idSchema,
  readingAsked,
  sealedManifestSchema,
  sha256HexSchema,
  type Criterion,
} from '@groundtruth/sdk/protocol';

/** Epoch milliseconds, as the database functions answer every point in time. */
const instant = z.int();
const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** A P-256 public key as JWK; further members (`kid`, `alg`, …) are dropped. */
const deviceKeySchema = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinate,
  y: coordinate,
});

/** A quote refuses other criteria (`criteria_unreachable`). */
const isAnswered = (criterion: Criterion): boolean =>
  'object' in criterion ||
  'text' in criterion ||
  'similar_to' in criterion ||
  'open_vocabulary' in criterion ||
  'reading' in criterion;

/** Everything the verifier may know about a capture, from the database function `verifier_api.capture_context`. No owner, no amount. */
export const captureContextSchema = z
  .object({
    capture_id: idSchema('capture'),
    mode: z.enum(MODES),
    bounty_id: idSchema('bounty'),
    reservation_id: idSchema('reservation'),
    kind: z.enum(BOUNTY_KINDS),
    criteria: criteriaSchema,
    area: areaSchema,
    /** `opens_at: null`: open since the bounty was posted. */
    window: z.object({ opens_at: instant.nullable(), closes_at: instant }),
    late_upload_s: z.int().min(0),
    declared: z.enum(FINDINGS),
    seal: sha256HexSchema,
    /** Blinds the capture commitment; at least 128 bits. */
    salt: z.string().regex(/^(?:[0-9a-f]{2}){16,64}$/),
    sealed: sealedManifestSchema,
    /** The enrolled device the manifest names, if it is this contributor's; null otherwise. */
    device: z
      .object({
        id: idSchema('device'),
        public_key: deviceKeySchema,
        /** When its key was proven hardware-bound in an unmodified app; null when it was not. */
        attested_at: instant.nullable(),
        certificate_from: instant,
        certificate_until: instant,
      })
      .nullable(),
    /** The reference pictures that the criteria name. */
    references: z.array(
      z.object({
        id: idSchema('reference'),
        sha256: sha256HexSchema,
        media_type: z.enum(MEDIA_TYPES),
        bytes: z.int().min(1),
      }),
    ),
    challenge: z.object({ nonce: z.string().min(1), code: z.string().min(1), issued_at: instant }),
    /** The proven interval: newest server beacon in the manifest … first moment a third party saw the seal. */
    t0: instant,
    t1: instant,
    submitted_at: instant,
    /** 1 for the first verification of this capture; a new attempt is a new verdict. */
    attempt: z.int().min(1),
  })
  .refine(({ t0, t1 }) => t0 <= t1, 'the proven interval ends before it begins')
  .refine(({ criteria }) => criteria.all.every(isAnswered), 'a criterion has no check here: it must never pass unseen')
  .refine(
    ({ criteria, kind }) =>
      kind === 'reading'
        ? criteria.all.length === 1 && readingAsked(criteria) !== null
        : readingAsked(criteria) === null,
    'readings, and nothing else, are asked one criterion about a reading',
  )
  .refine(({ declared, sealed }) => declared === sealed.manifest.finding, 'the declared finding is not the sealed one');
export type CaptureContext = z.infer<typeof captureContextSchema>;

/**
 * What was decided without the checks, from `verifier_api.recorded_decision`: by a person, by silence or on appeal. With what the
 * verdict names, and the checks it was decided on.
 */
export const recordedDecisionSchema = z.object({
  capture_id: idSchema('capture'),
  mode: z.enum(MODES),
  bounty_id: idSchema('bounty'),
  criteria: criteriaSchema,
  declared: z.enum(FINDINGS),
  seal: sha256HexSchema,
  salt: z.string().regex(/^(?:[0-9a-f]{2}){16,64}$/),
  attempt: z.int().min(1),
  basis: z.enum(['review', 'silence', 'appeal']),
  decision: z.enum(['accept', 'reject']),
  /** What the picture shows; null on `accept` means what the contributor declared. */
  finding: z.enum(FINDINGS).nullable(),
  reason: z.string().nullable(),
  decided_at: instant,
  checks: z.array(checkResultSchema),
  tier: z.enum(TIERS),
  c2pa: z.enum(C2PA_PROVENANCES),
});
export type RecordedDecision = z.infer<typeof recordedDecisionSchema>;
