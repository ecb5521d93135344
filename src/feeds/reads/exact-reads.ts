import { Injectable } from '@nestjs/common';
import { exactPayloadSchema } from '@groundtruth/sdk/protocol';
import { EXACT_REFUSALS, ExactPayments } from '../../payments/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { parsePayload } from './payment.header.js';
import { ReadAnswers, type OnSale, type Sold, type Unpaid } from './read.answers.js';
import { ReadsService } from './reads.service.js';
import { Redemption } from './redemption.js';
import { saleOf } from './sale.js';

/** Reads paid one by one, each with its own transfer. */
@Injectable()
export class ExactReads {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly payments: ExactPayments,
    private readonly reads: ReadsService,
    private readonly redemption: Redemption,
    private readonly answers: ReadAnswers,
  ) {}

  async pay(sale: OnSale, payload: unknown, hash: string | null): Promise<Sold | Unpaid> {
    const { row, chain } = sale;
    const asked = parsePayload(exactPayloadSchema, payload);
    const id = this.payments.idOf(chain, asked);
    const known = await this.unitOfWork.run((tx) => this.payments.get(tx, id));
    if (known && known.observation_id !== row.id) return this.answers.unpaid(sale, EXACT_REFUSALS.nonce_used);
    if (!known) {
      const refused = await this.payments.refusal(chain, asked, row.price);
      if (refused) return this.answers.unpaid(sale, refused);
      const standsFor = await this.unitOfWork.run(async (tx) => {
        await this.reads.bodyOf(tx, row); // Nothing is taken for what cannot be delivered.
        if (!(await this.redemption.claim(tx, hash, id))) return this.redemption.paymentOf(tx, hash);
        await this.payments.submit(tx, row.mode, chain, asked, saleOf(row));
        return id;
      });
      // The reader's key has paid already: it is given that read, and what came now is not taken.
      if (standsFor !== id) return this.finish(sale, standsFor!, hash);
    }
    return this.finish(sale, id, hash);
  }

  /** Waits for a payment that was noted, and delivers what it bought. */
  async finish(sale: OnSale, id: string, hash: string | null): Promise<Sold | Unpaid> {
    if (id.startsWith('exact:')) await this.payments.finish(sale.chain, id);
    const sold = await this.unitOfWork.run((tx) => this.redemption.again(tx, sale, id, hash));
    if (sold) return sold;
    const row = await this.unitOfWork.run((tx) => this.payments.get(tx, id));
    return this.answers.unpaid(sale, row?.state === 'failed' ? EXACT_REFUSALS.transaction : EXACT_REFUSALS.nonce_used);
  }
}
