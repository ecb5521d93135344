import { Injectable } from '@nestjs/common';
import type { Page, ObservationCard } from '@groundtruth/sdk/protocol';
import { Clock } from '../kernel/clock.js';
import { DomainError, found } from '../kernel/problem.js';
import type { Principal } from '../identity/index.js';
import { UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import { pageOf, readCursor } from '../platform/http/cursor.js';
import type { QueryOf } from '../platform/http/serves.js';
import type { ObservationRow } from './observations/observation.entity.js';
import { isFunder } from './observations/observation.funders.js';
import { both, EVERYTHING, filterOfQuery } from './observations/card.filter.js';
import { asOf, cardOf } from './observations/observation.view.js';
import { ObservationsRepository } from './observations/observations.repository.js';
import { ReadsService } from './reads/reads.service.js';
import { SavedFeedsService } from './saved/saved-feeds.service.js';

@Injectable()
export class FeedsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly observations: ObservationsRepository,
    private readonly reads: ReadsService,
    private readonly saved: SavedFeedsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Cards this caller may know of, in feed order; with `as_of` what was known at that moment, as the cards stood. However many pages are read of
   * a moment, what is published meanwhile is in none of them.
   * @throws {DomainError} `invalid_request` for a moment to come; `not_found` for a feed that is not the caller's.
   */
  async list(caller: Principal, query: QueryOf<'list_observations'>): Promise<Page<ObservationCard>> {
    const after = BigInt(readCursor(query.cursor) ?? 0);
    const { as_of = null, limit } = query;
    if (as_of !== null && as_of > this.clock.now())
      throw new DomainError('invalid_request', 'as_of: nothing is known yet of a moment to come', { param: 'as_of' });
    const filter = both(filterOfQuery(query), query.feed ? await this.saved.filter(caller, query.feed) : EVERYTHING);
    const scope = {
      mode: caller.mode,
      viewer_id: caller.id,
      filter,
      after,
      limit: limit + 1,
      as_of,
      bounty_id: query.bounty,
    };
    const rows = await this.unitOfWork.run(async (tx) => {
      if (as_of !== null) await this.observations.settle(tx, caller.mode, as_of);
      return this.observations.list(tx, scope);
    });
    const { data, ...rest } = pageOf(rows, limit, (row) => String(row.seq));
    return { ...rest, data: data.map((row) => cardOf(as_of === null ? row : asOf(row, as_of), caller.id)) };
  }

  /** The card, and the body when the caller funded it or has paid. */
  async get(caller: Principal, id: string) {
    return this.unitOfWork.run(async (tx) => {
      const row = await this.visible(tx, caller, id);
      const entitled = await this.reads.isEntitled(tx, caller, row);
      return { card: cardOf(row, caller.id), body: entitled ? await this.reads.bodyOf(tx, row) : null };
    });
  }

  /** Buys one read from the prepaid balance. A second purchase by the same reader costs nothing; funders read free. */
  async read(command: Command, caller: Principal, id: string) {
    return this.unitOfWork.once(command, async (tx) => {
      const row = await this.visible(tx, caller, id);
      await this.reads.buy(tx, caller, row);
      return { card: cardOf(row, caller.id), body: await this.reads.bodyOf(tx, row) };
    });
  }

  private async visible(tx: Tx, caller: Principal, id: string): Promise<ObservationRow> {
    const row = found(await this.observations.get(tx, id), id);
    const visible =
      row.mode === caller.mode && (row.public_seq !== null || isFunder(row, caller.id) || caller.role === 'operator');
    return found(visible ? row : null, id);
  }
}
