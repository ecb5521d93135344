import { Injectable } from '@nestjs/common';
import type { Id, Reservation } from '@groundtruth/sdk/protocol';
import { Clock } from '../kernel/clock.js';
import { DomainError, found } from '../kernel/problem.js';
import { IdentityRepository, type Principal } from '../identity/index.js';
import { UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import type { QueryOf } from '../platform/http/serves.js';
import { Outbox } from '../platform/outbox/index.js';
import { PolicyGate } from '../policy/index.js';
import { PayoutAccounts, Rail } from '../payments/index.js';
import { BountiesRepository } from './bounties.repository.js';
import type { BountyRow } from './bounty.entity.js';
import { termsFromRow, termsSubject, wayOf, type Way } from './bounty.terms.js';
import { heldBounty } from './bounty.funding.js';
import type { ReservationRow } from './reservation.entity.js';
import { ReservationLimits } from './reservation.limits.js';
import { ReservationOpening, type Taker } from './reservation.opening.js';
import { isLateRelease } from './reservation.rules.js';
import { reservationView } from './reservation.view.js';
import { ReservationsRepository } from './reservations.repository.js';

/** Who reserves: a contributor of a mode, asking or by an offer of theirs. */
export type Reserving = Pick<Principal, 'id' | 'mode'>;

const WAYS = {
  reserved: 'a slot is taken first',
  race: 'it is a race',
  sortition: 'its slots are drawn among those who apply',
} as const satisfies Record<Way, string>;

@Injectable()
export class ReservationsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly bounties: BountiesRepository,
    private readonly reservations: ReservationsRepository,
    private readonly identities: IdentityRepository,
    private readonly limits: ReservationLimits,
    private readonly opening: ReservationOpening,
    private readonly rail: Rail,
    private readonly payouts: PayoutAccounts,
    private readonly policy: PolicyGate,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes one slot of an open bounty until the reservation lapses, at the price of this moment. Refusals in this order:
   * `not_found`, `policy_refused`, `bounty_mode` (for a race, or where slots are drawn), `window_closed`, `bounty_not_open` (by its state), `reputation_too_low`, `reservation_barred`,
   * `reservation_limit`, `bounty_not_open` (for the card money behind it is in doubt), `payout_account_missing`, `bounty_full`.
   */
  async reserve(command: Command, caller: Principal, bountyId: string) {
    const allow = () => this.allow(caller, bountyId);
    return this.unitOfWork.onceAfter(command, allow, (tx) => this.take(tx, caller, bountyId));
  }

  /**
   * Gives a challenge for a race: no slot is taken. The price is that of the moment at which its seal is received; until then the reservation
   * shows what it would be now. Refuses as `reserve` does, but for `bounty_full`.
   */
  async challenge(command: Command, caller: Principal, bountyId: string) {
    const allow = () => this.allow(caller, bountyId);
    return this.unitOfWork.onceAfter(command, allow, (tx) => this.take(tx, caller, bountyId, 'race'));
  }

  /** The first half of `reserve`: what policy says to it. @throws {DomainError} `not_found`, `policy_refused`, `policy_held`. */
  async allow(caller: Reserving, bountyId: string): Promise<void> {
    await this.policy.check('reserve', await this.unitOfWork.run((tx) => this.policySubject(tx, caller, bountyId)));
  }

  /** The second half, for a use case that changes more in the same transaction. It has asked `allow` before. */
  async take(
    tx: Tx,
    caller: Reserving,
    bountyId: string,
    how: Exclude<Way, 'sortition'> = 'reserved',
  ): Promise<Reservation> {
    const { bounty, taker } = await this.admit(tx, caller, bountyId, how);
    const slot = how === 'race' ? bounty : await this.bounties.takeSlot(tx, bountyId, this.clock.now());
    if (!slot) throw await this.whyNoSlot(tx, bountyId);
    const id = await this.opening.open(tx, slot, taker, how === 'reserved');
    return reservationView((await this.reservations.get(tx, id))!);
  }

  /**
   * Whether this contributor may come by a slot in this way, slots apart; and where it would be paid. Locks the person. Refuses as `reserve`,
   * from `not_found` to `payout_account_missing`.
   */
  async admit(tx: Tx, caller: Reserving, bountyId: string, how: Way): Promise<{ bounty: BountyRow; taker: Taker }> {
    const bounty = found(await this.visible(tx, caller, bountyId), bountyId);
    const way = wayOf(termsFromRow(bounty));
    if (way !== how) throw new DomainError('bounty_mode', `${bountyId}: ${WAYS[way]}`);
    await this.mayReserve(tx, caller, bounty);
    if (!(await this.rail.takesWork(tx, heldBounty(bounty))))
      throw new DomainError('bounty_not_open', 'the card payment behind it is in doubt', { state: bounty.state });
    const onChain = heldBounty(bounty).rail === 'stablecoin';
    const payout = onChain ? await this.payouts.payoutOf(tx, caller.id, bounty.mode) : null;
    const contributor_id = caller.id as Id<'contributor'>;
    return { bounty, taker: { contributor_id, payout_to: payout?.to ?? null, payout_for: payout?.for ?? null } };
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
      const late = row.holds_slot && isLateRelease(row, query.reason, now);
      const moved = await this.reservations.advance(tx, id, 'release', now, { release_reason: query.reason, late });
      if (!moved) throw new DomainError('reservation_state', `${id} is ${row.state}`, { state: row.state });
      if (row.holds_slot) await this.bounties.freeSlot(tx, row.bounty_id, now);
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
      if (!(await this.reservations.advance(tx, id, 'lapse', now, { late: row.holds_slot }))) return;
      if (row.holds_slot) await this.bounties.freeSlot(tx, row.bounty_id, now);
      await this.outbox.append(tx, { type: 'reservation.lapsed', reservation_id: id, bounty_id: row.bounty_id });
    });
  }

  private async visible(tx: Tx, caller: Reserving, bountyId: string): Promise<BountyRow | null> {
    const bounty = await this.bounties.get(tx, bountyId);
    return bounty && bounty.mode === caller.mode && bounty.state !== 'draft' ? bounty : null;
  }

  private async policySubject(tx: Tx, caller: Reserving, bountyId: string) {
    const bounty = found(await this.visible(tx, caller, bountyId), bountyId);
    const contributor = found(await this.identities.contributor(tx, caller.id), caller.id);
    return {
      id: bountyId,
      mode: caller.mode,
      requester_id: bounty.agent_id,
      ...termsSubject(termsFromRow(bounty)),
      contributor: { id: contributor.id, adult_attested: contributor.adult },
    };
  }

  private async mayReserve(tx: Tx, caller: Reserving, bounty: BountyRow): Promise<void> {
    const now = this.clock.now();
    if (bounty.closes_at <= now) throw new DomainError('window_closed', `${bounty.id} closed at its deadline`);
    if (bounty.state !== 'open')
      throw new DomainError('bounty_not_open', `${bounty.id} is ${bounty.state}`, { state: bounty.state });
    await this.limits.check(tx, caller.id, bounty);
  }

  private async whyNoSlot(tx: Tx, bountyId: string): Promise<DomainError> {
    const row = found(await this.bounties.get(tx, bountyId), bountyId);
    if (row.state !== 'open')
      return new DomainError('bounty_not_open', `${bountyId} is ${row.state}`, { state: row.state });
    if (row.closes_at <= this.clock.now())
      return new DomainError('window_closed', `${bountyId} closed at its deadline`);
    return new DomainError('bounty_full', `all slots that ${bountyId} offers are taken`, {
      quantity: row.quantity,
    });
  }

  private own(caller: Principal, row: ReservationRow | null, id: string): ReservationRow {
    const mine = row && row.mode === caller.mode && (row.contributor_id === caller.id || caller.role === 'operator');
    return found(mine ? row : null, id);
  }
}
