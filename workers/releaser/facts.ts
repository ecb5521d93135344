import { z } from 'zod';
import {
  addressSchema,
  chainSchema,
  ENTRY_STATES,
  escrowTermsSchema,
  FINDINGS,
  hex32Schema,
  MODES,
} from '@groundtruth/sdk/protocol';

/** Token base units, which are micros. */
const micros = z
  .string()
  .regex(/^[0-9]{1,19}$/)
  .transform(BigInt);
const count = z.int().min(0);
const hex32 = z.string().regex(/^[0-9a-f]{64}$/);

/** What a signature is bound to; the contract binds the rest. */
export const contractsAtSchema = chainSchema.pick({ mode: true, chain_id: true, escrow: true, distributor: true });
export type ContractsAt = z.infer<typeof contractsAtSchema>;

/** The entry that pays. */
const entryFactsSchema = z.strictObject({
  id: hex32Schema,
  mode: z.enum(MODES),
  bounty_id: z.string(),
  state: z.enum(ENTRY_STATES),
  amount: micros,
  chain: contractsAtSchema,
  terms: escrowTermsSchema,
  closing_signed: z.boolean(),
});
export type EntryFacts = z.infer<typeof entryFactsSchema>;

/** What one release says, and beside it what the tables say that it was made from. */
export const releaseFactsSchema = z.strictObject({
  seq: count,
  commitment: hex32Schema,
  pay_to: addressSchema,
  /** Whom the Distributor then owes it; null when it pays a wallet. */
  pay_for: addressSchema.nullable(),
  amount: micros,
  fee: micros,
  paid_before: micros,
  signature: z.string().nullable(),
  entry: entryFactsSchema,
  /** The releases of the entry with a lower seq; `ordered` is what they pay, fees included. */
  before: z.strictObject({ count, unsigned: count, ordered: micros }),
  capture: z.strictObject({
    mode: z.enum(MODES),
    bounty_id: z.string(),
    state: z.string(),
    finding: z.enum(FINDINGS).nullable(),
    salt: hex32,
    seal: hex32,
    /** What its settlement paid; null while it is not settled. */
    paid: micros.nullable(),
    /** An upheld appeal that the operator pays, not the entry. */
    from_loss_reserve: z.boolean(),
  }),
  /** As it was when the slot was taken. */
  reservation: z.strictObject({
    bounty_id: z.string(),
    price: micros,
    fee: micros,
    payout_to: addressSchema.nullable(),
    payout_for: addressSchema.nullable(),
  }),
  bounty: z.strictObject({ mode: z.enum(MODES), absence_share_bps: micros }),
  /** The verdict that accepted the capture, as it is stored: not given of a release that is signed, null when there is none. */
  verdict: z.unknown().optional(),
});
export type ReleaseFacts = z.infer<typeof releaseFactsSchema>;

/** Releases `first_seq` to `last_seq` under one signature. */
export const batchFactsSchema = z.strictObject({
  entry: entryFactsSchema,
  first_seq: count,
  last_seq: count,
  members: z.array(releaseFactsSchema),
});
export type BatchFacts = z.infer<typeof batchFactsSchema>;

/** What a closing statement says, and what is still open. */
export const closingFactsSchema = z.strictObject({
  entry: entryFactsSchema,
  owed_total: micros,
  ordered: micros,
  releases: z.strictObject({ ordered: micros, unsigned: count }),
  bounty: z.strictObject({
    state: z.string(),
    reserved: count,
    appeals: count,
    /** Epoch milliseconds; null when nothing was rejected. */
    appealable_until: z.int().nullable(),
  }),
  reservations_active: count,
  /** Captures that may still be accepted, or are and are not settled. */
  captures_open: count,
  /** Settled captures that the entry owes and that have no release. */
  captures_unreleased: count,
});
export type ClosingFacts = z.infer<typeof closingFactsSchema>;

/** What a root of the Distributor says, and beside it what each of its leaves rests on. */
export const rootFactsSchema = z.strictObject({
  mode: z.enum(MODES),
  chain: contractsAtSchema,
  epoch: z.int().min(1),
  root: hex32Schema,
  total: micros,
  leaves: z.array(
    z.strictObject({
      account: addressSchema,
      cumulative: micros,
      salt: hex32Schema,
      /** What the chain has paid the Distributor for this account. */
      backed: micros,
    }),
  ),
  /** The highest epoch that was ever proposed; zero before the first. */
  last_epoch: count,
  /** The leaves of the last root that was not vetoed: what it awards nobody may take back. */
  before: z.array(z.strictObject({ account: addressSchema, cumulative: micros })),
});
export type RootFacts = z.infer<typeof rootFactsSchema>;
