import { Controller, Injectable, Param } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import { Caller, Once, type Principal } from '../identity/index.js';
import { UnitOfWork, type Command } from '../platform/database/index.js';
import { Body, Serves, type BodyOf } from '../platform/http/serves.js';
import { areasMeet, PolicyGate } from '../policy/index.js';
import { BountiesRepository } from './bounties.repository.js';
import { termsFromRow, termsSubject } from './bounty.terms.js';

/** The operator's kill switch: an area is switched off for policy, and the open bounties in it are suspended with it. */
@Injectable()
export class AreasService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly bounties: BountiesRepository,
    private readonly policy: PolicyGate,
    private readonly clock: Clock,
  ) {}

  async suspend(command: Command, caller: Principal, body: BodyOf<'suspend_area'>) {
    return this.unitOfWork.once(command, async (tx) => {
      const id = await this.policy.suspend(tx, body.area, body.reason, caller.id);
      for (const row of await this.bounties.inStates(tx, ['open'], null)) {
        if (areasMeet(termsFromRow(row).area, body.area)) {
          await this.bounties.advance(tx, row.id, 'suspend', this.clock.now(), { suspended_by: id });
        }
      }
      return { id };
    });
  }

  /** Resumes what this suspension stopped, unless policy objects for another reason, such as a second suspension. */
  async lift(id: string) {
    return this.unitOfWork.run(async (tx) => {
      await this.policy.lift(tx, id);
      for (const row of await this.bounties.inStates(tx, ['suspended'], id)) {
        const subject = { id: row.id, mode: row.mode, requester_id: row.agent_id, ...termsSubject(termsFromRow(row)) };
        const allowed = (await this.policy.look(tx, 'publish', subject)).outcome === 'allow';
        if (allowed) await this.bounties.advance(tx, row.id, 'resume', this.clock.now(), { suspended_by: null });
      }
      return { id };
    });
  }
}

@Controller()
export class AreasController {
  constructor(private readonly areas: AreasService) {}

  @Serves('suspend_area')
  suspend(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'suspend_area'>) {
    return this.areas.suspend(command, caller, body);
  }

  @Serves('lift_area')
  lift(@Param('id') id: string) {
    return this.areas.lift(id);
  }
}
