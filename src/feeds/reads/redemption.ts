import { Injectable } from '@nestjs/common';
import { Clock, seconds } from '../../kernel/clock.js';
import { ChannelsRepository, ExactPayments, UsageRepository, type UsageRow } from '../../payments/index.js';
import type { Tx } from '../../platform/database/index.js';
import { ReadAnswers, type OnSale, type Sold } from './read.answers.js';
import { ReadKeysRepository } from './read-keys.repository.js';

/**
 * How long the payment itself is enough to be given the read again. What was signed may be seen on chain later by anybody, who is not to read
 * for nothing: from then on it takes the reader's own key.
 */
export const REDEEM_S = 600;

/** What was paid before is answered again, and never paid twice. */
@Injectable()
export class Redemption {
  constructor(
    private readonly keys: ReadKeysRepository,
    private readonly usage: UsageRepository,
    private readonly channels: ChannelsRepository,
    private readonly exact: ExactPayments,
    private readonly answers: ReadAnswers,
    private readonly clock: Clock,
  ) {}

  /** The payment that a reader's key stands for; null when it stands for none. */
  async paymentOf(tx: Tx, hash: string | null): Promise<string | null> {
    return hash === null ? null : this.keys.paymentOf(tx, hash);
  }

  /** The answer to a payment that has bought this observation; null when it has not, or was shown by nobody who may have it again. */
  async again(tx: Tx, sale: OnSale, payment: string, hash: string | null): Promise<Sold | null> {
    const usage = await this.usage.get(tx, payment);
    if (usage?.observation_id !== sale.row.id || !(await this.mayHave(tx, usage, hash))) return null;
    return this.soldBy(tx, sale, usage);
  }

  /** The answer to a payment just made. */
  async soldBy(tx: Tx, sale: OnSale, usage: UsageRow): Promise<Sold> {
    const channel = usage.channel_id === null ? null : await this.channels.get(tx, usage.channel_id);
    const exact = usage.how === 'exact' ? await this.exact.get(tx, usage.payment) : null;
    return this.answers.sold(tx, sale, usage, { transaction: exact?.transaction ?? '', channel });
  }

  /** Lets a reader's key stand for a payment; false when it stands for another one. */
  async claim(tx: Tx, hash: string | null, payment: string): Promise<boolean> {
    return hash === null || (await this.keys.claim(tx, hash, payment, this.clock.now())) === payment;
  }

  private async mayHave(tx: Tx, { payment, at }: UsageRow, hash: string | null): Promise<boolean> {
    if (this.clock.now() - at <= seconds(REDEEM_S)) return true;
    return (await this.paymentOf(tx, hash)) === payment;
  }
}
