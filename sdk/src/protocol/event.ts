import { z } from 'zod';
import { idSchema } from './ids.js';
import { timeOutSchema, timeSchema, waitSchema } from './time.js';

/** `noun.verb_past`; the payload names resources by id and carries nothing that its reader may not see. */
export const EVENT_TYPES = [
  'bounty.opened',
  'bounty.pledged',
  'bounty.pledge_withdrawn',
  'bounty.raised',
  'bounty.closing',
  'bounty.closed',
  'application.drawn',
  'application.not_drawn',
  'reservation.created',
  'reservation.released',
  'reservation.lapsed',
  'reservation.submitted',
  'capture.created',
  'capture.submitted',
  'capture.accepted',
  'capture.rejected',
  'capture.review',
  'capture.expired',
  'capture.superseded',
  'capture.settled',
  'capture.paid',
  'capture.claimed',
  'invitation.created',
  'invitation.confirmed',
  'invitation.declined',
  'invitation.lapsed',
  'invitation.withdrawn',
  'dispute.opened',
  'dispute.upheld',
  'dispute.denied',
  'dispute.upheld_unfunded',
  'observation.published',
  'standing.posted',
  'standing.skipped',
  'standing.ended',
  'top_up.succeeded',
  'top_up.failed',
  'top_up.disputed',
  'webhook_endpoint.paused',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const eventSchema = z.object({
  id: z.string(),
  type: z.enum(EVENT_TYPES),
  resource_id: z.string(),
  data: z.record(z.string(), z.unknown()),
  created_at: timeOutSchema,
});
export type GroundtruthEvent = z.infer<typeof eventSchema>;

export const listQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(200).optional(),
});

/** What tells cards apart without a saved feed. */
export const cardsQuerySchema = listQuerySchema.extend({
  kind: z.enum(['photo', 'video', 'reading']).optional(),
  cell: z
    .string()
    .regex(/^[0-9a-f]{15}$/)
    .optional(),
});

export const observationsQuerySchema = cardsQuerySchema.extend({
  /** Of one bounty that you funded; others learn nothing of who asked. */
  bounty: idSchema('bounty').optional(),
  /** Answers once there is a card, or after this many seconds without one. */
  wait_s: waitSchema,
  /** A saved feed of yours: its query holds as well. */
  feed: idSchema('feed').optional(),
  /** Whole hours, UTC: cards whose `hour` is `hour_from` or later, and before `hour_until`. */
  hour_from: timeSchema.optional(),
  hour_until: timeSchema.optional(),
  /** What was known at that moment, not later than now: what was published by then and not yet replaced, as its cards stood. */
  as_of: timeSchema.optional(),
});

/** A page of a list: pass `next_cursor` back as `cursor` until `has_more` is false. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), has_more: z.boolean(), next_cursor: z.string().nullable() });
export interface Page<T> {
  data: T[];
  has_more: boolean;
  next_cursor: string | null;
}
