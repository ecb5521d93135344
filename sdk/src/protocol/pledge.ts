import { z } from 'zod';
import { idSchema } from './ids.js';
import { amountOutSchema, CURRENCIES, positiveAmountSchema } from './money.js';
import { timeOutSchema, timeSchema } from './time.js';

export const PLEDGE_STATES = ['held', 'withdrawn', 'returned', 'spent'] as const;
export type PledgeState = (typeof PLEDGE_STATES)[number];

/** A pledge is this part of the hold or more, in hundredths, unless less is missing: so a bounty has few funders, and none of dust. */
export const PLEDGE_HUNDREDTHS_MIN = 1n;

/** In terms: the bounty opens once its pledges cover price cap and fee of every slot. */
export const gatheringTermsSchema = z.strictObject({
  /** Until when they have to, not after `window.closes_at`; left out, then. Otherwise all return in full. */
  deadline_at: timeSchema.optional(),
});

export const createPledgeSchema = z.strictObject({
  /** At most what is missing, and at least a hundredth of the hold unless less is missing. */
  amount: positiveAmountSchema,
});

export const pledgeSchema = z.object({
  id: idSchema('pledge'),
  bounty_id: idSchema('bounty'),
  /** `returned`: all of it came back. `spent`: its bounty has closed, and less came back. */
  state: z.enum(PLEDGE_STATES),
  /** By when the bounty opens or the pledge returns; null once it is open or over. */
  deadline_at: timeOutSchema.nullable(),
  on_silence: z.string().nullable(),
  available_actions: z.array(z.strictObject({ action: z.string(), method: z.string(), path: z.string() })),
  amount: amountOutSchema,
  currency: z.enum(CURRENCIES),
  /** What came back of it; null while it is held. */
  returned: amountOutSchema.nullable(),
  created_at: timeOutSchema,
});
export type Pledge = z.infer<typeof pledgeSchema>;

/** How far the pledges of a bounty are, and who one is in it: never who the others are. */
export const gatheringSchema = z.object({
  /** What has to be pledged for the bounty to open. */
  threshold: amountOutSchema,
  /** What is pledged now; once the bounty is open, what it was given in all. */
  pledged: amountOutSchema,
  /** How many agents paid. */
  funders: z.int().min(0),
  deadline_at: timeOutSchema,
  /** The caller's own, oldest first. */
  yours: z.array(pledgeSchema),
});
export type Gathering = z.infer<typeof gatheringSchema>;
