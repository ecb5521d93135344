import { Injectable } from '@nestjs/common';
import { FEEDS_MAX, type Feed, type Page } from '@groundtruth/sdk/protocol';
import { Clock } from '../../kernel/clock.js';
import { mintId } from '../../kernel/ids.js';
import { DomainError, found } from '../../kernel/problem.js';
import type { Principal } from '../../identity/index.js';
import { UnitOfWork, type Command } from '../../platform/database/index.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import type { BodyOf, QueryOf } from '../../platform/http/serves.js';
import type { CardFilter } from '../observations/card.filter.js';
import { cellsOf, filterOf, wireQuery } from './feed.query.js';
import { SavedRepository } from './saved.repository.js';
import { feedView } from './saved.view.js';

/** Saved queries over cards, each its owner's alone. */
@Injectable()
export class SavedFeedsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly saved: SavedRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws {DomainError} `invalid_request` for an area that is none; `feeds_limit`. */
  async create(command: Command, caller: Principal, { name, query }: BodyOf<'create_feed'>) {
    const cells = cellsOf(query);
    return this.unitOfWork.once(command, async (tx) => {
      if ((await this.saved.count(tx, caller, 'feed')) >= FEEDS_MAX) throw tooMany();
      const id = mintId('feed');
      const row = { id, mode: caller.mode, owner_id: caller.id, name, query: wireQuery(query), cells };
      const made = { ...row, created_at: this.clock.now() };
      await this.saved.insertFeed(tx, made);
      return feedView(made);
    });
  }

  async list(caller: Principal, { cursor, limit }: QueryOf<'list_feeds'>): Promise<Page<Feed>> {
    const after = readCursor(cursor) ?? '';
    const rows = await this.unitOfWork.run((tx) => this.saved.feeds(tx, caller, { after, limit: limit + 1 }));
    const { data, ...rest } = pageOf(rows, limit, (row) => row.id);
    return { ...rest, data: data.map(feedView) };
  }

  async get(caller: Principal, id: string): Promise<Feed> {
    return this.unitOfWork.run(async (tx) => feedView(found(await this.saved.feed(tx, caller, id), id)));
  }

  /** Forgets it and cancels its subscriptions; answers what it was. */
  async delete(caller: Principal, id: string): Promise<Feed> {
    return this.unitOfWork.run(async (tx) => {
      const row = found(await this.saved.feed(tx, caller, id), id);
      for (const subscription of await this.saved.activeOf(tx, id))
        await this.saved.cancel(tx, subscription.id, this.clock.now());
      await this.saved.deleteFeed(tx, id);
      return feedView(row);
    });
  }

  /** What one of the caller's feeds asks of cards. @throws {DomainError} `not_found`. */
  async filter(caller: Principal, id: string): Promise<CardFilter> {
    return this.unitOfWork.run(async (tx) => filterOf(found(await this.saved.feed(tx, caller, id), id)));
  }
}

export const tooMany = () =>
  new DomainError('feeds_limit', `at most ${FEEDS_MAX} of these at once`, { limit: FEEDS_MAX });
