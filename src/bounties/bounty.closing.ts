import { Injectable } from '@nestjs/common';
import type { Id } from '@groundtruth/sdk/protocol';
import { Clock } from '../kernel/clock.js';
import { DomainError, found } from '../kernel/problem.js';
import { UnitOfWork, type Tx } from '../platform/database/index.js';
import { Outbox } from '../platform/outbox/index.js';
import { BountiesRepository } from './bounties.repository.js';
import { mayFinish } from './bounty.rules.js';
import { BountyFunders } from './pledges/bounty.funders.js';
import { endsAt } from './pledges/gathering.rules.js';
import { PledgeReturns } from './pledges/pledge.returns.js';

/** How bounties end: deadlines start the closing, the last slot and the last appeal finish it and the rest of the hold goes home. */
@Injectable()
export class BountyClosing {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly bounties: BountiesRepository,
    private readonly funders: BountyFunders,
    private readonly returns: PledgeReturns,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Its requester's word, in the caller's transaction: no new work. @throws {DomainError} `bounty_not_open`; `bounty_has_work` while somebody
   * works for it and others paid for that too.
   */
  async cancel(tx: Tx, id: string): Promise<void> {
    const row = found(await this.bounties.lock(tx, id), id);
    const moved = await this.bounties.advance(tx, id, 'cancel', this.clock.now(), { outcome: 'cancelled' });
    if (!moved) throw new DomainError('bounty_not_open', `${id} can no longer be cancelled`);
    if (row.reserved > 0 && (await this.funders.areSeveral(tx, row)))
      throw new DomainError('bounty_has_work', `${row.reserved} slots of ${id} are taken, and it is not yours alone`, {
        reserved: row.reserved,
      });
    if (moved.to === 'closed') await this.returns.ofDraft(tx, row);
    await this.outbox.append(tx, { type: moved.to === 'closed' ? 'bounty.closed' : 'bounty.closing', bounty_id: id });
  }

  /** The window is over, or the time for pledges: no new work. Repeatable. */
  async expire(id: Id<'bounty'>): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const row = await this.bounties.lock(tx, id);
      if (!row || endsAt(row) > now) return;
      const moved = await this.bounties.advance(tx, id, 'expire', now, { outcome: 'expired' });
      if (moved?.to === 'closed') await this.returns.ofDraft(tx, row);
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
      await this.returns.rest(tx, row);
      await this.outbox.append(tx, { type: 'bounty.closed', bounty_id: id });
    });
  }
}
