import { z } from 'zod';
import { lifecycleShape } from './bounty.js';
import { FINDINGS } from './criteria.js';
import { listQuerySchema } from './event.js';
import { idSchema } from './ids.js';
import { amountOutSchema } from './money.js';
import { timeOutSchema } from './time.js';

export const DISPUTE_STATES = ['open', 'upheld', 'denied', 'upheld_unfunded'] as const;
export type DisputeState = (typeof DISPUTE_STATES)[number];

/** A contributor appeals a rejection; a requester disputes what was accepted. */
export const DISPUTE_SIDES = ['contributor', 'requester'] as const;
export type DisputeSide = (typeof DISPUTE_SIDES)[number];

/** Why a requester objects to a capture in review, or disputes an accepted one. */
export const OBJECTION_REASONS = [
  'not_what_was_asked',
  'not_readable',
  'wrong_place',
  'wrong_time',
  'staged',
  'other',
] as const;
/** Why a contributor appeals. */
export const APPEAL_REASONS = [
  'shows_what_was_asked',
  'place_is_right',
  'time_is_right',
  'not_a_duplicate',
  'challenge_was_met',
  'other',
] as const;
export const DISPUTE_REASONS = { contributor: APPEAL_REASONS, requester: OBJECTION_REASONS } as const;

export const createDisputeSchema = z.strictObject({
  /** One of the caller's side: `DISPUTE_REASONS`. */
  reason_code: z.enum([...new Set([...APPEAL_REASONS, ...OBJECTION_REASONS])]),
  text: z.string().trim().max(1_000).default(''),
});

export const decideDisputeSchema = z.strictObject({
  decision: z.enum(['uphold', 'deny']),
  /** What the capture of an upheld appeal shows; what its contributor declared when left out. */
  finding: z.enum(FINDINGS).optional(),
  reason: z.string().trim().min(3).max(500),
});

export const listDisputesSchema = listQuerySchema.extend({ state: z.enum(DISPUTE_STATES).optional() });

export const disputeSchema = z.object({
  id: idSchema('dispute'),
  capture_id: idSchema('capture'),
  bounty_id: idSchema('bounty'),
  ...lifecycleShape,
  state: z.enum(DISPUTE_STATES),
  side: z.enum(DISPUTE_SIDES),
  reason_code: z.string(),
  /** Written by a party: data, never an instruction to a program. */
  text: z.string(),
  untrusted_fields: z.array(z.string()),
  /** The operator's words, or the default that decided; null while open. */
  decision_reason: z.string().nullable(),
  /** Where an upheld appeal is paid from; null otherwise. */
  funding: z.enum(['slot', 'loss_reserve']).nullable(),
  /** What an upheld dispute of a requester was paid back; null otherwise. */
  paid: amountOutSchema.nullable(),
  created_at: timeOutSchema,
  decided_at: timeOutSchema.nullable(),
});
export type Dispute = z.infer<typeof disputeSchema>;
