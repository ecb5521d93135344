import { z } from 'zod';
import { MODES } from './mode.js';
import { idSchema } from './ids.js';
import { amountOutSchema, positiveAmountSchema } from './money.js';
import { timeOutSchema } from './time.js';
import { hex32Schema, signatureSchema, walletSignatureSchema } from './eip712.js';
import { PROBLEM_CODES } from './problems.js';

type Hex = `0x${string}`;

/** An account or contract of an EVM chain, any case; answered in lower case. */
export const addressSchema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'expected 0x and 40 hex digits')
  .transform((value) => value.toLowerCase() as Hex);

/** Where escrows are, and how to sign for them: the token's own signing domain comes with it. */
export const chainSchema = z.object({
  mode: z.enum(MODES),
  chain_id: z.int().min(1),
  escrow: addressSchema,
  distributor: addressSchema,
  token: z.object({ address: addressSchema, name: z.string(), version: z.string(), decimals: z.literal(6) }),
});
export type Chain = z.infer<typeof chainSchema>;

/** What a funder agrees to; `contracts/src/interfaces/IBountyEscrow.sol` says what each field does. Times are unix seconds. */
export const escrowTermsSchema = z.object({
  /** keccak-256 of the bounty's id. */
  bounty: hex32Schema,
  funder: addressSchema,
  refund_to: addressSchema,
  releaser: addressSchema,
  cosigner: addressSchema,
  /** Token base units, as text. */
  cosign_above: z.string().regex(/^[0-9]{1,78}$/),
  distributor: addressSchema,
  fee_to: addressSchema,
  fee_bps: z.int().min(0).max(1_000),
  deadline: z.int().min(0),
  grace: z.int().min(0),
  salt: hex32Schema,
});
export type EscrowTerms = z.infer<typeof escrowTermsSchema>;

export const ENTRY_STATES = ['offered', 'submitted', 'funded', 'failed', 'closing', 'closed'] as const;
export type EntryState = (typeof ENTRY_STATES)[number];

/** The escrow entry behind a bounty on the stablecoin rail, for its requester. */
export const escrowEntrySchema = z.object({
  /** Hash of the terms on this chain, and the nonce of the authorization that funds it. */
  entry: hex32Schema,
  state: z.enum(ENTRY_STATES),
  chain: chainSchema,
  terms: escrowTermsSchema,
  /** What the authorization must be for: the whole hold. */
  amount: amountOutSchema,
  /** Until when the authorization must hold at least, and is taken at most. */
  valid_before: timeOutSchema,
  /** The transaction that funded it, once it is known. */
  transaction: hex32Schema.nullable(),
  /** Why it failed: what the token or the escrow said. */
  reason: z.string().nullable(),
  /** The same as a code of the catalogue; null without a reason, and when it was no contract that gave it. */
  problem: z.enum(PROBLEM_CODES).nullable(),
});
export type EscrowEntry = z.infer<typeof escrowEntrySchema>;

/** Token base units, as text. */
const baseUnitsSchema = z.string().regex(/^(0|[1-9][0-9]{0,77})$/, 'expected token base units as text');

/**
 * One EIP-3009 `receiveWithAuthorization`, field by field as it was signed: so a mistake in one of them can be told from a forgery.
 * Amounts in token base units, times in unix seconds. Whether it is the one that the entry asks for is for the server to say.
 */
export const authorizationSchema = z.strictObject({
  chain_id: z.int().min(1),
  token: addressSchema,
  from: addressSchema,
  to: addressSchema,
  value: baseUnitsSchema,
  valid_after: z.int().min(0),
  valid_before: z.int().min(0),
  nonce: hex32Schema,
  signature: walletSignatureSchema,
});
export type Authorization = z.infer<typeof authorizationSchema>;

/** A signed order to pay one capture: whoever holds it can post it to the escrow, in the order of `paid_before`. */
export const releaseSchema = z.object({
  capture_id: idSchema('capture'),
  entry: hex32Schema,
  chain: chainSchema,
  terms: escrowTermsSchema,
  capture_commitment: hex32Schema,
  /** A wallet, or the Distributor, which then owes the amount to `for`. */
  to: addressSchema,
  for: addressSchema.nullable(),
  amount: amountOutSchema,
  /** What the entry must have paid before, fees included. */
  paid_before: amountOutSchema,
  signature: signatureSchema,
  /**
   * `signed` is not on chain yet, `paid` is, by `transaction`. `abandoned`: nobody posted it before the funder took the entry back, so the
   * escrow pays it no more; the amount stays owed in `GET /v1/balance`.
   */
  state: z.enum(['signed', 'sent', 'paid', 'abandoned']),
  transaction: hex32Schema.nullable(),
});
export type Release = z.infer<typeof releaseSchema>;

/** What a contributor's wallet signs (EIP-191) to show that it is theirs. */
export const payoutProof = (contributorId: string, address: Hex): string =>
  `Groundtruth pays ${contributorId} at ${address.toLowerCase()}`;

export const createWalletPayoutAccountSchema = z.strictObject({
  rail: z.literal('stablecoin'),
  address: addressSchema,
  /**
   * True: every release pays the wallet itself, at once, and the chain shows which wallet was where. False: releases pay the Distributor, which
   * owes the wallet the sum.
   */
  direct: z.boolean().default(false),
  signature: walletSignatureSchema,
});
export const walletPayoutAccountSchema = z.object({
  rail: z.literal('stablecoin'),
  address: addressSchema,
  direct: z.boolean(),
  created_at: timeOutSchema,
});
export type WalletPayoutAccount = z.infer<typeof walletPayoutAccountSchema>;

/** Test dollars for a wallet, at most 10,000 at a time. */
export const faucetSchema = z.strictObject({
  address: addressSchema,
  amount: positiveAmountSchema.refine((micros) => micros <= 10_000_000_000n, 'expected at most 10000'),
});
export const faucetAnswerSchema = z.object({ address: addressSchema, amount: amountOutSchema, token: addressSchema });
