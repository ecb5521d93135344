import { encodeAbiParameters, hashTypedData, keccak256 } from 'viem';
import { AUTHORIZATION_FIELDS } from '../eip3009.js';
import { CHANNEL_CONTRACT, type ChannelConfig } from './wire.js';

type Hex = `0x${string}`;

/** Type strings as the channel contract has them (`contracts/src/lib/ChannelTypes.sol`); a test holds the two together. */
export const CHANNEL_TYPES = {
  ChannelConfig: [
    { name: 'payer', type: 'address' },
    { name: 'payerAuthorizer', type: 'address' },
    { name: 'receiver', type: 'address' },
    { name: 'receiverAuthorizer', type: 'address' },
    { name: 'token', type: 'address' },
    { name: 'withdrawDelay', type: 'uint40' },
    { name: 'salt', type: 'bytes32' },
  ],
  Voucher: [
    { name: 'channelId', type: 'bytes32' },
    { name: 'maxClaimableAmount', type: 'uint128' },
  ],
  Refund: [
    { name: 'channelId', type: 'bytes32' },
    { name: 'nonce', type: 'uint256' },
    { name: 'amount', type: 'uint128' },
  ],
  ClaimEntry: [
    { name: 'channelId', type: 'bytes32' },
    { name: 'maxClaimableAmount', type: 'uint128' },
    { name: 'totalClaimed', type: 'uint128' },
  ],
  ClaimBatch: [{ name: 'claims', type: 'ClaimEntry[]' }],
} as const;

/** The signing domain of every channel of a chain. */
export const channelDomain = (chain_id: number) =>
  ({ name: 'x402 Batch Settlement', version: '1', chainId: chain_id, verifyingContract: CHANNEL_CONTRACT }) as const;

/** The id of a channel: the digest of its config. */
export function channelIdOf(chain_id: number, config: ChannelConfig): Hex {
  const { ChannelConfig } = CHANNEL_TYPES;
  return hashTypedData({
    domain: channelDomain(chain_id),
    types: { ChannelConfig },
    primaryType: 'ChannelConfig',
    message: config,
  });
}

/** What a payer signs: of this channel at most this much may be claimed in all, in token base units. */
export function voucherMessage(chain_id: number, channelId: Hex, maxClaimableAmount: bigint) {
  return {
    domain: channelDomain(chain_id),
    types: { Voucher: CHANNEL_TYPES.Voucher },
    primaryType: 'Voucher',
    message: { channelId, maxClaimableAmount },
  } as const;
}

/** What the receiver's authorizer signs so that unclaimed money goes back at once. */
export function refundMessage(chain_id: number, channelId: Hex, nonce: bigint, amount: bigint) {
  return {
    domain: channelDomain(chain_id),
    types: { Refund: CHANNEL_TYPES.Refund },
    primaryType: 'Refund',
    message: { channelId, nonce, amount },
  } as const;
}

export interface ClaimEntry {
  readonly channelId: Hex;
  readonly maxClaimableAmount: bigint;
  readonly totalClaimed: bigint;
}

/** What the receiver's authorizer signs to claim of several channels at once. */
export function claimBatchMessage(chain_id: number, claims: readonly ClaimEntry[]) {
  const { ClaimBatch, ClaimEntry } = CHANNEL_TYPES;
  return {
    domain: channelDomain(chain_id),
    types: { ClaimBatch, ClaimEntry },
    primaryType: 'ClaimBatch',
    message: { claims },
  } as const;
}

/** The nonce of the authorization that pays a deposit: bound to the channel, so that it can go nowhere else. */
export function depositNonce(channelId: Hex, salt: Hex): Hex {
  return keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'uint256' }], [channelId, BigInt(salt)]));
}

/** A transfer of EIP-3009 that anyone may send, in the domain of the token. Times in unix seconds, `value` in token base units. */
export function transferMessage(
  token: { readonly chain_id: number; readonly address: Hex; readonly name: string; readonly version: string },
  message: {
    readonly from: Hex;
    readonly to: Hex;
    readonly value: bigint;
    readonly validAfter: bigint;
    readonly validBefore: bigint;
    readonly nonce: Hex;
  },
) {
  const { name, version, chain_id: chainId, address: verifyingContract } = token;
  return {
    domain: { name, version, chainId, verifyingContract },
    types: { TransferWithAuthorization: AUTHORIZATION_FIELDS },
    primaryType: 'TransferWithAuthorization',
    message,
  } as const;
}
