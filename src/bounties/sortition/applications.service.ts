import { Inject, Injectable } from '@nestjs/common';
import type { Application } from '@groundtruth/sdk/protocol';
import { Clock } from '../../kernel/clock.js';
import { mintId } from '../../kernel/ids.js';
import { DomainError, found } from '../../kernel/problem.js';
import type { Principal } from '../../identity/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { UnitOfWork, type Command, type Tx } from '../../platform/database/index.js';
import { Sequencer } from '../../transparency/index.js';
import { freeSlots } from '../agreement/overlap.rules.js';
import { BountiesRepository } from '../bounties.repository.js';
import { BountyFunders } from '../pledges/bounty.funders.js';
import { ReservationsService } from '../reservations.service.js';
import { ApplicationsRepository } from './applications.repository.js';
import { Draws } from './draws.service.js';
import type { PlacedApplication } from './sortition.entity.js';
import { enough } from './sortition.rules.js';
import { applicationView } from './sortition.view.js';

/** How a contributor wishes for a slot that is drawn. */
@Injectable()
export class ApplicationsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly bounties: BountiesRepository,
    private readonly applications: ApplicationsRepository,
    private readonly draws: Draws,
    private readonly reserving: ReservationsService,
    private readonly funders: BountyFunders,
    private readonly sequencer: Sequencer,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Enters the current round. Refuses as `reserve` does up to `payout_account_missing`, then in this order: `applicant_linked`, `bounty_not_open`,
   * `bounty_full`, `application_exists`.
   */
  async apply(command: Command, caller: Principal, bountyId: string) {
    const allow = () => this.reserving.allow(caller, bountyId);
    const answer = await this.unitOfWork.onceAfter(command, allow, (tx) => this.enter(tx, caller, bountyId));
    this.sequencer.kick(caller.mode); // A round may have closed.
    return answer;
  }

  async get(caller: Principal, id: string): Promise<Application> {
    return this.unitOfWork.run(async (tx) =>
      applicationView(own(caller, await this.applications.get(tx, id), id), this.clock.now()),
    );
  }

  /** Repeatable until the round closes. @throws {DomainError} `not_found`; `application_state`. */
  async withdraw(caller: Principal, id: string): Promise<Application> {
    return this.unitOfWork.run(async (tx) => {
      const { bounty_id } = own(caller, await this.applications.get(tx, id), id);
      await this.bounties.lock(tx, bounty_id);
      const row = (await this.applications.get(tx, id))!;
      const now = this.clock.now();
      if (row.state !== 'withdrawn') {
        const open = row.draw_state === 'open' && row.closes_at > now;
        if (!open || !(await this.applications.advance(tx, id, 'withdraw', now)))
          throw new DomainError('application_state', `round ${row.round} of ${bounty_id} is closed`, {
            state: row.state,
          });
      }
      return applicationView((await this.applications.get(tx, id))!, now);
    });
  }

  private async enter(tx: Tx, caller: Principal, bountyId: string): Promise<Application> {
    const { bounty, taker } = await this.reserving.admit(tx, caller, bountyId, 'sortition');
    if ((await this.funders.linkedTo(tx, bounty, caller.id)).length > 0)
      throw new DomainError(
        'applicant_linked',
        `you share a device, a wallet or a network with who pays for ${bountyId}`,
      );
    const row = found(await this.bounties.lock(tx, bountyId), bountyId);
    if (row.state !== 'open')
      throw new DomainError('bounty_not_open', `${bountyId} is ${row.state}`, { state: row.state });
    const free = freeSlots(row);
    if (free === 0)
      throw new DomainError('bounty_full', `all slots that ${bountyId} offers are taken`, { quantity: row.quantity });
    const draw = await this.draws.current(tx, row);
    const before = await this.applications.standing(tx, draw.id, caller.id);
    if (before)
      throw new DomainError('application_exists', `${before.id} is in round ${draw.round}`, {
        application_id: before.id,
      });
    const id = mintId('application');
    const created_at = this.clock.now();
    await this.applications.insert(tx, {
      id,
      mode: row.mode,
      draw_id: draw.id,
      bounty_id: row.id,
      ...taker,
      created_at,
    });
    if ((await this.applications.count(tx, draw.id)) >= enough(free, this.config.SORTITION_ENOUGH))
      await this.draws.close(tx, row, draw);
    return applicationView((await this.applications.get(tx, id))!, created_at);
  }
}

function own(caller: Principal, row: PlacedApplication | null, id: string): PlacedApplication {
  const mine = row && row.mode === caller.mode && (row.contributor_id === caller.id || caller.role === 'operator');
  return found(mine ? row : null, id);
}
