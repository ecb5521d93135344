import {
  decodeX402,
  paymentRequiredSchema,
  settleResponseSchema,
  type PaymentRequirement,
  type SettleResponse,
} from '../../protocol/index.js';
import { UnexpectedAnswer } from '../../http/index.js';

/**
 * A seller wants other money, or more, than a wallet was told, or does not take what was signed. Nothing beyond the wallet's limits was signed.
 *
 * @example
 * const read = await feeds.observations.read(card.id, { pay: readWallet }).catch((error) => {
 *   if (error instanceof PaymentRefused && error.reason === 'over_cap') return null;
 *   throw error;
 * });
 */
export class PaymentRefused extends Error {
  constructor(
    /** `over_cap`, `other_money`, `not_returned`, or the seller's own word. */
    readonly reason: string,
    message: string,
  ) {
    super(`${reason}: ${message}`);
    this.name = 'PaymentRefused';
  }
}

export const SCHEMES = ['batch-settlement', 'exact'] as const;
export type Scheme = (typeof SCHEMES)[number];

/** What a wallet agrees to pay with, and how much at most. Amounts in micros. */
export interface Limits {
  /** The chain, e.g. `eip155:8453`. */
  readonly network: string;
  /** The token's address. */
  readonly asset: string;
  /** For one read. */
  readonly price_max: bigint;
}

/** What a 402 says: how to pay by `scheme`, and what was wrong with the payment that came. @throws {PaymentRefused} `other_money`, `over_cap`. */
export function termsIn(
  header: string | null,
  scheme: Scheme,
  limits: Limits,
): { offer: PaymentRequirement; error: string | null } {
  const parsed = paymentRequiredSchema.safeParse(header === null ? null : decodeX402(header));
  if (!parsed.success) throw new UnexpectedAnswer('the answer does not say how to pay', 402, { cause: parsed.error });
  const { accepts, error } = parsed.data;
  const offer = accepts.find((one) => one.scheme === scheme);
  if (!offer) throw new PaymentRefused('other_money', `the seller does not take ${scheme}`);
  checkOffer(offer, limits);
  return { offer, error: error ?? null };
}

/** Looked at before every signature: terms may be old, and limits new. */
export function checkOffer({ network, asset, amount }: PaymentRequirement, limits: Limits): void {
  if (network !== limits.network || asset !== limits.asset.toLowerCase())
    throw new PaymentRefused('other_money', `the seller wants ${asset} on ${network}`);
  if (BigInt(amount) > limits.price_max) throw new PaymentRefused('over_cap', `the read costs ${amount} micros`);
}

/** What the seller says became of a payment; null when it says nothing that can be read. */
export function settledIn(header: string | null): SettleResponse | null {
  const parsed = settleResponseSchema.safeParse(header === null ? null : decodeX402(header));
  return parsed.success ? parsed.data : null;
}
