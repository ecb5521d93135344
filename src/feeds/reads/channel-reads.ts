import { Injectable } from '@nestjs/common';
import { batchPayloadSchema, type BatchPayload } from '@groundtruth/sdk/protocol';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/problem.js';
import {
  BATCH_REFUSALS,
  ChannelPayments,
  ChannelsRepository,
  ReadRevenue,
  UsageRepository,
} from '../../payments/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { parsePayload } from './payment.header.js';
import { ReadAnswers, type OnSale, type Returned, type Sold, type Unpaid } from './read.answers.js';
import { Redemption } from './redemption.js';
import { saleOf } from './sale.js';

type Answer = Sold | Unpaid | Returned;
/** Two requests with one voucher, or a refund at the same moment: whoever comes second looks again. */
const TRIES_MAX = 3;
class Overtaken extends Error {}

/** Reads paid from a channel: a voucher each. */
@Injectable()
export class ChannelReads {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly payments: ChannelPayments,
    private readonly channels: ChannelsRepository,
    private readonly usage: UsageRepository,
    private readonly revenue: ReadRevenue,
    private readonly redemption: Redemption,
    private readonly answers: ReadAnswers,
    private readonly clock: Clock,
  ) {}

  async pay(sale: OnSale, payload: unknown, hash: string | null): Promise<Answer> {
    const asked = parsePayload(batchPayloadSchema, payload);
    const refused = this.payments.check(sale.chain, asked);
    if (refused) return this.answers.unpaid(sale, refused);
    if (asked.type === 'refund') return this.giveBack(sale, asked);
    for (let tries = 1; ; tries++) {
      const answer = await this.attempt(sale, asked, hash);
      if (answer) return answer;
      if (tries === TRIES_MAX)
        throw new DomainError('dependency_unavailable', 'the channel is being charged elsewhere');
    }
  }

  /** Null when another request was faster. */
  private async attempt(sale: OnSale, asked: BatchPayload, hash: string | null): Promise<Answer | null> {
    const { row, chain } = sale;
    const { channelId, maxClaimableAmount, signature } = asked.voucher;
    const payment = `batch:${channelId}:${maxClaimableAmount}`;
    const again = await this.unitOfWork.run((tx) => this.redemption.again(tx, sale, payment, hash));
    if (again) return again;
    const ready = await this.payments.prepare(row.mode, chain, asked, row.price);
    if (ready.refused !== null) return this.answers.unpaid(sale, ready.refused, ready.channel);
    const charge = {
      channel_id: channelId,
      total: BigInt(maxClaimableAmount),
      price: row.price,
      signature,
      observation_id: row.id,
      payment,
    };
    return this.unitOfWork
      .run(async (tx) => {
        if (!(await this.redemption.claim(tx, hash, payment))) throw new Overtaken();
        if (!(await this.channels.charge(tx, charge, this.clock.now()))) throw new Overtaken();
        // Whatever cannot be delivered is not charged: this throws before the commit.
        const sold = await this.redemption.soldBy(tx, sale, (await this.usage.get(tx, payment))!);
        await this.revenue.share(tx, saleOf(sale.row), payment, 'channels');
        return sold;
      })
      .catch((error: unknown) => {
        if (error instanceof Overtaken) return null;
        throw error;
      });
  }

  private async giveBack(sale: OnSale, asked: Extract<BatchPayload, { type: 'refund' }>): Promise<Answer> {
    const { row, chain } = sale;
    const given = await this.payments.giveBack(row.mode, chain, asked);
    if (given.refused !== null) return this.answers.unpaid(sale, given.refused, given.channel);
    const channel = await this.unitOfWork.run((tx) => this.channels.get(tx, asked.voucher.channelId));
    if (!channel) return this.answers.unpaid(sale, BATCH_REFUSALS.missing);
    return this.answers.returned(sale, channel, given.transaction, given.amount);
  }
}
