import { Injectable } from '@nestjs/common';
import { toWireTime, type FrozenAgent } from '@groundtruth/sdk/protocol';
import { Clock } from '../../../kernel/clock.js';
import { found } from '../../../kernel/problem.js';
import { IdentityRepository, type Principal } from '../../../identity/index.js';
import { UnitOfWork } from '../../../platform/database/index.js';
import { pageOf, readCursor } from '../../../platform/http/cursor.js';
import type { QueryOf } from '../../../platform/http/serves.js';
import { CardFreezes, type FrozenAgentRow } from './card.freezes.js';

/** What an operator decides about frozen agents. */
@Injectable()
export class FreezesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly identities: IdentityRepository,
    private readonly freezes: CardFreezes,
    private readonly clock: Clock,
  ) {}

  /** Agents of the caller's mode, in the order of their ids. */
  async list({ mode }: Principal, { limit, cursor }: QueryOf<'list_freezes'>) {
    const after = readCursor(cursor) ?? '';
    const rows = await this.unitOfWork.run((tx) => this.freezes.frozen(tx, mode, after, limit + 1));
    const { data, ...page } = pageOf(rows, limit, ({ agent_id }) => agent_id);
    return { ...page, data: data.map(view) };
  }

  /** Repeatable. The next dispute freezes the agent again. @throws {DomainError} `not_found` for an agent of another mode. */
  async lift(caller: Principal, agentId: string) {
    return this.unitOfWork.run(async (tx) => {
      const mode = await this.identities.agentMode(tx, agentId);
      found(mode === caller.mode ? mode : null, agentId);
      return { agent_id: agentId, lifted: await this.freezes.liftAll(tx, agentId, this.clock.now()) };
    });
  }
}

const view = ({ agent_id, freezes }: FrozenAgentRow): FrozenAgent => ({
  agent_id,
  since: toWireTime(freezes[0]!.created_at),
  reasons: freezes.map(({ id, cause, top_up_id, created_at }) => ({
    id,
    cause,
    top_up_id,
    created_at: toWireTime(created_at),
  })),
});
