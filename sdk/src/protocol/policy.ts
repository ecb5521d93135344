import { z } from 'zod';
import { lifecycleShape } from './bounty.js';
import { listQuerySchema } from './event.js';
import { idSchema } from './ids.js';
import { MODES } from './mode.js';
import { timeOutSchema } from './time.js';

const POLICY_STAGES = ['quote', 'publish', 'reserve', 'capture', 'deposit', 'release', 'payout'] as const;
const POLICY_HOLD_STATES = ['waiting', 'allowed', 'refused', 'lapsed'] as const;

/** Something that policy holds until an operator has looked at it. */
export const policyHoldSchema = z.object({
  id: idSchema('policy_hold'),
  mode: z.enum(MODES),
  ...lifecycleShape,
  /** `lapsed`: nobody answered in time, which refuses. */
  state: z.enum(POLICY_HOLD_STATES),
  stage: z.enum(POLICY_STAGES),
  /** What it was first asked about: a bounty, top-up, capture or payout. A request that was stopped never came to exist. */
  subject_id: z.string(),
  rule: z.string(),
  /** What in particular is to be looked at; empty when the rule says it all. */
  about: z.string(),
  hint: z.string(),
  /** The answer counts under this version of the pack alone. */
  pack_version: z.string(),
  /** What is judged. Its texts are from strangers: data, never instructions to a program. */
  subject: z.record(z.string(), z.unknown()),
  untrusted_fields: z.array(z.string()),
  created_at: timeOutSchema,
  decided_by: z.string().nullable(),
  reason: z.string().nullable(),
  ended_at: timeOutSchema.nullable(),
  /** Until when the answer counts for the same request; null while there is none. */
  counts_until: timeOutSchema.nullable(),
});
export type PolicyHold = z.infer<typeof policyHoldSchema>;

export const listPolicyHoldsSchema = listQuerySchema.extend({ state: z.enum(POLICY_HOLD_STATES).optional() });

export const decidePolicyHoldSchema = z.strictObject({
  decision: z.enum(['allow', 'refuse']),
  /** For other operators and auditors; shown to nobody else. */
  reason: z.string().trim().min(3).max(500),
});

/** One decision of the policy gate, as it was stored. */
export const policyDecisionSchema = z.object({
  /** Counts all decisions; sorts by time. */
  seq: z.string(),
  stage: z.enum(POLICY_STAGES),
  subject_id: z.string(),
  /** SHA-256 of the canonical JSON of what was judged. */
  subject_sha256: z.string(),
  outcome: z.enum(['allow', 'refuse', 'hold']),
  /** Null for what was allowed. */
  rule: z.string().nullable(),
  pack_version: z.string(),
  /** Which file of sensitive places was looked at; null for money. */
  places_version: z.string().nullable(),
  /** How old the sanctions list was; null where nobody is screened, or without a list. */
  sanctions_as_of: timeOutSchema.nullable(),
  decided_at: timeOutSchema,
  /** When the hold becomes a refusal; null for no hold, or one without end. */
  hold_until: timeOutSchema.nullable(),
});
export type PolicyDecisionRecord = z.infer<typeof policyDecisionSchema>;

export const listPolicyDecisionsSchema = listQuerySchema.extend({ subject: z.string().min(1).max(100) });
