import { isAddressEqual, recoverTypedDataAddress } from 'viem';
import { z } from 'zod';
import {
  channelIdOf,
  channelStateSchema,
  depositNonce,
  DEPOSIT_COLLECTOR,
  receiveMessage,
  toHex,
  voucherMessage,
  type BatchPayload,
  type ChannelConfig,
  type PaymentRequirement,
  type SettleResponse,
} from '../../protocol/index.js';
import { PaymentRefused } from './terms.js';

type Hex = `0x${string}`;

/** Signs for a wallet: a viem account is one. */
export interface PayerAccount {
  readonly address: Hex;
  signTypedData(message: never): Promise<Hex>;
}

/** What a payer must not forget of a channel, in micros. `signed` is the most it ever signed for: nobody can take more. */
export interface ChannelMemory {
  readonly charged: bigint;
  readonly signed: bigint;
  readonly balance: bigint;
}

const NOTHING: ChannelMemory = { charged: 0n, signed: 0n, balance: 0n };
const extraSchema = z.object({
  name: z.string(),
  version: z.string(),
  receiverAuthorizer: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  withdrawDelay: z.int(),
  minDeposit: z
    .string()
    .regex(/^[0-9]{1,39}$/)
    .optional(),
});
const standingSchema = z.object({
  channelState: channelStateSchema,
  voucherState: z.object({ signedMaxClaimable: z.string().regex(/^[0-9]{1,39}$/), signature: z.string() }).optional(),
});

/** One payment channel as its payer sees it: it signs the next voucher and no other, and believes of the seller's word only what it signed itself. */
export class PayerChannel {
  readonly id: Hex;
  private readonly chain_id: number;
  private readonly config: ChannelConfig;
  private readonly extra: z.infer<typeof extraSchema>;
  private memory: ChannelMemory;

  constructor(
    private readonly account: PayerAccount,
    private readonly offer: PaymentRequirement,
    private readonly options: {
      readonly salt: Hex;
      readonly deposit: bigint;
      readonly remembered: ChannelMemory | null;
    },
  ) {
    const extra = extraSchema.safeParse(offer.extra);
    if (!extra.success) throw new PaymentRefused('other_money', 'the seller’s channel has no terms that can be read');
    this.extra = extra.data;
    this.chain_id = Number(offer.network.split(':')[1]);
    const payer = account.address.toLowerCase() as Hex;
    this.config = {
      payer,
      payerAuthorizer: payer,
      receiver: offer.payTo,
      receiverAuthorizer: extra.data.receiverAuthorizer.toLowerCase() as Hex,
      token: offer.asset,
      withdrawDelay: extra.data.withdrawDelay,
      salt: options.salt,
    };
    this.id = channelIdOf(this.chain_id, this.config);
    this.memory = options.remembered ?? NOTHING;
  }

  get remembers(): ChannelMemory {
    return this.memory;
  }

  /** How much more could be taken than before once a voucher for `price` more is signed. */
  exposureOf(price: bigint): bigint {
    const total = this.memory.charged + price;
    return total > this.memory.signed ? total - this.memory.signed : 0n;
  }

  /** What has to be put in so that the next voucher is covered; nothing when it is. */
  depositFor(price: bigint): bigint {
    const lacking = this.memory.charged + price - this.memory.balance;
    return lacking <= 0n ? 0n : most(lacking, BigInt(this.extra.minDeposit ?? 0), this.options.deposit);
  }

  /** The next voucher, with a deposit of `amount` unless that is nothing. `now` in unix seconds. */
  async pay(price: bigint, amount: bigint, now: number): Promise<BatchPayload> {
    const voucher = await this.sign(this.memory.charged + price);
    if (amount === 0n) return { type: 'voucher', channelConfig: this.config, voucher };
    const salt: Hex = `0x${toHex(crypto.getRandomValues(new Uint8Array(32)))}`;
    const validBefore = now + Math.floor(this.offer.maxTimeoutSeconds);
    const { name, version } = this.extra;
    const chain = {
      chain_id: this.chain_id,
      token: { address: this.offer.asset, name, version, decimals: 6 as const },
    };
    const receipt = {
      from: this.config.payer,
      to: DEPOSIT_COLLECTOR,
      value: amount,
      nonce: depositNonce(this.id, salt),
    } as const;
    const signature = await this.account.signTypedData(receiveMessage(chain, receipt, validBefore) as never);
    const erc3009Authorization = { validAfter: '0', validBefore: String(validBefore), salt, signature };
    const deposit = { amount: String(amount), authorization: { erc3009Authorization } };
    return { type: 'deposit', channelConfig: this.config, voucher, deposit };
  }

  /** Asks for what is not charged back. Signs for no more than was charged. */
  async leave(): Promise<BatchPayload> {
    return { type: 'refund', channelConfig: this.config, voucher: await this.sign(this.memory.charged) };
  }

  /** The seller delivered. What it says it charged counts as far as it was signed for. */
  delivered(settled: SettleResponse | null, price: bigint, deposit: bigint): void {
    const total = this.memory.charged + price;
    const state = channelStateSchema.safeParse(settled?.extra?.channelState);
    const said = state.success ? BigInt(state.data.chargedCumulativeAmount) : total;
    this.memory = { ...this.memory, charged: said < total ? said : total, balance: this.memory.balance + deposit };
  }

  /**
   * The seller says that the channel stands elsewhere. True when what it says is signed by us, or on chain: then the next voucher goes on from
   * there. It cannot make us owe what we never signed.
   */
  async adopt(extra: PaymentRequirement['extra']): Promise<boolean> {
    const standing = standingSchema.safeParse(extra);
    if (!standing.success || standing.data.channelState.channelId !== this.id) return false;
    const { channelState, voucherState } = standing.data;
    const charged = BigInt(channelState.chargedCumulativeAmount);
    const signed = voucherState ? BigInt(voucherState.signedMaxClaimable) : BigInt(channelState.totalClaimed);
    if (charged > signed) return false;
    if (voucherState && !(await this.isOurs(signed, voucherState.signature as Hex))) return false;
    if (!voucherState && charged > this.memory.signed) return false;
    this.memory = { charged, signed: most(signed, this.memory.signed), balance: BigInt(channelState.balance) };
    return true;
  }

  private async sign(total: bigint) {
    const signature = await this.account.signTypedData(voucherMessage(this.chain_id, this.id, total) as never);
    this.memory = { ...this.memory, signed: most(total, this.memory.signed) };
    return { channelId: this.id, maxClaimableAmount: String(total), signature };
  }

  private async isOurs(total: bigint, signature: Hex): Promise<boolean> {
    const message = voucherMessage(this.chain_id, this.id, total);
    return recoverTypedDataAddress({ ...message, signature }).then(
      (signer) => isAddressEqual(signer, this.account.address),
      () => false, // No signature at all.
    );
  }
}

const most = (...amounts: bigint[]): bigint => amounts.reduce((one, other) => (one > other ? one : other));
