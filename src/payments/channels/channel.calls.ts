import { feedChannelAbi, testUsdAbi } from '@groundtruth/sdk/abi';
import {
  CHANNEL_CONTRACT,
  claimBatchMessage,
  DEPOSIT_COLLECTOR,
  refundMessage,
  type ChannelConfig,
  type ChannelDeposit,
  type ExactPayload,
} from '@groundtruth/sdk/protocol';
import { encodeAbiParameters, encodeFunctionData, type Hex, type LocalAccount } from 'viem';
import { assert } from '../../kernel/assert.js';
import type { ChannelRow } from './channel.entity.js';

/** Why a transaction was queued; who hears how each came out. */
export const READ_PURPOSES = {
  exact: 'read.exact',
  deposit: 'channel.deposit',
  claim: 'channel.claim',
  settle: 'channel.settle',
  refund: 'channel.refund',
} as const;

const abi = feedChannelAbi;
const COLLECTOR_DATA = [{ type: 'uint256' }, { type: 'uint256' }, { type: 'uint256' }, { type: 'bytes' }] as const;

export const toChannels = (data: Hex) => ({ to: CHANNEL_CONTRACT, data, value: 0n }) as const;

/** Moves what a payer authorized to whom it authorized it for. */
export function transferCall({ authorization, signature }: ExactPayload): Hex {
  const { from, to, value, validAfter, validBefore, nonce } = authorization;
  const args = [from, to, BigInt(value), BigInt(validAfter), BigInt(validBefore), nonce, signature] as const;
  return encodeFunctionData({ abi: testUsdAbi, functionName: 'transferWithAuthorization', args });
}

/** Puts what a payer authorized into its channel. */
export function depositCall(config: ChannelConfig, { amount, authorization }: ChannelDeposit): Hex {
  const { validAfter, validBefore, salt, signature } = authorization.erc3009Authorization;
  const collected = [BigInt(validAfter), BigInt(validBefore), BigInt(salt), signature] as const;
  const args = [config, BigInt(amount), DEPOSIT_COLLECTOR, encodeAbiParameters(COLLECTOR_DATA, collected)] as const;
  return encodeFunctionData({ abi, functionName: 'deposit', args });
}

/** What can be claimed of a channel: what was charged, as far as it is there. */
export const claimable = ({ charged, balance }: Pick<ChannelRow, 'charged' | 'balance'>): bigint =>
  charged < balance ? charged : balance;

/** Books what was used of several channels. The authorizer's signature lets anyone send it. */
export async function claimCall(chain_id: number, authorizer: LocalAccount, rows: readonly ChannelRow[]): Promise<Hex> {
  const claims = rows.map((row) => {
    assert(row.signature !== null, `${row.id} has no voucher`);
    return {
      voucher: { channel: row.config, maxClaimableAmount: row.signed },
      signature: row.signature,
      totalClaimed: claimable(row),
    };
  });
  const entries = rows.map((row) => ({
    channelId: row.id,
    maxClaimableAmount: row.signed,
    totalClaimed: claimable(row),
  }));
  const signature = await authorizer.signTypedData(claimBatchMessage(chain_id, entries));
  return encodeFunctionData({ abi, functionName: 'claimWithSignature', args: [claims, signature] });
}

/** Pays the receiver all that was claimed for it. */
export const settleCall = (receiver: Hex, token: Hex): Hex =>
  encodeFunctionData({ abi, functionName: 'settle', args: [receiver, token] });

/** Claims what is due of a channel, then gives `amount` of the rest back to its payer. */
export async function refundCall(
  chain_id: number,
  authorizer: LocalAccount,
  row: ChannelRow,
  amount: bigint,
): Promise<Hex> {
  const nonce = BigInt(row.refund_nonce);
  const signature = await authorizer.signTypedData(refundMessage(chain_id, row.id, nonce, amount));
  const args = [row.config, amount, nonce, signature] as const;
  const refund = encodeFunctionData({ abi, functionName: 'refundWithSignature', args });
  if (claimable(row) <= row.claimed) return refund;
  const claim = await claimCall(chain_id, authorizer, [row]);
  return encodeFunctionData({ abi, functionName: 'multicall', args: [[claim, refund]] });
}
