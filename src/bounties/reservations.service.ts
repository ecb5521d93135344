import { Inject, Injectable } from '@nestjs/common';
import type { Id, Reservation } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../kernel/clock.js';
import { mintId } from '../kernel/ids.js';
import { DomainError, found } from '../kernel/problem.js';
import { IdentityRepository, type Principal } from '../identity/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import type { QueryOf } from '../platform/http/serves.js';
import { Outbox } from '../platform/outbox/index.js';
import { PolicyGate } from '../policy/index.js';
import { PayoutAccounts, Rail } from '../payments/index.js';
import { BountiesRepository } from './bounties.repository.js';
import type { BountyRow } from './bounty.entity.js';
import { termsFromRow, termsSubject } from './bounty.terms.js';
import { heldBounty } from './bounty.funding.js';
import { newChallenge } from './challenge.js';
import type { ReservationRow } from './reservation.entity.js';
import { activeMax, barredUntil, isLateRelease } from './reservation.rules.js';
import { reservationView } from './reservation.view.js';
import { ReservationsRepository } from './reservations.repository.js';

@Injectable()
export class ReservationsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly bounties: BountiesRepository,
    private readonly reservations: ReservationsRepository,
    private readonly identities: IdentityRepository,
    private readonly rail: Rail,
    private readonly payouts: PayoutAccounts,
    private readonly policy: PolicyGate,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Takes one slot of an open bounty until the reservation lapses, at the price of this moment. Refusals in this order:
   * `not_found`, `policy_refused`, `window_closed`, `bounty_not_open` (by its state), `reservation_barred`, `reservation_limit`,
   * `bounty_not_open` (for the card money behind it is in doubt), `payout_account_missing`, `bounty_full`.
   */
  async reserve(command: Command, caller: Principal, bountyId: string) {
    await this.policy.check('reserve', await this.unitOfWork.run((tx) => this.policySubject(tx, caller, bountyId)));
    return this.unitOfWork.once(command, async (tx) => {
      const bounty = found(await this.visible(tx, caller, bountyId), bountyId);
      await this.mayReserve(tx, caller, bounty);
      if (!(await this.rail.takesWork(tx, heldBounty(bounty))))
        throw new DomainError('bounty_not_open', 'the card payment behind it is in doubt', { state: bounty.state });
      const onChain = heldBounty(bounty).rail === 'stablecoin';
      const payout = onChain ? await this.payouts.payoutOf(tx, caller.id, bounty.mode) : null;
      const now = this.clock.now();
      const slot = await this.bounties.takeSlot(tx, bountyId, now);
      if (!slot) throw await this.whyNoSlot(tx, bountyId);
      const id = mintId('reservation');
      const lapses_at = Math.min(now + seconds(this.config.RESERVATION_TTL_S), slot.uploads_until);
      const terms = { bounty_id: slot.id, mode: slot.mode, price: slot.price, fee: slot.fee, currency: slot.currency };
      await this.reservations.insert(tx, {
        id,
        ...terms,
        ...newChallenge(),
        contributor_id: caller.id as Id<'contributor'>,
        issued_at: now,
        lapses_at,
        payout_to: payout?.to ?? null,
        payout_for: payout?.for ?? null,
      });
      await this.outbox.append(tx, { type: 'reservation.created', reservation_id: id, bounty_id: slot.id });
      return reservationView((await this.reservations.get(tx, id))!);
    });
  }

  async get(caller: Principal, id: string): Promise<Reservation> {
    return this.unitOfWork.run(async (tx) =>
      reservationView(this.own(caller, await this.reservations.get(tx, id), id)),
    );
  }

  /** Gives the slot back. Repeatable: a released reservation answers as it is. */
  async release(caller: Principal, id: string, query: QueryOf<'release_reservation'>): Promise<Reservation> {
    return this.unitOfWork.run(async (tx) => {
      const row = this.own(caller, await this.reservations.lock(tx, id), id);
      if (row.state === 'released') return reservationView(row);
      const now = this.clock.now();
      const late = isLateRelease(row, query.reason, now);
      const moved = await this.reservations.advance(tx, id, 'release', now, { release_reason: query.reason, late });
      if (!moved) throw new DomainError('reservation_state', `${id} is ${row.state}`, { state: row.state });
      await this.bounties.freeSlot(tx, row.bounty_id);
      await this.outbox.append(tx, { type: 'reservation.released', reservation_id: id, bounty_id: row.bounty_id });
      return reservationView((await this.reservations.get(tx, id))!);
    });
  }

  /** Ends a reservation whose time is over. A reservation that was used meanwhile is left alone. */
  async lapse(id: Id<'reservation'>): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const row = await this.reservations.lock(tx, id);
      if (!row || row.lapses_at > now) return;
      if (!(await this.reservations.advance(tx, id, 'lapse', now, { late: true }))) return;
      await this.bounties.freeSlot(tx, row.bounty_id);
      await this.outbox.append(tx, { type: 'reservation.lapsed', reservation_id: id, bounty_id: row.bounty_id });
    });
  }

  private async visible(tx: Tx, caller: Principal, bountyId: string): Promise<BountyRow | null> {
    const bounty = await this.bounties.get(tx, bountyId);
    return bounty && bounty.mode === caller.mode && bounty.state !== 'draft' ? bounty : null;
  }

  private async policySubject(tx: Tx, caller: Principal, bountyId: string) {
    const bounty = found(await this.visible(tx, caller, bountyId), bountyId);
    const contributor = found(await this.identities.contributor(tx, caller.id), caller.id);
    return {
      id: bountyId,
      mode: caller.mode,
      ...termsSubject(termsFromRow(bounty)),
      contributor: { id: contributor.id, adult_attested: contributor.adult },
    };
  }

  private async mayReserve(tx: Tx, caller: Principal, bounty: BountyRow): Promise<void> {
    const now = this.clock.now();
    if (bounty.closes_at <= now) throw new DomainError('window_closed', `${bounty.id} closed at its deadline`);
    if (bounty.state !== 'open')
      throw new DomainError('bounty_not_open', `${bounty.id} is ${bounty.state}`, { state: bounty.state });
    await this.identities.lockContributor(tx, caller.id);
    const barred = barredUntil(
      await this.reservations.lateness(tx, caller.id, bounty.id),
      this.config.RESERVATION_TTL_S,
    );
    if (barred !== null && barred > now)
      throw new DomainError('reservation_barred', 'too many late ends on this bounty', {
        until: new Date(barred).toISOString(),
      });
    const contributor = found(await this.identities.contributor(tx, caller.id), caller.id);
    const limit = activeMax(contributor.settled, this.config);
    if ((await this.reservations.countActive(tx, caller.id)) >= limit) {
      throw new DomainError('reservation_limit', `at most ${limit} active at once`, { limit });
    }
  }

  private async whyNoSlot(tx: Tx, bountyId: string): Promise<DomainError> {
    const row = found(await this.bounties.get(tx, bountyId), bountyId);
    if (row.state !== 'open')
      return new DomainError('bounty_not_open', `${bountyId} is ${row.state}`, { state: row.state });
    if (row.closes_at <= this.clock.now())
      return new DomainError('window_closed', `${bountyId} closed at its deadline`);
    return new DomainError('bounty_full', `all ${row.quantity} slots of ${bountyId} are taken`, {
      quantity: row.quantity,
    });
  }

  private own(caller: Principal, row: ReservationRow | null, id: string): ReservationRow {
    const mine = row && row.mode === caller.mode && (row.contributor_id === caller.id || caller.role === 'operator');
    return found(mine ? row : null, id);
  }
}
