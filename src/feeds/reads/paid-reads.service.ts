import { Inject, Injectable } from '@nestjs/common';
import { MODES, type PaymentRequirement } from '@groundtruth/sdk/protocol';
import { Clock } from '../../kernel/clock.js';
import { DomainError, found } from '../../kernel/problem.js';
import type { Principal } from '../../identity/index.js';
import { ChannelPayments, Claimer, ExactPayments, READ_CHAINS, type ReadChains } from '../../payments/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { UnitOfWork, type Tx } from '../../platform/database/index.js';
import { PublicAddress } from '../../platform/http/index.js';
import type { ObservationRow } from '../observations/observation.entity.js';
import { ObservationsRepository } from '../observations/observations.repository.js';
import { ChannelReads } from './channel-reads.js';
import { ExactReads } from './exact-reads.js';
import { parsePayment } from './payment.header.js';
import { ReadAnswers, type OnSale, type Returned, type Sold, type Unpaid } from './read.answers.js';
import { readKeyHash } from './read-keys.repository.js';
import { catalogueOf, offersOf } from './read.terms.js';
import { Redemption } from './redemption.js';
import { saleOf } from './sale.js';

/** What is asked by a reader who may pay on chain. */
export interface PaidAsk {
  readonly id: string;
  /** Null without an API key. */
  readonly viewer: Principal | null;
  /** The payment's header; null without one. */
  readonly payment: string | null;
  /** The reader's own key for this read, by which it is asked for again; null without one. */
  readonly key: string | null;
}

/** Sells reads to whoever pays on chain, with or without an account. */
@Injectable()
export class PaidReads {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly observations: ObservationsRepository,
    private readonly redemption: Redemption,
    private readonly exact: ExactReads,
    private readonly channel: ChannelReads,
    private readonly answers: ReadAnswers,
    private readonly address: PublicAddress,
    private readonly clock: Clock,
    @Inject(READ_CHAINS) private readonly chains: ReadChains,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Sells one read, or says how to pay for it. Repeatable: the same payment, and the same key, get the first answer again.
   * @throws {DomainError} `not_found` for what is not on sale; `unauthenticated` where reads are not sold on chain; `invalid_request` for a
   * payment that cannot be read; `dependency_unavailable` while the chain does not answer.
   */
  async read(ask: PaidAsk): Promise<Sold | Unpaid | Returned> {
    const sale = await this.onSale(ask);
    const hash = ask.key === null ? null : readKeyHash(sale.row.id, ask.key);
    const paid = hash && (await this.unitOfWork.run((tx) => this.redemption.paymentOf(tx, hash)));
    if (paid) return this.exact.finish(sale, paid, hash);
    if (ask.payment === null) return this.answers.unpaid(sale);
    const { accepted, payload } = parsePayment(ask.payment);
    const offer = offersOf(sale.chain, sale.row, this.config).find((one) => isSame(one, accepted));
    if (!offer) return this.answers.unpaid(sale, 'no_matching_payment_requirements');
    return offer.scheme === 'exact' ? this.exact.pay(sale, payload, hash) : this.channel.pay(sale, payload, hash);
  }

  /** What is sold here and how. */
  catalogue() {
    return catalogueOf(MODES.map((mode) => this.chains[mode]), this.config, this.address.origin, this.clock.now()); // prettier-ignore
  }

  private async onSale({ id, viewer }: PaidAsk): Promise<OnSale> {
    const known = await this.unitOfWork.run((tx) => this.observations.get(tx, id));
    const visible = known?.public_seq != null && (viewer === null || viewer.mode === known.mode);
    const row = found(visible ? known : null, id);
    const chain = this.chains[row.mode];
    if (!chain || row.price === 0n)
      throw new DomainError('unauthenticated', 'send a known key as Authorization: Bearer gt_…');
    return { row, chain };
  }
}

/** An offer taken up as it was made. What else a client adds to it is its own affair. */
function isSame(offer: PaymentRequirement, accepted: PaymentRequirement): boolean {
  const { scheme, network, amount, asset, payTo } = offer;
  const same = accepted.scheme === scheme && accepted.network === network && accepted.amount === amount;
  return same && accepted.asset === asset && accepted.payTo === payTo;
}

/** What paid reads need of the chain's background work, registered once before it starts. */
@Injectable()
export class PaidReadsWork {
  constructor(
    private readonly observations: ObservationsRepository,
    private readonly exact: ExactPayments,
    private readonly channels: ChannelPayments,
    private readonly claimer: Claimer,
  ) {}

  listen(): void {
    this.claimer.listen();
    this.channels.listen();
    this.exact.listen();
    this.exact.earnedBy(async (tx: Tx, { observation_id, amount }) => {
      const row = (await this.observations.get(tx, observation_id)) as ObservationRow;
      return { ...saleOf(row), price: amount };
    });
  }
}
