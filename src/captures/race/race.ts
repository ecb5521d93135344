import { Injectable } from '@nestjs/common';
import type { Id } from '@groundtruth/sdk/protocol';
import { Clock } from '../../kernel/clock.js';
import { DomainError, found } from '../../kernel/problem.js';
import {
  BountiesRepository,
  feeAt,
  priceNow,
  ReservationsRepository,
  type BountyRow,
  type ReservationRow,
} from '../../bounties/index.js';
import type { Tx } from '../../platform/database/index.js';
import { Outbox } from '../../platform/outbox/index.js';
import { CapturesRepository } from '../captures.repository.js';
import { LineRepository, type Waiting } from './line.repository.js';
import { lineMax } from './race.rules.js';

/**
 * The line of a race. A capture takes its slot when it is looked at and not before, in the order of the seals: so whatever the requester
 * sees, and whatever is accepted, has a slot to be paid from. The bounty's row is locked by whoever moves the line.
 */
@Injectable()
export class Race {
  constructor(
    private readonly bounties: BountiesRepository,
    private readonly reservations: ReservationsRepository,
    private readonly captures: CapturesRepository,
    private readonly lines: LineRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** The first seal of a challenge fixes its price. Repeatable; nothing where a slot is held. */
  async price(tx: Tx, bounty: BountyRow, reservation: ReservationRow, sealed_at: number): Promise<void> {
    if (reservation.holds_slot || reservation.priced_at !== null) return;
    const price = priceNow(bounty, sealed_at);
    await this.reservations.fixPrice(tx, reservation.id, { price, fee: feeAt(bounty, price) }, sealed_at);
  }

  /**
   * A new capture gets in line. Nothing where a slot is held.
   * @throws {DomainError} `race_full` when as many wait as may.
   */
  async enter(tx: Tx, reservation: ReservationRow): Promise<void> {
    if (reservation.holds_slot) return;
    const bounty = found(await this.bounties.lock(tx, reservation.bounty_id), reservation.bounty_id);
    if (bounty.waiting >= (await this.lineMax(tx, bounty)))
      throw new DomainError('race_full', 'as many captures are undecided as may be', { waiting: bounty.waiting });
    await this.bounties.wait(tx, bounty.id, 1);
  }

  /** A capture left the line without a slot: its upload never came. */
  async leave(tx: Tx, bountyId: string, reservationId: string): Promise<void> {
    const reservation = found(await this.reservations.get(tx, reservationId), reservationId);
    if (!reservation.holds_slot) await this.bounties.wait(tx, bountyId, -1);
  }

  /** Whether a capture may be looked at now. In a race, when no more wait before it than slots are free; then it has one. */
  async admits(tx: Tx, captureId: string): Promise<boolean> {
    const capture = await this.captures.get(tx, captureId);
    if (capture?.state !== 'submitted') return true;
    const reservation = found(await this.reservations.get(tx, capture.reservation_id), capture.reservation_id);
    if (reservation.holds_slot) return true;
    const bounty = found(await this.bounties.lock(tx, capture.bounty_id), capture.bounty_id);
    const place = (await this.lines.line(tx, bounty.id)).findIndex(({ id }) => id === captureId);
    const free = bounty.quantity - bounty.reserved - bounty.settled;
    if (place < 0 || place >= free) return false;
    await this.bounties.wait(tx, bounty.id, -1);
    await this.bounties.takeFreeSlot(tx, bounty.id, this.clock.now());
    return true;
  }

  /**
   * Something was decided: whoever has no chance any more is superseded, the latest seals first, unseen. Answers who may be
   * looked at next. Repeatable; nothing for a bounty that is no race.
   */
  async moveOn(tx: Tx, bountyId: string): Promise<Id<'capture'>[]> {
    const bounty = await this.bounties.lock(tx, bountyId);
    if (!bounty || bounty.waiting === 0) return [];
    const [line, max] = [await this.lines.line(tx, bountyId), await this.lineMax(tx, bounty)];
    const [kept, superseded] = [line.slice(0, max), line.slice(max)];
    for (const waiting of superseded) await this.supersede(tx, bountyId, waiting);
    const free = bounty.quantity - bounty.reserved - bounty.settled;
    return kept.slice(0, free).flatMap(({ id, state }) => (state === 'submitted' ? [id] : []));
  }

  private async supersede(tx: Tx, bounty_id: string, { id, reservation_id }: Waiting): Promise<void> {
    const now = this.clock.now();
    await this.captures.advance(tx, id, 'supersede', now);
    await this.reservations.advance(tx, reservation_id, 'release', now, { release_reason: 'superseded' });
    await this.bounties.wait(tx, bounty_id, -1);
    await this.outbox.append(tx, { type: 'capture.superseded', capture_id: id, bounty_id });
  }

  private async lineMax(tx: Tx, { id, quantity, reserved, settled }: BountyRow): Promise<number> {
    const accepted = await this.lines.accepted(tx, id);
    return lineMax({ quantity, accepted, judged: reserved - (accepted - settled) });
  }
}
