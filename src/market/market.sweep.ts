import { Injectable } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import { UnitOfWork, type Tx } from '../platform/database/index.js';
import { hourOf } from './price.buckets.js';
import { InvitationsRepository } from './invitations.repository.js';
import { InvitationsService } from './invitations.service.js';
import { LooksRepository } from './looks.repository.js';
import { Matcher } from './matcher.js';
import { standingOf } from './offer.terms.js';
import { OffersRepository } from './offers.repository.js';
import { PriceHistory } from './price.history.js';

/** Most rows of each kind one pass looks at; the next pass takes the rest. */
const BATCH = 200;

/** Finds what time has brought: ended invitations and hours, offers that begin to stand, prices that reach an ask, hours that are over. */
@Injectable()
export class MarketSweep {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly offers: OffersRepository,
    private readonly invitations: InvitationsRepository,
    private readonly answering: InvitationsService,
    private readonly looks: LooksRepository,
    private readonly matcher: Matcher,
    private readonly history: PriceHistory,
    private readonly clock: Clock,
  ) {}

  async pass(): Promise<void> {
    await this.lapse();
    await this.unitOfWork.run((tx) => this.turnHours(tx));
    await this.unitOfWork.run((tx) => this.announce(tx));
    await this.matcher.pass();
    await this.confirm();
    await this.history.pass(hourOf(this.clock.now()));
  }

  private async lapse(): Promise<void> {
    const now = this.clock.now();
    for (const id of await this.unitOfWork.run((tx) => this.invitations.due(tx, now, BATCH)))
      await this.answering.lapse(id);
  }

  /** An offer whose hours are over waits for the next, or has expired. Its invitations end at the same moment by themselves. */
  private async turnHours(tx: Tx): Promise<void> {
    const now = this.clock.now();
    for (const offer of await this.offers.over(tx, now, BATCH)) {
      const next = standingOf(offer, now);
      if (next) await this.offers.setStretch(tx, offer.id, next);
      else await this.offers.advance(tx, offer.id, 'expire', now);
    }
  }

  private async announce(tx: Tx): Promise<void> {
    const now = this.clock.now();
    for (const offer of await this.offers.takeUnannounced(tx, now, BATCH)) await this.looks.markAround(tx, offer, now);
  }

  /** One that cannot be answered now must not hold up those behind it. */
  private async confirm(): Promise<void> {
    const now = this.clock.now();
    const failures: unknown[] = [];
    for (const id of await this.unitOfWork.run((tx) => this.invitations.automatic(tx, now, BATCH))) {
      try {
        await this.answering.confirmAutomatic(id);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
