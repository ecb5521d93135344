import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Saved queries over cards, and subscriptions that push what they find. */
export class SavedFeeds1764002500100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE feed (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        owner_id text NOT NULL,
        name text NOT NULL,
        -- As it was given.
        query jsonb NOT NULL,
        -- The cells it covers; null: everywhere.
        cells text[],
        created_at timestamptz NOT NULL
      );
      CREATE INDEX feed_by_owner ON feed (owner_id, id);
      CREATE TABLE subscription (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        -- May be gone: then the subscription is cancelled, and what it read is kept.
        feed_id text NOT NULL,
        owner_id text NOT NULL,
        state text NOT NULL CHECK (state IN ('active', 'cancelled')),
        deliver text NOT NULL CHECK (deliver IN ('cards', 'bodies')),
        -- Micros in any 24 hours.
        cap_per_day bigint CHECK (cap_per_day >= 0),
        -- Micros of one read.
        price_max bigint CHECK (price_max >= 0),
        created_at timestamptz NOT NULL,
        CHECK (deliver = 'cards' OR cap_per_day IS NOT NULL)
      );
      CREATE INDEX subscription_by_owner ON subscription (owner_id, id);
      CREATE INDEX subscription_of_feed ON subscription (feed_id);
      -- What a subscription bought: counted against its cap.
      CREATE TABLE subscription_read (
        subscription_id text NOT NULL REFERENCES subscription,
        observation_id text NOT NULL REFERENCES observation,
        price bigint NOT NULL CHECK (price >= 0),
        at timestamptz NOT NULL,
        PRIMARY KEY (subscription_id, observation_id)
      );
      CREATE INDEX subscription_read_at ON subscription_read (subscription_id, at);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
