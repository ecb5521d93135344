import { Injectable } from '@nestjs/common';
import { formatAmount, toWireTime, type EarningsHold } from '@groundtruth/sdk/protocol';
import { Clock } from '../../kernel/clock.js';
import { found } from '../../kernel/problem.js';
import { IdentityRepository, type Principal } from '../../identity/index.js';
import { UnitOfWork, type Command, type Tx } from '../../platform/database/index.js';
import type { BodyOf, QueryOf } from '../../platform/http/serves.js';
import { EarningsHolds, type EarningsHoldRow, type EarningsPair } from './earnings-holds.repository.js';
import { EarningsRepository } from './earnings.repository.js';
import { PayoutBooks } from './payout.books.js';
import { RecipientsRepository } from './recipients.repository.js';

/** What an operator decides about what a contributor earned from an agent whose card money is in doubt. */
@Injectable()
export class EarningsHoldsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly holds: EarningsHolds,
    private readonly earnings: EarningsRepository,
    private readonly recipients: RecipientsRepository,
    private readonly identities: IdentityRepository,
    private readonly books: PayoutBooks,
    private readonly clock: Clock,
  ) {}

  /** @throws {DomainError} `not_found` for an agent or a contributor of another mode. */
  async decide(command: Command, { mode }: Principal, body: BodyOf<'decide_earnings'>) {
    return this.unitOfWork.once(command, async (tx) => {
      const { agent_id, contributor_id, decision, reason } = body;
      const pair = { mode, agent_id, contributor_id };
      await this.known(tx, pair);
      await this.recipients.lockOf(tx, mode, contributor_id); // No batch plans a payout meanwhile.
      const now = this.clock.now();
      const row = await this.holds.lock(tx, pair, now);
      if (row.state !== 'held') await this.holds.advance(tx, row, 'hold', now, reason);
      if (decision === 'release') await this.holds.advance(tx, row, 'release', now, reason);
      if (decision === 'collusion') await this.convict(tx, row, reason);
      return this.view(tx, await this.holds.lock(tx, pair, now));
    });
  }

  /** Newest first. */
  async list({ mode }: Principal, { state }: QueryOf<'list_earnings_holds'>): Promise<{ data: EarningsHold[] }> {
    return this.unitOfWork.run(async (tx) => {
      const data: EarningsHold[] = [];
      for (const row of await this.holds.list(tx, mode, state ?? null)) data.push(await this.view(tx, row));
      return { data };
    });
  }

  /** Takes what came from the agent and has not left. */
  private async convict(tx: Tx, row: EarningsHoldRow, reason: string): Promise<void> {
    const now = this.clock.now();
    const amount = await this.earnings.notLeft(tx, row, now);
    await this.holds.advance(tx, row, 'convict', now, reason);
    if (amount === 0n) return;
    await this.books.take(tx, row, `${row.id}:${row.taken}`, amount);
    await this.holds.addTaken(tx, row.id, amount);
  }

  private async known(tx: Tx, { mode, agent_id, contributor_id }: EarningsPair): Promise<void> {
    const agentMode = await this.identities.agentMode(tx, agent_id);
    found(agentMode === mode ? agentMode : null, agent_id);
    const contributorMode = await this.identities.contributorMode(tx, contributor_id);
    found(contributorMode === mode ? contributorMode : null, contributor_id);
  }

  private async view(tx: Tx, row: EarningsHoldRow): Promise<EarningsHold> {
    const { id, mode, agent_id, contributor_id, state, cause, held_at, released_at, taken, reason, created_at } = row;
    return {
      id,
      mode,
      agent_id,
      contributor_id,
      state,
      cause,
      not_left: formatAmount(await this.earnings.notLeft(tx, row, this.clock.now())),
      taken: formatAmount(taken),
      reason,
      held_at: toWireTime(held_at),
      released_at: released_at === null ? null : toWireTime(released_at),
      created_at: toWireTime(created_at),
    };
  }
}
