import { Inject, Injectable } from '@nestjs/common';
import type { Id } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import { Clock, seconds } from '../kernel/clock.js';
import { mintId } from '../kernel/ids.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import type { Tx } from '../platform/database/index.js';
import { Outbox } from '../platform/outbox/index.js';
import type { BountyRow } from './bounty.entity.js';
import { feeAt, priceNow } from './bounty.price.js';
import { newChallenge } from './challenge.js';
import { ReservationsRepository } from './reservations.repository.js';

/** Who gets a slot, and where it is paid on chain; both payout fields are null on the balance rail. */
export interface Taker {
  readonly contributor_id: Id<'contributor'>;
  readonly payout_to: Hex | null;
  readonly payout_for: Hex | null;
}

/** Makes a reservation: its price, its challenge and its time begin here, for slots that are taken, raced for and drawn alike. */
@Injectable()
export class ReservationOpening {
  constructor(
    private readonly reservations: ReservationsRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** In the transaction that took the slot; `slot` is the bounty's row after that. Not repeatable: each call makes another. */
  async open(tx: Tx, slot: BountyRow, taker: Taker, holds_slot = true): Promise<Id<'reservation'>> {
    const now = this.clock.now();
    const id = mintId('reservation');
    const price = priceNow(slot, now);
    await this.reservations.insert(tx, {
      id,
      bounty_id: slot.id,
      mode: slot.mode,
      price,
      fee: feeAt(slot, price),
      currency: slot.currency,
      ...newChallenge(),
      contributor_id: taker.contributor_id,
      issued_at: now,
      lapses_at: Math.min(now + seconds(this.config.RESERVATION_TTL_S), slot.uploads_until),
      payout_to: taker.payout_to,
      payout_for: taker.payout_for,
      holds_slot,
    });
    await this.outbox.append(tx, { type: 'reservation.created', reservation_id: id, bounty_id: slot.id });
    return id;
  }
}
