import { z } from 'zod';
import { concatBytes, fromHex, sha256, toHex, utf8 } from './bytes.js';
import { C2PA_PROVENANCES } from './c2pa.js';
import { canonicalJson } from './canonical-json.js';
import { MODES } from './mode.js';
import { checkResultSchema, type CheckResult } from './check.js';
import { criteriaSchema, FINDINGS, TIERS, type Criteria } from './criteria.js';
import { EIP712_DOMAINS, hex32Schema, signatureSchema } from './eip712.js';
import { idSchema } from './ids.js';

export const VERDICT_TYPES = {
  Verdict: [
    { name: 'verdict_id', type: 'string' },
    { name: 'bounty_id', type: 'string' },
    { name: 'capture_id', type: 'string' },
    { name: 'capture_commitment', type: 'bytes32' },
    { name: 'criteria_hash', type: 'bytes32' },
    { name: 'checks_digest', type: 'bytes32' },
    { name: 'outcome', type: 'string' },
    { name: 'finding', type: 'string' },
    { name: 'tier', type: 'string' },
    { name: 'basis', type: 'string' },
    { name: 'decided_at', type: 'uint64' },
  ],
} as const;

export const VERDICT_BASES = ['checks', 'review', 'silence', 'appeal'] as const;

export const verdictSchema = z.strictObject({
  verdict_id: idSchema('verdict'),
  mode: z.enum(MODES),
  bounty_id: idSchema('bounty'),
  capture_id: idSchema('capture'),
  capture_commitment: hex32Schema,
  criteria: criteriaSchema,
  criteria_hash: hex32Schema,
  /** What the contributor declared; an input of the decision. */
  declared: z.enum(FINDINGS),
  checks: z.array(checkResultSchema).max(64),
  checks_digest: hex32Schema,
  outcome: z.enum(['accepted', 'rejected', 'review']),
  finding: z.enum(FINDINGS).nullable(),
  tier: z.enum(TIERS),
  c2pa: z.enum(C2PA_PROVENANCES),
  basis: z.enum(VERDICT_BASES),
  /** Epoch milliseconds by the verifier's clock. */
  decided_at: z.int(),
  signer: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  signature: signatureSchema,
});
export type Verdict = z.infer<typeof verdictSchema>;

const hash = (value: unknown): `0x${string}` => `0x${toHex(sha256(utf8(canonicalJson(value))))}`;

export const criteriaHash = (criteria: Criteria): `0x${string}` => hash(criteria);
export const checksDigest = (checks: readonly CheckResult[]): `0x${string}` => hash(checks);

/** Commitment to a capture: SHA-256(salt ‖ seal). Without the salt it tells nobody which capture it names. */
export function captureCommitment(saltHex: string, sealHex: string): `0x${string}` {
  return `0x${toHex(sha256(concatBytes(fromHex(saltHex), fromHex(sealHex))))}`;
}

/** The EIP-712 message of a verdict. */
export function verdictMessage(verdict: Omit<Verdict, 'signature' | 'signer'>) {
  return {
    domain: EIP712_DOMAINS[verdict.mode],
    types: VERDICT_TYPES,
    primaryType: 'Verdict',
    message: {
      verdict_id: verdict.verdict_id,
      bounty_id: verdict.bounty_id,
      capture_id: verdict.capture_id,
      capture_commitment: verdict.capture_commitment,
      criteria_hash: verdict.criteria_hash,
      checks_digest: verdict.checks_digest,
      outcome: verdict.outcome,
      finding: verdict.finding ?? '',
      tier: verdict.tier,
      basis: verdict.basis,
      decided_at: BigInt(verdict.decided_at),
    },
  } as const;
}
