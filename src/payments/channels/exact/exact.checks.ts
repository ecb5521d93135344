import { transferMessage, type ExactPayload } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../../kernel/clock.js';
import { formOf } from '../../rails/stablecoin/signature.form.js';
import type { ReadChain } from '../read.chain.js';
import { EXACT_REFUSALS, type RefusalReason } from '../refusals.js';

/**
 * Why a payment for one read is not sent: null when the token would take it now. In this order: recipient, value, window, signature, nonce,
 * balance. Asks the chain, so never inside a transaction.
 */
export async function refusalOfExact(
  { view, receiver, wallets }: Pick<ReadChain, 'view' | 'receiver' | 'wallets'>,
  { authorization, signature }: ExactPayload,
  price: bigint,
  now: Instant,
): Promise<RefusalReason | null> {
  const { from, to, nonce } = authorization;
  const [value, validAfter, validBefore] = [
    BigInt(authorization.value),
    BigInt(authorization.validAfter),
    BigInt(authorization.validBefore),
  ];
  if (to !== receiver) return EXACT_REFUSALS.recipient;
  if (value !== price) return EXACT_REFUSALS.value;
  if (validAfter * 1_000n > BigInt(now)) return EXACT_REFUSALS.valid_after;
  if (validBefore * 1_000n <= BigInt(now)) return EXACT_REFUSALS.valid_before;
  const token = { ...view.token, chain_id: view.chain_id };
  const form = await formOf(transferMessage(token, { from, to, value, validAfter, validBefore, nonce }), signature);
  if (form?.signer !== from || !form.is_canonical) return EXACT_REFUSALS.signature;
  if (await wallets.isSpent(from, nonce)) return EXACT_REFUSALS.nonce_used;
  return (await wallets.balanceOf(from)) < value ? EXACT_REFUSALS.balance : null;
}
