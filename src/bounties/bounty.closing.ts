import { Injectable } from '@nestjs/common';
import type { Id } from '@groundtruth/sdk/protocol';
import { Clock } from '../kernel/clock.js';
import { Rail } from '../payments/index.js';
import { UnitOfWork, type Tx } from '../platform/database/index.js';
import { Outbox } from '../platform/outbox/index.js';
import { BountiesRepository } from './bounties.repository.js';
import { heldBounty } from './bounty.funding.js';
import { mayFinish } from './bounty.rules.js';

/** How bounties end: deadlines start the closing, the last slot and the last appeal finish it and the rest of the hold goes home. */
@Injectable()
export class BountyClosing {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly bounties: BountiesRepository,
    private readonly rail: Rail,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** The window is over: no new work. Repeatable. */
  async expire(id: Id<'bounty'>): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const row = await this.bounties.lock(tx, id);
      if (!row || row.closes_at > now) return;
      const moved = await this.bounties.advance(tx, id, 'expire', now, { outcome: 'expired' });
      if (moved?.to === 'closed') await this.rail.abandon(tx, heldBounty(row));
      if (moved)
        await this.outbox.append(tx, {
          type: moved.to === 'closed' ? 'bounty.closed' : 'bounty.closing',
          bounty_id: id,
        });
    });
  }

  /** Every slot is settled: nothing is left to take. In the transaction that settled the last one. */
  async fill(tx: Tx, id: Id<'bounty'>): Promise<void> {
    const moved = await this.bounties.advance(tx, id, 'fill', this.clock.now(), { outcome: 'filled' });
    if (moved) await this.outbox.append(tx, { type: 'bounty.closing', bounty_id: id });
  }

  /** Closes a bounty that nothing keeps open any more and returns the rest. Repeatable; does nothing too early. */
  async finish(id: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const row = await this.bounties.lock(tx, id);
      if (!row || !mayFinish(row, this.clock.now())) return;
      await this.bounties.advance(
        tx,
        id,
        'finish',
        this.clock.now(),
        row.settled === row.quantity ? { outcome: 'filled' } : {},
      );
      await this.rail.refundRest(tx, heldBounty(row));
      await this.outbox.append(tx, { type: 'bounty.closed', bounty_id: id });
    });
  }
}
