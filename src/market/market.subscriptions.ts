import { Injectable } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import { ReservationsRepository } from '../bounties/index.js';
import { UnitOfWork } from '../platform/database/index.js';
import type { OutboxRelay } from '../platform/outbox/index.js';
import { FillsRepository } from './fills.repository.js';
import { LooksRepository } from './looks.repository.js';
import { OffersRepository } from './offers.repository.js';

/** After any of these a bounty may have a slot to fill, pay more, or have nothing more to give. */
const BOUNTY_CHANGED = [
  'bounty.opened',
  'bounty.raised',
  'bounty.closing',
  'bounty.closed',
  'reservation.created',
  'reservation.released',
  'reservation.lapsed',
  'capture.rejected',
  // Where captures are to agree, one that does not makes room for one more.
  'capture.settled',
] as const;
/** After any of these a contributor may take more work. */
const CONTRIBUTOR_FREE = ['reservation.submitted', 'reservation.released', 'reservation.lapsed'] as const;
/** Either says that a slot was filled; an upheld appeal is heard of by the second alone. */
const FILLED = ['capture.accepted', 'capture.settled'] as const;

/** What the market hears of others. Every handler may be called again. */
@Injectable()
export class MarketSubscriptions {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reservations: ReservationsRepository,
    private readonly looks: LooksRepository,
    private readonly offers: OffersRepository,
    private readonly fills: FillsRepository,
    private readonly clock: Clock,
  ) {}

  subscribe(relay: OutboxRelay): void {
    for (const type of BOUNTY_CHANGED)
      relay.on(type, ({ bounty_id }) =>
        this.unitOfWork.run((tx) => this.looks.mark(tx, String(bounty_id), this.clock.now())),
      );
    for (const type of CONTRIBUTOR_FREE) relay.on(type, ({ reservation_id }) => this.isFree(String(reservation_id)));
    for (const type of FILLED)
      relay.on(type, ({ capture_id }) => this.unitOfWork.run((tx) => this.fills.record(tx, String(capture_id))));
  }

  private async isFree(reservationId: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const reservation = await this.reservations.get(tx, reservationId);
      if (reservation) await this.offers.announceAnew(tx, reservation.contributor_id);
    });
  }
}
