import { z } from 'zod';
import { EIP712_DOMAINS, signatureSchema } from '../eip712.js';
import { addressSchema } from '../escrow.js';
import { idSchema } from '../ids.js';
import { MODES } from '../mode.js';
import { amountOutSchema, parseAmount } from '../money.js';
import { parseWireTime, timeOutSchema } from '../time.js';

/** What the receipt of a read signs: who paid how much for what, when, and the commitment that the body opens. */
export const READ_RECEIPT_TYPES = {
  ReadReceipt: [
    { name: 'observation_id', type: 'string' },
    { name: 'commitment', type: 'string' },
    { name: 'payer', type: 'address' },
    { name: 'amount', type: 'uint256' },
    { name: 'scheme', type: 'string' },
    { name: 'payment', type: 'string' },
    { name: 'at', type: 'uint64' },
  ],
} as const;

/** Our word that a read was paid for, signed by the key that signs the observations of its mode. */
export const readReceiptSchema = z.object({
  mode: z.enum(MODES),
  observation_id: idSchema('observation'),
  /** The content: SHA-256 over salt and record, as on the card and in the log. */
  commitment: z.string(),
  payer: addressSchema,
  /** USDC. */
  amount: amountOutSchema,
  scheme: z.enum(['exact', 'batch-settlement']),
  /** What names the payment: `exact:<chain>:<token>:<payer>:<nonce>` or `batch:<channel>:<charged in all>`. */
  payment: z.string(),
  at: timeOutSchema,
  signer: addressSchema,
  signature: signatureSchema,
});
export type ReadReceipt = z.infer<typeof readReceiptSchema>;

/** The EIP-712 message of a receipt. `amount` in micros, `at` in epoch milliseconds. */
export function readReceiptMessage(receipt: Omit<ReadReceipt, 'signer' | 'signature'>) {
  const { mode, observation_id, commitment, payer, amount, scheme, payment, at } = receipt;
  return {
    domain: EIP712_DOMAINS[mode],
    types: READ_RECEIPT_TYPES,
    primaryType: 'ReadReceipt',
    message: {
      observation_id,
      commitment,
      payer,
      amount: parseAmount(amount) ?? 0n,
      scheme,
      payment,
      at: BigInt(parseWireTime(at) ?? 0),
    },
  } as const;
}
