import { Inject, Injectable } from '@nestjs/common';
import {
  formatAmount,
  networkOf,
  toWireTime,
  type ChannelState,
  type PaymentRequired,
  type ReadReceipt,
  type SettleResponse,
} from '@groundtruth/sdk/protocol';
import { assert } from '../../kernel/assert.js';
import type { ChannelRow, ReadChain, UsageRow } from '../../payments/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import type { Tx } from '../../platform/database/index.js';
import { PublicAddress } from '../../platform/http/index.js';
import type { ObservationRow } from '../observations/observation.entity.js';
import { ObservationSigner } from '../observations/observation.signer.js';
import { cardOf } from '../observations/observation.view.js';
import { offersOf, requiredOf } from './read.terms.js';
import { ReadsService } from './reads.service.js';

/** What is on sale: an observation that can be delivered now, and the chain on which it is paid. */
export interface OnSale {
  readonly row: ObservationRow;
  readonly chain: ReadChain;
}

/** What a reader gets who paid. */
export interface Sold {
  readonly kind: 'sold';
  readonly view: {
    readonly card: ReturnType<typeof cardOf>;
    readonly body: Awaited<ReturnType<ReadsService['bodyOf']>>;
    readonly receipt: ReadReceipt;
  };
  readonly settled: SettleResponse;
}
export interface Unpaid {
  readonly kind: 'unpaid';
  readonly required: PaymentRequired;
}
/** A channel's rest went back to its payer, and nothing was sold. */
export interface Returned {
  readonly kind: 'returned';
  readonly view: { readonly card: ReturnType<typeof cardOf>; readonly body: null };
  readonly settled: SettleResponse;
}

/** Puts answers to paying readers into x402's words. */
@Injectable()
export class ReadAnswers {
  constructor(
    private readonly reads: ReadsService,
    private readonly signer: ObservationSigner,
    private readonly address: PublicAddress,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** How to pay. With the channel, where it stands: only for who has signed for it, who goes on from there. */
  unpaid({ row, chain }: OnSale, error: string | null = null, channel: ChannelRow | null = null): Unpaid {
    const accepts = offersOf(chain, row, this.config).map((offer) =>
      offer.scheme === 'batch-settlement' && channel
        ? { ...offer, extra: { ...offer.extra, ...standing(channel) } }
        : offer,
    );
    return { kind: 'unpaid', required: requiredOf(row, accepts, { origin: this.address.origin, error }) };
  }

  /** What was bought. The same purchase has the same answer, but for its links, which are fresh. */
  async sold(
    tx: Tx,
    { row, chain }: OnSale,
    usage: UsageRow,
    { transaction, channel }: { readonly transaction: string; readonly channel: ChannelRow | null },
  ): Promise<Sold> {
    assert(usage.how !== 'balance' && usage.observation_id === row.id, `${usage.payment} paid for something else`);
    const receipt = await this.signer.signReceipt({
      mode: row.mode,
      observation_id: row.id,
      commitment: row.commitment,
      payer: usage.reader as ReadReceipt['payer'],
      amount: formatAmount(usage.price),
      scheme: usage.how === 'exact' ? 'exact' : 'batch-settlement',
      payment: usage.payment,
      at: toWireTime(usage.at),
    });
    return {
      kind: 'sold',
      view: { card: cardOf(row, ''), body: await this.reads.bodyOf(tx, row), receipt },
      settled: {
        success: true,
        payer: usage.reader,
        transaction,
        network: networkOf(chain.view.chain_id),
        amount: String(usage.price),
        ...(channel && {
          extra: {
            chargedAmount: String(usage.price),
            channelState: { ...stateOf(channel), chargedCumulativeAmount: String(usage.charged) },
          },
        }),
      },
    };
  }

  returned({ row, chain }: OnSale, channel: ChannelRow, transaction: string, amount: bigint): Returned {
    return {
      kind: 'returned',
      view: { card: cardOf(row, ''), body: null },
      settled: {
        success: true,
        payer: channel.payer,
        transaction,
        network: networkOf(chain.view.chain_id),
        amount: String(amount),
        extra: { channelState: stateOf(channel) },
      },
    };
  }
}

const stateOf = ({ id, balance, claimed, charged }: ChannelRow): ChannelState => ({
  channelId: id,
  balance: String(balance),
  totalClaimed: String(claimed),
  chargedCumulativeAmount: String(charged),
});

/** Where a channel stands, with the payer's own last voucher as proof. */
function standing(channel: ChannelRow) {
  const { signed, signature } = channel;
  return {
    channelState: stateOf(channel),
    ...(signature !== null && { voucherState: { signedMaxClaimable: String(signed), signature } }),
  };
}
