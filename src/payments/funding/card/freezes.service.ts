import { Injectable } from '@nestjs/common';
import { Clock } from '../../../kernel/clock.js';
import { found } from '../../../kernel/problem.js';
import { IdentityRepository, type Principal } from '../../../identity/index.js';
import { UnitOfWork } from '../../../platform/database/index.js';
import { CardFreezes } from './card.freezes.js';

/** What an operator decides about frozen agents. */
@Injectable()
export class FreezesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly identities: IdentityRepository,
    private readonly freezes: CardFreezes,
    private readonly clock: Clock,
  ) {}

  /** Repeatable. The next dispute freezes the agent again. @throws {DomainError} `not_found` for an agent of another mode. */
  async lift(caller: Principal, agentId: string) {
    return this.unitOfWork.run(async (tx) => {
      const mode = await this.identities.agentMode(tx, agentId);
      found(mode === caller.mode ? mode : null, agentId);
      return { agent_id: agentId, lifted: await this.freezes.liftAll(tx, agentId, this.clock.now()) };
    });
  }
}
