import { z } from 'zod';
import { sha256, toHex, utf8 } from './bytes.js';
import { canonicalJson } from './canonical-json.js';
import { MODES } from './mode.js';
import { FINDINGS, TIERS } from './criteria.js';
import { derivativeMediaSchema } from './derivative.js';
import { idSchema } from './ids.js';
import { amountOutSchema } from './money.js';
import { timeOutSchema } from './time.js';
import { EIP712_DOMAINS, hex32Schema, signatureSchema } from './eip712.js';
import { VERDICT_BASES } from './verdict.js';

/**
 * What the signature covers: all a contract needs to weigh an observation without its body. Facts and finding stand in it as one hash;
 * media, capture commitments and further verdicts are covered by the log's commitment only.
 */
export const OBSERVATION_TYPES = {
  Observation: [
    { name: 'observation_id', type: 'string' },
    { name: 'kind', type: 'string' },
    { name: 'facts_hash', type: 'bytes32' },
    { name: 'cell', type: 'string' },
    { name: 't0', type: 'uint64' },
    { name: 't1', type: 'uint64' },
    { name: 'tier', type: 'string' },
    { name: 'basis', type: 'string' },
    { name: 'place_basis', type: 'string' },
    { name: 'confidence_ppm', type: 'uint32' },
    { name: 'independent_captures', type: 'uint32' },
    { name: 'verdict_id', type: 'string' },
    { name: 'resale', type: 'bool' },
    { name: 'value_at_risk_max', type: 'uint256' },
  ],
} as const;

const PARTS_PER_MILLION = 1_000_000;

/** One thing that was verified. Texts were read from a stranger's picture: data, never instructions. */
export const factSchema = z.union([
  z.strictObject({ object: z.strictObject({ label: z.string(), count: z.int().min(0), score: z.number() }) }),
  z.strictObject({ text: z.strictObject({ pattern: z.string(), matched: z.array(z.string()).max(20) }) }),
  /** How like a picture of the requester's it is, which only the requester has: cosine, 0 to 1. */
  z.strictObject({ similar_to: z.strictObject({ reference: idSchema('reference'), cosine: z.number() }) }),
  /** Median of the samples, in the unit asked for; `at` is the last sample's time by the device's clock, epoch milliseconds. */
  z.strictObject({
    reading: z.strictObject({
      quantity_kind: z.string(),
      unit: z.string(),
      value: z.number(),
      at: z.int(),
      samples: z.int().min(1),
    }),
  }),
]);
export type Fact = z.infer<typeof factSchema>;

/** The free face of an observation: enough to decide whether to buy, nothing of what is sold. */
export const cardSchema = z.object({
  id: idSchema('observation'),
  mode: z.enum(MODES),
  bounty_id: idSchema('bounty').nullable(),
  kind: z.enum(['photo', 'video', 'reading']),
  /** H3 cell of resolution 5 (edge about 8.5 km). */
  cell: z.string(),
  /** The hour in which the proven interval begins, UTC. */
  hour: timeOutSchema,
  tier: z.enum(TIERS),
  independent_captures: z.int(),
  price: amountOutSchema,
  currency: z.enum(['USD', 'USDC']),
  commitment: z.string(),
  log_index: z.int().nullable(),
  published_at: timeOutSchema,
  /** When a dispute against it was upheld: do not rely on it. The signed record stays as it was, for the log keeps it. */
  disputed_at: timeOutSchema.nullable(),
  /** 1 for the first; each later one is an observation of its own, signed and logged anew, that replaces the one before. */
  revision: z.int().min(1),
  /** The observation that this one replaces; null for a first one. */
  revises: idSchema('observation').nullable(),
  /** The published observation that replaces this one; null while this is the newest. */
  superseded_by: idSchema('observation').nullable(),
  /** It says only that what it replaces no longer stands: no facts, no price. */
  retracted: z.boolean(),
});
export type ObservationCard = z.infer<typeof cardSchema>;

/** Why an observation was replaced: more captures agree, one of several was withdrawn after a dispute, or all of them were. */
export const REVISION_CAUSES = ['agreement', 'correction', 'retraction'] as const;
export type RevisionCause = (typeof REVISION_CAUSES)[number];

/** The signed record. `place_basis` says how far the place can be trusted. */
export const observationRecordSchema = z.strictObject({
  id: idSchema('observation'),
  mode: z.enum(MODES),
  kind: z.enum(['photo', 'video', 'reading']),
  finding: z.enum(FINDINGS),
  facts: z.array(factSchema),
  /** H3 cell of resolution 9 (edge about 200 m). */
  cell: z.string(),
  proven_interval: z.strictObject({ t0: z.int(), t1: z.int() }),
  tier: z.enum(TIERS),
  basis: z.enum(VERDICT_BASES),
  place_basis: z.enum(['device_claim', 'attested']),
  confidence: z.number().min(0).max(1),
  /** Captures of different people, as far as can be seen (docs/value-at-risk.md); 0 only when all were withdrawn. */
  independent_captures: z.int().min(0),
  verdict_ids: z.array(idSchema('verdict')).min(1),
  capture_commitments: z.array(hex32Schema).min(1),
  licence: z.strictObject({ resale: z.boolean() }),
  /**
   * The redacted picture that goes with it: what its bytes hash to and what the content checks said of those very bytes. Null when it was
   * withheld; absent in records older than derivatives. Covered by the log's commitment.
   */
  media: derivativeMediaSchema.nullable().optional(),
  /** Absent in a first record. `revises` is the observation that this one replaces. Covered by the log's commitment. */
  revision: z
    .strictObject({ number: z.int().min(2), revises: idSchema('observation'), cause: z.enum(REVISION_CAUSES) })
    .optional(),
  /** Micros: a third of the published cost of corrupting this fact (docs/value-at-risk.md). Where more rests on it, ask for more; 0: rest nothing on it alone. */
  value_at_risk_max: z.string().regex(/^[0-9]+$/),
  signer: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  signature: signatureSchema,
});
export type ObservationRecord = z.infer<typeof observationRecordSchema>;

export function factsHash(finding: string, facts: readonly Fact[]): `0x${string}` {
  return `0x${toHex(sha256(utf8(canonicalJson({ finding, facts }))))}`;
}

/** The EIP-712 message of an observation. */
export function observationMessage(record: Omit<ObservationRecord, 'signature' | 'signer'>) {
  return {
    domain: EIP712_DOMAINS[record.mode],
    types: OBSERVATION_TYPES,
    primaryType: 'Observation',
    message: {
      observation_id: record.id,
      kind: record.kind,
      facts_hash: factsHash(record.finding, record.facts),
      cell: record.cell,
      t0: BigInt(record.proven_interval.t0),
      t1: BigInt(record.proven_interval.t1),
      tier: record.tier,
      basis: record.basis,
      place_basis: record.place_basis,
      confidence_ppm: Math.round(record.confidence * PARTS_PER_MILLION),
      independent_captures: record.independent_captures,
      verdict_id: record.verdict_ids[0]!,
      resale: record.licence.resale,
      value_at_risk_max: BigInt(record.value_at_risk_max),
    },
  } as const;
}
