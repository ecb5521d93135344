import { z } from 'zod';
import { utf8 } from '../bytes.js';
import { addressSchema } from '../escrow.js';

/** x402 as its second version writes it: three headers, each base64 of JSON. Names and spellings here are theirs. */
export const X402_VERSION = 2;
export const X402_HEADERS = {
  required: 'payment-required',
  signature: 'payment-signature',
  response: 'payment-response',
} as const;

/** Where every x402 client looks for the channel contract of `batch-settlement`, on every chain. */
export const CHANNEL_CONTRACT = '0x4020074e9df2ce1dee5a9c1b5c3f541d02a10003';
/** What takes deposits by EIP-3009 for it. */
export const DEPOSIT_COLLECTOR = '0x4020806089470a89826cb9fb1f4059150b550004';

/** A chain as CAIP-2 names it. */
export const networkOf = (chain_id: number): `eip155:${number}` => `eip155:${chain_id}`;

const unitsSchema = z.string().regex(/^(0|[1-9][0-9]{0,38})$/, 'expected token base units as decimal digits');
const secondsSchema = z.string().regex(/^[0-9]{1,15}$/, 'expected unix seconds as decimal digits');
const anyHexSchema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, 'expected 0x and 64 hex digits')
  .transform((value) => value.toLowerCase() as `0x${string}`);
const keySignatureSchema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{130}$/, 'expected the 65 bytes of a key’s signature')
  .transform((value) => value.toLowerCase() as `0x${string}`);

/** One way to pay. `amount` in token base units; its price holds for `maxTimeoutSeconds`. */
export const requirementSchema = z.object({
  scheme: z.string(),
  network: z.string(),
  amount: unitsSchema,
  asset: addressSchema,
  payTo: addressSchema,
  maxTimeoutSeconds: z.number().positive(),
  extra: z.record(z.string(), z.unknown()).nullish(),
});
export type PaymentRequirement = z.infer<typeof requirementSchema>;

/** What a 402 says. */
export const paymentRequiredSchema = z.object({
  x402Version: z.literal(X402_VERSION),
  /** Why the payment that came was not taken; absent when none came. */
  error: z.string().nullish(),
  resource: z.object({ url: z.string(), description: z.string().nullish(), mimeType: z.string().nullish() }),
  accepts: z.array(requirementSchema).min(1),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});
export type PaymentRequired = z.infer<typeof paymentRequiredSchema>;

/** What makes a channel; its hash is the channel's id. `withdrawDelay` in seconds. */
export const channelConfigSchema = z.object({
  payer: addressSchema,
  payerAuthorizer: addressSchema,
  receiver: addressSchema,
  receiverAuthorizer: addressSchema,
  token: addressSchema,
  withdrawDelay: z.int().min(0).max(1_099_511_627_775),
  salt: anyHexSchema,
});
export type ChannelConfig = z.infer<typeof channelConfigSchema>;

export const voucherSchema = z.object({
  channelId: anyHexSchema,
  /** All that may be claimed of the channel, counted from its opening, in token base units. */
  maxClaimableAmount: unitsSchema,
  signature: keySignatureSchema,
});
export type Voucher = z.infer<typeof voucherSchema>;

export const exactPayloadSchema = z.object({
  authorization: z.object({
    from: addressSchema,
    to: addressSchema,
    value: unitsSchema,
    validAfter: secondsSchema,
    validBefore: secondsSchema,
    nonce: anyHexSchema,
  }),
  signature: keySignatureSchema,
});
export type ExactPayload = z.infer<typeof exactPayloadSchema>;

export const depositSchema = z.object({
  amount: unitsSchema,
  authorization: z.object({
    erc3009Authorization: z.object({
      validAfter: secondsSchema,
      validBefore: secondsSchema,
      salt: anyHexSchema,
      signature: keySignatureSchema,
    }),
  }),
});
export type ChannelDeposit = z.infer<typeof depositSchema>;

const channelPart = { channelConfig: channelConfigSchema, voucher: voucherSchema };
export const batchPayloadSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('voucher'), ...channelPart }),
  z.object({ type: z.literal('deposit'), ...channelPart, deposit: depositSchema }),
  z.object({ type: z.literal('refund'), ...channelPart, amount: unitsSchema.optional() }),
]);
export type BatchPayload = z.infer<typeof batchPayloadSchema>;

/** What a payer sends. `accepted` is the way to pay that it chose, as the 402 offered it. */
export const paymentPayloadSchema = z.object({
  x402Version: z.literal(X402_VERSION),
  accepted: requirementSchema,
  payload: z.record(z.string(), z.unknown()),
});
export type PaymentPayload = z.infer<typeof paymentPayloadSchema>;

/** Where a channel stands: what was charged of it in all, and what the chain last said. Token base units. */
export const channelStateSchema = z.object({
  channelId: anyHexSchema,
  balance: unitsSchema,
  totalClaimed: unitsSchema,
  chargedCumulativeAmount: unitsSchema,
});
export type ChannelState = z.infer<typeof channelStateSchema>;

/** What became of a payment. `transaction` is empty for a voucher, which needs none. */
export const settleResponseSchema = z.object({
  success: z.boolean(),
  errorReason: z.string().optional(),
  payer: z.string().optional(),
  transaction: z.string(),
  network: z.string(),
  amount: z.string().optional(),
  extra: z.record(z.string(), z.unknown()).optional(),
});
export type SettleResponse = z.infer<typeof settleResponseSchema>;

/** The value of an x402 header. */
export function encodeX402(value: unknown): string {
  return btoa(String.fromCharCode(...utf8(JSON.stringify(value))));
}

/** What an x402 header holds, unchecked; null when it is no base64 of JSON. */
export function decodeX402(text: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null; // Whoever parses it refuses null in words.
  }
}
