import type { BatchPayload } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import type { ChannelRow } from './channel.entity.js';
import { signerOf } from './channels.repository.js';
import { BATCH_REFUSALS, type RefusalReason } from './refusals.js';
import type { VoucherVerifier } from './voucher.verifier.js';

/** What every channel that pays us has in common. `withdraw_delay_s`: how long we have to claim once its payer leaves. */
export interface ChannelTerms {
  readonly receiver: Hex;
  readonly receiver_authorizer: Hex;
  readonly token: Hex;
  readonly withdraw_delay_s: number;
}

/** Whether a payload is about a channel of ours and signed by who may: all that can be said without knowing where the channel stands. Null when it is. */
export function refusalOfPayload(
  { channelConfig: config, voucher }: BatchPayload,
  terms: ChannelTerms,
  verifier: VoucherVerifier,
): RefusalReason | null {
  if (config.receiver !== terms.receiver) return BATCH_REFUSALS.receiver;
  if (config.receiverAuthorizer !== terms.receiver_authorizer) return BATCH_REFUSALS.receiver_authorizer;
  if (config.token !== terms.token) return BATCH_REFUSALS.token;
  if (config.withdrawDelay !== terms.withdraw_delay_s) return BATCH_REFUSALS.withdraw_delay;
  if (verifier.channelIdOf(config) !== voucher.channelId) return BATCH_REFUSALS.channel_id;
  const total = BigInt(voucher.maxClaimableAmount);
  return verifier.isSignedBy(signerOf(config), voucher.channelId, total, voucher.signature)
    ? null
    : BATCH_REFUSALS.signature;
}

/** Whether a channel takes a voucher of this total that is to be for `price` more than was charged. Null when it does. */
export function refusalOfVoucher(row: ChannelRow, total: bigint, price: bigint): RefusalReason | null {
  if (total !== row.charged + price) return BATCH_REFUSALS.total;
  if (row.state === 'refunding') return BATCH_REFUSALS.busy;
  if (row.state === 'frozen') return BATCH_REFUSALS.frozen;
  return total > row.balance ? BATCH_REFUSALS.balance : null;
}
