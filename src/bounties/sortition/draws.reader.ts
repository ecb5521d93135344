import { Injectable } from '@nestjs/common';
import type { Draw, Page } from '@groundtruth/sdk/protocol';
import { found } from '../../kernel/problem.js';
import type { Principal } from '../../identity/index.js';
import { UnitOfWork, type Tx } from '../../platform/database/index.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import type { QueryOf } from '../../platform/http/serves.js';
import { TransparencyLog } from '../../transparency/index.js';
import { BountiesRepository } from '../bounties.repository.js';
import { isVisible } from '../pledges/gathering.rules.js';
import { DrawsRepository } from './draws.repository.js';
import type { DrawRow } from './sortition.entity.js';
import { drawView } from './sortition.view.js';

/** What anybody who sees a bounty can check of its draws. */
@Injectable()
export class DrawsReader {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly bounties: BountiesRepository,
    private readonly draws: DrawsRepository,
    private readonly log: TransparencyLog,
  ) {}

  async list(caller: Principal, bountyId: string, query: QueryOf<'list_draws'>): Promise<Page<Draw>> {
    return this.unitOfWork.run(async (tx) => {
      const bounty = await this.bounties.get(tx, bountyId);
      found(bounty && isVisible(bounty, caller) ? bounty : null, bountyId);
      const after = Number(readCursor(query.cursor) ?? 0);
      const rows = await this.draws.list(tx, bountyId, after, query.limit + 1);
      const { data, ...rest } = pageOf(rows, query.limit, ({ round }) => String(round));
      return { ...rest, data: await Promise.all(data.map((row) => this.withProof(tx, row))) };
    });
  }

  private async withProof(tx: Tx, row: DrawRow): Promise<Draw> {
    if (row.checkpoint_size === null) return drawView(row, null);
    return drawView(row, await this.log.inclusionProof(tx, row.mode, row.id, Number(row.checkpoint_size)));
  }
}
