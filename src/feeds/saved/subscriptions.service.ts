import { Injectable } from '@nestjs/common';
import { FEEDS_MAX, type Page, type Subscription } from '@groundtruth/sdk/protocol';
import { Clock, seconds, type Instant } from '../../kernel/clock.js';
import { mintId } from '../../kernel/ids.js';
import { DomainError, found } from '../../kernel/problem.js';
import { needsScope, type Principal } from '../../identity/index.js';
import { UnitOfWork, type Command, type Tx } from '../../platform/database/index.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import type { BodyOf, QueryOf } from '../../platform/http/serves.js';
import type { SubscriptionRow } from './saved.entity.js';
import { tooMany } from './saved-feeds.service.js';
import { SavedRepository } from './saved.repository.js';
import { subscriptionView } from './saved.view.js';

const DAY_S = 86_400;

/** Subscriptions: what of a feed is pushed, and what it may cost. */
@Injectable()
export class SubscriptionsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly saved: SavedRepository,
    private readonly clock: Clock,
  ) {}

  /** Refusals in this order: `forbidden` (bodies need the scope `spend`), `invalid_request`, `not_found`, `feeds_limit`. */
  async create(command: Command, caller: Principal, body: BodyOf<'create_subscription'>) {
    const { feed: feed_id, deliver, cap_per_day = null, price_max = null } = body;
    if (deliver === 'bodies') needsScope(caller, 'spend');
    if (deliver === 'bodies' && cap_per_day === null)
      throw new DomainError('invalid_request', 'cap_per_day: bodies are bought up to a cap', { param: 'cap_per_day' });
    return this.unitOfWork.once(command, async (tx) => {
      found(await this.saved.feed(tx, caller, feed_id), feed_id);
      if ((await this.saved.count(tx, caller, 'subscription')) >= FEEDS_MAX) throw tooMany();
      const id = mintId('subscription');
      const terms = { mode: caller.mode, feed_id, owner_id: caller.id, deliver, cap_per_day, price_max };
      const row: SubscriptionRow = { id, ...terms, state: 'active', created_at: this.clock.now() };
      await this.saved.insertSubscription(tx, row);
      return subscriptionView(row, 0n);
    });
  }

  async list(caller: Principal, { cursor, limit }: QueryOf<'list_subscriptions'>): Promise<Page<Subscription>> {
    const after = readCursor(cursor) ?? '';
    return this.unitOfWork.run(async (tx) => {
      const rows = await this.saved.subscriptions(tx, caller, { after, limit: limit + 1 });
      const { data, ...rest } = pageOf(rows, limit, (row) => row.id);
      const views: Subscription[] = [];
      for (const row of data) views.push(await this.view(tx, row));
      return { ...rest, data: views };
    });
  }

  /** Nothing more is bought by it. Repeatable. */
  async cancel(caller: Principal, id: string): Promise<Subscription> {
    return this.unitOfWork.run(async (tx) => {
      found(await this.saved.subscription(tx, caller, id), id);
      await this.saved.cancel(tx, id, this.clock.now());
      return this.view(tx, found(await this.saved.subscription(tx, caller, id), id));
    });
  }

  /** The subscription of a stream: the caller's own, to this feed. @throws {DomainError} `not_found`, `forbidden`. */
  async of(caller: Principal, feedId: string, id: string): Promise<SubscriptionRow> {
    const row = await this.unitOfWork.run((tx) => this.saved.subscription(tx, caller, id));
    const subscription = found(row?.feed_id === feedId ? row : null, id);
    if (subscription.deliver === 'bodies') needsScope(caller, 'spend');
    return subscription;
  }

  private async view(tx: Tx, row: SubscriptionRow): Promise<Subscription> {
    return subscriptionView(row, await this.saved.spent(tx, row.id, dayBefore(this.clock.now())));
  }
}

export const dayBefore = (at: Instant): Instant => at - seconds(DAY_S);
