import { feedChannelAbi } from '@groundtruth/sdk/abi';
import { CHANNEL_TYPES, channelDomain, receiveMessage } from '@groundtruth/sdk/protocol';
import {
  encodeAbiParameters,
  encodeFunctionData,
  hashTypedData,
  keccak256,
  numberToHex,
  parseAbiParameters,
  type Hex,
} from 'viem';
import { FAR, USD, type GasWorld } from './world.js';

const CHANNELS = 100;
const DEPOSIT = 10n * USD;
const USED = USD;
const READS = 1_000;
const DAY_S = 24 * 3_600;

/** Gas of reads paid by channel. */
export interface ChannelGas {
  readonly deposit: number;
  readonly claim: number;
  readonly settle: number;
  /** All three, for each of a thousand reads. */
  readonly per_read_1000: number;
  /** `refundWithSignature`, the channel's first. */
  readonly refund: number;
  /** `claim` of a hundred channels, each for the first time, and `settle`. */
  readonly hundred_channels: number;
}

/**
 * Warm: the channel contract and the receiver hold tokens before, as in use. Channels are new, and so is the
 * receiver to the contract: the chain goes back before the hundred channels, so that theirs too are its first claim and settlement.
 */
export async function measureChannels(world: GasWorld): Promise<ChannelGas> {
  await world.mint(world.funder.address, 10_000n * USD);
  await world.mint(world.at.channel, 1n);
  await world.mint(world.receiver, 1n);
  const before = await world.chain.snapshot();
  const config = configOf(world, 0);
  const deposited = await deposit(world, config);
  const claimed = await claim(world, [config]);
  const settled = await settle(world);
  const refund = await refundRest(world, config, USED);
  await world.chain.revert(before);
  const hundred = Array.from({ length: CHANNELS }, (_, i) => configOf(world, i + 1));
  for (const one of hundred) await deposit(world, one);
  const hundred_channels = (await claim(world, hundred)) + (await settle(world));
  const per_read_1000 = (deposited + claimed + settled) / READS;
  return { deposit: deposited, claim: claimed, settle: settled, per_read_1000, refund, hundred_channels };
}

type Config = ReturnType<typeof configOf>;

function configOf({ funder, voucher_signer, receiver, receiver_signer, at }: GasWorld, salt: number) {
  return {
    payer: funder.address,
    payerAuthorizer: voucher_signer.address,
    receiver,
    receiverAuthorizer: receiver_signer.address,
    token: at.token,
    withdrawDelay: DAY_S,
    salt: numberToHex(salt, { size: 32 }),
  } as const;
}

async function deposit(world: GasWorld, config: Config): Promise<number> {
  const { at, view, funder } = world;
  const salt = 1n;
  const channel = channelIdOf(world, config);
  const nonce = keccak256(encodeAbiParameters(parseAbiParameters('bytes32, uint256'), [channel, salt]));
  const receipt = { from: funder.address, to: at.collector, value: DEPOSIT, nonce };
  const signature = await funder.signTypedData(receiveMessage(view, receipt, FAR));
  const collected = parseAbiParameters('uint256, uint256, uint256, bytes');
  const data = encodeAbiParameters(collected, [0n, BigInt(FAR), salt, signature]);
  const args = [config, DEPOSIT, at.collector, data] as const;
  return world.send(at.channel, encodeFunctionData({ abi: feedChannelAbi, functionName: 'deposit', args }));
}

async function claim(world: GasWorld, configs: readonly Config[]): Promise<number> {
  const { voucher_signer, receiver, at } = world;
  const claims = [];
  for (const channel of configs) {
    const message = { channelId: channelIdOf(world, channel), maxClaimableAmount: DEPOSIT };
    const signature = await voucher_signer.signTypedData({
      domain: domainOf(world), types: { Voucher: CHANNEL_TYPES.Voucher }, primaryType: 'Voucher', message,
    }); // prettier-ignore
    claims.push({ voucher: { channel, maxClaimableAmount: DEPOSIT }, signature, totalClaimed: USED });
  }
  const data = encodeFunctionData({ abi: feedChannelAbi, functionName: 'claim', args: [claims] });
  return world.send(at.channel, data, receiver);
}

async function settle({ at, receiver, send }: GasWorld): Promise<number> {
  const args = [receiver, at.token] as const;
  return send(at.channel, encodeFunctionData({ abi: feedChannelAbi, functionName: 'settle', args }));
}

async function refundRest(world: GasWorld, config: Config, amount: bigint): Promise<number> {
  const { receiver_signer, at } = world;
  const message = { channelId: channelIdOf(world, config), nonce: 0n, amount };
  const signature = await receiver_signer.signTypedData({
    domain: domainOf(world), types: { Refund: CHANNEL_TYPES.Refund }, primaryType: 'Refund', message,
  }); // prettier-ignore
  const args = [config, amount, 0n, signature] as const;
  return world.send(at.channel, encodeFunctionData({ abi: feedChannelAbi, functionName: 'refundWithSignature', args }));
}

/** As the SDK's, for a channel contract at another address. */
const domainOf = ({ chain, at }: GasWorld) => ({ ...channelDomain(chain.chain_id), verifyingContract: at.channel });

const channelIdOf = (world: GasWorld, message: Config): Hex =>
  hashTypedData({
    domain: domainOf(world),
    types: { ChannelConfig: CHANNEL_TYPES.ChannelConfig },
    primaryType: 'ChannelConfig',
    message,
  });
