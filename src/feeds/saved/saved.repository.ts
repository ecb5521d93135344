import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../../platform/database/index.js';
import { advance } from '../../platform/lifecycle/transitions.js';
import type { FeedRow, SubscriptionRow } from './saved.entity.js';
import { SUBSCRIPTION_TRANSITIONS } from './subscription.machine.js';

/** Whose: nobody finds another's. */
export interface Owner {
  readonly id: string;
  readonly mode: Mode;
}

interface PageOf {
  readonly after: string;
  readonly limit: number;
}

/** Saved feeds and subscriptions of their owners. */
@Injectable()
export class SavedRepository {
  async insertFeed(tx: Tx, row: FeedRow): Promise<void> {
    await sql(
      tx,
      'INSERT INTO feed (id, mode, owner_id, name, query, cells, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [row.id, row.mode, row.owner_id, row.name, row.query, row.cells, new Date(row.created_at)],
    );
  }

  async feed(tx: Tx, owner: Owner, id: string): Promise<FeedRow | null> {
    return sqlOne<FeedRow>(tx, 'SELECT * FROM feed WHERE id = $1 AND owner_id = $2 AND mode = $3', [
      id,
      owner.id,
      owner.mode,
    ]);
  }

  async feeds(tx: Tx, owner: Owner, { after, limit }: PageOf): Promise<FeedRow[]> {
    return sql(tx, 'SELECT * FROM feed WHERE owner_id = $1 AND mode = $2 AND id > $3 ORDER BY id LIMIT $4', [
      owner.id,
      owner.mode,
      after,
      limit,
    ]);
  }

  async deleteFeed(tx: Tx, id: string): Promise<void> {
    await sql(tx, 'DELETE FROM feed WHERE id = $1', [id]);
  }

  /** How many of a kind an owner has that count; nobody else of the same owner makes one until the commit. */
  async count(tx: Tx, owner: Owner, what: 'feed' | 'subscription'): Promise<number> {
    await sql(tx, 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${what} of ${owner.id}`]);
    const counted = what === 'feed' ? '' : ` AND state = 'active'`;
    const row = await sqlOne<{ n: bigint }>(tx, `SELECT count(*) AS n FROM ${what} WHERE owner_id = $1${counted}`, [
      owner.id,
    ]);
    return Number(row!.n);
  }

  async insertSubscription(tx: Tx, row: SubscriptionRow): Promise<void> {
    await sql(
      tx,
      `INSERT INTO subscription (id, mode, feed_id, owner_id, state, deliver, cap_per_day, price_max, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        row.id,
        row.mode,
        row.feed_id,
        row.owner_id,
        row.state,
        row.deliver,
        row.cap_per_day,
        row.price_max,
        new Date(row.created_at),
      ],
    );
  }

  async subscription(tx: Tx, owner: Owner, id: string): Promise<SubscriptionRow | null> {
    return sqlOne<SubscriptionRow>(tx, 'SELECT * FROM subscription WHERE id = $1 AND owner_id = $2 AND mode = $3', [
      id,
      owner.id,
      owner.mode,
    ]);
  }

  /** As it is now; nothing is bought by it elsewhere until the commit. */
  async lockSubscription(tx: Tx, id: string): Promise<SubscriptionRow> {
    return (await sqlOne<SubscriptionRow>(tx, 'SELECT * FROM subscription WHERE id = $1 FOR UPDATE', [id]))!;
  }

  async subscriptions(tx: Tx, owner: Owner, { after, limit }: PageOf): Promise<SubscriptionRow[]> {
    return sql(tx, 'SELECT * FROM subscription WHERE owner_id = $1 AND mode = $2 AND id > $3 ORDER BY id LIMIT $4', [
      owner.id,
      owner.mode,
      after,
      limit,
    ]);
  }

  async activeOf(tx: Tx, feedId: string): Promise<SubscriptionRow[]> {
    return sql(tx, `SELECT * FROM subscription WHERE feed_id = $1 AND state = 'active' ORDER BY id`, [feedId]);
  }

  /** Repeatable: false when it was cancelled before. */
  async cancel(tx: Tx, id: string, at: Instant): Promise<boolean> {
    const transitions = SUBSCRIPTION_TRANSITIONS;
    return (await advance(tx, { table: 'subscription', transitions, id, event: 'cancel', at })) !== null;
  }

  async recordRead(tx: Tx, id: string, observationId: string, price: bigint, at: Instant): Promise<void> {
    await sql(
      tx,
      'INSERT INTO subscription_read (subscription_id, observation_id, price, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [id, observationId, price, new Date(at)],
    );
  }

  /** Micros that were spent by it since then. */
  async spent(tx: Tx, id: string, since: Instant): Promise<bigint> {
    const row = await sqlOne<{ spent: bigint }>(
      tx,
      'SELECT coalesce(sum(price), 0)::bigint AS spent FROM subscription_read WHERE subscription_id = $1 AND at > $2',
      [id, new Date(since)],
    );
    return row!.spent;
  }
}
